//! The only maker of problem documents: every error that leaves the server, in one match.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_shared::refusal::Refusal;
use fanfare_shared::wire::problem::{FieldError, Problem, Slug};

use crate::campaigns::DocumentError;
use crate::engine::{ApplyError, ReadError, SubmitError};
use crate::telemetry::request_id::RequestId;

/// Where the explanations of the problem types are read: a page of this server, so that it works without a network.
pub const DOCS: &str = "/docs/errors";

/// Seconds after which a client may try again when the server is busy or not ready.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// An error of a request: one problem document, what only the operator may know about it, and after how many seconds to
/// try again.
#[derive(Debug, Clone)]
pub struct ApiError(pub Box<Problem>, Option<String>, Option<u64>);

/// What a response tells those that count and log it (`telemetry::requests`).
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) slug: Slug,
    pub(crate) detail: String,
    /// For the log alone.
    pub(crate) cause: Option<String>,
}

impl ApiError {
    /// An error without fields.
    #[must_use]
    pub fn new(slug: Slug, detail: impl Into<String>) -> Self {
        Self::with(slug, detail, Vec::new())
    }

    /// An error with the fields at fault.
    #[must_use]
    pub fn with(slug: Slug, detail: impl Into<String>, errors: Vec<FieldError>) -> Self {
        Self(Box::new(slug.problem(DOCS, detail, errors)), None, None)
    }

    /// An error of one field.
    #[must_use]
    pub fn field(slug: Slug, pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::with(slug, detail.clone(), vec![field(pointer, detail, slug.name())])
    }

    /// There is nothing at this address.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Slug::NotFound, format!("There is no such {what}. Check the address for a typing error."))
    }

    /// With the reason, for the operator's log.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.1 = Some(cause.to_string());
        self
    }

    /// With the seconds after which it may be tried again.
    #[must_use]
    pub(crate) const fn after(mut self, seconds: u64) -> Self {
        self.2 = Some(seconds);
        self
    }

    /// Has a response of any shape counted and logged as this error.
    pub(crate) fn mark(&self, response: &mut Response) {
        let slug = Slug::ALL.iter().find(|slug| slug.name() == self.0.slug).copied();
        let (slug, detail, cause) = (slug.unwrap_or(Slug::Internal), self.0.detail.clone(), self.1.clone());
        response.extensions_mut().insert(Failure { slug, detail, cause });
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// One field at fault.
#[must_use]
pub fn field(pointer: &str, detail: impl Into<String>, slug: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), detail: detail.into(), slug: slug.to_owned() }
}

impl IntoResponse for ApiError {
    fn into_response(mut self) -> Response {
        let status = self.status();
        self.0.instance = RequestId::current().map(RequestId::urn);
        let body = serde_json::to_vec(&*self.0).unwrap_or_default();
        let mut response = (status, body).into_response();
        self.mark(&mut response);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        if let Some(seconds) = self.2 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let said = refusal.to_string();
        match refusal {
            Refusal::NotOpenYet { opens } => {
                Self::new(Slug::NotOpenYet, format!("{said}; it opens at {} (Unix seconds, UTC).", opens.0))
            }
            Refusal::Closed => Self::new(Slug::Closed, "It takes no more answers; nothing was counted."),
            Refusal::Answers(faults) => {
                let errors = faults
                    .iter()
                    .map(|(id, fault)| field(&format!("/answers/{id}"), fault.to_string(), fault.slug()))
                    .collect();
                Self::with(Slug::Refused, "Mend the answers named and send again with a new key.", errors)
            }
            Refusal::UnknownQuestion(id) => {
                let pointer = format!("/answers/{}", id.replace('~', "~0").replace('/', "~1"));
                let errors = vec![field(&pointer, said, "unknown-question")];
                Self::with(Slug::Refused, "This activity does not ask that question.", errors)
            }
            Refusal::KeyReused => Self::field(
                Slug::KeyReused,
                "header:Idempotency-Key",
                "make a new key for a new act; repeat the same body to get the first reply again",
            ),
            Refusal::WrongUnlock => Self::field(
                Slug::WrongUnlock,
                "/unlock",
                "give the key of your last lock in this activity; nothing was changed",
            ),
            Refusal::LockUsed => {
                Self::field(Slug::LockUsed, "/lock", "make a fresh random key for each answer")
            }
            Refusal::AlreadyEntered => {
                Self::new(Slug::AlreadyEntered, "One entry for each person; yours stands as it was.")
            }
            Refusal::OtherKind => {
                Self::field(Slug::Refused, "/act", "a poll takes `ballot`, a contest `entry`")
            }
            Refusal::NothingToWithdraw => {
                Self::new(Slug::NothingToWithdraw, "You have no answer here that counts.")
            }
        }
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::UnknownActivity => Self::not_found("activity"),
            SubmitError::Busy => Self::new(
                Slug::Busy,
                "Nothing was counted. Repeat the request with the same key in a moment.",
            ),
            SubmitError::NotCommitted(reason) => {
                Self::new(Slug::NotReady, "Nothing was counted. Repeat the request with the same key later.")
                    .because(reason)
            }
            SubmitError::Unknown(reason) => {
                Self::new(Slug::Unknown, "Repeat the request with the same key: it is counted once at most.")
                    .because(reason)
            }
        }
    }
}

impl From<ApplyError> for ApiError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Refused(faults) => Self::with(
                Slug::RulesFixed,
                "What participants were promised stays. Add a new activity for new rules.",
                faults
                    .into_iter()
                    .map(|(pointer, detail)| field(&pointer, detail, Slug::RulesFixed.name()))
                    .collect(),
            ),
            ApplyError::Busy => Self::new(Slug::Busy, "Nothing was changed. Try again in a moment."),
            ApplyError::NotCommitted(reason) => {
                Self::new(Slug::NotReady, "Nothing was changed. Try again later.").because(reason)
            }
            ApplyError::Unknown(reason) => {
                Self::new(Slug::Unknown, "Apply the same document again: that changes nothing twice.")
                    .because(reason)
            }
        }
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        Self::new(Slug::Internal, "The store could not be read. The operator finds the reason in the log.")
            .because(error)
    }
}

impl From<DocumentError> for ApiError {
    fn from(error: DocumentError) -> Self {
        let said = error.to_string();
        match error {
            DocumentError::TooLarge => Self::new(Slug::TooLarge, said),
            DocumentError::Malformed(_) => Self::new(Slug::MalformedBody, said),
            DocumentError::Faults(faults) => Self::with(
                Slug::Refused,
                "Mend the fields named; nothing was changed.",
                faults.into_iter().map(|(pointer, detail)| field(&pointer, detail, "invalid")).collect(),
            ),
        }
    }
}
