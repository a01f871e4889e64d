//! `/log/…`: the logs as C2SP tlog-tiles, with the documents that leaves name by hash. Everything a stranger needs to
//! check a receipt and to recount (`docs/PROTOCOL.md`, `docs/VERIFY.md`).

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::log::bundle::BundleBeacon;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::tile::TilePath;
use fanfare_shared::wire::problem::{Problem, Slug};
use serde::Deserialize;

use crate::app::App;
use crate::bundle;
use crate::engine::{LogId, LogReader};
use crate::error::ApiError;

/// Tiles and documents never change.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Checkpoints advance once a minute at most.
pub(super) const FOR_SECONDS: HeaderValue = HeaderValue::from_static("public, max-age=5");

fn text(cache: HeaderValue, body: String) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], body).into_response()
}

fn bytes(cache: HeaderValue, kind: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, cache)], body)
        .into_response()
}

fn activity_log(app: &App, id: &str) -> Result<LogReader, ApiError> {
    let activity = app.activity(id)?;
    app.engine.log(&LogId::Activity(activity.id.clone())).ok_or_else(|| ApiError::not_found("log"))
}

fn registry_log(app: &App, brand: &str) -> Result<LogReader, ApiError> {
    let brand = brand.parse().map_err(|_| ApiError::not_found("registry"))?;
    app.engine.log(&LogId::Registry(brand)).ok_or_else(|| ApiError::not_found("registry"))
}

fn tile_of(log: &LogReader, path: &str) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("tile in the public view");
    let path: TilePath = format!("tile/{path}").parse().map_err(|_| missing())?;
    let tile = log.tile(path)?.ok_or_else(missing)?;
    Ok(bytes(FOR_EVER, "application/octet-stream", tile))
}

