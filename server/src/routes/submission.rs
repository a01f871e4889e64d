//! An act as it arrives: JSON with the key in a header, or a form with the key as a field (no preflight, and no
//! JavaScript needed). Both become one [`Submission`].

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use fanfare_shared::ids::{IdError, IdempotencyKey, Lock, LockKey, Participant};
use fanfare_shared::limits;
use fanfare_shared::questions::Given;
use fanfare_shared::wire::act::{ActKind, ActRequest};
use fanfare_shared::wire::problem::Slug;

use super::http::said;
use crate::error::ApiError;

/// What the sender wants back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The reply as JSON.
    Json,
    /// JSON with the next fragment in it.
    Fragment,
    /// A redirect to the hosted page.
    Page,
}

/// An act, read and well formed; no rule was asked yet.
#[derive(Debug)]
pub struct Submission {
    /// The act itself, as it was sent.
    pub request: ActRequest,
    /// Chosen by the client; a retry carries the same one.
    pub key: IdempotencyKey,
    /// Who; none: the server makes one from the key.
    pub participant: Option<Participant>,
    /// The client's fresh lock.
    pub lock: Option<Lock>,
    /// Opens the client's last lock.
    pub unlock: Option<LockKey>,
    /// The language of the page.
    pub lang: Option<String>,
    /// What the sender wants back.
    pub reply: Reply,
}

/// The media type of a body, without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> &str {
    let value = said(headers, header::CONTENT_TYPE);
    value.split(';').next().unwrap_or("").trim()
}

/// What a form wants back, known before anything else is understood, so that errors come in the right shape.
#[must_use]
pub fn wanted(headers: &HeaderMap, body: &[u8]) -> (Reply, Option<String>) {
    if !is_form(headers) {
        return (Reply::Json, None);
    }
    let mut reply = Reply::Page;
    let mut lang = None;
    for (name, value) in form_urlencoded::parse(body) {
        match (name.as_ref(), value.as_ref()) {
            ("reply", "json") => reply = Reply::Json,
            ("reply", "fragment") => reply = Reply::Fragment,
            ("lang", value) => lang = Some(value.to_owned()),
            _ => {}
        }
    }
    (reply, lang)
}

fn is_form(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Reads an act.
///
/// # Errors
/// Wrong media type, malformed body, missing key, or a field that is not well formed, by name.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Submission, ApiError> {
    if body.len() > limits::ACT_BYTES {
        return Err(ApiError::new(
            Slug::TooLarge,
            format!("An act has at most {} KiB.", limits::ACT_BYTES / 1024),
        ));
    }
    let (reply, lang) = wanted(headers, body);
    let (request, key) = if is_form(headers) {
        form(body)?
    } else if media_type(headers).eq_ignore_ascii_case("application/json") {
        json(headers, body)?
    } else {
        return Err(ApiError::field(
            Slug::UnsupportedMediaType,
            "header:Content-Type",
            "send application/json or application/x-www-form-urlencoded",
        ));
    };
    Ok(Submission {
        participant: parse(request.participant.as_deref(), "/participant")?,
        lock: parse(request.lock.as_deref(), "/lock")?,
        unlock: parse(request.unlock.as_deref(), "/unlock")?,
        request,
        key,
        lang,
        reply,
    })
}

fn parse<T: std::str::FromStr<Err = IdError>>(
    text: Option<&str>,
    pointer: &str,
) -> Result<Option<T>, ApiError> {
    let parsed = text.filter(|text| !text.is_empty()).map(str::parse).transpose();
    parsed.map_err(|error: IdError| ApiError::field(Slug::Refused, pointer, error.to_string()))
}

fn json(headers: &HeaderMap, body: &[u8]) -> Result<(ActRequest, IdempotencyKey), ApiError> {
    let request = serde_json::from_slice(body)
        .map_err(|error| ApiError::new(Slug::MalformedBody, format!("Not the JSON of an act: {error}.")))?;
    let key = headers.get("idempotency-key").ok_or_else(|| key_missing("header:Idempotency-Key"))?;
    let key = key.to_str().unwrap_or("").parse();
    Ok((request, key.map_err(|error| bad_key("header:Idempotency-Key", &error))?))
}

