//! `/api/v1/me`: what members change about themselves. Never by a token.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::ids::PublicId;
use fanfare_shared::wire::account::{
    AuthenticatorOffer, AuthenticatorProof, MadeToken, Me, NewToken, PasswordProof, ProfileChange,
    RecoveryCodes, SessionList, TokenList,
};
use fanfare_shared::wire::queue::Preferences;

use super::access::{Access, Body};
use super::problems::{ReadProblems, WriteProblems};
use super::session::me;
use crate::app::App;
use crate::error::ApiError;

/// What is secret or personal is kept by no cache.
pub(super) fn unkept(reply: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], reply).into_response()
}

/// Change one's profile
///
/// Name, address, password; what is absent stays. A new password ends all other sessions.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "team", security(("session" = [])),
    request_body(content((ProfileChange = "application/json", example = json!({"name": "Anna Riva"})))),
    responses(
        (status = 200, description = "As it is now", body = Me),
        WriteProblems,
    )
)]
pub(super) async fn change(
    State(app): State<App>,
    access: Access,
    Body(form): Body<ProfileChange>,
) -> Result<Response, ApiError> {
    let signed_in = access.member()?;
    app.team.change_profile(signed_in, &form).await?;
    Ok(unkept(Json::<Me>(me(&app, signed_in)?)))
}

/// Read which letters about the queue one gets, and one's views of it
#[utoipa::path(
    get, path = "/api/v1/me/preferences", tag = "team", security(("session" = [])),
    responses(
        (status = 200, description = "The preferences", body = Preferences),
        ReadProblems,
    )
)]
pub(super) async fn preferences(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    Ok(unkept(Json::<Preferences>(app.queue.preferences(&access.member()?.member)?)))
}

/// Choose which letters about the queue one gets, and keep views of it
#[utoipa::path(
    put, path = "/api/v1/me/preferences", tag = "team", security(("session" = [])),
    request_body(content((Preferences = "application/json", example = json!({"digest": true, "alerts": false, "lang": "it", "views": [{"name": "Late", "query": "late=true"}]})))),
    responses(
        (status = 200, description = "As they are now", body = Preferences),
        WriteProblems,
    )
)]
pub(super) async fn prefer(
    State(app): State<App>,
    access: Access,
    Body(wanted): Body<Preferences>,
) -> Result<Response, ApiError> {
    Ok(unkept(Json::<Preferences>(app.queue.prefer(&access.member()?.member, wanted).await?)))
}

/// List one's sessions
#[utoipa::path(
    get, path = "/api/v1/me/sessions", tag = "team", security(("session" = [])),
    responses(
        (status = 200, description = "The sessions, the newest first", body = SessionList),
        ReadProblems,
    )
)]
pub(super) async fn sessions(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    let sessions = app.team.sessions(access.member()?)?;
    Ok(unkept(Json(SessionList { sessions })))
}

/// End one of one's sessions
#[utoipa::path(
    delete, path = "/api/v1/me/sessions/{session}", tag = "team", security(("session" = [])),
    params(("session" = PublicId, Path, description = "Its public id")),
    responses(
        (status = 204, description = "Ended"),
        WriteProblems,
    )
)]
pub(super) async fn end_session(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let me = access.member()?;
    let id: PublicId = id.parse().map_err(|_| ApiError::not_found("session"))?;
    app.team.sign_out(me.member, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's tokens
#[utoipa::path(
    get, path = "/api/v1/me/tokens", tag = "team", security(("session" = [])),
    responses(
        (status = 200, description = "The tokens, the newest first", body = TokenList),
        ReadProblems,
    )
)]
pub(super) async fn tokens(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    let tokens = app.team.tokens(access.member()?)?;
    Ok(unkept(Json(TokenList { tokens })))
}

/// Make a token
///
/// For a program, with some of one's own rights. When one may do less, so may the token; when one leaves, it ends.
#[utoipa::path(
    post, path = "/api/v1/me/tokens", tag = "team", security(("session" = [])),
    request_body(content((NewToken = "application/json", example = json!({"label": "Nightly export", "rights": ["read", "figures"], "brand": "aurora", "days": 365})))),
    responses(
        (status = 201, description = "Made; its secret is shown this once", body = MadeToken),
        WriteProblems,
    )
)]
pub(super) async fn make_token(
    State(app): State<App>,
    access: Access,
    Body(form): Body<NewToken>,
) -> Result<Response, ApiError> {
    let made: MadeToken = app.team.make_token(access.member()?, &form).await?;
    Ok(unkept((StatusCode::CREATED, Json(made))))
}

/// Take a token back
#[utoipa::path(
    delete, path = "/api/v1/me/tokens/{token}", tag = "team", security(("session" = [])),
    params(("token" = PublicId, Path, description = "Its public id")),
    responses(
        (status = 204, description = "It counts no more"),
        WriteProblems,
    )
)]
pub(super) async fn revoke_token(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let me = access.member()?;
    let id: PublicId = id.parse().map_err(|_| ApiError::not_found("token"))?;
    app.team.revoke_token(me, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Offer an authenticator
///
/// A fresh secret for the member's phone. Nothing is kept of it before it is confirmed.
#[utoipa::path(
    post, path = "/api/v1/me/authenticator", tag = "team", security(("session" = [])),
    responses(
        (status = 200, description = "What the phone needs", body = AuthenticatorOffer),
        WriteProblems,
    )
)]
pub(super) async fn offer_authenticator(
    State(app): State<App>,
    access: Access,
) -> Result<Response, ApiError> {
    let offer: AuthenticatorOffer = app.team.offer_authenticator(access.member()?)?;
    Ok(unkept(Json(offer)))
}

/// Confirm an authenticator
///
/// From now on signing in asks for its code. The recovery codes are shown this once.
#[utoipa::path(
    put, path = "/api/v1/me/authenticator", tag = "team", security(("session" = [])),
    request_body(content((AuthenticatorProof = "application/json", example = json!({"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "code": "287082", "password": "granita al bergamotto"})))),
    responses(
        (status = 200, description = "In force", body = RecoveryCodes),
        WriteProblems,
    )
)]
pub(super) async fn set_authenticator(
    State(app): State<App>,
    access: Access,
    Body(proof): Body<AuthenticatorProof>,
) -> Result<Response, ApiError> {
    let codes = app.team.set_authenticator(access.member()?, &proof).await?;
    Ok(unkept(Json(RecoveryCodes { codes })))
}

/// Remove the authenticator
#[utoipa::path(
    post, path = "/api/v1/me/authenticator/remove", tag = "team", security(("session" = [])),
    request_body(content((PasswordProof = "application/json", example = json!({"password": "granita al bergamotto"})))),
    responses(
        (status = 204, description = "Signing in asks for no code any more"),
        WriteProblems,
    )
)]
pub(super) async fn remove_authenticator(
    State(app): State<App>,
    access: Access,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<StatusCode, ApiError> {
    app.team.remove_authenticator(access.member()?, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Renew the recovery codes
///
/// Those that were left are void; the new ones are shown this once.
#[utoipa::path(
    post, path = "/api/v1/me/recovery-codes", tag = "team", security(("session" = [])),
    request_body(content((PasswordProof = "application/json", example = json!({"password": "granita al bergamotto"})))),
    responses(
        (status = 200, description = "The new codes", body = RecoveryCodes),
        WriteProblems,
    )
)]
pub(super) async fn renew_recovery_codes(
    State(app): State<App>,
    access: Access,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<Response, ApiError> {
    let codes = app.team.renew_recovery_codes(access.member()?, &password).await?;
    Ok(unkept(Json(RecoveryCodes { codes })))
}
