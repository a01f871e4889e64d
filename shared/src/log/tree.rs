//! The growing edge of a tree, for the one who appends: only the tiles at the right that are not full yet.
//!
//! 256 hashes make a tile; its hash is one entry of a tile above (C2SP tlog-tiles). So a log of any size needs at
//! most 255 hashes for each of its 8 tile levels in memory; full tiles are handed out once, to be stored.

use std::borrow::Cow;

use super::hash::Hash;
use super::merkle::{HashReader, empty_root, node_hash};
use super::tile::{TILE_WIDTH, TileId};

/// Gives tiles: the hashes of complete subtrees, 256 side by side.
pub trait TileSource {
    /// The hashes at hand of tile `n` of tile level `level`: all 256, or the first ones of the tile at the right edge.
    fn tile(&self, level: u8, n: u64) -> Option<Cow<'_, [Hash]>>;
}

impl<F: Fn(u8, u64) -> Option<Vec<Hash>>> TileSource for F {
    fn tile(&self, level: u8, n: u64) -> Option<Cow<'_, [Hash]>> {
        self(level, n).map(Cow::Owned)
    }
}

/// Reads subtree hashes out of tiles.
#[derive(Debug, Clone, Copy)]
pub struct Tiles<S>(pub S);

impl<S: TileSource> HashReader for Tiles<S> {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let (tile_level, height) = (level / 8, level % 8);
        let first = index << height;
        let tile = self.0.tile(tile_level, first / TILE_WIDTH)?;
        let start = usize::try_from(first % TILE_WIDTH).ok()?;
        subtree_hash(tile.get(start..start + (1 << height))?)
    }
}

/// A tile that has just become full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTile {
    /// Which one; its width is 256.
    pub id: TileId,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
}

/// A tree's size and the unfinished tile of each level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    /// Invariant: `edge[level]` holds `(size >> 8 * level) % 256` hashes; levels at the end may be absent.
    edge: Vec<Vec<Hash>>,
}

/// The parts do not belong to a tree of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these tiles are not the right edge of a tree of that size")]
pub struct TreeError;

impl Tree {
    /// The tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From what was stored: the size and the unfinished tile of each level, lowest first.
    ///
    /// # Errors
    /// A tile has another width than the size says.
    pub fn from_parts(size: u64, mut edge: Vec<Vec<Hash>>) -> Result<Self, TreeError> {
        for level in 0..8 {
            let width = u64::try_from(edge.get(level).map_or(0, Vec::len)).map_err(|_| TreeError)?;
            if width != edge_width(size, level) {
                return Err(TreeError);
            }
        }
        if edge.iter().skip(8).any(|tile| !tile.is_empty()) {
            return Err(TreeError);
        }
        edge.truncate(8);
        Ok(Self { size, edge })
    }

    /// From the tiles of a whole log of that size.
    ///
    /// # Errors
    /// A tile of the right edge is missing.
    pub fn from_tiles(size: u64, tiles: &impl TileSource) -> Result<Self, TreeError> {
        let mut edge = Vec::new();
        for level in 0..8u8 {
            let width = usize::try_from(edge_width(size, level.into())).map_err(|_| TreeError)?;
            let hashes = if width == 0 {
                Vec::new()
            } else {
                let n = (size >> (8 * u32::from(level))) / TILE_WIDTH;
                tiles
                    .tile(level, n)
                    .and_then(|tile| tile.get(..width).map(<[Hash]>::to_vec))
                    .ok_or(TreeError)?
            };
            edge.push(hashes);
        }
        Ok(Self { size, edge })
    }

    /// How many leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The unfinished tile of each level, lowest first: what [`Tree::from_parts`] takes.
    #[must_use]
    pub fn edge(&self) -> &[Vec<Hash>] {
        &self.edge
    }

