//! `/api/v1/session`: signing in and out, and who is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::team::{Right, allowed};
use fanfare_shared::wire::account::{BrandSummary, Me, SessionReply, SignIn};

use super::access::{Access, Body, From, cookie, refuse_other_pages, set_cookie};
use super::problems::WriteProblems;
use crate::app::App;
use crate::error::ApiError;
use crate::team::{Cookie, SignedIn};

/// Ask who is signed in
///
/// Without a session the answer says so; that is no error.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "team",
    responses((status = 200, description = "Who is signed in, if anybody", body = SessionReply))
)]
pub(super) async fn read(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    let signed_in = match cookie(&headers, &app.url) {
        Some(cookie) => app.team.signed_in(&cookie)?,
        None => None,
    };
    let reply = reply(&app, signed_in.as_ref())?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(reply)).into_response())
}

/// Sign in
///
/// Gives a session as cookie: HttpOnly, SameSite=Strict, of this host alone. A few attempts at once, then one in half a minute.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "team",
    request_body(content((SignIn = "application/json", example = json!({"email": "anna@aurora.example", "password": "granita al bergamotto"})))),
    responses(
        (status = 200, description = "Signed in", body = SessionReply),
        WriteProblems,
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    Body(form): Body<SignIn>,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    let cookie = app.team.sign_in(&form, from.origin()).await?;
    begun(&app, &cookie, StatusCode::OK)
}

/// Sign out
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "team", security(("session" = [])),
    responses(
        (status = 204, description = "Signed out"),
        WriteProblems,
    )
)]
pub(super) async fn delete(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    let me = access.member()?;
    app.team.sign_out(me.member, &me.session).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, set_cookie(None, &app.url))]).into_response())
}

/// A session that has just begun, with its cookie.
pub(super) fn begun(app: &App, cookie: &Cookie, status: StatusCode) -> Result<Response, ApiError> {
    let signed_in = app.team.signed_in(cookie)?;
    let reply = reply(app, signed_in.as_ref())?;
    let cookie = (header::SET_COOKIE, set_cookie(Some(cookie), &app.url));
    let kept = [(header::CACHE_CONTROL, "no-store")];
    Ok((status, [cookie], kept, Json(reply)).into_response())
}

fn reply(app: &App, signed_in: Option<&SignedIn>) -> Result<SessionReply, ApiError> {
    let me = signed_in.map(|signed_in| me(app, signed_in)).transpose()?;
    let empty = me.is_none() && app.team.is_empty()?;
    Ok(SessionReply { signed_in: me, empty, elsewhere: app.team.elsewhere().map(str::to_owned) })
}

/// The member who asks.
pub(super) fn me(app: &App, signed_in: &SignedIn) -> Result<Me, ApiError> {
    let known = app.team.known(&signed_in.member)?;
    let mut brands = app.brands();
    for grant in &signed_in.grants {
        if let Some(id) = &grant.brand {
            // Before its first campaign a brand has no name but its id.
            brands.entry(id.clone()).or_insert_with(|| id.to_string());
        }
    }
    brands.retain(|id, _| allowed(&signed_in.grants, Right::Read, Some(id)));
    Ok(Me {
        id: signed_in.member,
        name: known.name,
        email: known.email,
        grants: signed_in.grants.clone(),
        brands: brands.into_iter().map(|(id, name)| BrandSummary { id, name }).collect(),
        authenticator: known.authenticator,
        recovery_codes: known.recovery_codes,
        until: signed_in.until,
    })
}
