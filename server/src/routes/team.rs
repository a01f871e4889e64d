//! `/api/v1/members`, `/api/v1/invitations`: who belongs to the team.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::ids::{MemberId, PublicId};
use fanfare_shared::team::Right;
use fanfare_shared::wire::account::{LostPassword, NewPassword, ResetLink, SessionReply};
use fanfare_shared::wire::problem::Slug;
use fanfare_shared::wire::team::{
    GrantsChange, InvitationOffer, InvitationToken, Invite, Invited, Join, MemberView, TeamList,
};

use super::access::{Access, Body, From, refuse_other_pages};
use super::problems::{ReadProblems, WriteProblems};
use super::session::begun;
use crate::app::App;
use crate::error::ApiError;
use crate::mail::{Lang, letters};

/// List the team
///
/// Members and open invitations, as far as the one who asks looks after them.
#[utoipa::path(
    get, path = "/api/v1/members", tag = "team", security(("session" = []), ("token" = [])),
    responses(
        (status = 200, description = "The team", body = TeamList),
        ReadProblems,
    )
)]
pub(super) async fn list(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Team)?;
    let members = app.team.members(access.viewer())?;
    let invitations = app.team.invitations(&access.powers)?;
    let unkept = [(header::CACHE_CONTROL, "no-store")];
    Ok((unkept, Json(TeamList { members, invitations })).into_response())
}

/// Invite somebody
///
/// Makes a link that works once, for seven days. It is shown this once; with `email` it is sent there too.
#[utoipa::path(
    post, path = "/api/v1/invitations", tag = "team", security(("session" = []), ("token" = [])),
    request_body(content((Invite = "application/json", example = json!({"grant": {"brand": "aurora", "role": "editor"}, "note": "Anna, marketing"})))),
    responses(
        (status = 201, description = "Invited", body = Invited),
        WriteProblems,
    )
)]
pub(super) async fn invite(
    State(app): State<App>,
    access: Access,
    headers: HeaderMap,
    Body(form): Body<Invite>,
) -> Result<Response, ApiError> {
    access.require(Right::Team, form.grant.brand.as_ref())?;
    let place = form.grant.brand.as_ref().and_then(|brand| app.brands().remove(brand));
    let place = place.unwrap_or_else(|| app.url.host().to_owned());
    let (lang, role) = (language(&headers), form.grant.role);
    let compose = |to: &str, token: &str| letters::invitation(to, &place, role, &app.join_link(token), lang);
    let made = app.team.invite(access.actor, &access.powers, &form, compose).await?;
    let invited = Invited { id: made.id, link: app.join_link(&made.token), until: made.until };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(invited)).into_response())
}

/// Take an invitation back
#[utoipa::path(
    delete, path = "/api/v1/invitations/{invitation}", tag = "team", security(("session" = []), ("token" = [])),
    params(("invitation" = PublicId, Path, description = "Its public id")),
    responses(
        (status = 204, description = "Its link leads nowhere any more"),
        WriteProblems,
    )
)]
pub(super) async fn cancel(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    access.require_somewhere(Right::Team)?;
    let id: PublicId = id.parse().map_err(|_| ApiError::not_found("invitation"))?;
    app.team.cancel(access.actor, &access.powers, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Look into an invitation
///
/// What its link gives. By POST, so that the secret stays out of addresses.
#[utoipa::path(
    post, path = "/api/v1/invitations/open", tag = "team",
    request_body(content((InvitationToken = "application/json", example = json!({"token": "of-the-link"})))),
    responses(
        (status = 200, description = "What it gives", body = InvitationOffer),
        WriteProblems,
    )
)]
pub(super) async fn open(
    State(app): State<App>,
    Body(InvitationToken { token }): Body<InvitationToken>,
) -> Result<Json<InvitationOffer>, ApiError> {
    let (grant, until) = app.team.offered(&token)?;
    let brand_name = grant.brand.as_ref().and_then(|brand| app.brands().remove(brand));
    Ok(Json(InvitationOffer { grant, brand_name, host: app.url.host().to_owned(), until }))
}

/// Join the team
///
/// Takes an invitation up, and signs the new member in.
#[utoipa::path(
    post, path = "/api/v1/members", tag = "team",
    request_body(content((Join = "application/json", example = json!({"token": "of-the-link", "name": "Anna Riva", "email": "anna@aurora.example", "password": "granita al bergamotto"})))),
    responses(
        (status = 201, description = "Joined and signed in", body = SessionReply),
        WriteProblems,
    )
)]
pub(super) async fn join(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    Body(form): Body<Join>,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    let cookie = app.team.join(&form, from.origin()).await?;
    begun(&app, &cookie, StatusCode::CREATED)
}

