//! `GET /api/v1/activities/{id}/tally`: results, where the rules show them.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::{Problem, Slug};
use fanfare_shared::wire::tally::Tally;
use serde::Deserialize;

use crate::app::App;
use crate::error::ApiError;

/// Who asks.
#[derive(Debug, Deserialize)]
pub(super) struct TallyQuery {
    /// The `results_token` of an act's reply.
    token: Option<String>,
}

/// Read the results
///
/// Revisions replace, withdrawn ballots do not count. The ETag changes with every commit that moves the tally.
#[utoipa::path(
    get, path = "/api/v1/activities/{id}/tally", tag = "results",
    params(
        ("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"),
        ("token" = Option<String>, Query, description = "`results_token` of an act's reply, where results are shown after answering"),
    ),
    responses(
        (status = 200, description = "The tally", body = Tally),
        (status = 304, description = "Not changed since the ETag sent in If-None-Match"),
        (status = 403, description = "Results are not shown to this reader now", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such activity", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<TallyQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let activity = app.activity(&id)?;
    let reader = app.reader(&activity.id, query.token.as_deref());
    let tally = app.written_tally(&activity, reader).ok_or_else(|| {
        ApiError::new(Slug::ResultsHidden, format!("Results are shown: {}.", activity.results.word()))
    })?;
    let cached = [(header::ETAG, tally.etag.as_str()), (header::CACHE_CONTROL, "public, max-age=1")];
    if not_modified(&headers, &tally.etag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((cached, json, tally.json.clone()).into_response())
}

/// Whether the reader has this version already.
pub(super) fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    let sent = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    sent.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}
