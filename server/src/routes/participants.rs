//! `/api/v1/participants/…`: what a participant, and nobody else, asks about themselves. Always by POST: a secret in
//! an address would reach histories and logs.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use fanfare_shared::ids::{CampaignId, Participant};
use fanfare_shared::wire::participant::{ParticipantActs, ParticipantForm, ParticipantRequest};
use fanfare_shared::wire::problem::{Problem, Slug};

use super::submission::media_type;
use crate::app::App;
use crate::error::ApiError;

/// List one's own acts
///
/// Every act of the participant, with its private receipt.
#[utoipa::path(
    post, path = "/api/v1/participants/acts", tag = "participants",
    request_body(content(
        (ParticipantRequest = "application/json", example = json!({"participant": "8f14e45fceea167a5a36dedd4bea2543a1b2c3d4e5f60718293a4b5c6d7e8f90"})),
        (ParticipantForm = "application/x-www-form-urlencoded", example = json!({"participant": "8f14e45fceea167a5a36dedd4bea2543a1b2c3d4e5f60718293a4b5c6d7e8f90"})),
    )),
    responses(
        (status = 200, description = "The acts; none for somebody unknown", body = ParticipantActs),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a participant's secret", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn acts(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let Asked { participant, .. } = read(&headers, &body)?;
    let acts = ParticipantActs { acts: app.engine.acts_of(&participant)? };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(acts)).into_response())
}

/// Take one's own data along
///
/// The same as the list, as a file.
#[utoipa::path(
    post, path = "/api/v1/participants/export", tag = "participants",
    request_body(content(
        (ParticipantRequest = "application/json", example = json!({"participant": "8f14e45fceea167a5a36dedd4bea2543a1b2c3d4e5f60718293a4b5c6d7e8f90"})),
        (ParticipantForm = "application/x-www-form-urlencoded", example = json!({"participant": "8f14e45fceea167a5a36dedd4bea2543a1b2c3d4e5f60718293a4b5c6d7e8f90"})),
    )),
    responses(
        (status = 200, description = "A file with the acts", body = ParticipantActs),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a participant's secret", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let list = acts(State(app), headers, body).await?;
    Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"fanfare-my-answers.json\"")], list)
        .into_response())
}

/// Be forgotten
///
/// Deletes the link between the participant and their acts, for ever. The answers stay in the count, nobody's.
#[utoipa::path(
    post, path = "/api/v1/participants/erase", tag = "participants",
    request_body(content(
        (ParticipantRequest = "application/json", example = json!({"participant": "8f14e45fceea167a5a36dedd4bea2543a1b2c3d4e5f60718293a4b5c6d7e8f90"})),
        (ParticipantForm = "application/x-www-form-urlencoded", example = json!({"participant": "8f14e45fceea167a5a36dedd4bea2543a1b2c3d4e5f60718293a4b5c6d7e8f90"})),
    )),
    responses(
        (status = 204, description = "Forgotten, also when there was nothing to forget"),
        (status = 303, description = "A form that wants a page is sent on to the hosted page"),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a participant's secret", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not done, or not known: repeat", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn erase(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let asked = read(&headers, &body)?;
    app.erase(&asked.participant).await?;
    Ok(match asked.page {
        Some(page) => Redirect::to(&app.url.join(&page)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Who asks, and the page they want to see next.
pub(super) struct Asked {
    pub(super) participant: Participant,
    pub(super) lang: Option<String>,
    page: Option<String>,
}

/// Reads who asks, from JSON or a form.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Asked, ApiError> {
    let form = match media_type(headers) {
        "application/json" => {
            let request: ParticipantRequest = serde_json::from_slice(body).map_err(|error| {
                ApiError::new(Slug::MalformedBody, format!("Not the JSON expected: {error}."))
            })?;
            ParticipantForm { participant: request.participant, ..ParticipantForm::default() }
        }
        "application/x-www-form-urlencoded" => {
            let mut form = ParticipantForm::default();
            for (name, value) in form_urlencoded::parse(body) {
                let value = value.into_owned();
                match name.as_ref() {
                    "participant" => form.participant = value,
                    "lang" => form.lang = Some(value),
                    "campaign" => form.campaign = Some(value),
                    "reply" => form.reply = Some(value),
                    _ => {}
                }
            }
            form
        }
        _ => {
            let wanted = "send application/json or application/x-www-form-urlencoded";
            return Err(ApiError::field(Slug::UnsupportedMediaType, "header:Content-Type", wanted));
        }
    };
    let participant = form.participant.parse().map_err(|error: fanfare_shared::ids::IdError| {
        ApiError::field(Slug::Refused, "/participant", error.to_string())
    })?;
    let lang = form.lang.and_then(|lang| lang.parse::<fanfare_shared::ids::Slug>().ok()).map(String::from);
    let campaign = form.campaign.and_then(|campaign| campaign.parse::<CampaignId>().ok());
    let page = campaign.filter(|_| form.reply.as_deref() == Some("page")).map(|campaign| match &lang {
        Some(lang) => format!("/c/{campaign}?erased=1&lang={lang}"),
        None => format!("/c/{campaign}?erased=1"),
    });
    Ok(Asked { participant, lang, page })
}
