//! `/api/v1/queue`: what waits for a person of the team, for those who answer.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::ids::{BrandId, CampaignId, MemberId, PublicId};
use fanfare_shared::team::Right;
use fanfare_shared::wire::problem::Slug;
use fanfare_shared::wire::queue::{
    Aside, CaseChange, CaseKind, CaseState, CaseView, Desk, Forget, Forgotten, QueuePage,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::access::{Access, Body};
use super::problems::{ReadProblems, WriteProblems};
use crate::app::App;
use crate::error::ApiError;
use crate::queue::{Filter, desk};
use crate::team::TeamFault;

/// Cases in a page where nobody says how many.
const PAGE: usize = 50;
/// Most cases in a page.
const MOST: usize = 200;

/// What of the queue is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct QueueQuery {
    /// `open` (without it) or `done`.
    #[param(example = "open")]
    state: Option<CaseState>,
    /// Of this brand alone.
    #[param(value_type = Option<BrandId>)]
    brand: Option<String>,
    /// Of this campaign alone.
    #[param(value_type = Option<CampaignId>)]
    campaign: Option<String>,
    /// Of this kind alone.
    kind: Option<CaseKind>,
    /// A member's id, `me`, or `nobody`.
    #[param(example = "me", pattern = "^(me|nobody|[0-9a-f]{32})$")]
    assignee: Option<String>,
    /// Only what has waited too long.
    #[serde(default)]
    late: bool,
    /// As `next` of the page before gave it.
    after: Option<String>,
    /// 1 to 200 cases.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

impl QueueQuery {
    fn filter(self, app: &App, access: &Access) -> Result<Filter, ApiError> {
        let bad =
            |name: &str, wanted: &str| ApiError::field(Slug::BadParameter, &format!("query:{name}"), wanted);
        let brand = parsed::<BrandId>(self.brand).map_err(|()| bad("brand", "a brand's id"))?;
        let campaign =
            parsed::<CampaignId>(self.campaign).map_err(|()| bad("campaign", "a campaign's id"))?;
        if let Some(brand) = &brand {
            access.require(Right::Answer, Some(brand))?;
        }
        let all = app.brands().into_keys().filter(|it| brand.as_ref().is_none_or(|brand| brand == it));
        let assignee = match self.assignee.as_deref() {
            None => None,
            Some("nobody") => Some(None),
            Some("me") => {
                let nobody = || ApiError::new(Slug::Forbidden, "The owner's token is no member: name one.");
                Some(Some(access.actor.member().ok_or_else(nobody)?))
            }
            Some(id) => {
                let id = id.parse::<MemberId>();
                Some(Some(id.map_err(|_| bad("assignee", "a member's id, `me` or `nobody`"))?))
            }
        };
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=MOST).contains(&limit) {
            return Err(bad("limit", "1 to 200"));
        }
        Ok(Filter {
            state: self.state.unwrap_or(CaseState::Open),
            brands: all.filter(|brand| access.allows(Right::Answer, Some(brand))).collect(),
            campaign,
            kind: self.kind,
            assignee,
            late: self.late,
            after: self.after,
            limit,
        })
    }
}

fn parsed<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, ()> {
    text.map(|text| text.parse().map_err(|_| ())).transpose()
}

fn kept_from_caches(body: impl serde::Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// A case that the one who asks may work on.
fn case(app: &App, access: &Access, id: &str) -> Result<PublicId, ApiError> {
    access.require_somewhere(Right::Answer)?;
    let id: PublicId = id.parse().map_err(|_| ApiError::not_found("case"))?;
    let brand = app.queue.brand_of(&id)?;
    access.require(Right::Answer, Some(&brand))?;
    Ok(id)
}

/// Read the queue
///
/// What waits in every brand that the reader answers for; the longest waiting first, or the newest done first. A filter
/// that fits few may give a page with no case in it and a `next`: go on from there.
#[utoipa::path(
    get, path = "/api/v1/queue", tag = "queue", security(("session" = []), ("token" = [])),
    params(QueueQuery),
    responses(
        (status = 200, description = "A page of the queue", body = QueuePage),
        ReadProblems,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    access: Access,
    Query(query): Query<QueueQuery>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Answer)?;
    let filter = query.filter(&app, &access)?;
    Ok(kept_from_caches(app.queue.list(&filter).await?))
}

/// Read a case
#[utoipa::path(
    get, path = "/api/v1/queue/{case}", tag = "queue", security(("session" = []), ("token" = [])),
    params(("case" = PublicId, Path, description = "Its id")),
    responses(
        (status = 200, description = "The case with everything said in it", body = CaseView),
        ReadProblems,
    )
)]
pub(super) async fn read(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = case(&app, &access, &id)?;
    Ok(kept_from_caches(app.queue.read(&id)?))
}

