//! How does one line of an export look? A JSON object with one member that says what it is, and a checksum:
//!
//! ```text
//! {"manifest":{"format":"fanfare-export/v1","host":"…","key":"…"},"crc32c":"…"}
//! {"document":{"sha256":"…","bytes":"base64"},"crc32c":"…"}          before the first record that names it
//! {"record":{"seq":7,"is":{"ballot":{…}}},"crc32c":"…"}              in order, from 1, without a gap
//! {"commit":{"seq":7,"heads":[…]},"crc32c":"…"}                      after the records of one commit
//! {"end":{"lines":9,"records":7,"documents":1,"sha256":"…","logs":[…]},"crc32c":"…"}
//! ```
//! `crc32c` is that of the line without it (`…}` closed), in hex; `sha256` that of all lines before, line feeds
//! included. Hashes, tags, locks and salts are hex, bytes base64. This encoding is public and versioned; it shares no
//! type with the journal's, which may change for reasons of its own.

use data_encoding::{BASE64, HEXLOWER};
use fanfare_shared::campaign::{Openings, Results};
use fanfare_shared::ids::{ActivityId, BrandId, CampaignId, IdempotencyKey, Slug};
use fanfare_shared::log::hash::Hash;
use serde::{Deserialize, Serialize};

use super::history::LogHead;
use crate::store::record::measure::{By, What};
use crate::store::record::team::TeamTable;

/// The format.
pub(super) const FORMAT: &str = "fanfare-export/v1";

/// A line without its checksum.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Line {
    Manifest { format: String, host: String, key: Hash },
    Document { sha256: Hash, bytes: Base64 },
    Record { seq: u64, is: Box<Entry> },
    Commit { seq: u64, heads: Vec<Head> },
    End { lines: u64, records: u64, documents: u64, sha256: Hash, logs: Vec<LogHead> },
}

/// A record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Entry {
    Installation {
        host: String,
        key: Hex<32>,
    },
    Campaign {
        id: CampaignId,
        brand: BrandId,
        version: u64,
        document: Hash,
        activities: Vec<ActivityId>,
    },
    Open {
        activity: ActivityId,
        brand: BrandId,
        campaign: CampaignId,
        name: Slug,
        definition: Hash,
        terms: Hash,
        opens: u64,
        closes: u64,
        results: Results,
        openings: Openings,
        at: u64,
        leaf: Base64,
        registry: Base64,
    },
    Amend {
        activity: ActivityId,
        definition: Hash,
        terms: Hash,
        at: u64,
        leaf: Base64,
    },
    Ballot {
        activity: ActivityId,
        key: IdempotencyKey,
        request: Hex<32>,
        holder: Hex<16>,
        revision: u64,
        lock: Hex<32>,
        server: bool,
        at: u64,
        leaf: Base64,
        answers: Vec<String>,
        salts: Vec<Hex<32>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed: Option<Sealed>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        written: Option<Written>,
    },
    Withdraw {
        activity: ActivityId,
        key: IdempotencyKey,
        request: Hex<32>,
        holder: Hex<16>,
        at: u64,
        leaf: Base64,
    },
    Seal {
        activity: ActivityId,
        brand: BrandId,
        at: u64,
        leaf: Base64,
        registry: Base64,
    },
    Opening {
        activity: ActivityId,
        rows: u64,
        file: Hash,
        at: u64,
        leaf: Base64,
    },
    Tally {
        activity: ActivityId,
        text: Hash,
        at: u64,
        leaf: Base64,
    },
    Erase {
        activity: ActivityId,
        holder: Hex<16>,
        slot: u64,
    },
    Enter {
        activity: ActivityId,
        key: IdempotencyKey,
        request: Hex<32>,
        holder: Hex<16>,
        server: bool,
        at: u64,
        leaf: Base64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed: Option<Sealed>,
        form: Sealed,
    },
    Result {
        activity: ActivityId,
        brand: BrandId,
        signature: String,
        at: u64,
        leaf: Base64,
        registry: Base64,
    },
    Team {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<String>,
        changes: Vec<TeamChange>,
        forgotten: Vec<u64>,
    },
    Measure {
        campaign: CampaignId,
        day: u32,
        counts: Vec<Count>,
    },
}

/// How often what happened, by one quality of those it happened to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Count {
    pub(super) by: By,
    pub(super) value: String,
    pub(super) what: What,
    pub(super) n: u64,
}

/// An entry of the team's tables; neither `plain` nor `sealed`: it is taken away.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamChange {
    pub(super) table: TeamTable,
    pub(super) key: Base64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plain: Option<Base64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<Sealed>,
}

/// The free text of a ballot: for each text the place of its question and the commitment, and all of them sealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) commitments: Vec<(u64, Hex<32>)>,
    pub(super) sealed: Sealed,
}

/// What only the key of a person opens, as it stands in the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    pub(super) slot: u64,
    pub(super) nonce: Hex<24>,
    pub(super) bytes: Base64,
}

/// A log's size and root.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) log: Log,
    pub(super) size: u64,
    pub(super) root: Hash,
}

/// A log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Log {
    Activity(ActivityId),
    Registry(BrandId),
}

/// Bytes of a known number, as lower-case hex.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Hex<const N: usize>(pub(super) [u8; N]);

/// Bytes, as padded standard base64.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Base64(pub(super) Vec<u8>);

impl<const N: usize> From<Hex<N>> for String {
    fn from(hex: Hex<N>) -> Self {
        HEXLOWER.encode(&hex.0)
    }
}

impl<const N: usize> TryFrom<String> for Hex<N> {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| format!("expected {N} bytes in lower-case hex"))
    }
}

impl From<Base64> for String {
    fn from(bytes: Base64) -> Self {
        BASE64.encode(&bytes.0)
    }
}

impl TryFrom<String> for Base64 {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        BASE64.decode(text.as_bytes()).map(Self).map_err(|_| "expected base64".to_owned())
    }
}

impl Line {
    /// The line's bytes, with checksum and line feed.
    pub(super) fn encode(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        let sum = crc32c::crc32c(&bytes);
        bytes.pop();
        bytes.extend_from_slice(format!(",\"crc32c\":\"{sum:08x}\"}}\n").as_bytes());
        Ok(bytes)
    }

    /// Reads a line, line feed included; what it gives is spelt in no other way.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        // `,"crc32c":"00000000"}` and the line feed.
        const TAIL: usize = 22;
        let cut = || "it is cut off".to_owned();
        let (object, tail) = bytes.split_at_checked(bytes.len().saturating_sub(TAIL)).ok_or_else(cut)?;
        if !tail.ends_with(b"\"}\n") {
            return Err(cut());
        }
        let object = [object, b"}"].concat();
        let sum = format!(",\"crc32c\":\"{:08x}\"}}\n", crc32c::crc32c(&object));
        if tail != sum.as_bytes() {
            return Err("it is not what was written (its checksum does not match)".to_owned());
        }
        let line: Self = serde_json::from_slice(&object).map_err(|error| error.to_string())?;
        let same = line.encode().is_ok_and(|again| again == bytes);
        same.then_some(line)
            .ok_or_else(|| "it is spelt in another way than this program writes it".to_owned())
    }
}
