//! One act: what a visitor sends, and what comes back.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::tally::Tally;
use crate::ids::{ActivityId, HolderTag};
use crate::questions::Given;
use crate::time::Timestamp;

/// What kind of act a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActKind {
    /// Answers to the questions of a poll: the first, or a change of earlier ones.
    Ballot,
    /// Takes part in a contest.
    Entry,
    /// Takes back all of one's answers in this activity.
    Withdraw,
}

/// The body of an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActRequest {
    /// What it is.
    pub act: ActKind,
    /// The participant's secret, 64 lower-case hex digits; absent: a new participant, returned in the reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub participant: Option<String>,
    /// Answers by question id: an option id, a list of them, a number, or a text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "each_once")]
    pub answers: BTreeMap<String, Given>,
    /// A fresh lock made by the client, 64 lower-case hex digits; absent: the server keeps the key (`custody server`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub lock: Option<String>,
    /// The key of one's last lock, for a change or withdrawal under one's own custody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub unlock: Option<String>,
}

/// Answers by question, each once: where there are two, readers of JSON do not agree which one was meant.
fn each_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Given>, D::Error> {
    struct EachOnce;

    impl<'de> Visitor<'de> for EachOnce {
        type Value = BTreeMap<String, Given>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("answers by question id")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut answers = BTreeMap::new();
            while let Some((question, given)) = map.next_entry::<String, Given>()? {
                if answers.insert(question, given).is_some() {
                    return Err(A::Error::custom("a question is answered twice"));
                }
            }
            Ok(answers)
        }
    }

    deserializer.deserialize_map(EachOnce)
}

/// Tickets of an entry, by their numbers in the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketRange {
    /// The first.
    pub first: u64,
    /// How many, 1 at least.
    pub count: u64,
}

/// Who holds the key of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum CustodyWord {
    /// The participant's client.
    Client,
    /// The server, for those without JavaScript.
    Server,
}

/// The reply to an accepted act. A replay of the same key and body gives the same receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActReply {
    /// The activity.
    pub activity: ActivityId,
    /// What the act was.
    pub act: ActKind,
    /// Index of its leaf in the activity's log.
    pub index: u64,
    /// One's random tag in this activity.
    pub holder: HolderTag,
    /// 1 for a first ballot or an entry, one more for each change; 0 for a withdrawal.
    pub revision: u64,
    /// The tickets of an entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tickets: Option<TicketRange>,
    /// Who holds the key of the lock.
    pub custody: CustodyWord,
    /// The leaf's time.
    pub at: Timestamp,
    /// Receipt, private form: a C2SP `tlog-proof@v1` text.
    pub receipt: String,
    /// Bytes of leaf 0 (the rules), base64.
    pub leaf0: String,
    /// Inclusion path of leaf 0 under the receipt's checkpoint: base64 hashes.
    pub leaf0_proof: Vec<String>,
    /// The participant's secret: keep it, it is the only key to one's own acts.
    pub participant: String,
    /// Results, where the rules show them to this participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// Opens the results of an activity that shows them after voting (`results` = `voted`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results_token: Option<String>,
    /// The next fragment, where the form asked for it (`reply=fragment`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}
