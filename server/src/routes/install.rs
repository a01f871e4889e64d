//! `POST /api/v1/campaigns/{campaign}/install-check`: what a page lacks for the widget to work on it.

use axum::Json;
use axum::extract::{Path, State};
use fanfare_shared::team::Right;
use fanfare_shared::wire::install::{InstallCheck, InstallCheckRequest};
use fanfare_shared::wire::problem::{Problem, Slug};

use super::access::{Access, Body};
use crate::app::App;
use crate::error::ApiError;
use crate::install::{self, Wanted, page};

/// Check a page
///
/// Fetches the page as a browser would, reads its tags and its Content-Security-Policy, and names what to write where. A page
/// that cannot be read is a finding like others. The server goes to addresses of the public internet alone, unless
/// `outgoing.private_addresses` says otherwise.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{campaign}/install-check", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    request_body(content((InstallCheckRequest = "application/json", example = json!({"page": "https://www.brand.example/summer"})))),
    responses(
        (status = 200, description = "What was found", body = InstallCheck),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No session, no or wrong token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Your role does not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such campaign", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn check(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(request): Body<InstallCheckRequest>,
) -> Result<Json<InstallCheck>, ApiError> {
    let campaign = access.campaign(&app, &id, Right::Edit)?;
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
