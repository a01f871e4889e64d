//! What stands in a row? The private values of the state, postcard-encoded; all of them can be made again from the
//! journal, so a change of shape is a new [`STATE_VERSION`] and a rebuild, never a migration.

use fanfare_shared::campaign::{Openings, Results};
use fanfare_shared::ids::{ActivityId, BrandId, CampaignId, HolderTag, Lock, LockKey, Slug};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Ballot, Body, Custody, Entry, Held, Leaf, Withdraw};
use fanfare_shared::time::{Timestamp, Window};
use serde::{Deserialize, Serialize};

use super::key::Half;
use crate::store::record::team::Kept;
use crate::store::record::{Bytes32, Link, LogId, Sealed, Tag};

/// A state of another version is set aside and rebuilt.
pub const STATE_VERSION: u32 = 5;

/// How far the state has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// [`STATE_VERSION`].
    pub version: u32,
    /// Sequence number of the last record applied.
    pub seq: u64,
    /// Hash of the frame that held it.
    pub frame: Hash,
}

/// A campaign in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRow {
    /// Its brand.
    pub brand: BrandId,
    /// 1 for the first document.
    pub version: u64,
    /// Hash of the document.
    pub document: Hash,
    /// Its activities in order.
    pub activities: Vec<ActivityId>,
}

/// An activity: what does not change with every act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Its brand.
    pub brand: BrandId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its name there.
    pub name: Slug,
    /// Hash of the definition in force.
    pub definition: Hash,
    /// Hash of the terms in force.
    pub terms: Hash,
    /// When acts are taken.
    pub window: Window,
    /// Who sees results.
    pub results: Results,
    /// Whether ballots are opened.
    pub openings: Openings,
    /// `H(leaf 0)`.
    pub rules: Hash,
    /// Index of `open` in the registry.
    pub open_index: u64,
    /// Leaves with the seal, once sealed.
    pub sealed: Option<u64>,
    /// Leaf and hash of the tally text, once it is there: everything that follows a seal is done.
    pub tallied: Option<(u64, Hash)>,
    /// What only a contest has.
    pub contest: Option<ContestRow>,
}

/// A contest, as far as its rules are asked for with every entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestRow {
    /// When the list of entries is sealed.
    pub seals: Timestamp,
    /// The reason that an entry's leaf gives, and its tickets.
    pub reason: Slug,
    /// See above.
    pub tickets: u64,
    /// The round's signature, once it was drawn.
    pub drawn: Option<String>,
}

/// The head of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    /// Leaves.
    pub size: u64,
    /// Time of the last leaf; no later leaf has an earlier one.
    pub at: Timestamp,
    /// Acts, void ones too.
    pub acts: u64,
    /// Holders.
    pub holders: u64,
    /// Void acts; in a contest their tickets.
    pub void: u64,
    /// Tickets, void ones too.
    pub tickets: u64,
}

/// A leaf. The text of an act's leaf is not kept: it follows from the act, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeafRow {
    /// The bytes of a leaf that is no act.
    Text(Vec<u8>),
    /// The act behind a leaf.
    Act(Box<ActRow>),
}

impl LeafRow {
    /// The leaf's bytes, in the log it stands in.
    #[must_use]
    pub fn leaf(&self, log: &LogId) -> Vec<u8> {
        match (self, log) {
            (Self::Text(bytes), _) => bytes.clone(),
            (Self::Act(act), LogId::Activity(activity)) => act.leaf(activity).encode(),
            // Registries have no acts.
            (Self::Act(_), LogId::Registry(_)) => Vec::new(),
        }
    }

    /// The act, where the leaf is one.
    #[must_use]
    pub fn act(self) -> Option<ActRow> {
        match self {
            Self::Text(_) => None,
            Self::Act(act) => Some(*act),
        }
    }
}

/// What an act was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActRow {
    /// Its holder.
    pub holder: Tag,
    /// Slot of the holder's person key; it names nobody once the link is erased.
    pub slot: u64,
    /// 1 and more for a ballot, 0 for a withdrawal.
    pub revision: u64,
    /// What became of it.
    pub standing: Standing,
    /// Whether the server holds the key of its lock.
    pub server: bool,
    /// The leaf's time.
    pub at: Timestamp,
    /// Sequence number of its record.
    pub seq: u64,
    /// Half the hash of the client's key.
    pub key: Half,
    /// Hash of the request: the client's key stands for this one alone.
    pub request: Bytes32,
    /// What its leaf says beside.
    pub said: Said,
    /// Encoded answers; none for a withdrawal. Empty where a text is sealed.
    pub answers: Vec<String>,
    /// Their salts.
    pub salts: Vec<Bytes32>,
    /// The free text in it, if there is some.
    pub written: Option<Written>,
}

