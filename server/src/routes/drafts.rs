//! `/api/v1/drafts`: campaigns in the making.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::ids::PublicId;
use fanfare_shared::team::Right;
use fanfare_shared::wire::draft::{Draft, DraftChange, DraftList, DraftVersion, NewDraft};
use fanfare_shared::wire::problem::Slug;

use super::access::{Access, Body};
use super::campaigns::AppliedReply;
use super::problems::{ReadProblems, WriteProblems};
use crate::app::App;
use crate::campaigns::{self, Format};
use crate::drafts::{self, DraftError, Found};
use crate::engine::Apply;
use crate::error::{ApiError, field};
use crate::team::TeamFault;

impl From<DraftError> for ApiError {
    fn from(error: DraftError) -> Self {
        let said = error.to_string();
        match error {
            DraftError::Brand(_) => Self::field(Slug::Refused, "/document/brand", said),
            DraftError::TooLarge => Self::new(Slug::TooLarge, said),
            DraftError::TooMany => Self::new(Slug::Refused, said),
            DraftError::Store(error) => TeamFault::Store(error).into(),
        }
    }
}

/// A draft that the one who asks may change.
pub(super) fn found(app: &App, access: &Access, id: &str) -> Result<Found, ApiError> {
    let missing = || ApiError::not_found("draft");
    let id: PublicId = id.parse().map_err(|_| missing())?;
    let found = drafts::find(&app.engine, &id)?.ok_or_else(missing)?;
    access.require(Right::Edit, Some(found.brand()))?;
    Ok(found)
}

fn shown(app: &App, draft: &Found, status: StatusCode) -> Result<Response, ApiError> {
    let names = app.team.names()?;
    let draft: Draft = draft.shown(&app.engine, |actor| names.get(actor).cloned());
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(draft)).into_response())
}

/// List the drafts
#[utoipa::path(
    get, path = "/api/v1/drafts", tag = "campaigns", security(("session" = []), ("token" = [])),
    responses(
        (status = 200, description = "The drafts, the newest first", body = DraftList),
        ReadProblems,
    )
)]
pub(super) async fn list(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Edit)?;
    let names = app.team.names()?;
    let all = drafts::all(&app.engine)?.into_iter();
    let mine = all.filter(|draft| access.allows(Right::Edit, Some(draft.brand())));
    let drafts = mine.map(|draft| draft.summary(|actor| names.get(actor).cloned())).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(DraftList { drafts })).into_response())
}

/// Begin a draft
#[utoipa::path(
    post, path = "/api/v1/drafts", tag = "campaigns", security(("session" = []), ("token" = [])),
    request_body(content((NewDraft = "application/json", example = json!({"document": {"format": 1, "brand": "aurora", "languages": ["it"]}})))),
    responses(
        (status = 201, description = "The draft", body = Draft),
        WriteProblems,
    )
)]
pub(super) async fn begin(
    State(app): State<App>,
    access: Access,
    Body(form): Body<NewDraft>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Edit)?;
    access.require(Right::Edit, Some(&drafts::brand_of(&form.document)?))?;
    let draft = drafts::begin(&app.engine, access.actor, form.document).await?;
    shown(&app, &draft, StatusCode::CREATED)
}

/// Read a draft
#[utoipa::path(
    get, path = "/api/v1/drafts/{draft}", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("draft" = PublicId, Path, description = "Its id")),
    responses(
        (status = 200, description = "The draft, and what has to be mended", body = Draft),
        ReadProblems,
    )
)]
pub(super) async fn read(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Edit)?;
    shown(&app, &found(&app, &access, &id)?, StatusCode::OK)
}

/// Save a draft
///
/// Refused with `changed-meanwhile` when somebody else saved it since the version that is named: read it, and decide which stands.
#[utoipa::path(
    put, path = "/api/v1/drafts/{draft}", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("draft" = PublicId, Path, description = "Its id")),
    request_body(content((DraftChange = "application/json", example = json!({"version": 7, "document": {"format": 1, "brand": "aurora", "languages": ["it", "en"]}})))),
    responses(
        (status = 200, description = "As it is now, and what has to be mended", body = Draft),
        WriteProblems,
    )
)]
pub(super) async fn change(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(form): Body<DraftChange>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Edit)?;
    let draft = found(&app, &access, &id)?;
    let draft = draft.change(&app.engine, access.actor, form.version, form.document).await?;
    shown(&app, &draft, StatusCode::OK)
}

/// Throw a draft away
#[utoipa::path(
    post, path = "/api/v1/drafts/{draft}/discard", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("draft" = PublicId, Path, description = "Its id")),
    request_body(content((DraftVersion = "application/json", example = json!({"version": 7})))),
    responses(
        (status = 204, description = "It is gone"),
        WriteProblems,
    )
)]
pub(super) async fn discard(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(DraftVersion { version }): Body<DraftVersion>,
) -> Result<StatusCode, ApiError> {
    access.require_somewhere(Right::Edit)?;
    found(&app, &access, &id)?.end(&app.engine, access.actor, version, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publish a draft
///
/// Brings its document into force, as `PUT /api/v1/campaigns/{campaign}` does, and takes the draft away.
#[utoipa::path(
    post, path = "/api/v1/drafts/{draft}/publish", tag = "campaigns", security(("session" = []), ("token" = [])),
    params(("draft" = PublicId, Path, description = "Its id")),
    request_body(content((DraftVersion = "application/json", example = json!({"version": 7})))),
    responses(
        (status = 200, description = "In force", body = AppliedReply),
        WriteProblems,
    )
)]
pub(super) async fn publish(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(DraftVersion { version }): Body<DraftVersion>,
) -> Result<Json<AppliedReply>, ApiError> {
    access.require_somewhere(Right::Edit)?;
    let draft = found(&app, &access, &id)?;
    if draft.version != version {
        return Err(TeamFault::Store(crate::engine::TeamError::Changed).into());
    }
    let faults = campaigns::faults(draft.document(), &app.engine);
    if !faults.is_empty() {
        let fields = faults.into_iter().map(|(pointer, detail)| field(&pointer, detail, "invalid"));
        let detail = "Mend the fields named, save the draft, and publish it again.";
        return Err(ApiError::with(Slug::Unfinished, detail, fields.collect()));
    }
    let bytes = serde_json::to_vec(draft.document()).unwrap_or_default();
    let campaign = campaigns::read(&bytes, Format::Json)?;
    let apply = campaigns::resolve(campaign, app.now(), app.engine.entropy())?;
    let applied = app.engine.apply(Apply { by: access.actor, ..apply }).await?;
    // Saved anew in this very moment, it stays: what is in force is what was looked at.
    match draft.end(&app.engine, access.actor, version, true).await {
        Ok(()) | Err(DraftError::Store(crate::engine::TeamError::Changed)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Json(applied.into()))
}