/// Change a case
///
/// Answers, notes, hands over, lays aside or takes up again: everything named happens, or nothing. An answer goes by mail
/// where the visitor gave an address; otherwise they read it at their link.
#[utoipa::path(
    patch, path = "/api/v1/queue/{case}", tag = "queue", security(("session" = []), ("token" = [])),
    params(("case" = PublicId, Path, description = "Its id")),
    request_body(content((CaseChange = "application/json", example = json!({"version": 12, "reply": "Thank you, it is on its way.", "state": "done"})))),
    responses(
        (status = 200, description = "The case as it is now", body = CaseView),
        WriteProblems,
    )
)]
pub(super) async fn change(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(change): Body<CaseChange>,
) -> Result<Response, ApiError> {
    let id = case(&app, &access, &id)?;
    Ok(kept_from_caches(app.queue.change(access.actor, &id, &change).await?))
}

/// Lay cases aside together
///
/// Read, and nothing to be done. One that is gone or done already is passed over.
#[utoipa::path(
    post, path = "/api/v1/queue/done", tag = "queue", security(("session" = []), ("token" = [])),
    request_body(content((Aside = "application/json", example = json!({"cases": ["000102030405060708090a0b0c0d0e0f"]})))),
    responses(
        (status = 204, description = "None of them waits any more"),
        WriteProblems,
    )
)]
pub(super) async fn lay_aside(
    State(app): State<App>,
    access: Access,
    Body(Aside { cases }): Body<Aside>,
) -> Result<StatusCode, ApiError> {
    access.require_somewhere(Right::Answer)?;
    if cases.len() > MOST {
        return Err(ApiError::field(Slug::Refused, "/cases", format!("{MOST} at most")));
    }
    let mut mine = Vec::new();
    for id in cases {
        match app.queue.brand_of(&id) {
            Ok(brand) => {
                access.require(Right::Answer, Some(&brand))?;
                mine.push(id);
            }
            Err(TeamFault::NotFound(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    app.queue.lay_aside(access.actor, &mine).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget whoever wrote a case
///
/// Every case of their address in the brand is gone for good, from backups too. Answers to polls are tied to no address
/// and stay.
#[utoipa::path(
    post, path = "/api/v1/queue/{case}/forget", tag = "queue", security(("session" = []), ("token" = [])),
    params(("case" = PublicId, Path, description = "Its id")),
    request_body(content((Forget = "application/json", example = json!({"version": 12, "tell": true})))),
    responses(
        (status = 200, description = "They are forgotten", body = Forgotten),
        WriteProblems,
    )
)]
pub(super) async fn forget(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(Forget { version, tell }): Body<Forget>,
) -> Result<Response, ApiError> {
    let id = case(&app, &access, &id)?;
    Ok(kept_from_caches(app.queue.forget(access.actor, &id, version, tell).await?))
}

/// A brand that there is, for who may do this there.
fn brand(app: &App, access: &Access, id: &str) -> Result<BrandId, ApiError> {
    access.require_somewhere(Right::Answer)?;
    let known = id.parse::<BrandId>().ok().filter(|brand| app.brands().contains_key(brand));
    let brand = known.ok_or_else(|| ApiError::not_found("brand"))?;
    access.require(Right::Answer, Some(&brand))?;
    Ok(brand)
}

/// Read how a brand works on its queue
#[utoipa::path(
    get, path = "/api/v1/brands/{brand}/desk", tag = "queue", security(("session" = []), ("token" = [])),
    params(("brand" = BrandId, Path, description = "The brand", example = "aurora")),
    responses(
        (status = 200, description = "How long somebody may wait, and replies written beforehand", body = Desk),
        ReadProblems,
    )
)]
pub(super) async fn desk(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let brand = brand(&app, &access, &id)?;
    Ok(kept_from_caches(desk::read(&app.engine, &brand)?))
}

/// Change how a brand works on its queue
///
/// Other times hold for what comes from now on.
#[utoipa::path(
    put, path = "/api/v1/brands/{brand}/desk", tag = "queue", security(("session" = []), ("token" = [])),
    params(("brand" = BrandId, Path, description = "The brand", example = "aurora")),
    request_body(content((Desk = "application/json", example = json!({"version": 0, "message_hours": 24, "privacy_days": 14, "prepared": [{"title": "Thanks", "text": "Thank you, {name}."}]})))),
    responses(
        (status = 200, description = "As it is now", body = Desk),
        WriteProblems,
    )
)]
pub(super) async fn set_desk(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(wanted): Body<Desk>,
) -> Result<Response, ApiError> {
    let brand = brand(&app, &access, &id)?;
    let desk: Result<Desk, TeamFault> = desk::change(&app.engine, access.actor, &brand, wanted).await;
    Ok(kept_from_caches(desk?))
}
