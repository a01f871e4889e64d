//! `GET /api/v1/activities/{id}/tally`: results, where the rules show them; to the team always.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::team::Right;
use fanfare_shared::wire::problem::{Problem, Slug};
use fanfare_shared::wire::tally::Tally;
use serde::Deserialize;

use super::access::Access;
use super::http::said;
use crate::app::App;
use crate::engine::ActivityState;
use crate::error::ApiError;
use crate::tallies::Written;

/// Who asks.
#[derive(Debug, Deserialize)]
pub(super) struct TallyQuery {
    /// The `results_token` of an act's reply.
    token: Option<String>,
}

/// Read the results
///
/// Revisions replace, withdrawn ballots do not count. The ETag changes with every commit that moves the tally. Members who
/// have the right `figures` see it also while it is hidden from the public.
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
    request: Request,
) -> Result<Response, ApiError> {
    let activity = app.activity(&id)?;
    let reader = app.reader(&activity.id, query.token.as_deref());
    let (mut parts, _) = request.into_parts();
    let (tally, kept) = match app.written_tally(&activity, reader) {
        Some(tally) => (tally, "public, max-age=1"),
        None => (for_the_team(&app, &activity, &mut parts).await?, "no-store"),
    };
    let cached = [(header::ETAG, tally.etag.as_str()), (header::CACHE_CONTROL, kept)];
    if not_modified(&parts.headers, &tally.etag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((cached, json, tally.json.clone()).into_response())
}

/// What is hidden from the public, for a member who may see it.
async fn for_the_team(
    app: &App,
    activity: &ActivityState,
    parts: &mut Parts,
) -> Result<Arc<Written>, ApiError> {
    let brand = &app.campaign(activity.campaign.as_str())?.campaign.brand;
    let access = Access::from_request_parts(parts, app).await.ok();
    let may = access.is_some_and(|access| access.allows(Right::Figures, Some(brand)));
    may.then(|| app.tallies.read(&app.engine, &activity.id)).flatten().ok_or_else(|| {
        ApiError::new(Slug::ResultsHidden, format!("Results are shown: {}.", activity.results.word()))
    })
}

/// Whether the reader has this version already.
pub(super) fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    let sent = said(headers, header::IF_NONE_MATCH);
    sent.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}
