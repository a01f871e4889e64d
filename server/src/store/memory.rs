//! The store without a disk, for tests: the same road over a journal and rows in memory, with faults on demand.
//!
//! A fault strikes once, at a step that a real disk can fail at, and comes in pairs: stored, or not stored.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use fanfare_shared::log::hash::Hash;

use super::embedded::Rows;
use super::journal::frame::{self, Parsed, RawFrame};
use super::journal::{AppendError, Journal, JournalError};
use super::state::key::Key;
use super::state::overlay::Changes;
use super::{ReadError, Row, View};

/// Where a commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Before anything was written: certainly not stored.
    BeforeWrite,
    /// The write fails.
    AtWrite {
        /// Whether the bytes got there all the same.
        stored: bool,
    },
    /// The sync fails.
    AtSync {
        /// Whether the bytes got there all the same.
        stored: bool,
    },
    /// The journal holds it, the rows cannot be written.
    AtApply,
    /// A row cannot be read while it is decided: certainly not stored.
    AtRead,
}

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A row is read.
    Read,
    /// A frame is appended.
    Append,
    /// Rows are written.
    Apply,
}

impl Fault {
    /// The step at which it strikes.
    #[must_use]
    pub const fn step(self) -> Step {
        match self {
            Self::AtRead => Step::Read,
            Self::BeforeWrite | Self::AtWrite { .. } | Self::AtSync { .. } => Step::Append,
            Self::AtApply => Step::Apply,
        }
    }
}

/// The faults to come: how many of their steps go well before each.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan(Arc<Mutex<VecDeque<(u64, Fault)>>>);

impl FaultPlan {
    /// Adds a fault that strikes after its step went well `good` more times.
    pub fn after(&self, good: u64, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back((good, fault));
    }

    fn strike(&self, at: Step) -> Option<Fault> {
        let mut plan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (good, fault) = plan.front_mut()?;
        if fault.step() != at {
            return None;
        }
        if *good > 0 {
            *good -= 1;
            return None;
        }
        plan.pop_front().map(|(_, fault)| fault)
    }
}

/// What a disk would hold: shared, so that a test can open it again after a fault.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<RwLock<Vec<Vec<u8>>>>);

/// A journal in memory.
#[derive(Debug)]
pub struct MemoryJournal {
    disk: MemoryDisk,
    faults: FaultPlan,
    next_seq: u64,
    last: Hash,
}

impl MemoryJournal {
    /// Opens what the disk holds.
    ///
    /// # Errors
    /// Never in practice: memory does not rot.
    pub fn open(disk: &MemoryDisk, faults: &FaultPlan) -> Result<Self, JournalError> {
        let mut journal =
            Self { disk: disk.clone(), faults: faults.clone(), next_seq: 1, last: Hash::new([0; 32]) };
        let (mut next_seq, mut last) = (1, journal.last);
        for frame in journal.frames(0) {
            let frame = frame?;
            (next_seq, last) = (frame.last_seq() + 1, frame.hash);
        }
        (journal.next_seq, journal.last) = (next_seq, last);
        Ok(journal)
    }

    fn store(&self, bytes: Vec<u8>) {
        self.disk.0.write().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, count: u32, version: u16, body: &[u8]) -> Result<Hash, AppendError> {
        let encoded = frame::encode(self.next_seq, count, version, &self.last, body);
        let (bytes, hash) = encoded.map_err(|what| AppendError::NotWritten(what.to_owned()))?;
        match self.faults.strike(Step::Append) {
            Some(Fault::BeforeWrite) => return Err(AppendError::NotWritten("the disk is full".to_owned())),
            Some(Fault::AtWrite { stored } | Fault::AtSync { stored }) => {
                if stored {
                    self.store(bytes);
                }
                return Err(AppendError::Unknown("input/output error".to_owned()));
            }
            Some(Fault::AtApply | Fault::AtRead) | None => {}
        }
        self.store(bytes);
        self.next_seq += u64::from(count);
        self.last = hash;
        Ok(hash)
    }

    fn head(&self) -> (u64, Hash) {
        (self.next_seq, self.last)
    }

    fn frames(&self, after: u64) -> Box<dyn Iterator<Item = Result<RawFrame, JournalError>> + '_> {
        let frames = self.disk.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let parsed = frames.into_iter().filter_map(|bytes| match frame::parse(&bytes) {
            Parsed::Frame(frame, _) => Some(Ok(frame)),
            Parsed::Blank | Parsed::Broken { .. } | Parsed::UnknownVersion(_) => None,
        });
        Box::new(parsed.filter(move |frame| frame.as_ref().map_or(true, |frame| frame.seq > after)))
    }
}

/// Rows in memory.
#[derive(Debug, Default)]
pub struct MemoryRows {
    rows: RwLock<BTreeMap<Key, Vec<u8>>>,
    faults: FaultPlan,
}

impl MemoryRows {
    /// No rows yet.
    #[must_use]
    pub fn new(faults: &FaultPlan) -> Self {
        Self { rows: RwLock::default(), faults: faults.clone() }
    }

    /// All rows.
    #[must_use]
    pub fn all(&self) -> BTreeMap<Key, Vec<u8>> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl View for MemoryRows {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        if self.faults.strike(Step::Read).is_some() {
            return Err(ReadError("input/output error".to_owned()));
        }
        Ok(self.rows.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a> {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        let found: Vec<_> = rows
            .range(from.clone()..)
            .take_while(|(key, _)| key.as_bytes().starts_with(prefix.as_bytes()))
            .map(|(key, row)| Ok((key.clone(), row.clone())))
            .collect();
        Box::new(found.into_iter())
    }
}

impl Rows for MemoryRows {
    fn write(&self, changes: Changes) -> Result<(), String> {
        if self.faults.strike(Step::Apply).is_some() {
            return Err("out of memory".to_owned());
        }
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for (key, row) in changes {
            match row {
                Some(row) => rows.insert(key, row),
                None => rows.remove(&key),
            };
        }
        Ok(())
    }

    fn sync(&self) -> Result<(), String> {
        Ok(())
    }

    fn distrust(&self) -> std::io::Result<()> {
        Ok(())
    }
}
