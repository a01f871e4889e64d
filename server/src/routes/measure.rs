//! `/api/v1/campaigns/{campaign}/reach` and `/measure`: what visits report, and what the team sees of them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::team::Right;
use fanfare_shared::wire::measure::{Cost, EVENTS, MOST_MONEY, Measure, ReachEvent, ReachReport};
use fanfare_shared::wire::problem::{Problem, Slug};
use serde::Deserialize;

use super::access::{Access, Body};
use super::http::{check_origin, said};
use super::problems::{ReadProblems, WriteProblems};
use crate::app::App;
use crate::engine::{AuditNote, CampaignState, TeamProposal, TeamTable, TeamValue};
use crate::error::ApiError;
use crate::export::Format;
use crate::measure;
use crate::team::TeamFault;

/// Report a visit
///
/// What the widget saw happen on a page: counted, and forgotten. The same JSON is read as `text/plain`, which needs no preflight. Nothing is stored that tells one visitor from another.
#[utoipa::path(
    post, path = "/api/v1/campaigns/{campaign}/reach", tag = "results",
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    request_body(content(
        (ReachReport = "application/json", example = json!({"lang": "it", "source": "newsletter", "events": [{"event": "shown"}, {"event": "started"}]})),
    )),
    responses(
        (status = 202, description = "Passed over: the campaign does not list the page"),
        (status = 204, description = "Counted"),
        (status = 400, description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such campaign", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A value is too large", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn report(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let state = app.campaign(&id)?;
    if check_origin(&headers, &state, &app.url).is_err() {
        // A page that the campaign does not list counts for nothing. That is no refusal: the widget cannot know before, and
        // browsers print every refusal on the brand's page.
        return Ok(StatusCode::ACCEPTED);
    }
    let report: ReachReport = serde_json::from_slice(&body)
        .map_err(|error| ApiError::new(Slug::MalformedBody, format!("{error}.")))?;
    let money =
        |event: &ReachEvent| matches!(event, ReachEvent::Converted { value, .. } if *value > MOST_MONEY);
    if report.events.iter().any(money) {
        return Err(ApiError::field(Slug::Refused, "/events", format!("a value is {MOST_MONEY} at most")));
    }
    if report.events.len() > EVENTS {
        return Err(ApiError::new(Slug::TooLarge, format!("At most {EVENTS} events in one report.")));
    }
    let (agent, origin) = (said(&headers, header::USER_AGENT), said(&headers, header::ORIGIN));
    let day = measure::day(&state.campaign, app.now());
    app.engine.count(&state.campaign.campaign, day, &measure::counts(&state, &report, agent, origin));
    Ok(StatusCode::NO_CONTENT)
}

/// Which days.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureQuery {
    /// The first day (`2026-11-01`), on the campaign's calendar; absent: 27 days before the last. Of more than 400 days the last
    /// 400 are told.
    #[param(format = Date)]
    from: Option<String>,
    /// The last day; absent: today.
    #[param(format = Date)]
    to: Option<String>,
    /// Of an export: `csv`, `json` or `xlsx`.
    #[serde(default)]
    #[param(inline)]
    pub(super) format: Format,
}

impl MeasureQuery {
    /// The days wanted; of more than 400 the last ones.
    fn days(&self, today: u32) -> Result<(u32, u32), ApiError> {
        let day = |name: &str, text: &str| {
            measure::parse_day(text).ok_or_else(|| {
                let pointer = format!("query:{name}");
                ApiError::field(Slug::BadParameter, &pointer, "a day such as 2026-11-27")
            })
        };
        let to = self.to.as_deref().map_or(Ok(today), |text| day("to", text))?;
        let from = self.from.as_deref().map_or(Ok(to.saturating_sub(27)), |text| day("from", text))?;
        Ok((from.max((to + 1).saturating_sub(measure::DAYS)), to))
    }
}

fn cost(app: &App, state: &CampaignState) -> Result<Option<Cost>, ApiError> {
    let entry = app.engine.team_entry(TeamTable::Cost, state.campaign.campaign.as_str().as_bytes())?;
    Ok(entry.and_then(|entry| serde_json::from_slice(&entry.bytes).ok()))
}

/// Read the reach
///
/// Seen, begun, finished, counted: by day, and by source, language and device. What is rare is told only as part of the rest.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{campaign}/measure", tag = "results", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora"), MeasureQuery),
    responses(
        (status = 200, description = "The reach", body = Measure),
        ReadProblems,
    )
)]
pub(super) async fn read(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Query(query): Query<MeasureQuery>,
) -> Result<Response, ApiError> {
    let measure = measured(&app, &access, &id, &query)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(measure)).into_response())
}

/// The reach of a campaign, for those who may see it.
pub(super) fn measured(
    app: &App,
    access: &Access,
    id: &str,
    query: &MeasureQuery,
) -> Result<Measure, ApiError> {
    let state = app.campaign(id)?;
    access.require(Right::Figures, Some(&state.campaign.brand))?;
    let (from, to) = query.days(measure::day(&state.campaign, app.now()))?;
    Ok(measure::read(&app.engine, &state, from, to, cost(app, &state)?)?)
}

/// Write down what a campaign costs
#[utoipa::path(
    put, path = "/api/v1/campaigns/{campaign}/cost", tag = "results", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora")),
    request_body(content((Cost = "application/json", example = json!({"amount": 120_000, "currency": "EUR"})))),
    responses(
        (status = 204, description = "Written"),
        WriteProblems,
    )
)]
pub(super) async fn set_cost(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(cost): Body<Cost>,
) -> Result<StatusCode, ApiError> {
    let state = access.campaign(&app, &id, Right::Edit)?;
    if cost.amount > MOST_MONEY {
        return Err(ApiError::field(Slug::Refused, "/amount", format!("{MOST_MONEY} at most")));
    }
    if !measure::is_currency(&cost.currency) {
        return Err(ApiError::field(Slug::Refused, "/currency", "three capital letters such as EUR"));
    }
    let campaign = state.campaign.campaign.as_str();
    let value = serde_json::to_vec(&cost).unwrap_or_default();
    let note = AuditNote::new(access.actor, "campaign.cost", campaign)
        .within(state.campaign.brand.clone())
        .saying(format!("{} {}", cost.amount, cost.currency));
    let proposal = TeamProposal::default()
        .writing(TeamTable::Cost, campaign.as_bytes(), TeamValue::Plain(value))
        .noted(note);
    app.engine.change_team(proposal).await.map_err(TeamFault::Store)?;
    Ok(StatusCode::NO_CONTENT)
}
