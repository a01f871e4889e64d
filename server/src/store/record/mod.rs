//! What does the journal remember? One frame for each commit: the records decided in it, and the roots they led to.
//!
//! Private and versioned ([`BODY_VERSION`]): never sent to anybody, never mixed with leaf text or wire JSON. Fields are
//! only ever added by a new version with its own decoder, because postcard writes no field names.
//!
//! Personal bytes stand here only sealed under the person's key ([`Sealed`]), free text among them; answers that are
//! chosen and their salts are in the clear, because without the link they name nobody and a recount needs them.

pub mod contest;
mod frame;
mod link;
pub mod measure;
pub mod team;
pub mod written;

use fanfare_shared::campaign::{Openings, Results};
use fanfare_shared::ids::{ActivityId, BrandId, CampaignId, IdempotencyKey, Slug};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Body, KindRules, Leaf, Rules};
use serde::{Deserialize, Serialize};

use contest::{EntryRecord, ResultRecord};
pub use frame::{BODY_VERSION, Frame, FrameError, Head};
pub use link::Link;
use measure::MeasureRecord;
use team::TeamRecord;
use written::WrittenRecord;

/// A log, as records and state name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LogId {
    /// The log of an activity.
    Activity(ActivityId),
    /// The registry of a brand.
    Registry(BrandId),
}

/// 32 bytes: a hash, a lock, a salt or a key.
pub type Bytes32 = [u8; 32];
/// A holder's tag.
pub type Tag = [u8; 16];

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// The first record of an installation, never again.
    Installation(Installation),
    /// A campaign document is in force.
    Campaign(CampaignRecord),
    /// An activity begins: leaf 0 and the registry's `open`.
    Open(Box<OpenRecord>),
    /// Other documents before the first ballot: an `amend` leaf.
    Amend(AmendRecord),
    /// A ballot.
    Ballot(Box<BallotRecord>),
    /// A withdrawal.
    Withdraw(WithdrawRecord),
    /// An activity ends: its `seal` and the registry's.
    Seal(SealRecord),
    /// An opening file is named by a leaf.
    Opening(OpeningRecord),
    /// The tally text is named by a leaf.
    Tally(TallyRecord),
    /// A holder's link to a person is forgotten; the person key in `slot` is destroyed.
    Erase(EraseRecord),
    /// Something of the team's, or a line of its audit log.
    Team(Box<TeamRecord>),
    /// Counts of a campaign's reach.
    Measure(MeasureRecord),
    /// A ballot with free text.
    Written(Box<WrittenRecord>),
    /// Tickets of a contest.
    Entry(Box<EntryRecord>),
    /// A contest was drawn: its `result` and the registry's.
    Result(Box<ResultRecord>),
}

/// See [`Record::Installation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Host of every origin.
    pub base: String,
    /// The public signing key.
    pub key: Bytes32,
}

/// See [`Record::Campaign`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRecord {
    /// Its slug.
    pub id: CampaignId,
    /// Its brand.
    pub brand: BrandId,
    /// 1 for the first document.
    pub version: u64,
    /// Hash of the document (canonical JSON, a file of the store).
    pub document: Hash,
    /// Its activities in order.
    pub activities: Vec<ActivityId>,
}

/// See [`Record::Open`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRecord {
    /// The activity.
    pub id: ActivityId,
    /// Its brand.
    pub brand: BrandId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its name there.
    pub name: Slug,
    /// Hash of the definition.
    pub definition: Hash,
    /// Hash of the terms.
    pub terms: Hash,
    /// Opening, Unix seconds.
    pub opens: u64,
    /// Close, 0 for none.
    pub closes: u64,
    /// Who sees results.
    pub results: Results,
    /// Whether ballots are opened.
    pub openings: Openings,
    /// The leaves' time.
    pub at: u64,
    /// Leaf 0.
    pub leaf: Vec<u8>,
    /// The registry's `open`.
    pub registry: Vec<u8>,
}

/// See [`Record::Amend`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendRecord {
    /// The activity.
    pub activity: ActivityId,
    /// Hash of the new definition.
    pub definition: Hash,
    /// Hash of the new terms.
    pub terms: Hash,
    /// The leaf's time.
    pub at: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
}

/// See [`Record::Ballot`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotRecord {
    /// The activity.
    pub activity: ActivityId,
    /// The client's key for this act.
    pub key: IdempotencyKey,
    /// Hash of the request.
    pub request: Bytes32,
    /// The holder.
    pub holder: Tag,
    /// 1 for the first.
    pub revision: u64,
    /// The lock this leaf brings.
    pub lock: Bytes32,
    /// Whether the server holds its key.
    pub server: bool,
    /// The leaf's time.
    pub at: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// Encoded answers, one for each question in the definition's order.
    pub answers: Vec<String>,
    /// Their salts.
    pub salts: Vec<Bytes32>,
    /// Who it is and the key the server holds; absent where neither is new.
    pub sealed: Option<Sealed>,
}

/// Bytes that only the key of one person opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Slot of the person's key.
    pub slot: u64,
    /// Nonce of XChaCha20-Poly1305.
    pub nonce: [u8; 24],
    /// Ciphertext with its tag, bound to its place; in a ballot of a [`Link`], bound to activity and holder.
    pub bytes: Vec<u8>,
}

