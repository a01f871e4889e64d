//! The views as HTML, for the server: fragments for the widget, whole documents for visitors without JavaScript.
//!
//! Pure functions of their models; nothing here reads a clock, a store or a request.

pub mod contact;
pub mod draw;
pub mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;

use fanfare_shared::campaign::{ActivityKind, Theme};
use fanfare_shared::wire::participant::OwnAct;
use leptos::prelude::*;

use crate::model::{ActivityModel, CampaignModel, Frame};
use crate::view::format::Plain;
use crate::view::{Campaign, Context, Hosted, Live, Message, Poll, Scene, You, contest};
use crate::words::Words;

/// The document of a hosted page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageModel {
    /// The campaign; its frame's place is `Hosted`.
    pub campaign: CampaignModel,
    /// Addresses of the style sheets: the widget's, then the page's own.
    pub styles: Vec<String>,
    /// Address of the loader.
    pub script: Option<String>,
    /// The brand's colours, as a `<style>` of [`fanfare_style::theme_css`]: its hash belongs into the page's policy.
    pub theme: Theme,
    /// Languages offered.
    pub languages: Vec<String>,
    /// The terms, in the page's language.
    pub terms: String,
    /// The participant's secret, where the reader came with one: kept in the links of this page.
    pub me: Option<String>,
    /// Id of the request that failed by the server's fault, to be quoted.
    pub request: Option<String>,
    /// A line for whoever is sent the address; none where it is nobody else's business.
    pub about: Option<String>,
}

/// The document of "your answers".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YouModel {
    /// The page it belongs to.
    pub page: PageModel,
    /// All acts of the participant.
    pub acts: Vec<OwnAct>,
    /// Whether the participant was just erased.
    pub erased: bool,
}

/// The document that tells a problem outside of any form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageModel {
    /// Language of the page.
    pub lang: String,
    /// The problem's stable name.
    pub slug: String,
    /// Id of the request, to be quoted to whoever runs the server.
    pub request: Option<String>,
    /// Addresses of the style sheets.
    pub styles: Vec<String>,
    /// The server's front, where that is a way on.
    pub home: Option<String>,
}

/// The words that the loader and `core.js` say themselves.
const LOADER_WORDS: [&str; 13] = [
    "answers.one",
    "answers.other",
    "erased",
    "problem.internal",
    "problem.network",
    "receipt.checked",
    "receipt.failed",
    "receipt.unchecked",
    "sending",
    "try",
    "waiting.note",
    "waiting.note.memory",
    "waiting.title",
];

/// Renders under an owner of its own, so that nothing outlives the call. The marks that hydration would need are taken
/// out: nothing is hydrated here. In texts and attributes `<` is escaped, so nothing else can look like them.
fn html(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html()).replace("<!>", "").replace("<!--<() />-->", "")
}

impl Context {
    /// For the server: compiled-in words, no handlers.
    fn on_server(frame: &Frame) -> Self {
        Self {
            frame: Arc::new(frame.clone()),
            words: Words::of(&frame.lang),
            format: Arc::new(Plain::of(&frame.lang)),
            emit: None,
        }
    }
}

impl Scene {
    /// For the server: everything stands still.
    pub(crate) fn still(context: &Context, model: &ActivityModel) -> Self {
        let live = Live { tally: model.view.tally.clone(), now: context.frame.now, sending: false };
        Self { context: context.clone(), model: Arc::new(model.clone()), live: RwSignal::new(live) }
    }
}

fn campaign(model: &CampaignModel) -> AnyView {
    let context = Context::on_server(&model.frame);
    let sections = model.activities.iter().map(|activity| section(&context, activity)).collect();
    view! { <Campaign context=context.clone() title=model.title.clone() sections /> }.into_any()
}

/// The section of an activity of any kind.
fn section(context: &Context, model: &ActivityModel) -> AnyView {
    let scene = Scene::still(context, model);
    match model.view.kind {
        ActivityKind::Poll => view! { <Poll scene /> }.into_any(),
        ActivityKind::Contest => contest(&scene),
    }
}

/// The fragment of a campaign.
#[must_use]
pub fn campaign_html(model: &CampaignModel) -> String {
    html(|| campaign(model))
}

/// The section of one activity.
#[must_use]
pub fn activity_html(frame: &Frame, model: &ActivityModel) -> String {
    let context = Context::on_server(frame);
    html(|| section(&context, model))
}

/// The hosted page.
#[must_use]
pub fn hosted_page_html(page: &PageModel) -> String {
    let context = Context::on_server(&page.campaign.frame);
    html(|| view! { <Hosted context page=page.clone() fragment=campaign(&page.campaign) /> }.into_any())
}

/// The page of one's own answers.
#[must_use]
pub fn you_page_html(you: &YouModel) -> String {
    let context = Context::on_server(&you.page.campaign.frame);
    html(|| view! { <You context you=you.clone() /> }.into_any())
}

/// The page that tells a problem.
#[must_use]
pub fn message_html(message: &MessageModel) -> String {
    html(|| view! { <Message words=Words::of(&message.lang) message=message.clone() /> }.into_any())
}

