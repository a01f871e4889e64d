//! `/console/oidc`: the way to the brand's own directory and back. Each end is a page in plain words.
//!
//! The session's cookie is `SameSite=Strict`: a browser that another site sends does not bring it, and would not bring it
//! either to where that answer leads on to. So what binds the way back to the browser is a cookie of its own, `Lax`, which
//! is gone with the way back; and the way back ends on a page of ours, which goes on by itself.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::access::{From, set_cookie, value_of};
use super::sign_in::{POLICY, document, inside};
use crate::app::App;
use crate::error::ApiError;
use crate::team::{Elsewhere, OPEN, TeamFault};
use crate::url::PublicUrl;

const fn name(https: bool) -> &'static str {
    if https { "__Host-fanfare-oidc" } else { "fanfare-oidc" }
}

/// The cookie for the way; taken away where there is no slip.
fn kept(slip: Option<&str>, url: &PublicUrl) -> HeaderValue {
    let (value, age) = slip.map_or(("", 0), |slip| (slip, OPEN));
    let secure = if url.is_https() { "; Secure" } else { "" };
    let text =
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", name(url.is_https()));
    // Base64url and fixed words: it is one line of visible characters.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn asked(query: Option<&str>, wanted: &str) -> String {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The way there.
pub(super) async fn go(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    from: From,
) -> Result<Response, ApiError> {
    if app.team.elsewhere().is_none() {
        return Err(ApiError::not_found("page"));
    }
    let to = asked(query.as_deref(), "to");
    match app.team.go_elsewhere(inside(&to), from.origin()).await {
        Ok((slip, address)) => {
            let address = address.parse().map_err(|_| TeamFault::Fault("no address to go to".to_owned()))?;
            let headers = [
                (header::SET_COOKIE, kept(Some(&slip), &app.url)),
                (header::LOCATION, address),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            Ok((StatusCode::SEE_OTHER, headers).into_response())
        }
        Err(refusal) => refused(&headers, refusal),
    }
}

/// The way back.
pub(super) async fn back(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    from: From,
) -> Result<Response, ApiError> {
    if app.team.elsewhere().is_none() {
        return Err(ApiError::not_found("page"));
    }
    let slip = value_of(&headers, name(app.url.is_https())).unwrap_or_default();
    let (state, code) = (asked(query.as_deref(), "state"), asked(query.as_deref(), "code"));
    let mut answer = if code.is_empty() && !asked(query.as_deref(), "error").is_empty() {
        told(StatusCode::BAD_REQUEST, &headers, "oidc.cancelled")
    } else {
        match app.team.come_back(slip, &state, code, from.origin()).await {
            Ok((cookie, to)) => entered(&headers, set_cookie(Some(&cookie), &app.url), inside(&to)),
            Err(refusal) => refused(&headers, refusal)?,
        }
    };
    answer.headers_mut().append(header::SET_COOKIE, kept(None, &app.url));
    Ok(answer)
}

/// Signed in. What goes on from here is sent by a page of ours: with it comes the session.
fn entered(headers: &HeaderMap, cookie: HeaderValue, to: &str) -> Response {
    let link = super::sign_in::escaped(to);
    let mut page = document(StatusCode::OK, headers, POLICY, "signin.title", |word| {
        let (done, go) = (word("oidc.done"), word("oidc.go"));
        let card = format!("<p>{done}</p><p><a class=\"btn go\" href=\"{link}\">{go}</a></p>");
        (card, String::new())
    });
    page.headers_mut().append(header::SET_COOKIE, cookie);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={to}")) {
        page.headers_mut().insert(header::REFRESH, refresh);
    }
    page
}

fn refused(headers: &HeaderMap, refusal: Elsewhere) -> Result<Response, ApiError> {
    let (status, key) = match refusal {
        Elsewhere::Lost => (StatusCode::BAD_REQUEST, "oidc.lost"),
        Elsewhere::Down => (StatusCode::SERVICE_UNAVAILABLE, "oidc.down"),
        Elsewhere::Refused => (StatusCode::BAD_REQUEST, "oidc.refused"),
        Elsewhere::Unverified => (StatusCode::FORBIDDEN, "oidc.unverified"),
        Elsewhere::Nobody => (StatusCode::FORBIDDEN, "oidc.nobody"),
        Elsewhere::Another => (StatusCode::FORBIDDEN, "oidc.another"),
        Elsewhere::Team(TeamFault::Throttled(_)) => (StatusCode::TOO_MANY_REQUESTS, "problem.rate-limited"),
        Elsewhere::Team(other) => return Err(other.into()),
    };
    Ok(told(status, headers, key))
}

fn told(status: StatusCode, headers: &HeaderMap, key: &str) -> Response {
    document(status, headers, POLICY, "signin.title", |word| {
        let back = format!("<p class=\"soft\"><a href=\"/console\">{}</a></p>", word("lost.back"));
        (format!("<p class=\"note bad\" role=\"alert\">{}</p>", word(key)), back)
    })
}
