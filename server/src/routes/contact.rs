//! `/c/{campaign}/contact`, `/m/{token}` and `/letters/{token}`: a visitor writes to the team, reads what it answered, and
//! ends its letters. All of it works without a script.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use fanfare_shared::ids::PublicId;
use fanfare_shared::wire::queue::CaseKind;
use serde::Deserialize;

use super::access::refuse_other_pages;
use super::hosted::guess;
use super::http::said;
use crate::app::App;
use crate::engine::CampaignState;
use crate::error::ApiError;
use crate::queue::{Letters, Visited};
use crate::render;
use crate::render::contact::{self, Again};

/// In which language, and about what. Ill-formed values are as good as none.
#[derive(Debug, Deserialize)]
pub(super) struct ContactQuery {
    lang: Option<String>,
    kind: Option<String>,
}

fn accepted(headers: &HeaderMap) -> Option<&str> {
    Some(said(headers, header::ACCEPT_LANGUAGE))
}

/// The form.
pub(super) async fn form(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<ContactQuery>,
    headers: HeaderMap,
) -> Response {
    match app.campaign(&id) {
        Ok(campaign) => {
            let lang = render::language(&campaign, query.lang.as_deref(), accepted(&headers));
            let kind = query.kind.and_then(|kind| kind.parse().ok()).unwrap_or(CaseKind::Message);
            contact::form(&app, &campaign, &lang, kind)
        }
        Err(error) => render::message_page(&app, guess(query.lang.as_deref(), accepted(&headers)), &error),
    }
}

/// A conversation with the campaign that it came from.
struct Open {
    id: PublicId,
    campaign: std::sync::Arc<CampaignState>,
    visited: Visited,
}

fn open(app: &App, token: &str) -> Result<Open, ApiError> {
    let id = app.queue.of_token(token).ok_or_else(|| ApiError::not_found("conversation"))?;
    let visited = app.queue.visit(&id)?;
    let campaign = app.campaign(visited.campaign.as_str())?;
    Ok(Open { id, campaign, visited })
}

/// In no frame: what is done on these pages is done by whoever sees them whole.
fn alone(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let policy = policy.map(|policy| policy.replace("frame-ancestors *", "frame-ancestors 'none'"));
    if let Some(policy) = policy.and_then(|policy| policy.parse().ok()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The conversation.
pub(super) async fn talk(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<ContactQuery>,
    headers: HeaderMap,
) -> Response {
    alone(match open(&app, &token) {
        Ok(Open { id, campaign, mut visited }) => {
            if query.lang.is_some() {
                visited.lang = render::language(&campaign, query.lang.as_deref(), None);
            }
            contact::talk(&app, &campaign, visited, app.queue.link(&id), None)
        }
        Err(error) => render::message_page(&app, guess(None, accepted(&headers)), &error),
    })
}

/// What a visitor does in their conversation.
pub(super) async fn act(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    alone(match acted(&app, &token, &headers, &body).await {
        Ok(response) => response,
        Err(error) => render::message_page(&app, guess(None, accepted(&headers)), &error),
    })
}

async fn acted(app: &App, token: &str, headers: &HeaderMap, body: &[u8]) -> Result<Response, ApiError> {
    refuse_other_pages(headers, &app.url)?;
    let Open { id, campaign, visited } = open(app, token)?;
    let (mut act, mut text) = (String::new(), String::new());
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "act" => act = value.into_owned(),
            "text" => text = value.into_owned(),
            _ => {}
        }
    }
    let link = app.queue.link(&id);
    match act.as_str() {
        "write" => {
            if let Err(fault) = app.queue.write(&id, &text).await {
                let error = ApiError::from(fault);
                let again = Again { text, error: &error };
                let mut response = contact::talk(app, &campaign, visited, link, Some(again));
                error.mark(&mut response);
                return Ok(response);
            }
        }
        "stop" => app.queue.set_quiet(&id, true).await?,
        "resume" => app.queue.set_quiet(&id, false).await?,
        "delete" => {
            app.queue.take_back(&id).await?;
            return Ok(contact::taken_back(app, &campaign, &visited.lang, link));
        }
        _ => {
            let wanted = "`write`, `stop`, `resume` or `delete`";
            return Err(ApiError::field(fanfare_shared::wire::problem::Slug::Refused, "/act", wanted));
        }
    }
    Ok(Redirect::to(&link).into_response())
}

/// Which letters a link ends, and whose they are.
fn ending(app: &App, token: &str) -> Result<(Letters, String), ApiError> {
    let letters = app.queue.letters_of(token).ok_or_else(|| ApiError::not_found("letter"))?;
    let brand = match letters {
        Letters::Case(id) => {
            let campaign = app.campaign(app.queue.visit(&id)?.campaign.as_str())?;
            campaign.campaign.brand_name.clone()
        }
        Letters::Digest(_) | Letters::Alerts(_) => String::new(),
    };
    Ok((letters, brand))
}

/// Asks whether letters are to end.
pub(super) async fn letters(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let lang = guess(None, accepted(&headers));
    alone(match ending(&app, &token) {
        Ok((letters, brand)) => contact::letters(&app, lang, letters, brand, false),
        Err(error) => render::message_page(&app, lang, &error),
    })
}

/// Ends them: from that page, or from a mail program by itself (RFC 8058).
pub(super) async fn end_letters(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let lang = guess(None, accepted(&headers));
    let ended = match ending(&app, &token) {
        Ok((letters, brand)) => {
            app.queue.stop(letters).await.map(|()| (letters, brand)).map_err(ApiError::from)
        }
        Err(error) => Err(error),
    };
    alone(match ended {
        Ok((letters, brand)) => contact::letters(&app, lang, letters, brand, true),
        Err(error) => render::message_page(&app, lang, &error),
    })
}