/// See [`Record::Withdraw`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawRecord {
    /// The activity.
    pub activity: ActivityId,
    /// The client's key for this act.
    pub key: IdempotencyKey,
    /// Hash of the request.
    pub request: Bytes32,
    /// The holder.
    pub holder: Tag,
    /// The leaf's time.
    pub at: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
}

/// See [`Record::Seal`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealRecord {
    /// The activity.
    pub activity: ActivityId,
    /// Its brand, whose registry says so too.
    pub brand: BrandId,
    /// The leaves' time.
    pub at: u64,
    /// The activity's `seal`.
    pub leaf: Vec<u8>,
    /// The registry's `seal`.
    pub registry: Vec<u8>,
}

/// See [`Record::Opening`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningRecord {
    /// The activity.
    pub activity: ActivityId,
    /// Rows in the file.
    pub rows: u64,
    /// Hash of the file.
    pub file: Hash,
    /// The leaf's time.
    pub at: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
}

/// See [`Record::Tally`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyRecord {
    /// The activity.
    pub activity: ActivityId,
    /// Hash of the tally text.
    pub text: Hash,
    /// The leaf's time.
    pub at: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
}

/// See [`Record::Erase`]. One for each holder, so that no record joins the holders of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseRecord {
    /// The activity.
    pub activity: ActivityId,
    /// The holder.
    pub holder: Tag,
    /// Slot of the person key that opened the link.
    pub slot: u64,
}

impl OpenRecord {
    /// The rules in its leaf 0.
    #[must_use]
    pub fn rules(&self) -> Option<Rules> {
        let Body::Rules(rules) = Leaf::decode(&self.leaf).ok()?.body else { return None };
        Some(*rules)
    }

    /// The documents that its rules name.
    #[must_use]
    pub fn documents(&self) -> Vec<Hash> {
        let mut documents = vec![self.definition, self.terms];
        if let Some(Rules { kind: KindRules::Contest(contest), .. }) = self.rules() {
            documents.extend(contest.prizes.iter().map(|prize| prize.text));
        }
        documents
    }
}

impl Record {
    /// The leaves it appends, in order.
    #[must_use]
    pub fn leaves(&self) -> Vec<(LogId, &[u8])> {
        match self {
            Self::Installation(_) | Self::Campaign(_) | Self::Erase(_) | Self::Team(_) | Self::Measure(_) => {
                Vec::new()
            }
            Self::Open(open) => vec![
                (LogId::Registry(open.brand.clone()), open.registry.as_slice()),
                (LogId::Activity(open.id.clone()), open.leaf.as_slice()),
            ],
            Self::Seal(seal) => vec![
                (LogId::Activity(seal.activity.clone()), seal.leaf.as_slice()),
                (LogId::Registry(seal.brand.clone()), seal.registry.as_slice()),
            ],
            Self::Amend(AmendRecord { activity, leaf, .. })
            | Self::Withdraw(WithdrawRecord { activity, leaf, .. })
            | Self::Opening(OpeningRecord { activity, leaf, .. })
            | Self::Tally(TallyRecord { activity, leaf, .. }) => {
                vec![(LogId::Activity(activity.clone()), leaf.as_slice())]
            }
            Self::Ballot(ballot) => vec![(LogId::Activity(ballot.activity.clone()), ballot.leaf.as_slice())],
            Self::Written(written) => {
                let BallotRecord { activity, leaf, .. } = &written.ballot;
                vec![(LogId::Activity(activity.clone()), leaf.as_slice())]
            }
            Self::Entry(entry) => vec![(LogId::Activity(entry.activity.clone()), entry.leaf.as_slice())],
            Self::Result(result) => vec![
                (LogId::Activity(result.activity.clone()), result.leaf.as_slice()),
                (LogId::Registry(result.brand.clone()), result.registry.as_slice()),
            ],
        }
    }

    /// The ballot that it is, with free text or without.
    #[must_use]
    pub fn ballot(&self) -> Option<&BallotRecord> {
        if let Self::Ballot(ballot) = self {
            Some(ballot)
        } else if let Self::Written(written) = self {
            Some(&written.ballot)
        } else {
            None
        }
    }

    /// What says who an act is of, with the activity and the holder that it is bound to.
    #[must_use]
    pub fn link(&self) -> Option<(&ActivityId, &Tag, &Sealed)> {
        if let Self::Entry(entry) = self {
            return Some((&entry.activity, &entry.holder, entry.sealed.as_ref()?));
        }
        let ballot = self.ballot()?;
        Some((&ballot.activity, &ballot.holder, ballot.sealed.as_ref()?))
    }

    /// The documents it names, which are durable before it.
    #[must_use]
    pub fn documents(&self) -> Vec<Hash> {
        match self {
            Self::Installation(_)
            | Self::Ballot(_)
            | Self::Written(_)
            | Self::Withdraw(_)
            | Self::Seal(_)
            | Self::Erase(_)
            | Self::Team(_)
            | Self::Measure(_)
            | Self::Entry(_)
            | Self::Result(_) => Vec::new(),
            Self::Campaign(campaign) => vec![campaign.document],
            Self::Open(open) => open.documents(),
            Self::Amend(amend) => vec![amend.definition, amend.terms],
            Self::Opening(opening) => vec![opening.file],
            Self::Tally(tally) => vec![tally.text],
        }
    }
}
