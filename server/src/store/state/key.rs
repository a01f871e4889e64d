//! Under which key does a row stand? One tree; the first byte names the table, then come the parts in sorting order.
//!
//! Texts are written with their length before them, numbers big-endian, so that rows of one thing lie together and a
//! prefix never matches another's. A backend with real tables reads the table from [`Key::table`].

use fanfare_shared::ids::{ActivityId, CampaignId, IdempotencyKey};
use fanfare_shared::log::hash::Hash;

use crate::store::record::{Bytes32, LogId};

/// The key of a row, or the prefix of several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "each is documented at the function of `Key` that makes its keys")]
pub enum Table {
    Applied = b'!',
    Installation = b'I',
    Campaign = b'C',
    Activity = b'A',
    Log = b'g',
    Leaf = b'l',
    Tile = b't',
    Signed = b's',
    Idempotency = b'i',
    Lock = b'k',
    Person = b'p',
    Link = b'L',
    Erased = b'e',
    Document = b'd',
    Opening = b'o',
    Tally = b'T',
    People = b'P',
}

impl Key {
    fn new(table: Table) -> Self {
        Self(vec![table as u8])
    }

    fn text(mut self, text: &str) -> Self {
        // Ids have at most 64 characters.
        self.0.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Half of a hash is enough to find by, and a row that is found by so little stays small in memory: whoever makes two
    /// inputs meet in it (2^64 tries) meets only themselves.
    fn digest(self, hash: &Bytes32) -> Self {
        self.bytes(hash.first_chunk::<16>().map_or(&[][..], <[u8; 16]>::as_slice))
    }

    fn number(self, n: u64) -> Self {
        self.bytes(&n.to_be_bytes())
    }

    fn of_log(table: Table, log: &LogId) -> Self {
        match log {
            LogId::Activity(id) => Self::new(table).bytes(b"a").text(id.as_str()),
            LogId::Registry(id) => Self::new(table).bytes(b"r").text(id.as_str()),
        }
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A key from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The byte that names the table.
    #[must_use]
    pub fn table(&self) -> u8 {
        self.0.first().copied().unwrap_or_default()
    }

    /// Whether the row names a document.
    #[must_use]
    pub fn is_document(&self) -> bool {
        self.table() == Table::Document as u8
    }

    /// Whether the row is personal, so that an erasure removes it.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        [Table::Person as u8, Table::Link as u8].contains(&self.table())
    }

    /// The number at the end of the key.
    #[must_use]
    pub fn last_number(&self) -> Option<u64> {
        self.0.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes))
    }

    /// The text at this place after the table's byte, for keys that begin with a text.
    #[must_use]
    pub fn first_text(&self) -> Option<&str> {
        let (length, rest) = self.0.get(1..)?.split_first()?;
        std::str::from_utf8(rest.get(..usize::from(*length))?).ok()
    }

    /// The last frame whose changes are in the state ([`super::rows::Applied`]).
    #[must_use]
    pub fn applied() -> Self {
        Self::new(Table::Applied)
    }

    /// The installation.
    #[must_use]
    pub fn installation() -> Self {
        Self::new(Table::Installation)
    }

    /// How many slots of person keys are taken.
    #[must_use]
    pub fn people() -> Self {
        Self::new(Table::People)
    }

    /// All campaigns.
    #[must_use]
    pub fn campaigns() -> Self {
        Self::new(Table::Campaign)
    }

    /// A campaign.
    #[must_use]
    pub fn campaign(id: &CampaignId) -> Self {
        Self::campaigns().text(id.as_str())
    }

    /// All activities.
    #[must_use]
    pub fn activities() -> Self {
        Self::new(Table::Activity)
    }

    /// An activity.
    #[must_use]
    pub fn activity(id: &ActivityId) -> Self {
        Self::activities().text(id.as_str())
    }

    /// All logs.
    #[must_use]
    pub fn logs() -> Self {
        Self::new(Table::Log)
    }

    /// The head of a log.
    #[must_use]
    pub fn log(log: &LogId) -> Self {
        Self::of_log(Table::Log, log)
    }

    /// All leaves of a log.
    #[must_use]
    pub fn leaves(log: &LogId) -> Self {
        Self::of_log(Table::Leaf, log)
    }

    /// A leaf.
    #[must_use]
    pub fn leaf(log: &LogId, index: u64) -> Self {
        Self::leaves(log).number(index)
    }

    /// A full tile of hashes.
    #[must_use]
    pub fn tile(log: &LogId, level: u8, n: u64) -> Self {
        Self::of_log(Table::Tile, log).bytes(&[level]).number(n)
    }

    /// All sizes of a log that a checkpoint was signed for.
    #[must_use]
    pub fn signed_sizes(log: &LogId) -> Self {
        Self::of_log(Table::Signed, log)
    }

    /// One of them.
    #[must_use]
    pub fn signed(log: &LogId, size: u64) -> Self {
        Self::signed_sizes(log).number(size)
    }

    /// The act that a client's key led to.
    #[must_use]
    pub fn idempotency(activity: &ActivityId, key: &IdempotencyKey) -> Self {
        Self::new(Table::Idempotency)
            .text(activity.as_str())
            .digest(Hash::of(key.as_str().as_bytes()).bytes())
    }

    /// The leaf that brought a lock.
    #[must_use]
    pub fn lock(activity: &ActivityId, lock: &Bytes32) -> Self {
        Self::new(Table::Lock).text(activity.as_str()).digest(lock)
    }

    /// A person's holders in an activity. Personal: erased.
    #[must_use]
    pub fn person(activity: &ActivityId, person: &Bytes32) -> Self {
        Self::new(Table::Person).text(activity.as_str()).digest(person)
    }

    /// The person behind the holder of a slot. Personal: erased.
    #[must_use]
    pub fn link(slot: u64) -> Self {
        Self::new(Table::Link).number(slot)
    }

    /// All slots of destroyed person keys.
    #[must_use]
    pub fn erased_all() -> Self {
        Self::new(Table::Erased)
    }

    /// One of them.
    #[must_use]
    pub fn erased(slot: u64) -> Self {
        Self::erased_all().number(slot)
    }

    /// All documents that a log names.
    #[must_use]
    pub fn documents(log: &LogId) -> Self {
        Self::of_log(Table::Document, log)
    }

    /// One of them.
    #[must_use]
    pub fn document(log: &LogId, hash: &Hash) -> Self {
        Self::documents(log).bytes(hash.bytes())
    }

    /// All opening leaves of an activity.
    #[must_use]
    pub fn openings(activity: &ActivityId) -> Self {
        Self::new(Table::Opening).text(activity.as_str())
    }

    /// One of them, by leaf index.
    #[must_use]
    pub fn opening(activity: &ActivityId, index: u64) -> Self {
        Self::openings(activity).number(index)
    }

    /// An activity's counts.
    #[must_use]
    pub fn tally(activity: &ActivityId) -> Self {
        Self::new(Table::Tally).text(activity.as_str())
    }
}
