//! How does a log grow? Leaf by leaf, and a tile each time one becomes full.

use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::tile::TILE_WIDTH;
use fanfare_shared::log::{merkle, tile};
use fanfare_shared::time::Timestamp;

use super::key::Key;
use super::overlay::Overlay;
use super::rows::{ActRow, LeafRow, LogRow};
use super::tree;
use crate::store::ReadError;
use crate::store::record::LogId;

/// Appends a leaf that is no act.
pub(super) fn text(overlay: &mut Overlay<'_>, log: &LogId, at: u64, bytes: &[u8]) -> Result<u64, ReadError> {
    append(overlay, log, at, &LeafRow::Text(bytes.to_vec()))
}

/// Appends the leaf of an act, whose text has to follow from it.
pub(super) fn act(
    overlay: &mut Overlay<'_>,
    log: &LogId,
    act: ActRow,
    bytes: &[u8],
) -> Result<u64, ReadError> {
    let at = act.at.0;
    let row = LeafRow::Act(Box::new(act));
    if row.leaf(log) != bytes {
        return Err(ReadError("the leaf of an act says something else than its record".to_owned()));
    }
    append(overlay, log, at, &row)
}

/// Appends a leaf to a log and gives its index; stores the tiles that become full with it.
fn append(overlay: &mut Overlay<'_>, log: &LogId, at: u64, row: &LeafRow) -> Result<u64, ReadError> {
    let key = Key::log(log);
    let empty = LogRow { size: 0, at: Timestamp(0), acts: 0, holders: 0, void: 0, tickets: 0 };
    let mut head: LogRow = overlay.row(&key)?.unwrap_or(empty);
    let index = head.size;
    overlay.put(Key::leaf(log, index), row)?;
    head.size += 1;
    head.at = Timestamp(at);
    overlay.put(key, &head)?;
    full_tiles(overlay, log, head.size)?;
    Ok(index)
}

/// Stores the tiles that a log has since it reached this size: of level 0 from its leaves, above from tiles below.
fn full_tiles(overlay: &mut Overlay<'_>, log: &LogId, size: u64) -> Result<(), ReadError> {
    let mut entries = size;
    for level in 0..8u8 {
        if entries == 0 || !entries.is_multiple_of(TILE_WIDTH) {
            return Ok(());
        }
        let n = entries / TILE_WIDTH - 1;
        let mut hashes = Vec::new();
        for at in n * TILE_WIDTH..entries {
            hashes.push(match level {
                0 => merkle::leaf_hash(&overlay.expect::<LeafRow>(&Key::leaf(log, at))?.leaf(log)),
                _ => tile_root(overlay, log, level - 1, at)?,
            });
        }
        overlay.put_bytes(Key::tile(log, level, n), tile::encode_hashes(&hashes));
        entries = n + 1;
    }
    Ok(())
}

/// The root over a full tile.
fn tile_root(overlay: &Overlay<'_>, log: &LogId, level: u8, n: u64) -> Result<Hash, ReadError> {
    let bytes = overlay.bytes(&Key::tile(log, level, n))?.ok_or_else(|| gone(log, n))?;
    let hashes = tile::decode_hashes(&bytes).map_err(|error| ReadError(error.to_string()))?;
    Ok(tree::root_of(&hashes))
}

fn gone(log: &LogId, at: u64) -> ReadError {
    ReadError(format!("leaf or tile {at} of {log:?} is missing"))
}
