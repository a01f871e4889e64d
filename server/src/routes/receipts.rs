//! `GET /api/v1/activities/{id}/receipts/{index}`: the public receipt of a leaf under the newest public checkpoint.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::Problem;

use crate::app::App;
use crate::engine::LogId;
use crate::error::ApiError;

/// Read a public receipt
///
/// Without the private openings. After the seal it stands under the sealed checkpoint: from then on no server is
/// needed to check it.
#[utoipa::path(
    get, path = "/api/v1/activities/{id}/receipts/{index}", tag = "verify",
    params(
        ("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"),
        ("index" = u64, Path, description = "Index of the act's leaf"),
    ),
    responses(
        (status = 200, description = "C2SP tlog-proof@v1", body = String, content_type = "text/plain"),
        (status = 404, description = "No such leaf in the public view", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(app): State<App>,
    Path((id, index)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let activity = app.activity(&id)?;
    let missing = || ApiError::not_found("leaf in the public view, which advances once a minute");
    let index = index.parse().map_err(|_| missing())?;
    let log = app.engine.log(&LogId::Activity(activity.id.clone())).ok_or_else(missing)?;
    let receipt = log.receipt(index)?.ok_or_else(missing)?;
    Ok(([(header::CACHE_CONTROL, "no-cache")], receipt).into_response())
}
