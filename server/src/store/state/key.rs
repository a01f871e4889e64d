//! Under which key does a row stand? One tree; the first byte names the table, then come the parts in sorting order.
//!
//! Texts are written with their length before them, numbers big-endian, so that rows of one thing lie together and a
//! prefix never matches another's. A backend with real tables reads the table from [`Key::table`].

use fanfare_shared::ids::{ActivityId, CampaignId, IdempotencyKey};
use fanfare_shared::log::hash::Hash;

use crate::store::record::team::TeamTable;
use crate::store::record::{Bytes32, LogId};

pub use super::half::{Half, half, half_of_key};

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
    Written = b'w',
    WrittenCount = b'W',
    People = b'P',
    Team = b'm',
    Audit = b'u',
    AuditHead = b'U',
    Measured = b'n',
}

/// Tables whose rows are found by half a hash, in an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is documented at the function of `Key` that makes its keys")]
pub enum Lookup {
    Idempotency,
    Lock,
    Person,
}

impl Lookup {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Idempotency, Self::Lock, Self::Person];

    const fn table(self) -> Table {
        match self {
            Self::Idempotency => Table::Idempotency,
            Self::Lock => Table::Lock,
            Self::Person => Table::Person,
        }
    }
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

    /// Under which key this row lies together with its neighbours, `width` of them, and at which place: for rows that are
    /// numbered without gaps and written in that order.
    #[must_use]
    pub fn packed(&self, width: u64) -> Option<(Self, u64)> {
        let prefix = match self.table() {
            table if table == Table::Link as u8 => 1,
            table if table == Table::Leaf as u8 => 3 + usize::from(*self.0.get(2)?),
            _ => return None,
        };
        let (prefix, number) = self.0.split_at_checked(prefix)?;
        let number = u64::from_be_bytes(number.try_into().ok()?);
        Some((Self(prefix.to_vec()).number(number / width), number % width))
    }

    /// The key of the row at a place, of those that lie together under this one.
    #[must_use]
    pub fn unpacked(&self, width: u64, place: u64) -> Option<Self> {
        let (prefix, pack) = self.0.split_last_chunk::<8>()?;
        let number = u64::from_be_bytes(*pack).checked_mul(width)?.checked_add(place)?;
        Some(Self(prefix.to_vec()).number(number))
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

    /// All rows of a table whose rows are found by half a hash.
    #[must_use]
    pub fn lookups(table: Lookup) -> Self {
        Self::new(table.table())
    }

    /// One of them.
    #[must_use]
    pub fn lookup(table: Lookup, activity: &ActivityId, half: &Half) -> Self {
        Self::lookups(table).text(activity.as_str()).bytes(half)
    }

    /// What a key of such a row was made of.
    #[must_use]
    pub fn as_lookup(&self) -> Option<(Lookup, &str, Half)> {
        let lookup = Lookup::ALL.into_iter().find(|lookup| lookup.table() as u8 == self.table())?;
        let activity = self.first_text()?;
        let half = Half::try_from(self.0.get(2 + activity.len()..)?).ok()?;
        Some((lookup, activity, half))
    }

    /// The act that a client's key led to.
    #[must_use]
    pub fn idempotency(activity: &ActivityId, key: &IdempotencyKey) -> Self {
        Self::lookup(Lookup::Idempotency, activity, &half_of_key(key))
    }

    /// The leaf that brought a lock.
    #[must_use]
    pub fn lock(activity: &ActivityId, lock: &Bytes32) -> Self {
        Self::lookup(Lookup::Lock, activity, &half(lock))
    }

    /// A person's holders in an activity. Personal: erased.
    #[must_use]
    pub fn person(activity: &ActivityId, person: &Bytes32) -> Self {
        Self::lookup(Lookup::Person, activity, &half(person))
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

    /// All entries of a table of the team.
    #[must_use]
    pub fn team_table(table: TeamTable) -> Self {
        Self::new(Table::Team).bytes(&[table.byte()])
    }

    /// One of them ([`super::rows::TeamRow`]).
    #[must_use]
    pub fn team(table: TeamTable, key: &[u8]) -> Self {
        Self::team_table(table).bytes(key)
    }

    /// Under what an entry of the team stands in its table.
    #[must_use]
    pub fn team_key(&self) -> Option<&[u8]> {
        (self.table() == Table::Team as u8).then_some(self.0.get(2..)).flatten()
    }

    /// All lines of the audit log.
    #[must_use]
    pub fn audit_lines() -> Self {
        Self::new(Table::Audit)
    }

    /// One of them: its bytes.
    #[must_use]
    pub fn audit(n: u64) -> Self {
        Self::audit_lines().number(n)
    }

    /// The end of the audit log.
    #[must_use]
    pub fn audit_head() -> Self {
        Self::new(Table::AuditHead)
    }

    /// All days of a campaign whose reach was counted.
    #[must_use]
    pub fn measured_days(campaign: &CampaignId) -> Self {
        Self::new(Table::Measured).text(campaign.as_str())
    }

    /// One of them ([`Counts`](crate::store::record::measure::Counts)).
    #[must_use]
    pub fn measured(campaign: &CampaignId, day: u32) -> Self {
        Self::measured_days(campaign).bytes(&day.to_be_bytes())
    }

    /// The day at the end of such a key.
    #[must_use]
    pub fn last_day(&self) -> Option<u32> {
        self.0.last_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// The free text of a ballot, by its number in the activity, from 0 ([`super::rows::WrittenRow`]). Sealed.
    #[must_use]
    pub fn written(activity: &ActivityId, n: u64) -> Self {
        Self::new(Table::Written).text(activity.as_str()).number(n)
    }

    /// How many of them an activity has.
    #[must_use]
    pub fn written_count(activity: &ActivityId) -> Self {
        Self::new(Table::WrittenCount).text(activity.as_str())
    }

    /// An activity's counts.
    #[must_use]
    pub fn tally(activity: &ActivityId) -> Self {
        Self::new(Table::Tally).text(activity.as_str())
    }
}
