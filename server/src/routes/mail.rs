//! `/api/v1/mail`: what was sent, or would have been. For operators. Letters hold links that let somebody in: they come
//! closed, and who opens one is remembered.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::ids::PublicId;
use fanfare_shared::team::Right;
use fanfare_shared::wire::mail::{LetterText, Outbox};
use fanfare_shared::wire::problem::Slug;

use super::access::Access;
use super::problems::{ReadProblems, WriteProblems};
use crate::app::App;
use crate::error::ApiError;
use crate::team::TeamFault;

/// Read the outbox
///
/// Letters of the last 30 days, closed. Without a mail server this is where they are read.
#[utoipa::path(
    get, path = "/api/v1/mail", tag = "operate", security(("session" = []), ("token" = [])),
    responses(
        (status = 200, description = "The outbox", body = Outbox),
        ReadProblems,
    )
)]
pub(super) async fn list(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    access.require(Right::Operate, None)?;
    let outbox: Outbox = app.mail.outbox()?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(outbox)).into_response())
}

/// Open a letter
///
/// Its text may hold a link by which one becomes somebody: no token of limited scope opens it, and the audit log remembers who
/// did.
#[utoipa::path(
    post, path = "/api/v1/mail/{letter}/open", tag = "operate", security(("session" = []), ("token" = [])),
    params(("letter" = PublicId, Path, description = "Its id")),
    responses(
        (status = 200, description = "What stands in it", body = LetterText),
        WriteProblems,
    )
)]
pub(super) async fn open(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    access.require(Right::Operate, None)?;
    if access.scoped() {
        let detail =
            "A letter may hold a link by which one becomes somebody. Sign in to the console to read it.";
        return Err(ApiError::new(Slug::Forbidden, detail));
    }
    let text = app.mail.open(access.actor, &letter(&id)?).await.map_err(TeamFault::Store)?;
    let text = text.ok_or_else(|| ApiError::not_found("letter"))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(LetterText { text })).into_response())
}

fn letter(id: &str) -> Result<PublicId, ApiError> {
    id.parse().map_err(|_| ApiError::not_found("letter"))
}

fn there(was: bool) -> Result<StatusCode, ApiError> {
    if was { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found("letter")) }
}

/// Try a letter again
///
/// One that was given up.
#[utoipa::path(
    post, path = "/api/v1/mail/{letter}/retry", tag = "operate", security(("session" = []), ("token" = [])),
    params(("letter" = PublicId, Path, description = "Its id")),
    responses(
        (status = 204, description = "It waits to be sent"),
        WriteProblems,
    )
)]
pub(super) async fn retry(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    access.require(Right::Operate, None)?;
    there(app.mail.retry(&letter(&id)?).await.map_err(TeamFault::Store)?)
}

/// Throw a letter away
#[utoipa::path(
    delete, path = "/api/v1/mail/{letter}", tag = "operate", security(("session" = []), ("token" = [])),
    params(("letter" = PublicId, Path, description = "Its id")),
    responses(
        (status = 204, description = "Nobody can read it any more"),
        WriteProblems,
    )
)]
pub(super) async fn discard(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    access.require(Right::Operate, None)?;
    there(app.mail.discard(&letter(&id)?).await.map_err(TeamFault::Store)?)
}
