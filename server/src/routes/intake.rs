//! What a write passes before its handler sees it: not too often, not too large, not too slow. After this its body is
//! whole and in memory.
//!
//! Deliberately absent: what is in the body, and reads, which have none.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::limits;
use fanfare_shared::wire::problem::Slug;
use http_body_util::LengthLimitError;

use super::http::told;
use crate::app::App;
use crate::edge::rate::Kind;
use crate::edge::{Gauges, Sender};
use crate::error::ApiError;

/// Where documents are written that cost more than an act to take in.
const DOCUMENTS: &str = "/api/v1/campaigns/";

/// Where a draft begins, which may be a copy of a whole campaign.
const DRAFTS: &str = "/api/v1/drafts";

/// What a sender who writes too often is answered: to come back later.
pub(super) fn limit(app: &App, request: &Request) -> Option<Response> {
    let document = request.uri().path().starts_with(DOCUMENTS);
    let kind = match *request.method() {
        Method::PUT if document => Kind::Document,
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE => Kind::Write,
        _ => return None,
    };
    // None: not from a socket.
    let Sender(address) = request.extensions().get::<Sender>()?;
    let wait = app.edge.rates.take(app.edge.aliases.of(*address), kind).err()?;
    Gauges::count(&app.edge.gauges.limited);
    Some(come_back(app, request.headers(), wait))
}

/// As a page for a browser that sent a plain form, as a problem document for everybody else.
fn come_back(app: &App, headers: &HeaderMap, wait: Duration) -> Response {
    let seconds = wait.as_secs() + 1;
    let detail = format!("Nothing was counted. Repeat the request with the same key in {seconds} seconds.");
    let error = ApiError::new(Slug::RateLimited, detail);
    let mut response = told(app, headers, error);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Reads the body of a write, as far as it is not too large, in the time there is for it.
pub(super) async fn body(patience: Duration, request: Request) -> Result<Request, Response> {
    let most = match *request.method() {
        Method::POST if request.uri().path() == DRAFTS => limits::CAMPAIGN_BYTES,
        Method::POST | Method::PATCH | Method::DELETE => limits::ACT_BYTES,
        Method::PUT => limits::CAMPAIGN_BYTES,
        _ => return Ok(request),
    };
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(patience, whole(body, most)).await {
        Ok(Ok(body)) => Ok(Request::from_parts(parts, body)),
        Ok(Err(error)) => Err(closing(error)),
        Err(_) => {
            let detail = "The body did not arrive in time and nothing was counted. Send it again.";
            Err(closing(ApiError::new(Slug::TooSlow, detail)))
        }
    }
}

/// The body in one piece.
async fn whole(body: Body, most: usize) -> Result<Body, ApiError> {
    let too_large =
        || ApiError::new(Slug::TooLarge, format!("At this address a body has at most {} KiB.", most / 1024));
    // Said beforehand, it is not even read.
    if body.size_hint().lower() > most as u64 {
        return Err(too_large());
    }
    let read = axum::body::to_bytes(body, most).await;
    read.map(Body::from).map_err(|error| {
        if std::error::Error::source(&error).is_some_and(|source| source.is::<LengthLimitError>()) {
            return too_large();
        }
        ApiError::new(
            Slug::MalformedBody,
            "The body ended early or is not well framed. Send it again, whole.",
        )
    })
}

/// What is still on its way is not waited for.
fn closing(error: ApiError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
