//! What do proofs of one log have in common? The hashes inside its tiles, kept for as long as the process
//! lives, so that a receipt costs a few look-ups and not a tile hashed anew for each of its steps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle::{HashReader, node_hash};
use fanfare_shared::log::tile::TILE_WIDTH;

use super::published::LogHead;
use crate::store::View;
use crate::store::record::LogId;
use crate::store::state::tree::full_tile;

/// Full tiles kept for a log: 16 KiB each. Forgotten all at once when there are more; nobody measures by old receipts.
const TILES: usize = 512;

/// All complete subtrees of one tile, by height: 256 hashes, 128, … 1.
#[derive(Debug, Default)]
pub(crate) struct TileNodes(Vec<Vec<Hash>>);

impl TileNodes {
    /// From the hashes at hand of a tile.
    pub(crate) fn of(hashes: &[Hash]) -> Self {
        let mut levels = vec![hashes.to_vec()];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let (pairs, _) = below.as_chunks::<2>();
            levels.push(pairs.iter().map(|[left, right]| node_hash(left, right)).collect());
        }
        Self(levels)
    }

    fn hash(&self, height: u8, position: u64) -> Option<Hash> {
        self.0.get(usize::from(height))?.get(usize::try_from(position).ok()?).copied()
    }
}

/// What is kept for one log.
#[derive(Debug, Default)]
pub(crate) struct LogMemory {
    tiles: Mutex<BTreeMap<(u8, u64), Arc<TileNodes>>>,
}

impl LogMemory {
    fn full(&self, view: &dyn View, log: &LogId, level: u8, n: u64) -> Option<Arc<TileNodes>> {
        if let Some(nodes) = self.tiles.lock().unwrap_or_else(PoisonError::into_inner).get(&(level, n)) {
            return Some(Arc::clone(nodes));
        }
        let nodes = Arc::new(TileNodes::of(&full_tile(view, log, level, n)?));
        let mut tiles = self.tiles.lock().unwrap_or_else(PoisonError::into_inner);
        if tiles.len() >= TILES {
            tiles.clear();
        }
        tiles.insert((level, n), Arc::clone(&nodes));
        Some(nodes)
    }
}

/// Reads the hashes that proofs of a log are made from.
pub(crate) struct ProofReader<'a> {
    pub(crate) view: &'a dyn View,
    pub(crate) log: &'a LogId,
    pub(crate) head: &'a LogHead,
}

impl HashReader for ProofReader<'_> {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let (tile_level, height) = (level / 8, level % 8);
        let first = index << height;
        let n = first / TILE_WIDTH;
        let position = (first % TILE_WIDTH) >> height;
        let at_edge = n == (self.head.size >> (8 * u32::from(tile_level))) / TILE_WIDTH;
        if at_edge {
            return self.head.edge().get(usize::from(tile_level))?.hash(height, position);
        }
        self.head.memory.full(self.view, self.log, tile_level, n)?.hash(height, position)
    }
}
