//! Who asks, and may they? The one place where a cookie or a token becomes rights; every handler that is not for
//! everybody takes an [`Access`] and says which right it needs.
//!
//! A session's cookie counts only for requests of our own pages: a write has to say so in `Sec-Fetch-Site` or `Origin`,
//! which no page can forge.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use fanfare_shared::ids::BrandId;
use fanfare_shared::team::{Grant, Powers, Right, Role};
use fanfare_shared::wire::problem::Slug;

use super::http::said;
use crate::app::App;
use crate::edge::Sender;
use crate::engine::{Actor, CampaignState};
use crate::error::ApiError;
use crate::team::{Cookie, Origin, SignedIn, TeamFault, Viewer};
use crate::url::PublicUrl;

/// How long a browser keeps the cookie: as long as a session can last.
const KEPT: u32 = 30 * 86_400;

/// Who asks, and what they may do at this moment.
#[derive(Debug, Clone)]
pub(super) struct Access {
    /// Who.
    pub(super) actor: Actor,
    /// What they may do.
    pub(super) powers: Powers,
    signed_in: Option<SignedIn>,
    /// By a token of limited scope.
    scoped: bool,
}

impl Access {
    /// Whether they may do this in a brand; in the installation as a whole where none is named.
    pub(super) fn allows(&self, right: Right, brand: Option<&BrandId>) -> bool {
        self.powers.allow(right, brand)
    }

    /// Refuses who may not.
    ///
    /// # Errors
    /// Forbidden.
    pub(super) fn require(&self, right: Right, brand: Option<&BrandId>) -> Result<(), ApiError> {
        if self.allows(right, brand) {
            return Ok(());
        }
        Err(forbidden(right))
    }

    /// Refuses who may not do this anywhere.
    ///
    /// # Errors
    /// Forbidden.
    pub(super) fn require_somewhere(&self, right: Right) -> Result<(), ApiError> {
        if self.powers.allow_somewhere(right) { Ok(()) } else { Err(forbidden(right)) }
    }

    /// A campaign by the text of its id, for who may do this in its brand. Who may do it nowhere is refused first: they do
    /// not learn whether it is there.
    ///
    /// # Errors
    /// Forbidden, not found.
    pub(super) fn campaign(&self, app: &App, id: &str, right: Right) -> Result<Arc<CampaignState>, ApiError> {
        self.require_somewhere(right)?;
        let state = app.campaign(id)?;
        self.require(right, Some(&state.campaign.brand))?;
        Ok(state)
    }

    /// The member with their session: for what only they themselves may do.
    ///
    /// # Errors
    /// Forbidden: a token is nobody.
    pub(super) fn member(&self) -> Result<&SignedIn, ApiError> {
        self.signed_in.as_ref().ok_or_else(|| {
            ApiError::new(Slug::Forbidden, "A token stands for no member. Sign in to the console for this.")
        })
    }

    /// Whether it is a token of limited scope that asks: it may read no secret by which one becomes somebody.
    pub(super) const fn scoped(&self) -> bool {
        self.scoped
    }

    /// As the team's side asks.
    pub(super) fn viewer(&self) -> Viewer<'_> {
        Viewer { actor: self.actor, powers: &self.powers }
    }
}

fn forbidden(right: Right) -> ApiError {
    let detail =
        format!("Your role does not give the right `{}` here. An owner can change that.", right.word());
    ApiError::new(Slug::Forbidden, detail)
}

impl FromRequestParts<App> for Access {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let cookie = cookie(&parts.headers, &app.url);
        if let Some(token) = bearer(&parts.headers) {
            if cookie.is_some() {
                // Which of the two was meant, nobody can know.
                return Err(unauthorized());
            }
            if app.engine.check_owner(token) {
                let powers = Powers::of(&[Grant { brand: None, role: Role::Owner }]);
                return Ok(Self { actor: Actor::OwnerToken, powers, signed_in: None, scoped: false });
            }
            let (actor, powers) = app.team.by_token(token)?.ok_or_else(unauthorized)?;
            return Ok(Self { actor, powers, signed_in: None, scoped: true });
        }
        let Some(cookie) = cookie else { return Err(unauthorized()) };
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            require_own_page(&parts.headers, &app.url)?;
        }
        let Some(signed_in) = app.team.signed_in(&cookie)? else { return Err(unauthorized()) };
        // Whether that could be written does not matter to who asks.
        if signed_in.stale
            && let Err(error) = app.team.touch(&cookie).await
        {
            tracing::debug!(%error, "when a session was used last was not written");
        }
        let (actor, powers) = (Actor::Member(signed_in.member), Powers::of(&signed_in.grants));
        Ok(Self { actor, powers, signed_in: Some(signed_in), scoped: false })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn unauthorized() -> ApiError {
    ApiError::field(
        Slug::Unauthorized,
        "header:Authorization",
        "sign in to the console, or send `Bearer` and a token such as the owner's, which the first start printed; not both",
    )
}

/// Refuses what no page of ours sent. Where a browser says nothing of it, the request is no browser's: then there was
/// no cookie to misuse, and this is not asked.
fn require_own_page(headers: &HeaderMap, url: &PublicUrl) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => text("origin").is_some_and(|origin| origin == url.as_str()),
    };
    if own {
        return Ok(());
    }
    let detail =
        "A session counts only for requests of the console's own pages. Send a token from elsewhere.";
    Err(ApiError::new(Slug::OriginNotAllowed, detail))
}

