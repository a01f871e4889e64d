//! `/api/v1/activities/{id}/draws/{n}/…`: the evidence of a draw, as anybody keeps and checks it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::draw::slots::Stake;
use fanfare_shared::team::Right;
use fanfare_shared::wire::draw::{BeaconValue, Winner, Winners};
use fanfare_shared::wire::problem::{Problem, Slug};

use super::access::{Access, Body};
use super::log;
use super::problems::{ReadProblems, WriteProblems};
use crate::app::App;
use crate::engine::texts::Filled;
use crate::engine::{ActivityState, AuditNote, DrawError, ReadError, TeamProposal};
use crate::error::ApiError;
use crate::team::TeamFault;

/// A contest has one draw; several draws are several activities.
fn the_draw(n: &str) -> Result<(), ApiError> {
    if n == "1" { Ok(()) } else { Err(ApiError::not_found("draw: a contest has one, number 1")) }
}

fn not_drawn() -> ApiError {
    ApiError::not_found("draw yet: it follows its beacon's round")
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
    let made = made.ok_or_else(not_drawn)?;
    Ok(([(header::CACHE_CONTROL, log::FOR_SECONDS)], axum::Json(&made.certificate)).into_response())
}

/// Bring the beacon's value
///
/// For a server that reaches no relay: the round that the rules name and its signature, from any relay of drand
/// (`…/<chain hash>/public/<round>`). It authenticates itself, so it does not matter where it came from; the draw follows at
/// once. Brought twice, or after the server had it itself, it changes nothing.
#[utoipa::path(put, path = "/api/v1/activities/{id}/draws/{n}/beacon", tag = "campaigns",
    security(("session" = []), ("token" = [])),
    params(
        ("id" = String, Path, description = "The contest"),
        ("n" = String, Path, description = "The draw: 1", example = "1"),
    ),
    request_body(content((BeaconValue = "application/json", example = json!({
        "round": 657_413,
        "signature": "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    })))),
    responses((status = 204, description = "It is drawn"), WriteProblems))]
pub(super) async fn bring(
    State(app): State<App>,
    access: Access,
    Path((id, n)): Path<(String, String)>,
    Body(value): Body<BeaconValue>,
) -> Result<StatusCode, ApiError> {
    access.require_somewhere(Right::Edit)?;
    let activity = app.activity(&id)?;
    access.require(Right::Edit, Some(&activity.brand))?;
    the_draw(&n)?;
    let rules = activity.contest.as_ref().map(|contest| &contest.rules);
    let rules = rules.ok_or_else(|| ApiError::not_found("contest"))?;
    if value.round != rules.beacon.round {
        let detail = format!("the rules name round {}", rules.beacon.round);
        return Err(ApiError::field(Slug::Refused, "/round", detail));
    }
    app.engine.draw(&activity.id, &value.signature).await.map_err(|error| match error {
        DrawError::UnknownContest => ApiError::not_found("contest"),
        DrawError::NotSealed => ApiError::new(Slug::Refused, "The list of entries is not sealed yet."),
        DrawError::Beacon(error) => ApiError::field(Slug::Refused, "/signature", error.to_string()),
        DrawError::Store(error) => error.into(),
    })?;
    let note = AuditNote::new(access.actor, "beacon.brought", activity.id.to_string())
        .within(activity.brand.clone());
    app.engine.change_team(TeamProposal::default().noted(note)).await.map_err(TeamFault::Store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Winners of a draw
///
/// Everybody who was drawn, reserves too, with what they filled in: for those who may take single answers out. The audit log
/// remembers who read them. Public, and without names, is the certificate.
#[utoipa::path(get, path = "/api/v1/activities/{id}/draws/{n}/winners", tag = "results",
    security(("session" = []), ("token" = [])),
    params(
        ("id" = String, Path, description = "The contest"),
        ("n" = String, Path, description = "The draw: 1", example = "1"),
    ),
    responses(
        (status = 200, description = "The winners", body = Winners),
        ReadProblems,
    ))]
pub(super) async fn winners(
    State(app): State<App>,
    access: Access,
    Path((id, n)): Path<(String, String)>,
) -> Result<Json<Winners>, ApiError> {
    access.require_somewhere(Right::Export)?;
    let activity = app.activity(&id)?;
    access.require(Right::Export, Some(&activity.brand))?;
    the_draw(&n)?;
    let (reader, state) = (Arc::clone(&app), Arc::clone(&activity));
    let found = tokio::task::spawn_blocking(move || drawn(&reader, &state)).await;
    let found = found.map_err(|_| ApiError::new(Slug::Internal, "The winners could not be read."))??;
    let winners = found.ok_or_else(not_drawn)?;
    let note =
        AuditNote::new(access.actor, "winners.read", activity.id.to_string()).within(activity.brand.clone());
    app.engine.change_team(TeamProposal::default().noted(note)).await.map_err(TeamFault::Store)?;
    Ok(Json(winners))
}

fn drawn(app: &App, activity: &ActivityState) -> Result<Option<Winners>, ReadError> {
    let Some(made) = app.certificates.of(&app.engine, activity)? else { return Ok(None) };
    let lang = app.engine.campaign(&activity.campaign).and_then(|it| it.campaign.languages.first().cloned());
    let titles = activity.definition.contest.iter().flat_map(|contest| &contest.prizes);
    let titles: Vec<String> =
        titles.map(|prize| prize.title.get(lang.as_deref().unwrap_or_default()).to_owned()).collect();
    let held: BTreeSet<u64> = made.standing.held().map(|(_, of)| of).collect();
    let mut slots = Vec::new();
    for slot in &made.slots.0 {
        let Some(Filled { at, answers }) = app.engine.filled(&activity.id, slot.leaf)? else { continue };
        let prize = match slot.stake {
            Stake::Prize(prize) => Some(prize),
            Stake::Reserve => None,
        };
        let title = prize.and_then(|prize| titles.get(usize::try_from(prize).ok()?.checked_sub(1)?).cloned());
        slots.push(Winner {
            slot: slot.number,
            prize,
            title,
            wins: held.contains(&slot.number),
            ticket: slot.ticket,
            index: slot.leaf,
            holder: slot.holder.to_hex(),
            at,
            answers,
        });
    }
    Ok(Some(Winners { slots }))
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
        return Err(not_drawn());
    }
    log::bundled(&app, &id).await
}
