//! `/api/v1/me/passkeys` and `/api/v1/session/passkey`: a member's passkeys, and signing in by one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use fanfare_shared::ids::PublicId;
use fanfare_shared::wire::account::{PasswordProof, SessionReply};
use fanfare_shared::wire::passkey::{NewPasskey, PasskeyList, PasskeyOffer, PasskeySignIn, PasskeyView};

use super::access::{Access, Body, From, refuse_other_pages};
use super::me::unkept;
use super::problems::{ReadProblems, WriteProblems};
use super::session::begun;
use crate::app::App;
use crate::error::ApiError;

/// List one's passkeys
#[utoipa::path(
    get, path = "/api/v1/me/passkeys", tag = "team", security(("session" = [])),
    responses(
        (status = 200, description = "The passkeys, the newest first", body = PasskeyList),
        ReadProblems,
    )
)]
pub(super) async fn list(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    let passkeys = app.team.passkeys(access.member()?)?;
    Ok(unkept(Json(PasskeyList { passkeys, possible: app.team.takes_passkeys() })))
}

/// Offer a passkey
///
/// What the browser needs for making one (`navigator.credentials.create`). It counts for ten minutes, and once.
#[utoipa::path(
    post, path = "/api/v1/me/passkeys/offer", tag = "team", security(("session" = [])),
    request_body(content((PasswordProof = "application/json", example = json!({"password": "granita al bergamotto"})))),
    responses(
        (status = 200, description = "What the browser needs", body = PasskeyOffer),
        WriteProblems,
    )
)]
pub(super) async fn offer(
    State(app): State<App>,
    access: Access,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<Response, ApiError> {
    let offer: PasskeyOffer = app.team.offer_passkey(access.member()?, &password).await?;
    Ok(unkept(Json(offer)))
}

/// Add a passkey
///
/// The one that the browser made upon the offer. From now on it signs its owner in, without password and code.
#[utoipa::path(
    post, path = "/api/v1/me/passkeys", tag = "team", security(("session" = [])),
    request_body(content((NewPasskey = "application/json", example = json!({"label": "Phone", "token": "AAAA", "credential": {}})))),
    responses(
        (status = 201, description = "Added", body = PasskeyView),
        WriteProblems,
    )
)]
pub(super) async fn add(
    State(app): State<App>,
    access: Access,
    Body(form): Body<NewPasskey>,
) -> Result<Response, ApiError> {
    let added: PasskeyView = app.team.add_passkey(access.member()?, &form).await?;
    Ok(unkept((StatusCode::CREATED, Json(added))))
}

/// Remove a passkey
#[utoipa::path(
    post, path = "/api/v1/me/passkeys/{passkey}/remove", tag = "team", security(("session" = [])),
    params(("passkey" = PublicId, Path, description = "Its public id")),
    request_body(content((PasswordProof = "application/json", example = json!({"password": "granita al bergamotto"})))),
    responses(
        (status = 204, description = "It signs nobody in any more"),
        WriteProblems,
    )
)]
pub(super) async fn remove(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<StatusCode, ApiError> {
    let me = access.member()?;
    let id: PublicId = id.parse().map_err(|_| ApiError::not_found("passkey"))?;
    app.team.remove_passkey(me, &id, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Offer to sign in by a passkey
///
/// What the browser needs for it (`navigator.credentials.get`). It counts for ten minutes, and once.
#[utoipa::path(
    post, path = "/api/v1/session/passkey/offer", tag = "team",
    responses(
        (status = 200, description = "What the browser needs", body = PasskeyOffer),
        WriteProblems,
    )
)]
pub(super) async fn offer_sign_in(State(app): State<App>) -> Result<Response, ApiError> {
    let offer: PasskeyOffer = app.team.offer_sign_in()?;
    Ok(unkept(Json(offer)))
}

/// Sign in by a passkey
///
/// Gives a session as cookie, like signing in by password and code.
#[utoipa::path(
    post, path = "/api/v1/session/passkey", tag = "team",
    request_body(content((PasskeySignIn = "application/json", example = json!({"token": "AAAA", "credential": {}})))),
    responses(
        (status = 200, description = "Signed in", body = SessionReply),
        WriteProblems,
    )
)]
pub(super) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    Body(form): Body<PasskeySignIn>,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    let cookie = app.team.sign_in_by_passkey(&form, from.origin()).await?;
    begun(&app, &cookie, StatusCode::OK)
}
