//! From the engine's state to the views' models: bootstrap, fragments and hosted pages.

pub mod contact;
pub mod draw;

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use fanfare_shared::ids::{IdempotencyKey, Participant};
use fanfare_shared::text;
use fanfare_shared::wire::act::ActReply;
use fanfare_shared::wire::bootstrap::{Assets, Bootstrap};
use fanfare_shared::wire::participant::OwnAct;
use fanfare_shared::wire::problem::Slug;
use fanfare_widget::model::{ActivityModel, CampaignModel, Check, Frame, Outcome, Own, Place};
use fanfare_widget::render::verify::{VerifyModel, verify_html};
use fanfare_widget::render::{self as views, MessageModel, PageModel, YouModel};

use crate::app::{App, Reader};
use crate::assets;
use crate::engine::{ActivityState, CampaignState};
use crate::error::ApiError;
use crate::localize;
use crate::telemetry::request_id::RequestId;

/// Who looks at a page, and what they just did.
#[derive(Debug, Default)]
pub struct Visit {
    /// Their secret, where the page carries it.
    pub participant: Option<Participant>,
    /// The key of the act that brought them here.
    pub done: Option<IdempotencyKey>,
}

/// The language to answer in: the wanted one, else what the browser prefers, among those of the campaign.
#[must_use]
pub fn language(campaign: &CampaignState, wanted: Option<&str>, accepted: Option<&str>) -> String {
    let accepted = accepted.unwrap_or("");
    let preferred = accepted.split(',').map(|range| range.split(';').next().unwrap_or(""));
    text::choose(&campaign.campaign.languages, wanted.into_iter().chain(preferred)).to_owned()
}

fn frame(app: &App, campaign: &CampaignState, lang: &str, place: Place) -> Frame {
    Frame {
        lang: lang.to_owned(),
        base: app.url.as_str().to_owned(),
        campaign: campaign.campaign.campaign.clone(),
        brand_name: campaign.campaign.brand_name.clone(),
        hosted: hosted(app, campaign),
        now: app.now(),
        place,
    }
}

fn hosted(app: &App, campaign: &CampaignState) -> String {
    app.url.join(&format!("/c/{}", campaign.campaign.campaign))
}

/// The bootstrap of a campaign in one language. Nothing about a person is in it.
#[must_use]
pub fn bootstrap(app: &App, campaign: &CampaignState, lang: &str) -> Bootstrap {
    let model = campaign_model(app, campaign, lang, Place::Shadow, &Visit::default());
    let document = &campaign.campaign;
    Bootstrap {
        campaign: document.campaign.clone(),
        brand: document.brand.clone(),
        brand_name: document.brand_name.clone(),
        lang: lang.to_owned(),
        now: model.frame.now,
        title: model.title.clone(),
        theme: document.theme,
        html: views::campaign_html(&model),
        css: assets::logical("widget.css")
            .map(|asset| String::from_utf8_lossy(asset.body).into_owned())
            .unwrap_or_default(),
        hosted: model.frame.hosted.clone(),
        activities: model.activities.into_iter().map(|activity| activity.view).collect(),
        assets: asset_urls(app, lang, document.activities.iter().any(|it| it.contest.is_some())),
        words: views::loader_words(lang),
    }
}

fn asset_urls(app: &App, lang: &str, contest: bool) -> Assets {
    let url = |logical: &str| {
        assets::logical(logical).map(|asset| app.url.join(&format!("/assets/{}", asset.name)))
    };
    // The compiled widget knows no contests: there the fragment goes on.
    let wasm = url("widget.wasm").filter(|_| !contest);
    Assets {
        core: url("core.js").unwrap_or_default(),
        widget: wasm.as_ref().and_then(|_| url("widget.js")),
        strings: wasm
            .as_ref()
            .and_then(|_| url(&format!("strings-{lang}.json")).or_else(|| url("strings-en.json"))),
        wasm,
    }
}

fn campaign_model(
    app: &App,
    campaign: &CampaignState,
    lang: &str,
    place: Place,
    visit: &Visit,
) -> CampaignModel {
    let activities = campaign.activities.iter().filter_map(|id| app.engine.activity(id));
    CampaignModel {
        title: campaign.campaign.title.get(lang).to_owned(),
        activities: activities
            .map(|activity| activity_model(app, campaign, &activity, lang, visit))
            .collect(),
        frame: frame(app, campaign, lang, place),
    }
}

