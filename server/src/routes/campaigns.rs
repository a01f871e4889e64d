//! `/api/v1/campaigns/{campaign}`: the bootstrap that a widget reads, and the owner's way to bring a campaign in.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::campaign::Campaign;
use fanfare_shared::ids::{ActivityId, Slug as Name};
use fanfare_shared::team::Right;
use fanfare_shared::wire::bootstrap::Bootstrap;
use fanfare_shared::wire::problem::{Problem, Slug};
use serde::{Deserialize, Serialize};

use super::access::Access;
use super::assets::accepts_brotli;
use super::submission::media_type;
use super::tally::not_modified;
use crate::app::App;
use crate::bootstraps::FRESH;
use crate::campaigns::{self, Format};
use crate::engine::{Applied, Apply};
use crate::error::ApiError;
use crate::render;

/// The language wanted.
#[derive(Debug, Deserialize)]
pub(super) struct BootstrapQuery {
    lang: Option<String>,
}

/// Read a campaign
///
/// Everything a widget needs to paint and to take answers, in one cacheable document; never anything about a person.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{campaign}", tag = "campaigns",
    params(
        ("campaign" = String, Path, description = "The campaign", example = "aurora"),
        ("lang" = Option<String>, Query, description = "Language; absent: by Accept-Language", example = "en"),
    ),
    responses(
        (status = 200, description = "The bootstrap", body = Bootstrap),
        (status = 304, description = "Not changed since the ETag sent in If-None-Match"),
        (status = 404, description = "No such campaign", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn bootstrap(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<BootstrapQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let campaign = app.campaign(&id)?;
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = render::language(&campaign, query.lang.as_deref(), accepted);
    let rendered = app.bootstraps.read(&app, &campaign, &lang);
    let cached = [
        (header::ETAG, rendered.etag.clone()),
        (header::CACHE_CONTROL, format!("public, max-age={FRESH}, stale-while-revalidate=30")),
        (header::VARY, "accept-language, accept-encoding".to_owned()),
    ];
    if not_modified(&headers, &rendered.etag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let kind = (header::CONTENT_TYPE, "application/json");
    if accepts_brotli(&headers) && !rendered.brotli.is_empty() {
        let packed = (header::CONTENT_ENCODING, "br");
        return Ok((cached, [kind, packed], rendered.brotli.clone()).into_response());
    }
    Ok((cached, [kind], rendered.json.clone()).into_response())
}

/// A campaign was applied.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct AppliedReply {
    /// Version of the campaign, one more for each change.
    version: u64,
    /// Whether the document said what was there already.
    unchanged: bool,
    /// Activities by name, with their public ids.
    activities: Vec<AppliedActivity>,
}

/// An activity of an applied campaign.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct AppliedActivity {
    /// Name in the document.
    name: Name,
    /// Public id.
    id: ActivityId,
}

/// Bring in a campaign
///
/// Creates or changes it. Rules of a running activity cannot move; texts of questions only before the first ballot.
#[utoipa::path(
    put, path = "/api/v1/campaigns/{campaign}", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    request_body(content(
        (Campaign = "application/json", example = json!(super::openapi::aurora())),
        (String = "application/toml", example = json!(include_str!("../../../demo/aurora.toml"))),
    )),
    responses(
        (status = 200, description = "Applied", body = AppliedReply),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No session, no or wrong token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Your role does not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It would move the rules of a running activity", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Content type not understood", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Faults, all named", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not applied, or not known", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn apply(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<AppliedReply>, ApiError> {
    access.require_somewhere(Right::Edit)?;
    let format = match media_type(&headers) {
        "application/json" => Format::Json,
        "application/toml" => Format::Toml,
        _ => {
            let wanted = "send application/json or application/toml";
            return Err(ApiError::field(Slug::UnsupportedMediaType, "header:Content-Type", wanted));
        }
    };
    let campaign = campaigns::read(&body, format)?;
    access.require(Right::Edit, Some(&campaign.brand))?;
    if campaign.campaign.as_str() != id {
        let detail = format!("the address says `{id}`; write the same here");
        return Err(ApiError::field(Slug::Refused, "/campaign", detail));
    }
    let apply = campaigns::resolve(campaign, app.now(), app.engine.entropy())?;
    let applied = app.engine.apply(Apply { by: access.actor, ..apply }).await?;
    Ok(Json(applied.into()))
}

impl From<Applied> for AppliedReply {
    fn from(applied: Applied) -> Self {
        let Applied { version, activities, unchanged } = applied;
        let activities = activities.into_iter().map(|(name, id)| AppliedActivity { name, id });
        Self { version, unchanged, activities: activities.collect() }
    }
}
