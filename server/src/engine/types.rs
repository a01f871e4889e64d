//! What goes into the engine and what comes out of it: proposals, outcomes and errors, free of HTTP and of storage.

use super::team::Actor;
use fanfare_shared::campaign::{Campaign, Openings, Results};
use fanfare_shared::definition::Definition;
use fanfare_shared::ids::{
    ActivityId, BrandId, CampaignId, HolderTag, IdempotencyKey, Lock, LockKey, Participant, Slug,
};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::ContestRules;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::rules::Answers;
use fanfare_shared::time::{State, Timestamp, Window};
use fanfare_shared::wire::act::{ActKind, CustodyWord, TicketRange};

/// One act, asked for.
#[derive(Debug, Clone)]
pub struct Act {
    /// Where.
    pub activity: ActivityId,
    /// Chosen by the client; a retry carries the same one.
    pub key: IdempotencyKey,
    /// Hash of the canonical request: the same key with another one is refused.
    pub request: Hash,
    /// Who.
    pub participant: Participant,
    /// What.
    pub kind: ActProposal,
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum ActProposal {
    /// Answers, or other answers in place of one's earlier ones.
    Ballot {
        /// Encoded by `rules::accept`, one for each question in the definition's order.
        answers: Answers,
        /// The client's fresh lock; none: the server makes and keeps a key.
        lock: Option<Lock>,
        /// Opens one's last lock, where the client holds its key.
        unlock: Option<LockKey>,
    },
    /// Takes part in a contest.
    Entry {
        /// Encoded by `rules::accept_entry`, one for each question in the definition's order.
        answers: Answers,
        /// The client's fresh lock; none: the server makes and keeps a key.
        lock: Option<Lock>,
    },
    /// Takes everything back.
    Withdraw {
        /// Opens one's last lock, where the client holds its key.
        unlock: Option<LockKey>,
    },
}

/// An act that is durable, in the log, and covered by a signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Where.
    pub activity: ActivityId,
    /// What it was.
    pub act: ActKind,
    /// Index of its leaf.
    pub index: u64,
    /// The participant's tag there.
    pub holder: HolderTag,
    /// 1 for a first ballot or an entry, one more for each change, 0 for a withdrawal.
    pub revision: u64,
    /// The tickets of an entry.
    pub tickets: Option<TicketRange>,
    /// Who holds the key of the lock.
    pub custody: CustodyWord,
    /// The leaf's time.
    pub at: Timestamp,
    /// Number of the record in the store's order; the tally's `seq` when the act changed it.
    pub seq: u64,
    /// `tlog-proof@v1` text, private form.
    pub receipt: String,
    /// Inclusion path of leaf 0 under the receipt's checkpoint.
    pub leaf0_proof: Vec<Hash>,
    /// Whether this is the answer to an earlier request with the same key.
    pub replayed: bool,
}

/// Why an act was not answered with success.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// A rule says no. Nothing was counted.
    #[error(transparent)]
    Refused(Refusal),
    /// There is no such activity.
    #[error("there is no such activity")]
    UnknownActivity,
    /// The queue is full; nothing was counted.
    #[error("more acts are waiting than can be taken")]
    Busy,
    /// It was certainly not written.
    #[error("not committed: {0}")]
    NotCommitted(String),
    /// It may or may not have been written; asking again with the same key tells.
    #[error("not known whether it was committed: {0}")]
    Unknown(String),
}

/// A campaign document, checked and with its times resolved.
#[derive(Debug, Clone)]
pub struct Apply {
    /// The document.
    pub campaign: Campaign,
    /// One for each activity of the document, in its order.
    pub activities: Vec<Resolved>,
    /// Who brings it in.
    pub by: Actor,
}

/// What the server resolved about one activity of a document.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Its id if the activity is new: the one the document gives, or a random one.
    pub candidate: ActivityId,
    /// Its window if it is new.
    pub window: Window,
    /// Whether opening and close were written as fixed moments: those of a known activity may not differ.
    pub explicit: (bool, bool),
    /// What was resolved of a contest.
    pub contest: Option<ResolvedContest>,
}

/// The times of a contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedContest {
    /// When it is drawn.
    pub draw: Timestamp,
    /// The beacon's round of that time.
    pub round: u64,
    /// Seconds a winner has to answer.
    pub respond: u64,
}

impl Resolved {
    /// What is wrong with its close as of `now`, if the activity is new: whoever brings in something that is over has mistaken
    /// the date, and a name that is taken stays taken.
    #[must_use]
    pub fn over(&self, now: Timestamp) -> Option<&'static str> {
        (self.window.state(now, false) == State::Closed).then_some("must be after now")
    }
}

/// A document that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// 1 for the first, one more for each change.
    pub version: u64,
    /// The activities of the document, in its order.
    pub activities: Vec<(Slug, ActivityId)>,
    /// Nothing was new in it.
    pub unchanged: bool,
}

/// Why a document was not applied.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ApplyError {
    /// It breaks a rule: JSON pointer and explanation of each fault. Nothing was changed.
    #[error("the document moves rules that are fixed")]
    Refused(Vec<(String, String)>),
    /// The queue is full; nothing was changed.
    #[error("more acts are waiting than can be taken")]
    Busy,
    /// Certainly not written.
    #[error("not committed: {0}")]
    NotCommitted(String),
    /// It may or may not have been written; applying again is safe.
    #[error("not known whether it was committed: {0}")]
    Unknown(String),
}

/// A campaign in force.
#[derive(Debug, Clone)]
pub struct CampaignState {
    /// The document.
    pub campaign: Campaign,
    /// 1 for the first document, one more for each change.
    pub version: u64,
    /// Its activities, in the document's order.
    pub activities: Vec<ActivityId>,
}

/// An activity, as far as it does not change with every act.
#[derive(Debug, Clone)]
pub struct ActivityState {
    /// Its id.
    pub id: ActivityId,
    /// Its brand.
    pub brand: BrandId,
    /// The campaign it belongs to.
    pub campaign: CampaignId,
    /// Its name there.
    pub name: Slug,
    /// What is asked.
    pub definition: Definition,
    /// Hash of the definition's bytes.
    pub definition_hash: Hash,
    /// When it takes acts.
    pub window: Window,
    /// Who sees results.
    pub results: Results,
    /// Whether ballots are opened.
    pub openings: Openings,
    /// Origin of its log.
    pub log_origin: String,
    /// Bytes of leaf 0.
    pub leaf0: Vec<u8>,
    /// `H(leaf0)`.
    pub rules: Hash,
    /// Index of its `open` leaf in the brand's registry.
    pub open_index: u64,
    /// No more acts: leaves of its log with the seal.
    pub sealed: Option<u64>,
    /// What only a contest has.
    pub contest: Option<ContestState>,
}

/// A contest's draw, as its rules fix it and as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestState {
    /// The rules that stand in leaf 0.
    pub rules: ContestRules,
    /// When the list of entries is sealed.
    pub seals: Timestamp,
    /// The round's signature, once it was drawn.
    pub drawn: Option<String>,
}

impl ActivityState {
    /// When its log is sealed; never where it has no end.
    #[must_use]
    pub fn seals(&self) -> Option<Timestamp> {
        let closes = Some(self.window.closes).filter(|closes| closes.0 != 0);
        self.contest.as_ref().map(|contest| contest.seals).or(closes)
    }
}

/// Whether the engine takes acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It does; notes are things an operator should know (a state rebuilt, a torn tail cut off).
    Ready {
        /// In words, oldest first.
        notes: Vec<String>,
    },
    /// It does not, and why. Final: the process should exit and recover from the journal.
    NotReady(String),
}
