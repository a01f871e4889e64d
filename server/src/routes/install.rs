//! `POST /api/v1/campaigns/{campaign}/install-check`: what a page lacks for the widget to work on it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use fanfare_shared::wire::install::{InstallCheck, InstallCheckRequest};
use fanfare_shared::wire::problem::{Problem, Slug};

use super::campaigns::check_owner;
use super::submission::media_type;
use crate::app::App;
use crate::error::ApiError;
use crate::install::{self, Wanted, page};

/// Check a page
///
/// Fetches the page as a browser would, reads its tags and its Content-Security-Policy, and names what to write where. A page
/// that cannot be read is a finding like others. The server goes to addresses of the public internet alone, unless
/// `outgoing.private_addresses` says otherwise.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{campaign}/install-check", tag = "campaigns", security(("owner" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    request_body(content((InstallCheckRequest = "application/json", example = json!({"page": "https://www.brand.example/summer"})))),
    responses(
        (status = 200, description = "What was found", body = InstallCheck),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No or wrong owner token", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such campaign", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn check(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<InstallCheck>, ApiError> {
    check_owner(&app, &headers)?;
    let campaign = app.campaign(&id)?;
    if media_type(&headers) != "application/json" {
        let wanted = "send application/json";
        return Err(ApiError::field(Slug::UnsupportedMediaType, "header:Content-Type", wanted));
    }
    let request: InstallCheckRequest = serde_json::from_slice(&body).map_err(|error| {
        ApiError::new(Slug::MalformedBody, format!("Send {{\"page\": \"https://…\"}}; {error}."))
    })?;
    let reach = app.reach;
    let fetched = tokio::task::spawn_blocking(move || {
        let page = page::fetch(&request.page, reach);
        page.map_err(|reason| install::unreadable(&request.page, &reason))
    });
    let wanted = Wanted { server: &app.url, campaign: Some(&campaign.campaign) };
    match fetched.await {
        Ok(Ok(page)) => Ok(Json(install::check(&page, wanted))),
        Ok(Err(unreadable)) => Ok(Json(unreadable)),
        Err(_) => Err(ApiError::new(Slug::Internal, "The page could not be looked at.")),
    }
}