fn form(body: &[u8]) -> Result<(ActRequest, IdempotencyKey), ApiError> {
    let mut request = ActRequest {
        act: ActKind::Ballot,
        participant: None,
        answers: BTreeMap::new(),
        lock: None,
        unlock: None,
    };
    let mut key = None;
    for (name, value) in form_urlencoded::parse(body) {
        let value = value.into_owned();
        match name.as_ref() {
            "act" if value == "withdraw" => request.act = ActKind::Withdraw,
            "act" if value == "ballot" => request.act = ActKind::Ballot,
            "act" if value == "entry" => request.act = ActKind::Entry,
            "act" => return Err(ApiError::field(Slug::Refused, "/act", "`ballot`, `entry` or `withdraw`")),
            "key" => key = Some(value),
            "participant" => request.participant = Some(value),
            "lock" => request.lock = Some(value),
            "unlock" => request.unlock = Some(value),
            "lang" | "reply" => {}
            other => {
                let Some(question) = other.strip_prefix("q.") else {
                    return Err(ApiError::field(
                        Slug::Refused,
                        &format!("/{other}"),
                        "a form has no such field",
                    ));
                };
                let given = request.answers.entry(question.to_owned()).or_insert(Given::Many(Vec::new()));
                if let Given::Many(values) = given {
                    values.push(value);
                }
            }
        }
    }
    let key = key.ok_or_else(|| key_missing("/key"))?;
    Ok((request, key.parse().map_err(|error| bad_key("/key", &error))?))
}

pub(super) fn key_missing(pointer: &str) -> ApiError {
    ApiError::field(Slug::KeyMissing, pointer, "make a random key for each act; a retry repeats it")
}

pub(super) fn bad_key(pointer: &str, error: &IdError) -> ApiError {
    ApiError::field(Slug::KeyMissing, pointer, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=UTF-8");

    #[test]
    fn a_form_and_json_say_the_same() {
        let body = b"key=0123456789abcdef&act=ballot&q.flavour=fig&q.places=sea&q.places=town&lang=it&reply=fragment";
        let submission = read(&headers(&[FORM]), body).unwrap();
        assert_eq!(submission.reply, Reply::Fragment);
        assert_eq!(submission.lang.as_deref(), Some("it"));
        assert_eq!(submission.request.answers["places"].values(), ["sea", "town"]);

        let json = br#"{"act":"ballot","answers":{"flavour":"fig","places":["sea","town"]}}"#;
        let headers =
            headers(&[("content-type", "application/json"), ("idempotency-key", "0123456789abcdef")]);
        let submission = read(&headers, json).unwrap();
        assert_eq!(submission.reply, Reply::Json);
        assert_eq!(submission.request.answers["flavour"].values(), ["fig"]);
    }

    #[test]
    fn each_ill_formed_field_is_named() {
        for (body, pointer) in [
            ("act=ballot", "/key"),
            ("key=short&act=ballot", "/key"),
            ("key=0123456789abcdef&act=dance", "/act"),
            ("key=0123456789abcdef&participant=me", "/participant"),
            ("key=0123456789abcdef&lock=AB", "/lock"),
            ("key=0123456789abcdef&colour=red", "/colour"),
        ] {
            let error = read(&headers(&[FORM]), body.as_bytes()).unwrap_err();
            assert_eq!(error.0.errors[0].pointer, pointer, "{body}");
        }
    }

    #[test]
    fn another_media_type_and_too_large_a_body_are_refused() {
        let error = read(&headers(&[("content-type", "text/plain")]), b"{}").unwrap_err();
        assert_eq!(error.0.status, 415);
        let error = read(&headers(&[FORM]), &vec![b'a'; limits::ACT_BYTES + 1]).unwrap_err();
        assert_eq!(error.0.status, 413);
    }
}
