//! Which act brought this key, this lock, this person? Such rows are looked up at random, for every act: in a database
//! they become slower as it grows. So they are held in memory, as a few bytes that lead to the act itself, and made from
//! the acts at the start. What an entry leads to decides; an entry alone proves nothing.

use std::cmp::Reverse;
use std::hash::{BuildHasher, RandomState};
use std::sync::{PoisonError, RwLock};

use fanfare_shared::ids::ActivityId;
use hashbrown::HashTable;
use serde::Serialize;

use super::embedded::Rows;
use super::record::LogId;
use super::state::key::{Half, Key, Lookup, half};
use super::state::overlay::{self, Changes};
use super::state::rows::{ActRow, HolderRow, LeafRow, LinkRow, PersonRow, Said};
use super::{ReadError, Row, View};

/// Parts of the index, so that none takes long when it grows and has to move.
const SHARDS: usize = 64;
/// In place of a leaf: the row is kept as it is, because it says more than that one act.
const ROW: u32 = u32::MAX;

/// Eight bytes for each row that is found by half a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// Of the row's key, keyed anew at each start: nobody can choose keys that meet in it.
    print: u32,
    /// The leaf that it leads to.
    leaf: u32,
}

impl Entry {
    /// For the table: its lowest bits choose the place, its highest tell entries apart.
    const fn hash(&self) -> u64 {
        (self.print as u64) << 32 | self.print as u64
    }
}

/// Rows over others, of which those that are found by half a hash ([`Lookup`]) are held as an index of acts. These are
/// got, but scanned only where they say more than one act.
#[derive(Debug)]
pub struct Indexed<R, S = RandomState> {
    rows: R,
    shards: [RwLock<HashTable<Entry>>; SHARDS],
    hasher: S,
}

impl<R: View> Indexed<R> {
    /// Reads every act once.
    ///
    /// # Errors
    /// The rows could not be read.
    pub fn over(rows: R) -> Result<Self, ReadError> {
        Self::with_hasher(rows, RandomState::new())
    }
}

impl<R: View, S: BuildHasher> Indexed<R, S> {
    /// As [`Indexed::over`], with entries told apart by this hasher.
    ///
    /// # Errors
    /// As there.
    pub fn with_hasher(rows: R, hasher: S) -> Result<Self, ReadError> {
        let shards = std::array::from_fn(|_| RwLock::default());
        let index = Self { rows, shards, hasher };
        for prefix in Lookup::ALL.map(Key::lookups) {
            for row in index.rows.scan(&prefix, &prefix) {
                index.enter(&row?.0, ROW);
            }
        }
        for row in index.rows.scan(&Key::activities(), &Key::activities()) {
            let id = row?.0.first_text().and_then(|id| id.parse().ok());
            index.read(&id.ok_or_else(|| ReadError("a row of an activity has no id".to_owned()))?)?;
        }
        Ok(index)
    }

    /// Enters the acts of one activity.
    fn read(&self, activity: &ActivityId) -> Result<(), ReadError> {
        let leaves = Key::leaves(&LogId::Activity(activity.clone()));
        for row in self.rows.scan(&leaves, &leaves) {
            let (key, row) = row?;
            let Some(act) = overlay::decode::<LeafRow>(&key, &row)?.act() else { continue };
            // Leaves with higher numbers have rows.
            let Some(leaf) = key.last_number().and_then(|leaf| u32::try_from(leaf).ok()) else { continue };
            self.enter(&Key::lookup(Lookup::Idempotency, activity, &act.key), leaf);
            if let Said::Ballot { lock, .. } | Said::Entry { lock, .. } = act.said {
                self.enter(&Key::lock(activity, &lock), leaf);
            }
            for known_by in self.link(act.slot)?.iter().flat_map(LinkRow::known_by) {
                let person = Key::person(activity, &known_by);
                if !self.leads_to_row(&person) || self.rows.get(&person)?.is_none() {
                    self.enter(&person, leaf);
                }
            }
        }
        Ok(())
    }

