//! A whole log in one document: `fanfare-bundle/v1` (JSON), what `/log/a/<activity>/bundle` serves and a verifier reads.
//!
//! Every verified byte string is in it as it is and hashed as it is.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::hash::Hash;

/// The first member's value.
pub const BUNDLE_FORMAT: &str = "fanfare-bundle/v1";

/// A log, its registry and its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// `fanfare-bundle/v1`.
    pub format: String,
    /// The installation's public key in hex. A claim: whoever verifies compares it with the one they know.
    pub key: String,
    /// The activity's log.
    pub log: BundleLog,
    /// The whole registry of its brand.
    pub registry: BundleLog,
    /// The draw's beacon, once it is out; null for polls and boards.
    pub beacon: Option<BundleBeacon>,
    /// Documents that leaves name, by hash.
    pub documents: BTreeMap<String, String>,
    /// Receipts to check along with the log.
    pub receipts: Vec<String>,
}

/// One log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleLog {
    /// Signed checkpoints; the last one covers all leaves.
    pub checkpoints: Vec<String>,
    /// All leaves, in order.
    pub leaves: Vec<LeafBytes>,
}

/// A beacon's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleBeacon {
    /// The round.
    pub round: u64,
    /// Lower-case hex.
    pub signature: String,
}

/// A leaf's exact bytes: a JSON string, or `{"hex": "…"}` where they are not UTF-8 (which no valid leaf is).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LeafForm", into = "LeafForm")]
pub struct LeafBytes(pub Vec<u8>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum LeafForm {
    Text(String),
    Hex { hex: String },
}

impl TryFrom<LeafForm> for LeafBytes {
    type Error = &'static str;
    fn try_from(form: LeafForm) -> Result<Self, Self::Error> {
        match form {
            LeafForm::Text(text) => Ok(Self(text.into_bytes())),
            LeafForm::Hex { hex } => HEXLOWER.decode(hex.as_bytes()).map(Self).map_err(|_| "lower-case hex"),
        }
    }
}

impl From<LeafBytes> for LeafForm {
    fn from(leaf: LeafBytes) -> Self {
        match String::from_utf8(leaf.0) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Hex { hex: HEXLOWER.encode(error.as_bytes()) },
        }
    }
}

impl AsRef<[u8]> for LeafBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Bundle {
    /// Adds a document under its hash.
    pub fn add_document(&mut self, text: String) {
        self.documents.insert(Hash::of(text.as_bytes()).to_hex(), text);
    }
}
