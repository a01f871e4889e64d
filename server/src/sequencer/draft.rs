//! What would this group do? Records, rows and trees as they would be after it, thrown away when it is not committed.

use std::collections::BTreeMap;

use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::merkle;
use fanfare_shared::log::tree::Tree;
use fanfare_shared::time::Timestamp;

use super::Desk;
use crate::store::record::{Frame, Head, Link, LogId, Record};
use crate::store::state::key::Key;
use crate::store::state::overlay::Overlay;
use crate::store::state::rows::LogRow;
use crate::store::state::{apply, tree};
use crate::store::{Decided, ReadError, View};

/// A group in the making.
pub(super) struct Draft<'a> {
    pub(super) overlay: Overlay<'a>,
    desk: &'a Desk,
    view: &'a dyn View,
    first_seq: u64,
    frame: Frame,
    trees: BTreeMap<LogId, Tree>,
    /// Read once: every leaf of a group sees the same moment.
    pub(super) now: Timestamp,
}

impl<'a> Draft<'a> {
    pub(super) fn new(desk: &'a Desk, view: &'a dyn View, first_seq: u64) -> Self {
        Self {
            overlay: Overlay::over(view),
            desk,
            view,
            first_seq,
            frame: Frame::default(),
            trees: BTreeMap::new(),
            now: desk.clock.now(),
        }
    }

    /// Appends a record: from here on the rest of the group sees what it changes. Gives its sequence number.
    pub(super) fn append(&mut self, record: Record, link: Option<&Link>) -> Result<u64, ReadError> {
        let seq = self.first_seq + self.frame.records.len() as u64;
        apply::record(&mut self.overlay, &*self.desk.documents, seq, &record, link)?;
        for (log, leaf) in record.leaves() {
            self.tree(&log)?.append(merkle::leaf_hash(leaf));
        }
        self.frame.records.push(record);
        Ok(seq)
    }

    /// The tree of a log, with what the group appended so far.
    pub(super) fn tree(&mut self, log: &LogId) -> Result<&mut Tree, ReadError> {
        use std::collections::btree_map::Entry;
        match self.trees.entry(log.clone()) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(match self.desk.trees.get(log) {
                Some(tree) => (**tree).clone(),
                None => tree::load(self.view, log)?,
            })),
        }
    }

    /// The head of a log; empty when the group would begin it.
    pub(super) fn log(&self, log: &LogId) -> Result<LogRow, ReadError> {
        let empty = LogRow { size: 0, at: Timestamp(0), acts: 0, holders: 0, void: 0, tickets: 0 };
        Ok(self.overlay.row(&Key::log(log))?.unwrap_or(empty))
    }

    /// The time of the next leaf of these logs: this minute, and never before the last leaf of any of them.
    pub(super) fn leaf_time(&self, logs: &[&LogId]) -> Result<Timestamp, ReadError> {
        logs.iter().try_fold(self.now.minute(), |at, log| Ok(at.max(self.log(log)?.at)))
    }

    /// Records so far.
    pub(super) fn len(&self) -> usize {
        self.frame.records.len()
    }

    /// Whether nothing has to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.frame.records.is_empty()
    }

    /// The activities whose log the group appends to.
    pub(super) fn touched(&self) -> Vec<ActivityId> {
        let logs = self.trees.keys().filter_map(|log| match log {
            LogId::Activity(id) => Some(id.clone()),
            LogId::Registry(_) => None,
        });
        logs.collect()
    }

    /// The frame with its roots, the rows, and the trees.
    pub(super) fn finish(mut self) -> (Decided, BTreeMap<LogId, Tree>) {
        let heads = self.trees.iter().map(|(log, tree)| Head {
            log: log.clone(),
            size: tree.size(),
            root: *tree.root().bytes(),
        });
        self.frame.heads = heads.collect();
        apply::heads(&mut self.overlay, &self.frame);
        let changes = self.overlay.into_changes();
        (Decided { frame: self.frame, changes }, self.trees)
    }
}
