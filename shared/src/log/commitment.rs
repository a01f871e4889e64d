//! Commitments: what a log says about locks, people and answers without saying what they are.

use std::fmt;

use data_encoding::HEXLOWER;

use super::hash::Hash;
use super::lines::Value;
use crate::ids::{ActivityId, Lock, LockKey};

/// 32 random bytes that hide what is committed to. Never printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Salt([u8; 32]);

impl Salt {
    /// From random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Lower-case hex.
    #[must_use]
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl Value for Salt {
    const SHAPE: &'static str = "a salt of 64 lower-case hex digits";
    fn read(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }
    fn write(&self) -> String {
        self.to_hex()
    }
}

/// Secrets never reach a log line.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(secret)")
    }
}

/// The lock that `key` opens in this activity.
#[must_use]
pub fn lock(activity: &ActivityId, key: &LockKey) -> Lock {
    let hash = commit("lock", &[activity.as_str().as_bytes(), key.to_hex().as_bytes(), b""]);
    Lock::new(*hash.bytes())
}

/// The commitment to who somebody is, or to a text. `bytes` begin with their scheme (`email:`, `text:`, …) and are
/// the exact bytes stored.
#[must_use]
pub fn identity(activity: &ActivityId, salt: &Salt, bytes: &[u8]) -> Hash {
    commit("identity", &[activity.as_str().as_bytes(), salt.to_hex().as_bytes(), bytes])
}

/// The commitment to one answer; an unanswered question has zero answer bytes.
#[must_use]
pub fn answer(activity: &ActivityId, question: &str, salt: &Salt, answer: &[u8]) -> Hash {
    let activity = activity.as_str().as_bytes();
    commit("answer", &[activity, question.as_bytes(), salt.to_hex().as_bytes(), answer])
}

/// The commitment to a ballot: over its answers' commitments, in the definition's order.
#[must_use]
pub fn ballot(activity: &ActivityId, definition: &Hash, answers: &[Hash]) -> Hash {
    let mut fields = vec![activity.to_string(), definition.to_hex(), answers.len().to_string()];
    fields.extend(answers.iter().map(Hash::to_hex));
    fields.push(String::new());
    commit("ballot", &fields.iter().map(String::as_bytes).collect::<Vec<_>>())
}

/// `H("fanfare-log/v1 <what>" LF || field || LF || … || last field)`: the last field has no LF after it.
fn commit(what: &str, fields: &[&[u8]]) -> Hash {
    let head = format!("fanfare-log/v1 {what}");
    let mut parts = vec![head.as_bytes()];
    for field in fields {
        parts.push(b"\n");
        parts.push(field);
    }
    Hash::of_parts(&parts)
}
