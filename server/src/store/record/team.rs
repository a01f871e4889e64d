//! What does the journal remember of the team? Entries of its tables, and lines of the audit log, each chained to the
//! one before by its hash.
//!
//! The store knows no member and no session: an entry is bytes under a key, replaced or taken away as a whole. What they
//! mean stands in `team/`. Whatever names a person stands here only sealed.

use fanfare_shared::ids::{BrandId, PublicId};
use fanfare_shared::log::hash::Hash;
use serde::{Deserialize, Serialize};

use super::Sealed;

/// See [`super::Record::Team`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRecord {
    /// The line of the audit log ([`AuditLine::encode`]); none for what is not worth one.
    pub line: Option<Vec<u8>>,
    /// Entries that change.
    pub changes: Vec<TeamChange>,
    /// Slots of person keys that are destroyed with it.
    pub forgotten: Vec<u64>,
}

/// One entry that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamChange {
    /// In which table.
    pub table: TeamTable,
    /// Under which key, 64 bytes at most.
    pub key: Vec<u8>,
    /// What stands there from now on; none: nothing.
    pub value: Option<Kept>,
}

/// The tables of the team. Only ever added to at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TeamTable {
    /// What a member may do, by id.
    Member,
    /// Name, address and what proves who it is, by id. Sealed.
    Profile,
    /// The member of an e-mail address, by a keyed hash of the address.
    Address,
    /// A session, by the hash of its token. Sealed.
    Session,
    /// An invitation, by the hash of its token. Sealed.
    Invitation,
    /// A token of limited scope, by its hash. Sealed.
    Token,
    /// A draft of a campaign, by id.
    Draft,
    /// A campaign that is put away, by slug.
    Archived,
    /// What a campaign costs, by slug.
    Cost,
    /// A link for a new password, by the hash of its token. Sealed.
    Reset,
    /// A letter, by id. Sealed.
    Letter,
    /// What waits for a person, by id. Sealed.
    Case,
    /// A case again, by its state, brand and time: what the queue is listed by.
    Queue,
    /// A case again, by a keyed hash of brand and e-mail address.
    Correspondent,
    /// How a brand works on its queue, by brand.
    Desk,
    /// Letters that a member wants, and views they keep, by member. Sealed.
    Preference,
    /// How far the answers of an activity were brought into the queue, by activity.
    Fed,
}

impl TeamTable {
    /// The byte in keys of the state.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Member => b'm',
            Self::Profile => b'p',
            Self::Address => b'a',
            Self::Session => b's',
            Self::Invitation => b'i',
            Self::Token => b't',
            Self::Draft => b'd',
            Self::Archived => b'r',
            Self::Cost => b'c',
            Self::Reset => b'z',
            Self::Letter => b'l',
            Self::Case => b'q',
            Self::Queue => b'w',
            Self::Correspondent => b'e',
            Self::Desk => b'k',
            Self::Preference => b'n',
            Self::Fed => b'f',
        }
    }
}

/// The bytes of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// As they are: nothing personal.
    Plain(Vec<u8>),
    /// Under a person's key.
    Sealed(Sealed),
}

/// A line of the audit log. Its bytes are JSON with the fields in this order; nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditLine {
    /// Its number, from 0 on.
    pub n: u64,
    /// SHA-256 of the line before; of nothing for the first.
    pub prev: Hash,
    /// Unix seconds.
    pub at: u64,
    /// A member's id, `owner-token` or `server`.
    pub actor: String,
    /// The token that the member did it with; none where they were signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<PublicId>,
    /// What, as a stable name (`campaign.applied`).
    pub action: String,
    /// In which brand; none: in the installation as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// To what: an id or a slug.
    pub subject: String,
    /// What else is worth knowing.
    pub detail: String,
}

impl AuditLine {
    /// The line's bytes.
    ///
    /// # Errors
    /// None in practice: everything here has an encoding.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads a line.
    ///
    /// # Errors
    /// It is none.
    pub fn decode(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

/// Where the audit log ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// Lines.
    pub lines: u64,
    /// SHA-256 of the last one; of nothing while there is none.
    pub last: Hash,
}

impl Default for AuditHead {
    fn default() -> Self {
        Self { lines: 0, last: Hash::of(b"") }
    }
}

impl AuditHead {
    /// The head after a line, if the line goes on from this one.
    #[must_use]
    pub fn after(&self, bytes: &[u8]) -> Option<Self> {
        let line = AuditLine::decode(bytes).ok()?;
        let follows = line.n == self.lines && line.prev == self.last;
        follows.then(|| Self { lines: self.lines + 1, last: Hash::of(bytes) })
    }
}
