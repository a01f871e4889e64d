//! `/api/v1/campaigns`: the campaigns as the team sees them.

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::campaign::Campaign;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::team::Right;
use fanfare_shared::time::State;
use fanfare_shared::wire::overview::{ActivitySummary, Archive, CampaignList, CampaignSummary};
use fanfare_shared::wire::problem::Slug;

use super::access::{Access, Body};
use super::problems::{ReadProblems, WriteProblems};
use crate::app::App;
use crate::engine::{ActivityState, AuditNote, CampaignState, TeamProposal, TeamTable, TeamValue};
use crate::error::ApiError;
use crate::team::TeamFault;

/// List the campaigns
///
/// Those of the brands that the one who asks may see, and where they stand.
#[utoipa::path(
    get, path = "/api/v1/campaigns", tag = "campaigns", security(("session" = []), ("token" = [])),
    responses(
        (status = 200, description = "The campaigns, by id", body = CampaignList),
        ReadProblems,
    )
)]
pub(super) async fn list(Shared(app): Shared<App>, access: Access) -> Result<Response, ApiError> {
    let campaigns = app.engine.campaigns().into_iter().filter_map(|id| app.engine.campaign(&id));
    let seen = campaigns.filter(|state| access.allows(Right::Read, Some(&state.campaign.brand)));
    let campaigns = seen.map(|state| summary(&app, &access, &state)).collect::<Result<_, _>>()?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(CampaignList { campaigns })).into_response())
}

fn summary(app: &App, access: &Access, state: &CampaignState) -> Result<CampaignSummary, ApiError> {
    let document = &state.campaign;
    let activities = state.activities.iter().filter_map(|id| app.engine.activity(id));
    Ok(CampaignSummary {
        archived: app.is_archived(&document.campaign)?,
        campaign: document.campaign.clone(),
        brand: document.brand.clone(),
        brand_name: document.brand_name.clone(),
        title: document.title.clone(),
        languages: document.languages.clone(),
        version: state.version,
        origins: document.origins.clone(),
        hosted: app.url.join(&format!("/c/{}", document.campaign)),
        activities: activities.map(|activity| activity_summary(app, access, &activity)).collect(),
    })
}

fn activity_summary(app: &App, access: &Access, activity: &ActivityState) -> ActivitySummary {
    let figures = access.allows(Right::Figures, Some(&activity.brand));
    ActivitySummary {
        id: activity.id.clone(),
        name: activity.name.clone(),
        kind: activity.definition.kind,
        state: activity.window.state(app.now(), activity.sealed.is_some()),
        opens: activity.window.opens,
        closes: activity.window.closes,
        results: activity.results,
        draw: activity.contest.as_ref().map(|contest| contest.rules.draw),
        ballots: app.engine.tally(&activity.id).filter(|_| figures).map(|tally| tally.ballots),
    }
}

/// Read a campaign's document
///
/// As it is in force: what was brought in, with the ids that its activities were given.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{campaign}/document", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    responses(
        (status = 200, description = "The document", body = Campaign),
        ReadProblems,
    )
)]
pub(super) async fn document(
    Shared(app): Shared<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let state = app.campaign(&id)?;
    access.require(Right::Read, Some(&state.campaign.brand))?;
    let mut document = state.campaign.clone();
    for (activity, id) in document.activities.iter_mut().zip(&state.activities) {
        activity.id = Some(id.clone());
    }
    let headers =
        [(header::CACHE_CONTROL, "no-store".to_owned()), (header::ETAG, format!("\"{}\"", state.version))];
    Ok((headers, Json(document)).into_response())
}

/// Put a campaign away, or bring it back
///
/// Only one whose activities are all closed. Its pages, results and proofs stay where they are.
#[utoipa::path(
    put, path = "/api/v1/campaigns/{campaign}/archived", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    request_body(content((Archive = "application/json", example = json!({"archived": false})))),
    responses(
        (status = 204, description = "Done"),
        WriteProblems,
    )
)]
pub(super) async fn archive(
    Shared(app): Shared<App>,
    access: Access,
    Path(id): Path<String>,
    Body(Archive { archived }): Body<Archive>,
) -> Result<StatusCode, ApiError> {
    let state = access.campaign(&app, &id, Right::Edit)?;
    let (campaign, brand) = (&state.campaign.campaign, &state.campaign.brand);
    let running = |id: &ActivityId| app.engine.standing(id).is_some_and(|(_, state)| state != State::Closed);
    if archived && state.activities.iter().any(running) {
        let detail = "An activity of it still takes answers, or will. End it first.";
        return Err(ApiError::new(Slug::StillRunning, detail));
    }
    let action = if archived { "campaign.archived" } else { "campaign.restored" };
    let key = campaign.as_str().as_bytes();
    let proposal = TeamProposal::default()
        .noted(AuditNote::new(access.actor, action, campaign.as_str()).within(brand.clone()));
    let proposal = if archived {
        proposal.writing(TeamTable::Archived, key, TeamValue::Plain(Vec::new()))
    } else {
        proposal.gone(TeamTable::Archived, key)
    };
    app.engine.change_team(proposal).await.map_err(TeamFault::Store)?;
    Ok(StatusCode::NO_CONTENT)
}
