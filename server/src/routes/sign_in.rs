//! `/console` for somebody who is not signed in: a page with a form, a few kilobytes, that needs no script. The console
//! itself is fetched while they type. Only for passkeys there is a script, which shows their button where the browser has
//! them.
//!
//! Its words are the console's own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use fanfare_shared::wire::account::SignIn;

use super::access::{From, refuse_other_pages, set_cookie};
use super::team;
use crate::app::App;
use crate::assets;
use crate::error::ApiError;
use crate::mail::Lang;
use crate::team::{Cookie, TeamFault};

type Words = BTreeMap<String, String>;

static WORDS: LazyLock<[Words; 2]> = LazyLock::new(|| {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_default();
    [
        read(include_str!("../../../console/src/catalogue/en.json")),
        read(include_str!("../../../console/src/catalogue/it.json")),
    ]
});

/// Our own style, what is fetched ahead, and nothing else; the form goes to ourselves; in no frame.
pub(super) const POLICY: &str = "default-src 'none'; connect-src 'self'; style-src 'self'; img-src 'self'; \
                                 form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same with our own script, which talks to ourselves.
const SCRIPTED: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
                        form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const MARK: &str = "<svg class=\"mark\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\">\
                    <rect x=\"2\" y=\"13\" width=\"5\" height=\"8\" rx=\"2\"/>\
                    <rect x=\"9.5\" y=\"8\" width=\"5\" height=\"13\" rx=\"2\"/>\
                    <rect x=\"17\" y=\"3\" width=\"5\" height=\"18\" rx=\"2\"/></svg><span>Fanfare</span>";

/// What was typed, and where to go from here.
#[derive(Debug, Default)]
struct Form {
    email: String,
    password: String,
    code: String,
    proof: String,
    to: String,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "email" => &mut form.email,
                "password" => &mut form.password,
                "code" => &mut form.code,
                "proof" => &mut form.proof,
                "to" => &mut form.to,
                _ => continue,
            };
            *field = value.into_owned();
        }
        form
    }
}

/// A page of the console, and nothing else: nobody is sent elsewhere.
pub(super) fn inside(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let ours = path == "/console" || path.starts_with("/console/");
    if ours && plain && !path.contains("//") { path } else { "/console" }
}

/// What the page says beside its form.
enum Said<'a> {
    Nothing,
    /// Nobody belongs to the team yet.
    Empty,
    /// By the key of its words.
    Wrong(&'a str),
}

/// The page, for who comes by.
pub(super) fn page(app: &App, headers: &HeaderMap, to: &str) -> Result<Response, ApiError> {
    let said = if app.team.is_empty()? { Said::Empty } else { Said::Nothing };
    let form = Form { to: to.to_owned(), ..Form::default() };
    Ok(written(app, StatusCode::OK, headers, &form, &said))
}

/// Takes the form.
pub(super) async fn take(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    body: Bytes,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    let mut form = Form::read(&body);
    let entered = if form.proof.is_empty() {
        let credentials = SignIn { email: form.email.clone(), password: form.password.clone(), code: None };
        app.team.sign_in(&credentials, from.origin()).await
    } else {
        app.team.sign_in_proven(&form.email, &form.proof, &form.code, from.origin()).await
    };
    let (status, said) = match entered {
        Ok(cookie) => return Ok(gone_in(&app, &cookie, &form.to)),
        Err(TeamFault::CodeRequired) => {
            form.proof = app.team.proof(&form.email)?;
            (StatusCode::OK, Said::Nothing)
        }
        Err(TeamFault::Field("/code", ..)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Said::Wrong("rule.wrong-code"))
        }
        Err(TeamFault::Credentials) => {
            form.proof = String::new();
            (StatusCode::UNAUTHORIZED, Said::Wrong("problem.wrong-credentials"))
        }
        Err(TeamFault::Throttled(_)) => (StatusCode::TOO_MANY_REQUESTS, Said::Wrong("problem.rate-limited")),
        Err(other) => return Err(other.into()),
    };
    Ok(written(&app, status, &headers, &form, &said))
}