/// Change what a member may do
///
/// The roles sent take the place of those that the one who asks looks after. They hold from the member's next request on.
#[utoipa::path(
    put, path = "/api/v1/members/{member}/grants", tag = "team", security(("session" = []), ("token" = [])),
    params(("member" = MemberId, Path, description = "The member")),
    request_body(content((GrantsChange = "application/json", example = json!({"grants": [{"brand": "aurora", "role": "moderator"}]})))),
    responses(
        (status = 200, description = "The member as they are now", body = MemberView),
        WriteProblems,
    )
)]
pub(super) async fn set_grants(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Body(GrantsChange { grants }): Body<GrantsChange>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Team)?;
    let id: MemberId = id.parse().map_err(|_| ApiError::not_found("member"))?;
    let member = app.team.set_grants(access.viewer(), &id, &grants).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(member)).into_response())
}

/// Part from a member
///
/// Takes away the roles that the one who asks looks after. With none left, name, address and sessions are gone for good.
#[utoipa::path(
    delete, path = "/api/v1/members/{member}", tag = "team", security(("session" = []), ("token" = [])),
    params(("member" = MemberId, Path, description = "The member")),
    responses(
        (status = 204, description = "Parted"),
        WriteProblems,
    )
)]
pub(super) async fn part(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    access.require_somewhere(Right::Team)?;
    let id: MemberId = id.parse().map_err(|_| ApiError::not_found("member"))?;
    app.team.part(access.viewer(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link for a new password
///
/// For a member who has lost password or authenticator. It works once, for a day; hand it over where you know that it is them.
#[utoipa::path(
    post, path = "/api/v1/members/{member}/reset", tag = "team", security(("session" = []), ("token" = [])),
    params(("member" = MemberId, Path, description = "The member")),
    responses(
        (status = 201, description = "Made", body = ResetLink),
        WriteProblems,
    )
)]
pub(super) async fn reset(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Team)?;
    if access.scoped() {
        let detail =
            "A token makes no such link: whoever has it becomes the member. Sign in to the console for this.";
        return Err(ApiError::new(Slug::Forbidden, detail));
    }
    let id: MemberId = id.parse().map_err(|_| ApiError::not_found("member"))?;
    let (token, until) = app.team.reset(access.viewer(), &id).await?;
    let link = ResetLink { link: app.reset_link(&token), until };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(link)).into_response())
}

/// Take a new password
///
/// By the link that an owner made. Ends every session and the authenticator, and signs the member in.
#[utoipa::path(
    post, path = "/api/v1/session/password", tag = "team",
    request_body(content((NewPassword = "application/json", example = json!({"token": "of-the-link", "password": "sorbetto di more e salvia"})))),
    responses(
        (status = 200, description = "Signed in", body = SessionReply),
        WriteProblems,
    )
)]
pub(super) async fn take_password(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    Body(form): Body<NewPassword>,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    let cookie = app.team.take_password(&form, from.origin()).await?;
    begun(&app, &cookie, StatusCode::OK)
}

/// Ask for a new password
///
/// Sends the member of this address a link; nobody is told whether there is one. Without a mail server the letter waits in the
/// operators' outbox.
#[utoipa::path(
    post, path = "/api/v1/session/lost", tag = "team",
    request_body(content((LostPassword = "application/json", example = json!({"email": "anna@aurora.example"})))),
    responses(
        (status = 204, description = "If somebody has this address, a letter is on its way"),
        WriteProblems,
    )
)]
pub(super) async fn lost_password(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    Body(LostPassword { email }): Body<LostPassword>,
) -> Result<StatusCode, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    send_reset(app, email, language(&headers), from);
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a link to whoever of the team has this address. Beside the answer, which takes as long whether somebody has it or not.
pub(super) fn send_reset(app: App, email: String, lang: Lang, from: From) {
    tokio::spawn(async move {
        let compose =
            |to: &str, token: &str| letters::new_password(to, app.url.host(), &app.reset_link(token), lang);
        if let Err(error) = app.team.lost_password(&email, from.origin(), compose).await {
            tracing::info!(%error, "a link for a new password was not made");
        }
    });
}

/// The language of whoever asks, for the letter that follows.
fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::of(accepted.unwrap_or_default())
}
