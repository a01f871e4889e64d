//! How will a draft look to visitors, before, while and after it is open? The real views with the real style, over the
//! draft's document, on a clock that is set to the phase; the counts are invented.
//!
//! Deliberately absent: the loader, and anywhere to send a form to. A preview counts nothing.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use fanfare_shared::campaign::{Activity, Campaign, Results};
use fanfare_shared::definition::Definition;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::questions::{Given, Question};
use fanfare_shared::time::{State, Timestamp, Window};
use fanfare_shared::wire::act::{ActKind, TicketRange};
use fanfare_shared::wire::tally::{OptionTally, QuestionTally, Tally};
use fanfare_widget::model::{ActivityModel, CampaignModel, Frame, Outcome, Own, Place};
use fanfare_widget::render::{self as views, PageModel};
use serde::Deserialize;

use crate::app::App;
use crate::engine::ActivityState;
use crate::{assets, campaigns, localize, render};

/// The moments of a campaign that a visitor can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Not open yet.
    Before,
    /// Open, and nothing answered.
    #[default]
    Open,
    /// Open, and just answered.
    After,
    /// Closed.
    Closed,
}

/// Tickets that others have, where an entry of one's own is shown.
const ENTERED: u64 = 40;
/// How far a phase lies from now, where the draft says no time of its own.
const DAYS: u64 = 86_400;

/// The page of a draft in a phase, for a frame of the console.
#[must_use]
pub fn page(app: &App, campaign: &Campaign, lang: &str, phase: Phase) -> Response {
    let now = app.now();
    let place = Place::Hosted { participant: "0".repeat(64) };
    let frame = Frame {
        lang: lang.to_owned(),
        base: String::new(),
        campaign: campaign.campaign.clone(),
        brand_name: campaign.brand_name.clone(),
        hosted: String::new(),
        now,
        place,
    };
    let activities = campaign.activities.iter().enumerate();
    let activities = activities.filter_map(|(n, activity)| model(campaign, activity, n, lang, now, phase));
    let style = |logical: &str| assets::logical(logical).map(|asset| format!("/assets/{}", asset.name));
    let page = PageModel {
        campaign: CampaignModel {
            title: campaign.title.get(lang).to_owned(),
            activities: activities.collect(),
            frame,
        },
        styles: ["widget.css", "hosted.css"].into_iter().filter_map(style).collect(),
        script: None,
        theme: campaign.theme,
        languages: vec![lang.to_owned()],
        terms: campaign.terms.get(lang).to_owned(),
        me: None,
        request: None,
        about: None,
    };
    let theme = fanfare_style::theme_css(page.theme.hue, page.theme.chroma);
    let policy = format!(
        "default-src 'none'; style-src 'self' {}; img-src 'self' data:; form-action 'none'; base-uri 'none'; \
         frame-ancestors 'self'; sandbox allow-same-origin",
        render::style_hash(&theme)
    );
    let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store".to_owned())];
    (headers, Html(views::hosted_page_html(&page))).into_response()
}

/// The draft's own times where they lie as the phase wants them, else others that do.
fn window(campaign: &Campaign, activity: &Activity, now: Timestamp, phase: Phase) -> Window {
    let planned = campaigns::planned(campaign, activity, now);
    let (opens, closes) = planned.map_or((now, now.plus(7 * DAYS)), |it| (it.opens, it.closes));
    let ends = |from: Timestamp| if closes.0 == 0 || closes > from { closes } else { from.plus(7 * DAYS) };
    match phase {
        Phase::Before => {
            let opens = if opens > now { opens } else { now.plus(3 * DAYS) };
            Window { opens, closes: ends(opens) }
        }
        Phase::Open | Phase::After => Window { opens: now.min(opens), closes: ends(now) },
        Phase::Closed => Window { opens: Timestamp(now.0.saturating_sub(10 * DAYS)), closes: now },
    }
}

fn model(
    campaign: &Campaign,
    activity: &Activity,
    n: usize,
    lang: &str,
    now: Timestamp,
    phase: Phase,
) -> Option<ActivityModel> {
    let window = window(campaign, activity, now, phase);
    // Of another letter for each: a document has at most twenty.
    let letter = char::from(b'a' + u8::try_from(n).ok()?);
    let id: ActivityId = String::from_iter([letter; 26]).parse().ok()?;
    let state = ActivityState {
        id: id.clone(),
        brand: campaign.brand.clone(),
        campaign: campaign.campaign.clone(),
        name: activity.name.clone(),
        definition: Definition::of(campaign, activity),
        definition_hash: Hash::of(b""),
        window,
        results: activity.results,
        openings: activity.openings,
        log_origin: String::new(),
        leaf0: Vec::new(),
        rules: Hash::of(b""),
        open_index: 0,
        sealed: (phase == Phase::Closed).then_some(1),
        contest: None,
    };
    let shown = match activity.results {
        Results::Always => phase != Phase::Before,
        Results::Voted => matches!(phase, Phase::After | Phase::Closed),
        Results::Close => phase == Phase::Closed,
        Results::Staff => false,
    };
    let tally = shown.then(|| sample(id, &activity.questions, phase));
    let mut model = ActivityModel::new(localize::activity(&state, lang, now, tally));
    let text = |at| localize::moment(at, now, &campaign.time_zone, lang);
    (model.opens_text, model.closes_text) = (text(window.opens), text(window.closes));
    if let Some(contest) = &activity.contest {
        let draw = campaigns::planned_draw(campaign, contest, window);
        model.contest = Some(localize::described_contest(contest, draw, lang, now, &campaign.time_zone));
        if phase == Phase::After {
            let tickets = TicketRange { first: ENTERED, count: contest.tickets };
            model.own = Some(Own { revision: 1, tickets: Some(tickets), ..Own::default() });
            model.outcome = Outcome::Done(ActKind::Entry);
        }
    } else if phase == Phase::After {
        let answered = activity
            .questions
            .iter()
            .filter_map(|question| Some((question.id.to_string(), first(question)?)));
        model.own = Some(Own { answers: answered.collect(), revision: 1, ..Own::default() });
        model.outcome = Outcome::Done(ActKind::Ballot);
    }
    Some(model)
}

/// The first answer that a question takes, encoded.
fn first(question: &Question) -> Option<String> {
    let options = question.kind.behaviour().countable();
    (1..=options.len()).find_map(|many| {
        let chosen = options.iter().take(many).map(ToString::to_string).collect();
        question.encode(Some(&Given::Many(chosen))).ok().filter(|encoded| !encoded.is_empty())
    })
}

/// Counts that fall from option to option, as counts do.
fn sample(activity: ActivityId, questions: &[Question], phase: Phase) -> Tally {
    const ANSWERED: u64 = 1240;
    let counted = questions.iter().map(|question| {
        let mut left = ANSWERED;
        let options = question.kind.behaviour().countable().into_iter().map(|id| {
            let count = left * 2 / 5;
            left -= count;
            OptionTally { id, count }
        });
        QuestionTally { id: question.id.clone(), options: options.collect(), answered: ANSWERED }
    });
    let state = if phase == Phase::Closed { State::Closed } else { State::Open };
    let questions = counted.collect();
    Tally { activity, seq: 1, state, ballots: ANSWERED, custody_server: 0, questions }
}
