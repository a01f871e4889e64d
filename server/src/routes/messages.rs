//! `POST /api/v1/campaigns/{campaign}/messages`: a visitor writes to the team. From a form without JavaScript, or as JSON.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use fanfare_shared::ids::IdempotencyKey;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::wire::problem::{Problem, Slug};
use fanfare_shared::wire::queue::{CaseKind, MessageTaken, NewMessage};

use super::http::check_origin;
use super::submission::{bad_key, key_missing, media_type};
use crate::app::App;
use crate::engine::CampaignState;
use crate::error::ApiError;
use crate::queue::Begun;
use crate::render::{self, contact};

/// Write to the team
///
/// A question, or a request about personal data. The reply names a page where the answer is read; whoever has its address
/// reads it. The same key with the same body is the same message. Forms carry the key as the field `key`.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{campaign}/messages", tag = "participants",
    params(
        ("campaign" = String, Path, description = "The campaign", example = "aurora"),
        ("Idempotency-Key" = Option<String>, Header, description = "16 to 64 of A-Z, a-z, 0-9, - and _; required with JSON",
            pattern = "^[A-Za-z0-9_-]{16,64}$",
            example = "3e1c6a52-7d0b-4b6e-9b1f-2c9a6f1d8e47"),
    ),
    request_body(content(
        (NewMessage = "application/json", example = json!({"kind": "message", "text": "Is the fig vegan?", "email": "anna@example.org", "lang": "it"})),
        (String = "application/x-www-form-urlencoded",
            example = "kind=erasure&key=9f8e7d6c-5b4a-4938-8271-605f4e3d2c1b&text=Please+erase+me&email=anna%40example.org&reply=json"),
    )),
    responses(
        (status = 201, description = "It waits for the team", body = MessageTaken),
        (status = 200, description = "The same message was taken before", body = MessageTaken),
        (status = 303, description = "A form that wants a page is sent on to the conversation"),
        (status = 400, description = "The body or the key is missing or malformed", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The page's origin is not listed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such campaign", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile: repeat", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is not accepted, or the key stands for another message", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not taken, or not known: repeat with the same key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let campaign = app.campaign(&id)?;
    check_origin(&headers, &campaign, &app.url)?;
    let Sent { message, key, page } = read(&headers, &body)?;
    match take(&app, &campaign, &message, &key).await {
        Ok((link, _)) if page => Ok((no_store(), Redirect::to(&link)).into_response()),
        Ok((link, status)) => Ok((status, no_store(), Json(MessageTaken { link })).into_response()),
        Err(error) if page => {
            let lang = render::language(&campaign, Some(&message.lang), None);
            Ok(contact::refused(&app, &campaign, &lang, &message, &error))
        }
        Err(error) => Err(error),
    }
}

const fn no_store() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}

async fn take(
    app: &App,
    campaign: &CampaignState,
    message: &NewMessage,
    key: &IdempotencyKey,
) -> Result<(String, StatusCode), ApiError> {
    match app.queue.begin(campaign, key, message).await? {
        Begun::Taken(id) => Ok((app.queue.link(&id), StatusCode::CREATED)),
        Begun::Again(id) => Ok((app.queue.link(&id), StatusCode::OK)),
        Begun::KeyReused => Err(Refusal::KeyReused.into()),
    }
}

/// A message as it was sent.
struct Sent {
    message: NewMessage,
    key: IdempotencyKey,
    /// Whether a page is wanted.
    page: bool,
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Sent, ApiError> {
    match media_type(headers) {
        "application/json" => {
            let message = serde_json::from_slice(body).map_err(|error| {
                ApiError::new(Slug::MalformedBody, format!("Not the JSON of a message: {error}."))
            })?;
            let pointer = "header:Idempotency-Key";
            let key = headers.get("idempotency-key").ok_or_else(|| key_missing(pointer))?;
            let key = key.to_str().unwrap_or("").parse().map_err(|error| bad_key(pointer, &error))?;
            Ok(Sent { message, key, page: false })
        }
        "application/x-www-form-urlencoded" => form(body),
        _ => {
            let wanted = "send application/json or application/x-www-form-urlencoded";
            Err(ApiError::field(Slug::UnsupportedMediaType, "header:Content-Type", wanted))
        }
    }
}

fn form(body: &[u8]) -> Result<Sent, ApiError> {
    let mut message = NewMessage {
        kind: CaseKind::Message,
        text: String::new(),
        name: String::new(),
        email: String::new(),
        lang: String::new(),
    };
    let (mut key, mut page) = (None, true);
    for (name, value) in form_urlencoded::parse(body) {
        let value = value.into_owned();
        match name.as_ref() {
            "kind" => {
                let wanted = "`message`, `access` or `erasure`";
                let kind = value.parse();
                message.kind = kind.map_err(|()| ApiError::field(Slug::Refused, "/kind", wanted))?;
            }
            "text" => message.text = value,
            "name" => message.name = value,
            "email" => message.email = value,
            "lang" => message.lang = value,
            "key" => key = Some(value),
            "reply" => page = value != "json",
            other => {
                let detail = "a form has no such field";
                return Err(ApiError::field(Slug::Refused, &format!("/{other}"), detail));
            }
        }
    }
    let key = key.ok_or_else(|| key_missing("/key"))?;
    Ok(Sent { message, key: key.parse().map_err(|error| bad_key("/key", &error))?, page })
}
