//! Tiles as C2SP tlog-tiles names and fills them: paths, and bundles of leaves.

use std::fmt;
use std::str::FromStr;

use super::hash::Hash;

/// Hashes or leaves in a full tile.
pub const TILE_WIDTH: u64 = 256;

/// A tile of hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    n: u64,
    width: u16,
}

/// What a path under a log names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TilePath {
    /// `tile/<L>/<N>[.p/<W>]`: hashes.
    Hashes(TileId),
    /// `tile/entries/<N>[.p/<W>]`: the leaves themselves; its `level` is 0.
    Entries(TileId),
}

/// The path names no tile, or spells one in another way than the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a tile's path")]
pub struct TilePathError;

/// The bytes are no bundle of so many leaves (or hashes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the bytes of such a tile")]
pub struct TileBytesError;

impl TileId {
    /// Tile `n` of `level` with all its 256 entries.
    #[must_use]
    pub const fn full(level: u8, n: u64) -> Self {
        Self { level, n, width: 256 }
    }

    /// Tile `n` of `level` with its first `width` entries; none unless 1 <= width <= 256 and level <= 63.
    #[must_use]
    pub const fn new(level: u8, n: u64, width: u16) -> Option<Self> {
        if level > 63 || width == 0 || width > 256 { None } else { Some(Self { level, n, width }) }
    }

    /// Tile level: 0 holds hashes of leaves, each further one of 256 times as many.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// Number from the left.
    #[must_use]
    pub const fn n(self) -> u64 {
        self.n
    }

    /// Entries: 256, or less for the tile at the right edge.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Whether a log of that many leaves has this tile, with at least these entries.
    #[must_use]
    pub fn exists_at(self, size: u64) -> bool {
        let entries = size.checked_shr(8 * u32::from(self.level)).unwrap_or(0);
        self.n
            .checked_mul(TILE_WIDTH)
            .and_then(|first| first.checked_add(self.width.into()))
            .is_some_and(|end| end <= entries)
    }

    /// The tiles of one level in a log of that many leaves, left to right; only the last may be partial.
    pub fn of_level(level: u8, size: u64) -> impl Iterator<Item = Self> {
        let entries = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        (0..entries.div_ceil(TILE_WIDTH)).filter_map(move |n| {
            let width = (entries - n * TILE_WIDTH).min(TILE_WIDTH);
            Self::new(level, n, u16::try_from(width).ok()?)
        })
    }

    fn write_number(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = Vec::new();
        let mut rest = self.n;
        loop {
            groups.push(rest % 1000);
            rest /= 1000;
            if rest == 0 {
                break;
            }
        }
        let last = groups.len();
        for (at, group) in groups.iter().rev().enumerate() {
            write!(f, "/{}{group:03}", if at + 1 < last { "x" } else { "" })?;
        }
        if self.width < 256 { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hashes(id) => {
                write!(f, "tile/{}", id.level)?;
                id.write_number(f)
            }
            Self::Entries(id) => {
                f.write_str("tile/entries")?;
                id.write_number(f)
            }
        }
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;
    fn from_str(path: &str) -> Result<Self, TilePathError> {
        let rest = path.strip_prefix("tile/").ok_or(TilePathError)?;
        let (kind, rest) = rest.split_once('/').ok_or(TilePathError)?;
        let level = if kind == "entries" {
            0
        } else {
            decimal(kind).and_then(|l| u8::try_from(l).ok()).ok_or(TilePathError)?
        };
        let (number, width) = match rest.split_once(".p/") {
            None => (rest, 256),
            Some((number, width)) => {
                let width = decimal(width).filter(|w| *w < TILE_WIDTH).ok_or(TilePathError)?;
                (number, u16::try_from(width).map_err(|_| TilePathError)?)
            }
        };
        let n = tile_number(number).ok_or(TilePathError)?;
        let id = TileId::new(level, n, width).ok_or(TilePathError)?;
        let tile = if kind == "entries" { Self::Entries(id) } else { Self::Hashes(id) };
        // One spelling for each tile: whatever else parsed (`x000/001`) is refused.
        if tile.to_string() == path { Ok(tile) } else { Err(TilePathError) }
    }
}

/// The bytes of a tile of hashes: one after the other.
#[must_use]
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.bytes()).collect()
}