fn gone_in(app: &App, cookie: &Cookie, to: &str) -> Response {
    let headers = [
        (header::SET_COOKIE, set_cookie(Some(cookie), &app.url)),
        (header::LOCATION, inside(to).parse().unwrap_or(header::HeaderValue::from_static("/console"))),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// `/console/lost`: asks for the address that a link for a new password is sent to.
pub(super) async fn lost(headers: HeaderMap) -> Response {
    lost_page(&headers, false)
}

/// Takes the address. The answer is the same whether somebody has it or not.
pub(super) async fn take_lost(
    State(app): State<App>,
    headers: HeaderMap,
    from: From,
    body: Bytes,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers, &app.url)?;
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    team::send_reset(app, Form::read(&body).email, Lang::of(accepted.unwrap_or_default()), from);
    Ok(lost_page(&headers, true))
}

fn lost_page(headers: &HeaderMap, sent: bool) -> Response {
    document(StatusCode::OK, headers, POLICY, "lost.title", |word| {
        let back = format!("<p class=\"soft\"><a href=\"/console\">{}</a></p>", word("lost.back"));
        if sent {
            return (format!("<p class=\"note good\" role=\"status\">{}</p>", word("lost.sent")), back);
        }
        let form = format!(
            "<p class=\"soft\">{}</p><form class=\"form\" method=\"post\" action=\"/console/lost\"><div class=\"field\">\
             <label for=\"email\">{}</label><input id=\"email\" name=\"email\" type=\"email\" required \
             autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\"></div>\
             <button type=\"submit\" class=\"btn go\">{}</button></form>",
            word("lost.text"),
            word("signin.email"),
            word("lost.go"),
        );
        (form, back)
    })
}

fn written(app: &App, status: StatusCode, headers: &HeaderMap, form: &Form, said: &Said<'_>) -> Response {
    // With the password typed already, there is only the code to ask for.
    let script = assets::logical("sign-in.js").filter(|_| app.team.takes_passkeys() && form.proof.is_empty());
    let policy = if script.is_some() { SCRIPTED } else { POLICY };
    document(status, headers, policy, "signin.title", |word| {
        let note = match said {
            Said::Nothing => String::new(),
            Said::Empty => format!("<p class=\"note\">{}</p>", word("signin.empty")),
            Said::Wrong(key) => format!("<p class=\"note bad\" role=\"alert\">{}</p>", word(key)),
        };
        let to = escaped(inside(&form.to));
        let passkey = script.map_or_else(String::new, |script| {
            format!(
                "<div class=\"form\" id=\"passkey\" data-to=\"{to}\" hidden><p class=\"note bad\" role=\"alert\" hidden>{}</p>\
                 <button type=\"button\" class=\"btn\">{}</button></div>\
                 <script type=\"module\" src=\"/assets/{}\"></script>",
                word("problem.passkey-refused"),
                word("signin.passkey"),
                script.name,
            )
        });
        let elsewhere = app.team.elsewhere().filter(|_| form.proof.is_empty());
        let elsewhere = elsewhere.map_or_else(String::new, |name| {
            let query =
                form_urlencoded::Serializer::new(String::new()).append_pair("to", inside(&form.to)).finish();
            let text = word("signin.oidc").replace("{name}", &escaped(name));
            format!("<p><a class=\"btn\" href=\"/console/oidc?{query}\">{text}</a></p>")
        });
        let card = format!(
            "{note}<form class=\"form\" method=\"post\" action=\"/console/sign-in\">\
             <input type=\"hidden\" name=\"to\" value=\"{to}\">{}\
             <button type=\"submit\" class=\"btn go\">{}</button></form>{elsewhere}{passkey}",
            fields(form, word),
            word("signin.go"),
        );
        let lost = format!("<p class=\"soft\"><a href=\"/console/lost\">{}</a></p>", word("signin.lost"));
        (card, lost)
    })
}

/// A page of this kind: a card under its title, and what stands below.
pub(super) fn document(
    status: StatusCode,
    headers: &HeaderMap,
    policy: &'static str,
    title: &str,
    parts: impl FnOnce(&dyn Fn(&str) -> String) -> (String, String),
) -> Response {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let (lang, words) = match (Lang::of(accepted.unwrap_or_default()), &*WORDS) {
        (Lang::En, [words, _]) => ("en", words),
        (Lang::It, [_, words]) => ("it", words),
    };
    let word = |key: &str| escaped(words.get(key).map_or(key, String::as_str));
    let link = |rel: &str, logical: &str, more: &str| {
        let asset = assets::logical(logical);
        asset
            .map_or_else(String::new, |it| format!("<link rel=\"{rel}\" href=\"/assets/{}\"{more}>", it.name))
    };
    let title = word(title);
    let (card, below) = parts(&word);
    let page = format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Fanfare</title>\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"/favicon.ico\">{style}{script}{wasm}</head>\
         <body><div id=\"console\"><main class=\"door\"><p class=\"name\">{MARK}</p><div class=\"card\"><h1>{title}</h1>{card}\
         </div>{below}</main></div></body></html>\n",
        style = link("stylesheet", "console.css", ""),
        // While somebody types there is time to fetch what comes next.
        script = link("prefetch", "console.js", " as=\"script\""),
        wasm = link("prefetch", "console.wasm", " as=\"fetch\" crossorigin"),
    );
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept-language, cookie"),
    ];
    (status, fixed, Html(page)).into_response()
}

