//! Errors as RFC 9457 problem documents. A new visible error is one variant of [`Slug`], and the compiler asks for
//! the rest.

use serde::{Deserialize, Serialize};

/// A problem document (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Address of the explanation; its last part is the stable slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// The slug alone.
    pub slug: String,
    /// Short, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do.
    pub detail: String,
    /// This occurrence, as `urn:uuid:` and the id that the answer's `x-request-id` carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The form with the errors by its fields, where a form asked for a fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer into the body (`/answers/flavour`), or `header:Idempotency-Key`.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
    /// Stable name of the rule broken.
    pub slug: String,
}

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $status:literal, $title:literal;)*) => {
        /// Every problem there is: stable slug, status and title.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Slug { $($(#[$doc])* $variant,)* }

        impl Slug {
            /// All of them, for the documentation's test.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, last part of the problem's type.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $slug,)* }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// Short title.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

problems! {
    /// The request is no HTTP.
    MalformedRequest = "malformed-request", 400, "The request cannot be read";
    /// The body cannot be read.
    MalformedBody = "malformed-body", 400, "The body cannot be read";
    /// A path or query parameter is not well formed.
    BadParameter = "bad-parameter", 400, "A parameter is not well formed";
    /// No idempotency key.
    KeyMissing = "key-missing", 400, "An idempotency key is required";
    /// No or wrong token.
    Unauthorized = "unauthorized", 401, "A valid token is required";
    /// No such address with that password.
    WrongCredentials = "wrong-credentials", 401, "Address or password are not right";
    /// The password is right, and a code is asked for.
    CodeRequired = "code-required", 401, "A code of your authenticator is needed";
    /// No member's passkey, or not used as asked.
    PasskeyRefused = "passkey-refused", 401, "This passkey opens nothing here";
    /// The role does not allow it.
    Forbidden = "forbidden", 403, "Your role does not allow this";
    /// The page's origin is not allowed.
    OriginNotAllowed = "origin-not-allowed", 403, "This page may not send answers";
    /// Results are not for this reader, or not yet.
    ResultsHidden = "results-hidden", 403, "Results are not shown now";
    /// No such thing.
    NotFound = "not-found", 404, "There is nothing here";
    /// An invitation that is not open.
    InvitationGone = "invitation-gone", 404, "This invitation is not open any more";
    /// The method is not offered.
    MethodNotAllowed = "method-not-allowed", 405, "This method is not offered here";
    /// The body did not arrive in time.
    TooSlow = "too-slow", 408, "The request took too long to arrive";
    /// The activity opens later.
    NotOpenYet = "not-open-yet", 409, "Not open yet";
    /// The participant is in this contest already.
    AlreadyEntered = "already-entered", 409, "You take part already";
    /// The activity is closed.
    Closed = "closed", 409, "Closed";
    /// A lock that stands in the log already.
    LockUsed = "lock-used", 409, "This lock was used before";
    /// There is nothing to withdraw.
    NothingToWithdraw = "nothing-to-withdraw", 409, "There is no answer to withdraw";
    /// The rules of a running activity cannot move.
    RulesFixed = "rules-fixed", 409, "The rules of a running activity cannot move";
    /// Somebody else was quicker.
    ChangedMeanwhile = "changed-meanwhile", 409, "It was changed meanwhile";
    /// A draft that lacks something.
    Unfinished = "draft-unfinished", 409, "The draft is not finished";
    /// An activity that is not over.
    StillRunning = "still-running", 409, "It is still running";
    /// Somebody has to look after the installation.
    LastOwner = "last-owner", 409, "The last owner stays";
    /// Too large.
    TooLarge = "too-large", 413, "The body is too large";
    /// The address is too long.
    AddressTooLong = "address-too-long", 414, "The address is too long";
    /// The media type is not understood.
    UnsupportedMediaType = "unsupported-media-type", 415, "The content type is not understood";
    /// Well formed, but a rule is broken.
    Refused = "refused", 422, "Something in it is not accepted";
    /// The same key with another body.
    KeyReused = "key-reused", 422, "This idempotency key was used for another request";
    /// The unlock key does not fit.
    WrongUnlock = "wrong-unlock", 422, "This key does not open the last answer";
    /// More from one address than is taken.
    RateLimited = "rate-limited", 429, "Too many requests from one address";
    /// The headers are too large.
    HeadersTooLarge = "headers-too-large", 431, "The headers are too large";
    /// More than the server takes at the moment.
    Busy = "busy", 503, "Busy, try again";
    /// The store takes no acts.
    NotReady = "not-ready", 503, "Not ready";
    /// It may or may not have been written.
    Unknown = "outcome-unknown", 503, "Not known whether it was written";
    /// A fault of ours.
    Internal = "internal", 500, "A fault of ours";
}

impl Slug {
    /// The problem document of one occurrence; `docs` is the address of the explanations.
    #[must_use]
    pub fn problem(self, docs: &str, detail: impl Into<String>, errors: Vec<FieldError>) -> Problem {
        Problem {
            kind: format!("{docs}#{}", self.name()),
            slug: self.name().to_owned(),
            title: self.title().to_owned(),
            status: self.status(),
            detail: detail.into(),
            instance: None,
            errors,
            html: None,
        }
    }
}