/// The hashes of a tile.
///
/// # Errors
/// Not a multiple of 32 bytes.
pub fn decode_hashes(bytes: &[u8]) -> Result<Vec<Hash>, TileBytesError> {
    let (chunks, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(chunks.iter().map(|chunk| Hash::new(*chunk)).collect())
    } else {
        Err(TileBytesError)
    }
}

/// The bytes of a bundle of leaves: each with its length before it, as a big-endian u16.
///
/// # Errors
/// A leaf is longer than 65,535 bytes (no valid leaf is).
pub fn encode_entries<L: AsRef<[u8]>>(
    leaves: impl IntoIterator<Item = L>,
) -> Result<Vec<u8>, TileBytesError> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        let leaf = leaf.as_ref();
        let length = u16::try_from(leaf.len()).map_err(|_| TileBytesError)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Ok(bytes)
}

/// The leaves of a bundle.
///
/// # Errors
/// The bytes end inside a leaf.
pub fn decode_entries(mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, TileBytesError> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (leaf, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(TileBytesError)?;
        leaves.push(leaf.to_vec());
        bytes = rest;
    }
    if bytes.is_empty() { Ok(leaves) } else { Err(TileBytesError) }
}

/// `x001/x234/067` → 1234067.
fn tile_number(text: &str) -> Option<u64> {
    let mut n: u64 = 0;
    let mut groups = text.split('/').peekable();
    while let Some(group) = groups.next() {
        let digits = if groups.peek().is_some() { group.strip_prefix('x')? } else { group };
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        n = n.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(n)
}

/// A decimal number without leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        for (tile, path) in [
            (TilePath::Hashes(TileId::full(0, 0)), "tile/0/000"),
            (TilePath::Hashes(TileId::full(1, 1_234_067)), "tile/1/x001/x234/067"),
            (TilePath::Entries(TileId::new(0, 273, 17).unwrap()), "tile/entries/273.p/17"),
            (TilePath::Hashes(TileId::full(0, u64::MAX)), "tile/0/x018/x446/x744/x073/x709/x551/615"),
        ] {
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse::<TilePath>().unwrap(), tile);
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for path in [
            "tile/0/0",
            "tile/00/000",
            "tile/64/000",
            "tile/0/x000/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/entries/",
            "/tile/0/000",
            "tile/0/000/",
            "tile/-1/000",
            "tile//000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert!(path.parse::<TilePath>().is_err(), "{path}");
        }
    }

    #[test]
    fn the_tiles_of_a_log_are_the_full_ones_and_one_partial() {
        let widths = |level, size| TileId::of_level(level, size).map(TileId::width).collect::<Vec<_>>();
        assert_eq!(widths(0, 0), Vec::<u16>::new());
        assert_eq!(widths(0, 600), [256, 256, 88]);
        assert_eq!(widths(1, 600), [2]);
        assert_eq!(widths(2, 600), Vec::<u16>::new());
        assert!(
            TileId::new(0, 2, 88).unwrap().exists_at(600) && !TileId::new(0, 2, 89).unwrap().exists_at(600)
        );
        assert!(!TileId::full(0, u64::MAX).exists_at(u64::MAX));
    }

    #[test]
    fn a_bundle_gives_its_leaves_back_and_a_cut_one_is_refused() {
        let bytes = encode_entries([&b"one"[..], b"", b"three"]).unwrap();
        assert_eq!(decode_entries(&bytes).unwrap(), [&b"one"[..], b"", b"three"]);
        for cut in [1, 3, bytes.len() - 1] {
            assert!(decode_entries(bytes.get(..cut).unwrap()).is_err());
        }
        assert!(encode_entries([vec![0; 65_536]]).is_err());
    }
}
