//! `/api/v1/activities/{id}/draws/{n}/…`: the evidence of a draw, as anybody keeps and checks it.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::{Problem, Slug};

use super::log;
use crate::app::App;
use crate::error::ApiError;

/// A contest has one draw; several draws are several activities.
fn the_draw(n: &str) -> Result<(), ApiError> {
    if n == "1" { Ok(()) } else { Err(ApiError::not_found("draw: a contest has one, number 1")) }
}

/// Certificate of a draw
///
/// `fanfare-certificate/v1`: rules, seal, the beacon's value and every ticket drawn, each leaf with its path. Enough to
/// check who was drawn without the other entries; `fanfare verify` and the page `/verify` read it.
#[utoipa::path(get, path = "/api/v1/activities/{id}/draws/{n}/certificate", tag = "verify",
    params(
        ("id" = String, Path, description = "The contest"),
        ("n" = String, Path, description = "The draw: 1", example = "1"),
    ),
    responses(
        (status = 200, description = "The certificate", body = serde_json::Value, content_type = "application/json"),
        (status = 404, description = "No such contest, or it is not drawn yet", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn certificate(
    State(app): State<App>,
    Path((id, n)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    the_draw(&n)?;
    let activity = app.activity(&id)?;
    // The first who asks has the whole list read: not on the threads that answer everybody else.
    let made = tokio::task::spawn_blocking(move || app.certificates.of(&app.engine, &activity)).await;
    let made = made.map_err(|_| ApiError::new(Slug::Internal, "The certificate could not be made."))??;
    let made = made.ok_or_else(|| ApiError::not_found("draw yet: it follows its beacon's round"))?;
    Ok(([(header::CACHE_CONTROL, log::FOR_SECONDS)], axum::Json(&made.certificate)).into_response())
}

/// Everything about a draw in one file
///
/// `fanfare-bundle/v1`, as at `/log/a/{id}/bundle`: all entries, the brand's whole registry, the beacon's value.
#[utoipa::path(get, path = "/api/v1/activities/{id}/draws/{n}/bundle", tag = "verify",
    params(
        ("id" = String, Path, description = "The contest"),
        ("n" = String, Path, description = "The draw: 1", example = "1"),
    ),
    responses(
        (status = 200, description = "The bundle", body = serde_json::Value, content_type = "application/json"),
        (status = 404, description = "No such contest, or it is not drawn yet", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too many leaves for one file: read the tiles", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn bundle(
    State(app): State<App>,
    Path((id, n)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    the_draw(&n)?;
    let drawn = app.activity(&id)?.contest.as_ref().is_some_and(|contest| contest.drawn.is_some());
    if !drawn {
        return Err(ApiError::not_found("draw yet: it follows its beacon's round"));
    }
    log::bundled(&app, &id).await
}
