//! `/api/v1/campaigns`: the campaigns as the team sees them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::campaign::{ActivityKind, Campaign};
use fanfare_shared::team::Right;
use fanfare_shared::wire::overview::{ActivitySummary, CampaignList, CampaignSummary};

use super::access::Access;
use super::problems::ReadProblems;
use crate::app::App;
use crate::engine::{ActivityState, CampaignState};
use crate::error::ApiError;

/// List the campaigns
///
/// Those of the brands that the one who asks may see, and where they stand.
#[utoipa::path(
    get, path = "/api/v1/campaigns", tag = "campaigns", security(("session" = []), ("owner" = [])),
    responses(
        (status = 200, description = "The campaigns, by id", body = CampaignList),
        ReadProblems,
    )
)]
pub(super) async fn list(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    let campaigns = app.engine.campaigns().into_iter().filter_map(|id| app.engine.campaign(&id));
    let seen = campaigns.filter(|state| access.allows(Right::Read, Some(&state.campaign.brand)));
    let campaigns = seen.map(|state| summary(&app, &access, &state)).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(CampaignList { campaigns })).into_response())
}

fn summary(app: &App, access: &Access, state: &CampaignState) -> CampaignSummary {
    let document = &state.campaign;
    let activities = state.activities.iter().filter_map(|id| app.engine.activity(id));
    CampaignSummary {
        campaign: document.campaign.clone(),
        brand: document.brand.clone(),
        brand_name: document.brand_name.clone(),
        title: document.title.clone(),
        languages: document.languages.clone(),
        version: state.version,
        origins: document.origins.clone(),
        hosted: app.url.join(&format!("/c/{}", document.campaign)),
        activities: activities.map(|activity| activity_summary(app, access, &activity)).collect(),
    }
}

fn activity_summary(app: &App, access: &Access, activity: &ActivityState) -> ActivitySummary {
    let figures = access.allows(Right::Figures, Some(&activity.brand));
    ActivitySummary {
        id: activity.id.clone(),
        name: activity.name.clone(),
        kind: ActivityKind::Poll,
        state: activity.window.state(app.now(), activity.sealed.is_some()),
        opens: activity.window.opens,
        closes: activity.window.closes,
        results: activity.results,
        ballots: app.engine.tally(&activity.id).filter(|_| figures).map(|tally| tally.ballots),
    }
}

/// Read a campaign's document
///
/// As it is in force: what was brought in, with the ids that its activities were given.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{campaign}/document", tag = "campaigns", security(("session" = []), ("owner" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    responses(
        (status = 200, description = "The document", body = Campaign),
        ReadProblems,
    )
)]
pub(super) async fn document(
    State(app): State<App>,
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