/// What stays in the clear of the free text of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its number in the activity, from 0.
    pub number: u64,
    /// Place of each question that was answered by a text, and the commitment to that answer.
    pub commitments: Vec<(u64, Bytes32)>,
}

/// The free text of a ballot, as it stands in the journal: the state holds nothing that outlives a person's key. It lies
/// apart from its act, because it is many times as large and seldom read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenRow {
    /// Index of the ballot's leaf.
    pub index: u64,
    /// See [`WrittenRecord::sealed`](crate::store::record::written::WrittenRecord::sealed).
    pub sealed: Sealed,
}

/// What the leaf of an act says that stands nowhere else in its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// A ballot's.
    Ballot {
        /// Opens the lock of the holder's ballot before, where there is one.
        unlock: Option<Bytes32>,
        /// The lock it brings.
        lock: Bytes32,
        /// The commitment to its answers.
        commit: Bytes32,
    },
    /// A withdrawal's.
    Withdrawal {
        /// Opens the lock of the holder's last ballot.
        unlock: Bytes32,
    },
    /// An entry's.
    Entry {
        /// The lock of its holder.
        lock: Bytes32,
        /// The commitment to who it is.
        commit: Bytes32,
        /// Number of its first ticket.
        first: u64,
        /// How many.
        count: u64,
        /// One of the rules' codes.
        reason: Slug,
        /// The leaf of the same holder before it.
        before: Option<u64>,
    },
}

impl ActRow {
    /// The commitment to the answer at a place, where a text is sealed there.
    #[must_use]
    pub fn commitment(&self, place: usize) -> Option<&Bytes32> {
        let commitments = &self.written.as_ref()?.commitments;
        commitments.iter().find(|(at, _)| usize::try_from(*at) == Ok(place)).map(|(_, commitment)| commitment)
    }

    fn leaf(&self, activity: &ActivityId) -> Leaf {
        let holder = HolderTag::new(self.holder);
        let custody = if self.server { Custody::Server } else { Custody::Client };
        let body = match self.said {
            Said::Ballot { unlock, lock, commit } => {
                let (unlock, lock) = (unlock.map(LockKey::new), Lock::new(lock));
                let held = Held { holder, unlock, lock, custody };
                Body::Ballot(Ballot { held, revision: self.revision, commit: Hash::new(commit) })
            }
            Said::Withdrawal { unlock } => Body::Withdraw(Withdraw { holder, unlock: LockKey::new(unlock) }),
            Said::Entry { lock, commit, first, count, ref reason, .. } => {
                let held = Held { holder, unlock: None, lock: Lock::new(lock), custody };
                Body::Entry(Entry { held, commit: Hash::new(commit), first, count, reason: reason.clone() })
            }
        };
        Leaf { activity: activity.clone(), at: self.at, body }
    }
}

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// The holder's highest ballot: it counts.
    Counted,
    /// A later ballot of the holder stands in its place.
    Superseded,
    /// The holder's highest ballot, withdrawn; or the withdrawal itself.
    Withdrawn,
}

/// A person's holders in one activity, oldest first; all but the last have withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonRow {
    /// The holders; never empty.
    pub holders: Vec<HolderRow>,
}

/// A holder, as its person knows it. The tag stands in its acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderRow {
    /// Slot of the person's key.
    pub slot: u64,
    /// Leaves of its acts, ascending; never empty.
    pub acts: Vec<u64>,
}

/// The person behind a slot, that is behind one holder.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// SHA-256 of the participant's secret.
    pub person: Bytes32,
    /// The key of the last lock, where the server holds it.
    pub key: Option<Bytes32>,
    /// See [`Link::address`](crate::store::record::Link::address).
    pub address: Option<Bytes32>,
}

impl LinkRow {
    /// What a link says.
    #[must_use]
    pub const fn of(link: &Link) -> Self {
        Self { person: link.person, key: link.key, address: link.address }
    }

    /// Under what the holder is found: the participant's secret, and the address where one was given.
    pub fn known_by(&self) -> impl Iterator<Item = Bytes32> + use<> {
        std::iter::once(self.person).chain(self.address)
    }
}

/// An entry of the team's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// Sequence number of the record that wrote it: what a change is held against.
    pub version: u64,
    /// Its bytes.
    pub kept: Kept,
}

/// An opening leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningRow {
    /// Rows in the file.
    pub rows: u64,
    /// Hash of the file.
    pub file: Hash,
}

/// An activity's counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TallyRow {
    /// Sequence number of the record that changed it last.
    pub seq: u64,
    /// Holders whose highest ballot is not void.
    pub ballots: u64,
    /// Of these, under custody of the server.
    pub server: u64,
    /// By question, in the definition's order.
    pub questions: Vec<QuestionCounts>,
}

/// Counts of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuestionCounts {
    /// Ballots that answered it.
    pub answered: u64,
    /// By option, in the definition's order.
    pub options: Vec<u64>,
}