fn activity_model(
    app: &App,
    campaign: &CampaignState,
    activity: &ActivityState,
    lang: &str,
    visit: &Visit,
) -> ActivityModel {
    let own = visit.participant.as_ref().and_then(|participant| {
        app.engine.latest_of(&activity.id, participant).unwrap_or_else(|error| {
            tracing::error!(
                request.id = RequestId::current().map(tracing::field::display),
                error = &error as &dyn std::error::Error,
                "a participant's answers could not be read"
            );
            None
        })
    });
    let done = visit.done.as_ref().and_then(|key| app.engine.by_key(&activity.id, key).ok().flatten());
    let reader = if own.is_some() { Reader::Voted } else { Reader::Anybody };
    let now = app.now();
    let zone = &campaign.campaign.time_zone;
    let window = activity.window;
    let mut model =
        ActivityModel::new(localize::activity(activity, lang, now, app.visible_tally(activity, reader)));
    model.opens_text = localize::moment(window.opens, now, zone, lang);
    model.closes_text =
        (window.closes.0 != 0).then(|| localize::moment(window.closes, now, zone, lang)).flatten();
    model.contest = localize::contest(activity, lang, now, zone);
    model.key = visit.participant.is_some().then(|| fresh_key(app));
    model.own = own.map(own_model);
    if let Some(done) = done {
        model.outcome = Outcome::Done(done.act);
    }
    model
}

/// A key for one act of a form without JavaScript.
fn fresh_key(app: &App) -> String {
    let random: [u8; 16] = app.engine.entropy().bytes();
    data_encoding::HEXLOWER.encode(&random)
}

fn own_model(own: OwnAct) -> Own {
    Own {
        answers: own.answers,
        index: own.index,
        revision: own.revision,
        tickets: own.tickets,
        receipt: own.receipt,
        // The receipt is checked where it is read: a server's word about its own receipt is none.
        check: Check::default(),
    }
}

/// The section of an activity after an accepted act, for a widget without compiled code.
#[must_use]
pub fn accepted_fragment(
    app: &App,
    activity: &ActivityState,
    lang: Option<&str>,
    participant: &Participant,
    reply: &ActReply,
) -> String {
    let Some(campaign) = app.engine.campaign(&activity.campaign) else { return String::new() };
    let lang = language(&campaign, lang, None);
    let visit = Visit { participant: Some(*participant), done: None };
    let mut model = activity_model(app, &campaign, activity, &lang, &visit);
    model.key = None;
    model.outcome = Outcome::Done(reply.act);
    views::activity_html(&frame(app, &campaign, &lang, Place::Shadow), &model)
}

/// What a refused act looks like in its activity's section.
fn refusal(error: &ApiError, body: &[u8]) -> Outcome {
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        if let Some(question) = name.strip_prefix("q.") {
            given.entry(question.to_owned()).or_default().push(value.into_owned());
        }
    }
    if error.0.slug == Slug::Refused.name() {
        Outcome::Refused { errors: error.0.errors.clone(), given }
    } else {
        Outcome::Problem { slug: error.0.slug.clone(), given }
    }
}

/// The problem with the form in it, errors by its fields, for a widget without compiled code.
#[must_use]
pub fn refused_fragment(
    app: &App,
    activity: &ActivityState,
    lang: Option<&str>,
    body: &[u8],
    mut error: ApiError,
) -> ApiError {
    let Some(campaign) = app.engine.campaign(&activity.campaign) else { return error };
    let lang = language(&campaign, lang, None);
    let visit = Visit { participant: participant_of(body), done: None };
    let mut model = activity_model(app, &campaign, activity, &lang, &visit);
    model.key = None;
    model.outcome = refusal(&error, body);
    error.0.html = Some(views::activity_html(&frame(app, &campaign, &lang, Place::Shadow), &model));
    error
}

/// The hosted page with the form and its errors.
#[must_use]
pub fn refused_page(
    app: &App,
    activity: &ActivityState,
    lang: Option<&str>,
    body: &[u8],
    error: &ApiError,
) -> Response {
    let Some(campaign) = app.engine.campaign(&activity.campaign) else {
        return error.clone().into_response();
    };
    let lang = language(&campaign, lang, None);
    let visit = Visit { participant: participant_of(body), done: None };
    let mut page = page_model(app, &campaign, &lang, &visit);
    if let Some(model) = page.campaign.activities.iter_mut().find(|model| model.view.id == activity.id) {
        model.outcome = refusal(error, body);
    }
    page.request = RequestId::current().filter(|_| error.status().is_server_error()).map(|id| id.to_string());
    let mut response = (error.status(), html(&page, views::hosted_page_html(&page))).into_response();
    error.mark(&mut response);
    response
}

fn participant_of(body: &[u8]) -> Option<Participant> {
    form_urlencoded::parse(body)
        .find(|(name, _)| name == "participant")
        .and_then(|(_, value)| value.parse().ok())
}

/// Where a form without JavaScript goes after an accepted act.
#[must_use]
pub fn page_after(
    app: &App,
    activity: &ActivityState,
    key: &IdempotencyKey,
    participant: &Participant,
    lang: Option<&str>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("me", &participant.to_hex()).append_pair("done", key.as_str());
    if let Some(lang) = lang {
        query.append_pair("lang", lang);
    }
    app.url.join(&format!("/c/{}?{}#{}", activity.campaign, query.finish(), activity.id))
}

