//! What does the journal remember of a contest? Tickets and the result. Who entered, and what they filled in,
//! stands here only sealed under the key of the holder.

use std::fmt;

use fanfare_shared::ids::{ActivityId, BrandId, IdempotencyKey};
use serde::{Deserialize, Serialize};

use super::{Bytes32, Sealed, Tag};

/// See [`super::Record::Entry`]. Tickets and reason stand in the leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// The contest.
    pub activity: ActivityId,
    /// The client's key for this act.
    pub key: IdempotencyKey,
    /// Hash of the request.
    pub request: Bytes32,
    /// The holder.
    pub holder: Tag,
    /// Whether the server holds the key of the lock.
    pub server: bool,
    /// The leaf's time.
    pub at: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// Who it is; absent in a later leaf of the holder.
    pub sealed: Option<Sealed>,
    /// The [`Form`], bound to [`place`].
    pub form: Sealed,
}

/// What an entrant filled in, and what the leaf's commitment is to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Salt of the identity commitment.
    pub salt: Bytes32,
    /// The committed bytes (`email:…`, `device:…`).
    pub identity: Vec<u8>,
    /// Encoded answers, one for each question in the definition's order.
    pub answers: Vec<String>,
}

/// Never in a log line.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form(secret)")
    }
}

/// Where the form of an entry opens, and nowhere else.
#[must_use]
pub fn place(activity: &str, holder: &Tag, first_ticket: u64) -> Vec<u8> {
    let first = first_ticket.to_be_bytes();
    [b"fanfare-entry/v1\n", activity.as_bytes(), b"\n", holder.as_slice(), first.as_slice()].concat()
}

/// See [`super::Record::Result`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRecord {
    /// The contest.
    pub activity: ActivityId,
    /// Its brand, whose registry says so too.
    pub brand: BrandId,
    /// The round's signature, lower-case hex.
    pub signature: String,
    /// The leaves' time.
    pub at: u64,
    /// The contest's `result`.
    pub leaf: Vec<u8>,
    /// The registry's `result`.
    pub registry: Vec<u8>,
}
