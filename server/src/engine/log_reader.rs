//! A log as the public sees it: one signed size, and everything below it. Whoever asks again may see a larger one.

use std::ops::Range;
use std::sync::Arc;

use fanfare_shared::log::certificate::{Bytes, ProvenLeaf};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle;
use fanfare_shared::log::tile::{self, TILE_WIDTH, TileId, TilePath};
use fanfare_shared::log::tree::TileSource;

use super::proofs::ProofReader;
use super::published::LogHead;
use super::reader::Under;
use super::{Inner, LogId, ReadError};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActivityRow, LeafRow, OpeningRow};
use crate::store::state::tree::full_tile;

/// A log at one public checkpoint.
#[derive(Debug, Clone)]
pub struct LogReader {
    inner: Arc<Inner>,
    log: LogId,
    head: Arc<LogHead>,
}

/// What opens a poll's ballots, as far as the public checkpoint covers it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpeningsIndex {
    /// The opening files, in leaf order.
    pub openings: Vec<OpeningRef>,
    /// Leaf and hash of the tally text.
    pub tally: Option<(u64, Hash)>,
}

/// One opening file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningRef {
    /// Index of its leaf.
    pub leaf: u64,
    /// Rows in it.
    pub rows: u64,
    /// Its hash.
    pub file: Hash,
}

impl LogReader {
    pub(super) const fn new(inner: Arc<Inner>, log: LogId, head: Arc<LogHead>) -> Self {
        Self { inner, log, head }
    }

    /// The signed checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.head.note
    }

    /// Leaves under it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.head.size
    }

    /// The bytes of a tile; none for one that this size has not.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn tile(&self, path: TilePath) -> Result<Option<Vec<u8>>, ReadError> {
        match path {
            TilePath::Hashes(id) if id.exists_at(self.size()) => self.hashes(id).map(Some),
            TilePath::Entries(id) if id.exists_at(self.size()) => {
                let first = id.n() * TILE_WIDTH;
                let leaves = self.leaves(first..first + u64::from(id.width()))?;
                let bytes = tile::encode_entries(leaves);
                bytes.map(Some).map_err(|error| ReadError(error.to_string()))
            }
            TilePath::Hashes(_) | TilePath::Entries(_) => Ok(None),
        }
    }

    fn hashes(&self, id: TileId) -> Result<Vec<u8>, ReadError> {
        let stored = |level: u8, n: u64| full_tile(&*self.inner.view, &self.log, level, n);
        let tiles = self.head.tree.over(stored);
        let tile = tiles.0.tile(id.level(), id.n());
        let hashes = tile.as_deref().and_then(|tile| tile.get(..usize::from(id.width())));
        let hashes = hashes.ok_or_else(|| ReadError(format!("{:?}: a tile is missing", self.log)))?;
        Ok(tile::encode_hashes(hashes))
    }

    /// The bytes of leaves, cut at the public size.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn leaves(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, ReadError> {
        let end = range.end.min(self.size());
        let mut leaves = Vec::new();
        for row in self.inner.view.scan(&Key::leaves(&self.log), &Key::leaf(&self.log, range.start)) {
            let (key, bytes) = row?;
            let index = key.last_number().unwrap_or(u64::MAX);
            if index >= end {
                break;
            }
            leaves.push(overlay::decode::<LeafRow>(&key, &bytes)?.leaf(&self.log));
        }
        let wanted = end.saturating_sub(range.start);
        if leaves.len() as u64 == wanted {
            Ok(leaves)
        } else {
            Err(ReadError(format!("{:?}: a leaf is missing", self.log)))
        }
    }

    /// A leaf with the path to the root over the first `size` leaves.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(crate) fn proven(&self, index: u64, size: u64) -> Result<ProvenLeaf, ReadError> {
        let row: LeafRow = overlay::expect(&*self.inner.view, &Key::leaf(&self.log, index))?;
        let path = self.inner.inclusion(&self.log, &self.head, index, size)?;
        Ok(ProvenLeaf { index, leaf: Bytes(row.leaf(&self.log)), path })
    }

    /// That the first `size` leaves are the beginning of this log.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(crate) fn consistency(&self, size: u64) -> Result<Vec<Hash>, ReadError> {
        let reader = ProofReader { view: &*self.inner.view, log: &self.log, head: &self.head };
        let path = merkle::consistency_proof(&reader, size, self.size());
        path.map_err(|error| ReadError(format!("{:?}: {error}", self.log)))
    }

    /// The checkpoint that was signed for a size.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(crate) fn checkpoint_at(&self, size: u64) -> Result<String, ReadError> {
        self.inner.note_at(&self.log, size)
    }

    /// A document that this log names; none for any other.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn document(&self, hash: &Hash) -> Result<Option<Vec<u8>>, ReadError> {
        match self.inner.view.get(&Key::document(&self.log, hash))? {
            Some(_) => self.inner.documents.get(hash),
            None => Ok(None),
        }
    }

    /// The hashes of all documents that this log names.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn documents(&self) -> Result<Vec<Hash>, ReadError> {
        let prefix = Key::documents(&self.log);
        let hashes = self.inner.view.scan(&prefix, &prefix).map(|row| {
            let (key, _) = row?;
            let hash = key.as_bytes().last_chunk::<32>();
            hash.map(|hash| Hash::new(*hash)).ok_or_else(|| ReadError("a document has no hash".to_owned()))
        });
        hashes.collect()
    }

    /// What opens the ballots of a poll.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn openings(&self) -> Result<OpeningsIndex, ReadError> {
        let LogId::Activity(activity) = &self.log else { return Ok(OpeningsIndex::default()) };
        let row: ActivityRow = overlay::expect(&*self.inner.view, &Key::activity(activity))?;
        let prefix = Key::openings(activity);
        let mut openings = Vec::new();
        for row in self.inner.view.scan(&prefix, &prefix) {
            let (key, bytes) = row?;
            let OpeningRow { rows, file } = overlay::decode(&key, &bytes)?;
            let leaf = key.last_number().unwrap_or_default();
            openings.extend((leaf < self.size()).then_some(OpeningRef { leaf, rows, file }));
        }
        let tally = row.tallied.filter(|(leaf, _)| *leaf < self.size());
        Ok(OpeningsIndex { openings, tally })
    }

    /// The receipt of an act, public form, under this checkpoint; none for a leaf that is no act, or not below it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn receipt(&self, index: u64) -> Result<Option<String>, ReadError> {
        let LogId::Activity(activity) = &self.log else { return Ok(None) };
        if index >= self.size() {
            return Ok(None);
        }
        let row: LeafRow = overlay::expect(&*self.inner.view, &Key::leaf(&self.log, index))?;
        let leaf = row.leaf(&self.log);
        if row.act().is_none() {
            return Ok(None);
        }
        let Some(state) = self.inner.published.activity(activity) else { return Ok(None) };
        let (size, note) = match state.sealed.filter(|sealed| index < *sealed && *sealed <= self.size()) {
            Some(sealed) => (sealed, self.inner.note_at(&self.log, sealed)?),
            None => (self.size(), self.head.note.clone()),
        };
        let under = Under { log: &self.log, head: &self.head, size, note };
        Ok(Some(self.inner.receipt(&state, under, index, leaf, None)?.to_string()))
    }
}