/// Address and password; or, when these were right, the code.
fn fields(form: &Form, word: &dyn Fn(&str) -> String) -> String {
    let email = escaped(&form.email);
    if form.proof.is_empty() {
        return format!(
            "<div class=\"field\"><label for=\"email\">{}</label><input id=\"email\" name=\"email\" type=\"email\" required \
             autocomplete=\"username webauthn\" autocapitalize=\"none\" spellcheck=\"false\" value=\"{email}\"></div>\
             <div class=\"field\"><label for=\"password\">{}</label><input id=\"password\" name=\"password\" type=\"password\" \
             required autocomplete=\"current-password\"></div>",
            word("signin.email"),
            word("signin.password"),
        );
    }
    format!(
        "<input type=\"hidden\" name=\"email\" value=\"{email}\"><input type=\"hidden\" name=\"proof\" value=\"{}\">\
         <div class=\"field\"><label for=\"code\">{}</label><input id=\"code\" name=\"code\" required autofocus \
         autocomplete=\"one-time-code\" inputmode=\"numeric\" spellcheck=\"false\" aria-describedby=\"help\">\
         <p class=\"soft\" id=\"help\">{}</p></div>",
        escaped(&form.proof),
        word("signin.code"),
        word("signin.code.help"),
    )
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for path in ["/console", "/console/campaigns/aurora", "/console/audit?brand=aurora"] {
            assert_eq!(inside(path), path);
        }
        for path in [
            "",
            "/",
            "//evil.example",
            "/console//evil.example",
            "https://evil.example",
            "/consoles",
            "/console/\r\nx: y",
            "/console\\evil",
        ] {
            assert_eq!(inside(path), "/console", "{path}");
        }
    }

    #[test]
    fn every_word_of_the_page_is_in_both_catalogues() {
        for words in &*WORDS {
            for key in [
                "signin.title",
                "signin.empty",
                "signin.email",
                "signin.password",
                "signin.code",
                "signin.code.help",
                "signin.go",
                "signin.lost",
                "signin.passkey",
                "signin.oidc",
                "oidc.done",
                "oidc.go",
                "oidc.lost",
                "oidc.down",
                "oidc.refused",
                "oidc.cancelled",
                "oidc.unverified",
                "oidc.nobody",
                "oidc.another",
                "lost.title",
                "lost.text",
                "lost.go",
                "lost.sent",
                "lost.back",
                "rule.wrong-code",
                "problem.wrong-credentials",
                "problem.rate-limited",
                "problem.passkey-refused",
            ] {
                assert!(words.contains_key(key), "{key}");
            }
        }
    }
}