fn page_model(app: &App, campaign: &CampaignState, lang: &str, visit: &Visit) -> PageModel {
    let participant = visit.participant.unwrap_or_else(|| Participant::new(app.engine.entropy().bytes()));
    // A newcomer's page carries a fresh secret in its forms, so that a first answer is theirs to change.
    let place = Place::Hosted { participant: participant.to_hex() };
    let visit_with = Visit { participant: Some(participant), done: visit.done.clone() };
    PageModel {
        campaign: campaign_model(app, campaign, lang, place, &visit_with),
        styles: styles(app),
        script: Some(app.url.join("/f.js")),
        theme: campaign.campaign.theme,
        languages: campaign.campaign.languages.clone(),
        terms: campaign.campaign.terms.get(lang).to_owned(),
        me: visit.participant.map(|participant| participant.to_hex()),
        request: None,
        about: None,
    }
}

/// Addresses of the style sheets of pages.
fn styles(app: &App) -> Vec<String> {
    let found = ["widget.css", "hosted.css"].into_iter().filter_map(assets::logical);
    found.map(|asset| app.url.join(&format!("/assets/{}", asset.name))).collect()
}

/// The hosted page of a campaign.
#[must_use]
pub fn hosted_page(app: &App, campaign: &CampaignState, lang: &str, visit: &Visit) -> Response {
    let page = page_model(app, campaign, lang, visit);
    let document = views::hosted_page_html(&page);
    html(&page, document).into_response()
}

/// "Your answers", without JavaScript.
#[must_use]
pub fn you_page(
    app: &App,
    campaign: &CampaignState,
    lang: &str,
    participant: Participant,
    acts: Vec<OwnAct>,
) -> Response {
    let visit = Visit { participant: Some(participant), done: None };
    you(YouModel { page: page_model(app, campaign, lang, &visit), acts, erased: false })
}

/// "You are forgotten", after an erasure without JavaScript.
#[must_use]
pub fn erased_page(app: &App, campaign: &CampaignState, lang: &str) -> Response {
    let page = page_model(app, campaign, lang, &Visit::default());
    you(YouModel { page, acts: Vec::new(), erased: true })
}

fn you(model: YouModel) -> Response {
    let document = views::you_page_html(&model);
    html(&model.page, document).into_response()
}

/// The page that checks draws, polls and receipts.
#[must_use]
pub fn verify_page(app: &App, lang: &str) -> Response {
    let script = assets::logical("verifier.js").map(|asset| app.url.join(&format!("/assets/{}", asset.name)));
    let words = if lang == "it" {
        include_str!("../../verifier/src/catalogue/it.json")
    } else {
        include_str!("../../verifier/src/catalogue/en.json")
    };
    let model = VerifyModel { lang: lang.to_owned(), styles: styles(app), words: words.to_owned(), script };
    // What somebody believes after it is decided in a window of its own.
    let [(name, policy)] = policy(None);
    let policy = policy.replace("frame-ancestors *", "frame-ancestors 'none'");
    ([(name, policy)], Html(verify_html(&model))).into_response()
}

/// A page that says what is wrong, outside any form.
#[must_use]
pub fn message_page(app: &App, lang: &str, error: &ApiError) -> Response {
    let (lang, slug) = (lang.to_owned(), error.0.slug.clone());
    let request = RequestId::current().map(|id| id.to_string());
    let home = (slug == Slug::NotFound.name()).then(|| app.url.join("/"));
    let model = MessageModel { lang, slug, request, styles: styles(app), home };
    let mut response = (error.status(), policy(None), Html(views::message_html(&model))).into_response();
    error.mark(&mut response);
    response
}

fn html(page: &PageModel, document: String) -> impl IntoResponse + use<> {
    let theme = fanfare_style::theme_css(page.theme.hue, page.theme.chroma);
    (policy(Some(&theme)), [(header::CACHE_CONTROL, "no-store")], Html(document))
}

/// What allows one `<style>` by its content.
pub(crate) fn style_hash(css: &str) -> String {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(css.as_bytes());
    format!("'sha256-{}'", data_encoding::BASE64.encode(&digest))
}

/// The content policy of pages: our own script and styles, the theme by its hash, frames anywhere, for the page is
/// also what hostile pages embed. `wasm-unsafe-eval` allows compiling the widget, nothing else.
fn policy(theme: Option<&str>) -> [(header::HeaderName, String); 1] {
    let hash = theme.map(|css| format!(" {}", style_hash(css)));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'{}; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *",
        hash.unwrap_or_default()
    );
    [(header::CONTENT_SECURITY_POLICY, policy)]
}
