//! What was sent, or would have been: the outbox as operators see it.

use serde::{Deserialize, Serialize};

use crate::ids::PublicId;
use crate::time::Timestamp;

/// The outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outbox {
    /// Whether a mail server is configured; without one, letters stay here to be read.
    pub sends: bool,
    /// Letters of the last 30 days, the newest first.
    pub letters: Vec<LetterView>,
}

/// A letter, closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LetterView {
    /// Its id.
    pub id: PublicId,
    /// To which address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Whether it can be opened. Not once it was sent: it may hold a link that works once.
    pub kept: bool,
    /// When it was written.
    pub made: Timestamp,
    /// What became of it.
    pub state: LetterState,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What stands in a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LetterText {
    /// Plain text. It may hold a link by which one becomes somebody.
    pub text: String,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LetterState {
    /// It waits to be sent, or to be read here.
    Waiting,
    /// The mail server has taken it.
    Sent,
    /// Given up after several tries, or refused for good.
    Failed,
}

/// Never in a log line.
impl std::fmt::Debug for LetterText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LetterText(secret)")
    }
}
