//! The pages of a visitor who writes to the team.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use fanfare_shared::wire::queue::{CaseKind, NewMessage};
use fanfare_widget::model::Place;
use fanfare_widget::render::PageModel;
use fanfare_widget::render::contact::{
    ContactModel, LettersModel, OpenTalk, SaidModel, TalkModel, contact_html, letters_html, talk_html,
};

use super::{Visit, fresh_key, html, page_model, policy, styles};
use crate::app::App;
use crate::engine::CampaignState;
use crate::error::ApiError;
use crate::localize;
use crate::queue::{Letters, Visited};

/// Pages that lead to somebody's words are nobody's to find.
const HIDDEN: [(HeaderName, &str); 1] = [(HeaderName::from_static("x-robots-tag"), "noindex")];

fn page(app: &App, campaign: &CampaignState, lang: &str) -> PageModel {
    let mut page = page_model(app, campaign, lang, &Visit::default());
    page.campaign.frame.place = Place::Shadow;
    page
}

/// The form, as it is found.
#[must_use]
pub fn form(app: &App, campaign: &CampaignState, lang: &str, kind: CaseKind) -> Response {
    let (text, name, email) = (String::new(), String::new(), String::new());
    let page = page(app, campaign, lang);
    written(&ContactModel { page, kind, text, name, email, key: fresh_key(app), faults: Vec::new() })
}

fn written(model: &ContactModel) -> Response {
    html(&model.page, contact_html(model)).into_response()
}

fn faults(error: &ApiError) -> Vec<(String, String)> {
    error.0.errors.iter().map(|fault| (fault.pointer.clone(), fault.slug.clone())).collect()
}

/// The form with what was typed, and what is not accepted of it.
#[must_use]
pub fn refused(
    app: &App,
    campaign: &CampaignState,
    lang: &str,
    message: &NewMessage,
    error: &ApiError,
) -> Response {
    let faults = faults(error);
    if !faults.iter().any(|(pointer, _)| ["/text", "/name", "/email"].contains(&pointer.as_str())) {
        return super::message_page(app, lang, error);
    }
    let NewMessage { kind, text, name, email, .. } = message.clone();
    let page = page(app, campaign, lang);
    let model = ContactModel { page, kind, text, name, email, key: fresh_key(app), faults };
    let mut response = (error.status(), written(&model)).into_response();
    error.mark(&mut response);
    response
}

/// What was written and not accepted.
pub struct Again<'a> {
    /// What was typed.
    pub text: String,
    /// Why not.
    pub error: &'a ApiError,
}

/// A conversation.
#[must_use]
pub fn talk(
    app: &App,
    campaign: &CampaignState,
    visited: Visited,
    link: String,
    again: Option<Again<'_>>,
) -> Response {
    let Visited { lang, state, due, email, quiet, said, .. } = visited;
    let (now, zone) = (app.now(), &campaign.campaign.time_zone);
    let fresh = said.iter().all(|(_, team, _)| !team);
    let said = said.into_iter().map(|(at, team, text)| SaidModel {
        when: localize::moment(at, now, zone, &lang),
        team,
        text,
    });
    let due = (due > now).then(|| localize::moment(due, now, zone, &lang)).flatten();
    let faulty = again.as_ref().map(|again| faults(again.error)).unwrap_or_default();
    let status = again.as_ref().map_or(StatusCode::OK, |again| again.error.status());
    let text = again.map(|again| again.text).unwrap_or_default();
    let open = OpenTalk { state, due, email, quiet, fresh, said: said.collect(), text, faults: faulty };
    let model = TalkModel { page: page(app, campaign, &lang), link, open: Some(open) };
    (status, HIDDEN, html(&model.page, talk_html(&model))).into_response()
}

/// What is left of a conversation that was taken back.
#[must_use]
pub fn taken_back(app: &App, campaign: &CampaignState, lang: &str, link: String) -> Response {
    let model = TalkModel { page: page(app, campaign, lang), link, open: None };
    (HIDDEN, html(&model.page, talk_html(&model))).into_response()
}

/// Where letters end.
#[must_use]
pub fn letters(app: &App, lang: &str, letters: Letters, brand: String, stopped: bool) -> Response {
    let sort = match letters {
        Letters::Case(_) => "case",
        Letters::Digest(_) => "digest",
        Letters::Alerts(_) => "alerts",
    };
    let model = LettersModel { lang: lang.to_owned(), sort, brand, stopped, styles: styles(app) };
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    (policy(None), HIDDEN, fresh, Html(letters_html(&model))).into_response()
}