/// Refuses a page of another origin that would sign its reader in.
///
/// # Errors
/// Origin not allowed.
pub(super) fn refuse_other_pages(headers: &HeaderMap, url: &PublicUrl) -> Result<(), ApiError> {
    let says = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    if says { require_own_page(headers, url) } else { Ok(()) }
}

/// A prefix that browsers keep to one host over https; on plain http (a trial on one's own machine) they would drop it.
pub(super) const fn name(https: bool) -> &'static str {
    if https { "__Host-fanfare" } else { "fanfare" }
}

/// The session's cookie, if the request has one.
pub(super) fn cookie(headers: &HeaderMap, url: &PublicUrl) -> Option<Cookie> {
    value_of(headers, name(url.is_https())).map(Cookie::of)
}

/// The value of a cookie.
pub(super) fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The header that gives a browser its session, or takes it away.
pub(super) fn set_cookie(cookie: Option<&Cookie>, url: &PublicUrl) -> HeaderValue {
    let (value, age) = cookie.map_or(("", 0), |cookie| (cookie.text(), KEPT));
    let secure = if url.is_https() { "; Secure" } else { "" };
    let text =
        format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}", name(url.is_https()));
    // Base64url and fixed words: it is one line of visible characters.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Where a request comes from, owned: the request is read further meanwhile.
#[derive(Debug, Clone)]
pub(super) struct From {
    address: Option<crate::edge::client::Alias>,
    agent: String,
}

impl From {
    /// As the team's side takes it.
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin { address: self.address, agent: &self.agent }
    }
}

impl FromRequestParts<App> for From {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let sender = parts.extensions.get::<Sender>();
        Ok(Self {
            address: sender.map(|Sender(address)| app.edge.aliases.of(*address)),
            agent: said(&parts.headers, header::USER_AGENT).to_owned(),
        })
    }
}

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: serde::de::DeserializeOwned> axum::extract::FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        if super::submission::media_type(request.headers()) != "application/json" {
            let wanted = "send application/json";
            return Err(ApiError::field(Slug::UnsupportedMediaType, "header:Content-Type", wanted));
        }
        let bytes = axum::body::Bytes::from_request(request, app)
            .await
            .map_err(|_| ApiError::new(Slug::MalformedBody, "The body ended early. Send it again, whole."))?;
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| ApiError::new(Slug::MalformedBody, format!("{error}.")))
    }
}

impl std::convert::From<TeamFault> for ApiError {
    fn from(fault: TeamFault) -> Self {
        use crate::engine::TeamError;
        let said = fault.to_string();
        match fault {
            TeamFault::Credentials => Self::new(
                Slug::WrongCredentials,
                "No member has this address with this password. Look at both again.",
            ),
            TeamFault::CodeRequired => {
                Self::field(Slug::CodeRequired, "/code", "the six digits that your authenticator shows now")
            }
            TeamFault::Passkey => Self::new(
                Slug::PasskeyRefused,
                "No member has it, or the offer was too old. Try again, or sign in with your password.",
            ),
            TeamFault::Throttled(wait) => {
                let seconds = wait.as_secs() + 1;
                Self::new(Slug::RateLimited, format!("Too many attempts. Try again in {seconds} seconds."))
                    .after(seconds)
            }
            TeamFault::Field(pointer, rule, detail) => Self::with(
                Slug::Refused,
                "Mend the field named; nothing was changed.",
                vec![crate::error::field(pointer, detail, rule)],
            ),
            TeamFault::Fields(faults) => {
                let errors = faults.into_iter().flat_map(|fault| Self::from(fault).0.errors);
                Self::with(Slug::Refused, "Mend the fields named; nothing was changed.", errors.collect())
            }
            TeamFault::InvitationGone => {
                Self::new(Slug::InvitationGone, "It was used, taken back, or is too old. Ask for a new one.")
            }
            TeamFault::NotFound(what) => Self::not_found(what),
            TeamFault::LastOwner => Self::new(
                Slug::LastOwner,
                "Make another member an owner of the installation first; then this one can go.",
            ),
            TeamFault::Forbidden(_) => Self::new(Slug::Forbidden, format!("Not allowed: {said}.")),
            TeamFault::Store(TeamError::Changed) => Self::new(
                Slug::ChangedMeanwhile,
                "Nothing was changed. Look at it as it is now, and try again.",
            ),
            TeamFault::Store(TeamError::Busy) => {
                Self::new(Slug::Busy, "Nothing was changed. Try again in a moment.")
            }
            TeamFault::Store(TeamError::NotCommitted(reason)) => {
                Self::new(Slug::NotReady, "Nothing was changed. Try again later.").because(reason)
            }
            TeamFault::Store(TeamError::Unknown(reason)) => {
                Self::new(Slug::Unknown, "Look whether it was changed before you try again.").because(reason)
            }
            TeamFault::Store(TeamError::Read(error)) => error.into(),
            TeamFault::Fault(reason) => {
                Self::new(Slug::Internal, "It could not be done. The operator finds the reason in the log.")
                    .because(reason)
            }
        }
    }
}