/// The few words that the loader and `core.js` may have to say themselves.
#[must_use]
pub fn loader_words(lang: &str) -> BTreeMap<String, String> {
    let words = Words::of(lang);
    LOADER_WORDS.iter().map(|key| ((*key).to_owned(), words.t(key))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, Own, Place};
    use fanfare_shared::time::Timestamp;
    use fanfare_shared::wire::act::ActKind;
    use fanfare_shared::wire::problem::FieldError;

    const ACTIVITY: &str = "abcdefghijklmnopqrstuvwxy2";

    fn frame(place: Place) -> Frame {
        Frame {
            lang: "en".to_owned(),
            base: "https://h.example".to_owned(),
            campaign: "aurora".parse().unwrap(),
            brand_name: "Aurora".to_owned(),
            hosted: "https://h.example/c/aurora".to_owned(),
            now: Timestamp(600),
            place,
        }
    }

    fn model() -> ActivityModel {
        ActivityModel::new(
            serde_json::from_value(serde_json::json!({
                "id": ACTIVITY, "kind": "poll", "log": "h.example/log/a/x", "rules": "00ff".repeat(16), "definition": "00ff".repeat(16),
                "opens": 0, "closes": 864_000, "state": "open", "results": "voted", "openings": "close",
                "questions": [{"id": "flavour", "type": "single", "text": "Which <b>?", "required": true,
                    "min": 1, "max": 1,
                    "options": [{"id": "fig", "text": "Fig"}, {"id": "lemon", "text": "Lemon"}]}],
            }))
            .unwrap(),
        )
    }

    fn voted() -> ActivityModel {
        let own = Own { answers: [("flavour".to_owned(), "fig".to_owned())].into(), ..Own::default() };
        let mut model = ActivityModel { own: Some(own), outcome: Outcome::Done(ActKind::Ballot), ..model() };
        model.view.tally = serde_json::from_value(serde_json::json!({
            "activity": ACTIVITY, "seq": 1, "state": "open", "ballots": 2481, "custody_server": 0,
            "questions": [{"id": "flavour", "answered": 2481,
                "options": [{"id": "fig", "count": 1067}, {"id": "lemon", "count": 1414}]}],
        }))
        .unwrap();
        model
    }

    #[test]
    fn a_cacheable_fragment_holds_no_participant_and_no_key() {
        let html = activity_html(
            &frame(Place::Shadow),
            &ActivityModel { key: Some("secret".to_owned()), ..model() },
        );
        assert!(html.contains("name=\"q.flavour\""));
        assert!(!html.contains("secret") && !html.contains("participant"), "{html}");
    }

    #[test]
    fn a_hosted_form_posts_alone_with_key_and_participant() {
        let place = Place::Hosted { participant: "ab".repeat(32) };
        let html = activity_html(&frame(place), &ActivityModel { key: Some("k1".to_owned()), ..model() });
        assert!(html.contains("name=\"key\" value=\"k1\""), "{html}");
        assert!(html.contains(&"ab".repeat(32)));
        assert!(html.contains("/api/v1/activities/abcdefghijklmnopqrstuvwxy2/acts"));
    }

    #[test]
    fn texts_are_escaped_and_nothing_is_left_of_hydration() {
        let html = activity_html(&frame(Place::Shadow), &model());
        assert!(html.contains("Which &lt;b&gt;?"), "{html}");
        assert!(!html.contains("<!"), "{html}");
    }

    #[test]
    fn an_error_stands_at_its_field_and_keeps_what_was_given() {
        let error = FieldError {
            pointer: "/answers/flavour".to_owned(),
            detail: String::new(),
            slug: "required".to_owned(),
        };
        let given = [("flavour".to_owned(), vec!["lemon".to_owned()])].into();
        let refused = ActivityModel { outcome: Outcome::Refused { errors: vec![error], given }, ..model() };
        let html = activity_html(&frame(Place::Shadow), &refused);
        assert!(html.contains("Choose an answer to go on."), "{html}");
        assert!(html.contains("aria-invalid=\"true\""));
        assert!(html.contains("value=\"lemon\" checked"), "{html}");
    }

    #[test]
    fn results_mark_ones_own_answer_and_draw_bars_by_attributes() {
        let html = activity_html(&frame(Place::Shadow), &voted());
        assert!(html.contains("2,481 answers"), "{html}");
        assert!(html.contains("width=\"43%\"") && html.contains("<small>yours</small>"), "{html}");
        assert!(!html.contains("style="));
    }

    #[test]
    fn a_hosted_page_is_a_whole_document_in_its_language() {
        let campaign = CampaignModel {
            frame: Frame { lang: "it".to_owned(), ..frame(Place::Hosted { participant: "ab".repeat(32) }) },
            title: "Un'estate".to_owned(),
            activities: vec![voted()],
        };
        let page = PageModel {
            campaign,
            styles: vec!["/assets/widget.css".to_owned()],
            script: Some("/f.js".to_owned()),
            theme: Theme::default(),
            languages: vec!["it".to_owned(), "en".to_owned()],
            terms: "Uno.\n\nDue.".to_owned(),
            me: None,
            request: Some("4f1c".to_owned()),
            about: None,
        };
        let html = hosted_page_html(&page);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"it\""), "{html}");
        assert!(
            html.contains("2.481 risposte") && html.contains("href=\"https://h.example/c/aurora?lang=en\"")
        );
        assert!(html.contains("<style>:root,:host{--brand-h:350;--brand-c:0.170}</style>"), "{html}");
        assert!(
            html.contains("<small>Se ci scrivi a questo proposito, indica il numero 4f1c.</small>"),
            "{html}"
        );
        let you = you_page_html(&YouModel { page, acts: Vec::new(), erased: true });
        assert!(you.contains("Cancellati."), "{you}");
    }
}
