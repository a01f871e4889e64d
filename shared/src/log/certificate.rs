//! A draw in one small document: `fanfare-certificate/v1` (JSON), what `/api/v1/activities/<id>/draws/1/certificate`
//! serves. It has the leaves that the draw touched, each with its path, and not the others.
//!
//! Every verified byte string is in it as it is, in base64, and hashed as it is.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::bundle::BundleBeacon;
use super::hash::Hash;

/// The first member's value.
pub const CERTIFICATE_FORMAT: &str = "fanfare-certificate/v1";

/// A draw and what it follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// `fanfare-certificate/v1`.
    pub format: String,
    /// Origin of the contest's log.
    pub origin: String,
    /// The installation's public key in hex. A claim: whoever verifies compares it with the one they know.
    pub key: String,
    /// Leaf 0, under the sealed checkpoint.
    pub rules: ProvenLeaf,
    /// Documents that leaf 0 names, by hash.
    pub documents: BTreeMap<String, Bytes>,
    /// The checkpoint of the sealed list: the seal is its last leaf.
    pub checkpoint: Bytes,
    /// The seal, under it.
    pub seal: ProvenLeaf,
    /// Where the brand's registry opens and seals the log.
    pub registry: CertificateRegistry,
    /// The beacon's value.
    pub beacon: BundleBeacon,
    /// The text that the seed is the hash of.
    pub transcript: Bytes,
    /// The seed in hex.
    pub seed: String,
    /// Every ticket drawn, in order.
    pub calls: Vec<CertificateCall>,
    /// The slots text.
    pub slots: Bytes,
    /// What followed the draw in the log.
    pub after: CertificateAfter,
    /// What the draw is worth, without a verifier's witnesses or seal code.
    pub grades: Grades,
    /// What nothing here proves.
    pub never_claimed: Vec<String>,
}

/// Bytes, in base64.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

/// A leaf with its place and the path that leads from it to a signed root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvenLeaf {
    /// Its index.
    pub index: u64,
    /// Its exact bytes.
    pub leaf: Bytes,
    /// Its inclusion path.
    pub path: Vec<Hash>,
}

/// A registry, for one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRegistry {
    /// A checkpoint that covers the seal, with whatever cosignatures it has.
    pub checkpoint: Bytes,
    /// The leaf that opens the log.
    pub open: ProvenLeaf,
    /// The leaf that seals it.
    pub seal: ProvenLeaf,
}

/// One ticket drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateCall {
    /// The number was drawn below this.
    pub bound: u64,
    /// The words read for it, all but the last rejected: decimal digits, for they go up to 2^64.
    pub words: Vec<String>,
    /// The ticket, by its number in the whole list.
    pub ticket: u64,
    /// The entry that holds it, under the sealed checkpoint.
    pub entry: ProvenLeaf,
    /// `selected`, `void` or `chosen`.
    pub outcome: String,
    /// The leaf that made the entry void: a `void` that names it or its holder's `withdraw`.
    pub void: Option<ProvenLeaf>,
}

/// What followed the draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateAfter {
    /// A checkpoint that covers the leaves below.
    pub checkpoint: Bytes,
    /// The consistency path: the sealed list is the beginning of the list under that checkpoint.
    pub consistency: Vec<Hash>,
    /// The published result, under it.
    pub result: ProvenLeaf,
    /// Skips, in the log's order, under it.
    pub skips: Vec<ProvenLeaf>,
}

/// What a draw is worth, in the words of `docs/PROTOCOL.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// `drand` or `demonstration`.
    pub source: String,
    /// `1 witnessed`, `2 seal code` or `0 unproven`.
    pub time: String,
    /// The sentence for both.
    pub label: String,
}

impl TryFrom<String> for Bytes {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        BASE64.decode(text.as_bytes()).map(Self).map_err(|_| "base64 with its padding")
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        BASE64.encode(&bytes.0)
    }
}