    /// Adds one leaf by its hash; gives the tiles that became full with it (usually none).
    pub fn append(&mut self, leaf: Hash) -> Vec<FullTile> {
        let mut full = Vec::new();
        let mut hash = leaf;
        for level in 0..8u8 {
            let at = usize::from(level);
            if self.edge.len() <= at {
                self.edge.push(Vec::new());
            }
            let n = (self.size >> (8 * u32::from(level))) / TILE_WIDTH;
            let Some(tile) = self.edge.get_mut(at) else { break };
            tile.push(hash);
            if (tile.len() as u64) < TILE_WIDTH {
                break;
            }
            let hashes = std::mem::take(tile);
            let Some(above) = subtree_hash(&hashes) else { break };
            hash = above;
            full.push(FullTile { id: TileId::full(level, n), hashes });
        }
        self.size += 1;
        full
    }

    /// The root of all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root: Option<Hash> = None;
        for tile in &self.edge {
            // The complete subtrees inside the tile, right (smallest) to left.
            let mut end = tile.len();
            while end > 0 {
                let start = end - (1 << end.trailing_zeros());
                let Some(peak) = tile.get(start..end).and_then(subtree_hash) else { break };
                root = Some(root.map_or(peak, |right| node_hash(&peak, &right)));
                end = start;
            }
        }
        root.unwrap_or_else(empty_root)
    }

    /// The tree's own unfinished tiles, then `older` for the full ones: what proofs of this size are made from.
    pub fn over<'a, S: TileSource + 'a>(&'a self, older: S) -> Tiles<impl TileSource + 'a> {
        Tiles(Over { tree: self, older })
    }
}

struct Over<'a, S> {
    tree: &'a Tree,
    older: S,
}

impl<S: TileSource> TileSource for Over<'_, S> {
    fn tile(&self, level: u8, n: u64) -> Option<Cow<'_, [Hash]>> {
        let at_edge = n == (self.tree.size >> (8 * u32::from(level))) / TILE_WIDTH;
        if at_edge {
            self.tree.edge.get(usize::from(level)).map(|tile| Cow::Borrowed(tile.as_slice()))
        } else {
            self.older.tile(level, n)
        }
    }
}

/// Every leaf hash of a tree in memory, as tiles: for tests, small logs and whole-log verifiers.
#[derive(Debug, Clone, Default)]
pub struct WholeTree {
    tree: Tree,
    /// The full tiles of each level.
    full: Vec<Vec<Vec<Hash>>>,
}

impl WholeTree {
    /// From the hashes of all leaves.
    #[must_use]
    pub fn from_leaves(hashes: impl IntoIterator<Item = Hash>) -> Self {
        let mut whole = Self::default();
        for hash in hashes {
            whole.append(hash);
        }
        whole
    }

    /// Adds one leaf by its hash.
    pub fn append(&mut self, leaf: Hash) {
        for tile in self.tree.append(leaf) {
            let level = usize::from(tile.id.level());
            if self.full.len() <= level {
                self.full.push(Vec::new());
            }
            if let Some(tiles) = self.full.get_mut(level) {
                tiles.push(tile.hashes);
            }
        }
    }

    /// The growing edge.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What proofs are made from.
    #[must_use]
    pub const fn reader(&self) -> Tiles<&Self> {
        Tiles(self)
    }
}

impl TileSource for &WholeTree {
    fn tile(&self, level: u8, n: u64) -> Option<Cow<'_, [Hash]>> {
        let full = self.full.get(usize::from(level)).map_or(&[][..], Vec::as_slice);
        let at = usize::try_from(n).ok()?;
        if at == full.len() {
            return self.tree.edge.get(usize::from(level)).map(|tile| Cow::Borrowed(tile.as_slice()));
        }
        full.get(at).map(|tile| Cow::Borrowed(tile.as_slice()))
    }
}

/// The root of a full binary tree over so many hashes (a power of two).
fn subtree_hash(hashes: &[Hash]) -> Option<Hash> {
    match hashes {
        [] => None,
        [one] => Some(*one),
        _ => {
            let (left, right) = hashes.split_at_checked(hashes.len() / 2)?;
            Some(node_hash(&subtree_hash(left)?, &subtree_hash(right)?))
        }
    }
}

/// How many hashes the unfinished tile of a level has.
fn edge_width(size: u64, level: usize) -> u64 {
    u32::try_from(level)
        .ok()
        .and_then(|level| size.checked_shr(8 * level))
        .map_or(0, |above| above % TILE_WIDTH)
}
