//! "Your answers": what a participant, and nobody else, can ask about themselves. Always by POST: secrets stay out of
//! addresses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::act::{CustodyWord, TicketRange};
use crate::ids::{ActivityId, CampaignId, HolderTag};
use crate::time::Timestamp;

/// Names the participant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ParticipantRequest {
    /// The participant's secret, 64 lower-case hex digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub participant: String,
}

/// The same from a form of the hosted page; other fields are passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParticipantForm {
    /// The participant's secret, 64 lower-case hex digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub participant: String,
    /// Language of the page to come back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Campaign of that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// `page`: a redirect to the page in place of data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
}

/// All acts of a participant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParticipantActs {
    /// The acts, oldest first for each activity.
    pub acts: Vec<OwnAct>,
}

/// Whether an act counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActState {
    /// It counts.
    Counted,
    /// A later revision took its place.
    Superseded,
    /// Withdrawn or declared void.
    Void,
}

/// One act of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnAct {
    /// The activity.
    pub activity: ActivityId,
    /// The campaign it belongs to.
    pub campaign: CampaignId,
    /// One's random tag there.
    pub holder: HolderTag,
    /// Index of the leaf.
    pub index: u64,
    /// Its revision.
    pub revision: u64,
    /// The leaf's time.
    pub at: Timestamp,
    /// Who holds the key of its lock.
    pub custody: CustodyWord,
    /// Whether it counts.
    pub state: ActState,
    /// The tickets of an entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tickets: Option<TicketRange>,
    /// The answer bytes by question id; unanswered questions are left out.
    pub answers: BTreeMap<String, String>,
    /// Its receipt, private form.
    pub receipt: String,
}