/// Checkpoint of an activity's log
///
/// A C2SP checkpoint as a signed note. Advances once a minute at most.
#[utoipa::path(get, path = "/log/a/{id}/checkpoint", tag = "verify",
    params(("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky")),
    responses(
        (status = 200, description = "The checkpoint", body = String, content_type = "text/plain"),
        (status = 404, description = "No such log", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn checkpoint(State(app): State<App>, Path(id): Path<String>) -> Result<Response, ApiError> {
    Ok(text(FOR_SECONDS, activity_log(&app, &id)?.checkpoint().to_owned()))
}

/// Tile of an activity's log
///
/// `<level>/<N>[.p/<width>]` or `entries/<N>[.p/<width>]`, as in C2SP tlog-tiles.
#[utoipa::path(get, path = "/log/a/{id}/tile/{*path}", tag = "verify",
    params(
        ("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"),
        ("path" = String, Path, description = "Level and number", example = "entries/000.p/1"),
    ),
    responses(
        (status = 200, description = "The tile", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "No such tile in the public view", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn tile(
    State(app): State<App>,
    Path((id, path)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    tile_of(&activity_log(&app, &id)?, &path)
}

/// Document that a leaf names
///
/// Definitions, terms, opening files, tallies: the exact bytes whose hash stands in the log.
#[utoipa::path(get, path = "/log/a/{id}/doc/{hash}", tag = "verify",
    params(
        ("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"),
        ("hash" = String, Path, description = "SHA-256 in lower-case hex"),
    ),
    responses(
        (status = 200, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "This log names no such document", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn document(
    State(app): State<App>,
    Path((id, hash)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("document that this log names");
    let hash: Hash = hash.parse().map_err(|_| missing())?;
    let document = activity_log(&app, &id)?.document(&hash)?.ok_or_else(missing)?;
    Ok(bytes(FOR_EVER, "application/octet-stream", document))
}

/// Opened ballots
///
/// The opening files and the tally text of a closed poll, by leaf. Each is read at `doc/<hash>`.
#[utoipa::path(get, path = "/log/a/{id}/openings", tag = "verify",
    params(("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky")),
    responses(
        (status = 200, description = "`{openings: [{leaf, rows, file}], tally: {leaf, text} | null}`", body = bundle::OpeningFiles),
        (status = 404, description = "No such log", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn openings(State(app): State<App>, Path(id): Path<String>) -> Result<Response, ApiError> {
    let openings = bundle::OpeningFiles::from(activity_log(&app, &id)?.openings()?);
    Ok(([(header::CACHE_CONTROL, FOR_SECONDS)], axum::Json(openings)).into_response())
}

/// Everything in one file
///
/// `fanfare-bundle/v1`: all leaves, the brand's whole registry, checkpoints and documents. `fanfare verify` reads it.
#[utoipa::path(get, path = "/log/a/{id}/bundle", tag = "verify",
    params(("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky")),
    responses(
        (status = 200, description = "The bundle", body = serde_json::Value, content_type = "application/json"),
        (status = 404, description = "No such log", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too many leaves for one file: read the tiles", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn bundle(State(app): State<App>, Path(id): Path<String>) -> Result<Response, ApiError> {
    bundled(&app, &id).await
}

/// The bundle of an activity's log.
pub(super) async fn bundled(app: &App, id: &str) -> Result<Response, ApiError> {
    let activity = app.activity(id)?;
    let log = activity_log(app, id)?;
    let registry = registry_log(app, activity.brand.as_str())?;
    let key = app.engine.public_key();
    // A whole log is read: not on the threads that answer everybody else.
    let beacon = activity.contest.as_ref().and_then(|contest| {
        Some(BundleBeacon { round: contest.rules.beacon.round, signature: contest.drawn.clone()? })
    });
    let made = tokio::task::spawn_blocking(move || bundle::make(&log, &registry, key, beacon)).await;
    let made = made.map_err(|_| ApiError::new(Slug::Internal, "The bundle could not be made."))??;
    Ok(([(header::CACHE_CONTROL, FOR_SECONDS)], axum::Json(made)).into_response())
}

/// Checkpoint of a brand's registry
#[utoipa::path(get, path = "/log/registry/{brand}/checkpoint", tag = "verify",
    params(("brand" = String, Path, description = "The brand", example = "aurora")),
    responses(
        (status = 200, description = "The checkpoint", body = String, content_type = "text/plain"),
        (status = 404, description = "No such registry", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn registry_checkpoint(
    State(app): State<App>,
    Path(brand): Path<String>,
) -> Result<Response, ApiError> {
    Ok(text(FOR_SECONDS, registry_log(&app, &brand)?.checkpoint().to_owned()))
}

/// Tile of a brand's registry
#[utoipa::path(get, path = "/log/registry/{brand}/tile/{*path}", tag = "verify",
    params(
        ("brand" = String, Path, description = "The brand", example = "aurora"),
        ("path" = String, Path, description = "Level and number", example = "entries/000.p/1"),
    ),
    responses(
        (status = 200, description = "The tile", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "No such tile in the public view", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn registry_tile(
    State(app): State<App>,
    Path((brand, path)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    tile_of(&registry_log(&app, &brand)?, &path)
}

/// Whose key.
#[derive(Debug, Deserialize)]
pub(super) struct KeyQuery {
    origin: Option<String>,
}

/// Verifier key of a log
///
/// The C2SP verifier key of the installation, under the name of one log's origin. Pin it: a key read from the server
/// that signs proves only that nothing changed since you first read it.
#[utoipa::path(get, path = "/log/key", tag = "verify",
    params(("origin" = String, Query, description = "Origin of the log, as in `log` of the bootstrap")),
    responses(
        (status = 200, description = "The verifier key", body = String, content_type = "text/plain"),
        (status = 400, description = "No origin given", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not a log of this server", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn key(State(app): State<App>, Query(query): Query<KeyQuery>) -> Result<Response, ApiError> {
    let origin = query.origin.ok_or_else(|| {
        ApiError::field(
            Slug::BadParameter,
            "query:origin",
            "give the origin of a log, such as `host/log/a/<id>`",
        )
    })?;
    let key = app.engine.verifier_key(&origin).ok_or_else(|| ApiError::not_found("log on this server"))?;
    Ok(text(FOR_SECONDS, format!("{key}\n")))
}