    fn link(&self, slot: u64) -> Result<Option<LinkRow>, ReadError> {
        overlay::row(&self.rows, &Key::link(slot))
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder is in range")]
    fn place(&self, key: &Key) -> (&RwLock<HashTable<Entry>>, u32) {
        let [shard, _, _, _, print @ ..] = self.hasher.hash_one(key.as_bytes()).to_le_bytes();
        (&self.shards[usize::from(shard) % SHARDS], u32::from_le_bytes(print))
    }

    fn enter(&self, key: &Key, leaf: u32) {
        let (shard, print) = self.place(key);
        let entry = Entry { print, leaf };
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        shard.entry(entry.hash(), |other| *other == entry, Entry::hash).or_insert(entry);
    }

    /// Where a key may lead, rows first: a person's row knows more than the leaf they began with.
    fn candidates(&self, key: &Key) -> Vec<u32> {
        let (shard, print) = self.place(key);
        let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
        let met = shard.iter_hash(Entry { print, leaf: 0 }.hash()).filter(|entry| entry.print == print);
        let mut leaves: Vec<u32> = met.map(|entry| entry.leaf).collect();
        leaves.sort_unstable_by_key(|leaf| Reverse(*leaf));
        leaves
    }

    fn leads_to_row(&self, key: &Key) -> bool {
        self.candidates(key).first() == Some(&ROW)
    }

    /// The act that a row follows from, if it follows from one act alone and there is no row for the key.
    fn one_act(&self, key: &Key, row: &[u8]) -> Result<Option<u32>, ReadError> {
        let leaf = match key.as_lookup() {
            Some((Lookup::Person, ..)) => match overlay::decode::<PersonRow>(key, row)?.holders.as_slice() {
                [HolderRow { acts, .. }] => match acts.as_slice() {
                    [act] => *act,
                    _ => return Ok(None),
                },
                _ => return Ok(None),
            },
            Some((Lookup::Idempotency | Lookup::Lock, ..)) => overlay::decode(key, row)?,
            None => return Ok(None),
        };
        Ok(u32::try_from(leaf).ok().filter(|leaf| *leaf != ROW && !self.leads_to_row(key)))
    }

    /// The row as it follows from an act, if that is the act it follows from.
    fn follow(&self, key: &Key, leaf: u32) -> Result<Option<Vec<u8>>, ReadError> {
        let Some((lookup, activity, wanted)) = key.as_lookup() else { return Ok(None) };
        let activity = activity.parse().map_err(|_| ReadError("a row names no activity".to_owned()))?;
        let leaf = u64::from(leaf);
        let row: LeafRow = overlay::expect(&self.rows, &Key::leaf(&LogId::Activity(activity), leaf))?;
        let Some(ActRow { key, said, slot, .. }) = row.act() else { return Ok(None) };
        match (lookup, said) {
            (Lookup::Idempotency, _) if key == wanted => encode(&leaf).map(Some),
            (Lookup::Lock, Said::Ballot { lock, .. } | Said::Entry { lock, .. }) if half(&lock) == wanted => {
                encode(&leaf).map(Some)
            }
            (Lookup::Person, _) if self.link(slot)?.is_some_and(|link| known(&link, &wanted)) => {
                encode(&PersonRow { holders: vec![HolderRow { slot, acts: vec![leaf] }] }).map(Some)
            }
            (Lookup::Idempotency | Lookup::Lock | Lookup::Person, _) => Ok(None),
        }
    }
}

/// Whether a person is known by a hash that begins so.
fn known(link: &LinkRow, wanted: &Half) -> bool {
    link.known_by().any(|known_by| half(&known_by) == *wanted)
}

fn encode(row: &impl Serialize) -> Result<Vec<u8>, ReadError> {
    postcard::to_stdvec(row).map_err(|error| ReadError(error.to_string()))
}

impl<R: View, S: BuildHasher + Send + Sync> View for Indexed<R, S> {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        match key.as_lookup() {
            Some(_) => {
                for leaf in self.candidates(key) {
                    let row = if leaf == ROW { self.rows.get(key)? } else { self.follow(key, leaf)? };
                    if row.is_some() {
                        return Ok(row);
                    }
                }
                Ok(None)
            }
            None => self.rows.get(key),
        }
    }

    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a> {
        self.rows.scan(prefix, from)
    }
}

impl<R: Rows, S: BuildHasher + Send + Sync + 'static> Rows for Indexed<R, S> {
    fn write(&self, mut changes: Changes) -> Result<(), String> {
        let found: Changes = changes.extract_if(.., |key, _| key.as_lookup().is_some()).collect();
        let mut new = Vec::new();
        for (key, row) in found {
            let leaf = match &row {
                Some(row) => self.one_act(&key, row).map_err(|error| error.to_string())?,
                None => None,
            };
            if row.is_some() {
                new.push((key.clone(), leaf.unwrap_or(ROW)));
            }
            if leaf.is_none() {
                changes.insert(key, row);
            }
        }
        // The rows first: an entry never leads to an act that is not there yet. None is taken out again: what it led to
        // says no longer that it belongs to the key.
        self.rows.write(changes)?;
        for (key, leaf) in new {
            self.enter(&key, leaf);
        }
        Ok(())
    }

    fn sync(&self) -> Result<(), String> {
        self.rows.sync()
    }

    fn distrust(&self) -> std::io::Result<()> {
        self.rows.distrust()
    }
}
