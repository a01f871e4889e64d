//! A log's growing edge, made again from the rows: unfinished tiles are not stored, because their hashes follow from
//! the last leaves and from the full tiles below.

use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle;
use fanfare_shared::log::tile;
use fanfare_shared::log::tree::Tree;

use super::key::Key;
use super::overlay;
use super::rows::{LeafRow, LogRow};
use crate::store::record::LogId;
use crate::store::{ReadError, View};

/// The tree of a log as the state has it; empty when there is no such log.
///
/// # Errors
/// The store could not be read, or a leaf or tile is missing.
pub fn load(view: &dyn View, log: &LogId) -> Result<Tree, ReadError> {
    let Some(row) = overlay::row::<LogRow>(view, &Key::log(log))? else { return Ok(Tree::new()) };
    let source = |level: u8, n: u64| unfinished(view, log, row.size, level, n);
    Tree::from_tiles(row.size, &source).map_err(|error| ReadError(format!("{log:?}: {error}")))
}

/// A full tile of a log, as stored.
#[must_use]
pub fn full_tile(view: &dyn View, log: &LogId, level: u8, n: u64) -> Option<Vec<Hash>> {
    let bytes = view.get(&Key::tile(log, level, n)).ok()??;
    tile::decode_hashes(&bytes).ok()
}

/// The hashes of the tile at the right edge.
fn unfinished(view: &dyn View, log: &LogId, size: u64, level: u8, n: u64) -> Option<Vec<Hash>> {
    let entries = size >> (8 * u32::from(level));
    (n * tile::TILE_WIDTH..entries)
        .map(|at| match level.checked_sub(1) {
            None => {
                let row: LeafRow = overlay::row(view, &Key::leaf(log, at)).ok()??;
                Some(merkle::leaf_hash(&row.leaf(log)))
            }
            Some(below) => full_tile(view, log, below, at).map(|hashes| root_of(&hashes)),
        })
        .collect()
}

/// The root over the hashes of one tile.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Hash {
    let mut tree = Tree::new();
    for hash in hashes {
        tree.append(*hash);
    }
    tree.root()
}
