//! A draw on the wire: the beacon's value that somebody brings, and the winners as the team sees them, with what they
//! filled in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The value of a beacon's round, as relays give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeaconValue {
    /// The round.
    #[serde(deserialize_with = "crate::wire::whole")]
    pub round: u64,
    /// 96 lower-case hex digits.
    pub signature: String,
}

/// Everybody who was drawn, in the order drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Winners {
    /// The slots that somebody fills.
    pub slots: Vec<Winner>,
}

/// Who was drawn for a slot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Winner {
    /// Its number, from 1.
    pub slot: u64,
    /// The prize, counted from 1; none for a reserve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize: Option<u64>,
    /// The prize's name in the campaign's first language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether a prize is this person's now: drawn for it, or moved up for somebody who was skipped.
    pub wins: bool,
    /// The ticket, counted from 0 as in the log.
    pub ticket: u64,
    /// Index of the entry's leaf.
    pub index: u64,
    /// The holder's tag.
    pub holder: String,
    /// When the entry was made, to the minute.
    pub at: Timestamp,
    /// What the entrant filled in, by question; none once they were forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<BTreeMap<String, String>>,
}

/// Never in a log line.
impl std::fmt::Debug for Winner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Winner({}, {})", self.slot, self.index)
    }
}
