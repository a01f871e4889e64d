//! What does the journal remember of free text? That there is some, and the commitments to it. The words themselves, and
//! the salts without which nobody can try words against a commitment, stand here only sealed under the key of the holder:
//! with the key they are gone, and the log still holds (`docs/adr/0011-free-text-is-sealed.md`).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BallotRecord, Bytes32, Sealed, Tag};

/// See [`super::Record::Written`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenRecord {
    /// The ballot. Where a text was written, its answer here is empty and its salt zeros.
    pub ballot: BallotRecord,
    /// Of each text that was written: the place of its question, from 0, and the commitment to it. Ascending, never empty.
    pub commitments: Vec<(u64, Bytes32)>,
    /// The texts in the same order, as postcard's list of [`Text`], bound to [`place`].
    pub sealed: Sealed,
}

/// A text and the salt of its commitment: what is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The answer's bytes.
    pub text: String,
    /// The salt.
    pub salt: Bytes32,
}

/// Never in a log line.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(secret)")
    }
}

/// Where the texts of a ballot open, and nowhere else.
#[must_use]
pub fn place(activity: &str, holder: &Tag, revision: u64) -> Vec<u8> {
    let revision = revision.to_be_bytes();
    [b"fanfare-text/v1\n", activity.as_bytes(), b"\n", holder.as_slice(), revision.as_slice()].concat()
}
