//! How do many small rows become few? Rows that are numbered without gaps lie sixteen together under one key: a row costs
//! sled the same time whatever its size, and an entry in memory for every few rows.

use std::collections::BTreeMap;

use super::embedded::Rows;
use super::state::key::Key;
use super::state::overlay::Changes;
use super::{ReadError, Row, View};

/// Rows in a pack.
const WIDTH: u64 = 16;

/// Rows over others that hold them in packs. Which rows those are, [`Key::packed`] tells.
#[derive(Debug)]
pub struct Packed<R>(R);

/// A pack that is being changed, by place.
type Pack = BTreeMap<u64, Vec<u8>>;

impl<R> Packed<R> {
    /// Over rows that hold packs, or nothing yet.
    pub const fn over(rows: R) -> Self {
        Self(rows)
    }
}

/// The rows in a pack: of each its place, its length and its bytes.
struct Places<'a> {
    key: &'a Key,
    rest: &'a [u8],
}

impl<'a> Iterator for Places<'a> {
    type Item = Result<(u64, &'a [u8]), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let damaged = || ReadError(format!("a pack of table `{}` is damaged", char::from(self.key.table())));
        let whole = self.rest;
        if whole.is_empty() {
            return None;
        }
        // A damaged pack is told of once.
        self.rest = &[];
        let row = whole.split_first().and_then(|(place, rest)| {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (row, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
            self.rest = rest;
            (u64::from(*place) < WIDTH).then_some((u64::from(*place), row))
        });
        Some(row.ok_or_else(damaged))
    }
}

fn encode(pack: &Pack) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(pack.values().map(|row| row.len() + 5).sum());
    for (place, row) in pack {
        bytes.push(u8::try_from(*place).ok()?);
        bytes.extend_from_slice(&u32::try_from(row.len()).ok()?.to_le_bytes());
        bytes.extend_from_slice(row);
    }
    Some(bytes)
}

impl<R: View> Packed<R> {
    fn pack(&self, key: &Key) -> Result<Pack, ReadError> {
        let bytes = self.0.get(key)?.unwrap_or_default();
        Places { key, rest: &bytes }.map(|row| row.map(|(place, row)| (place, row.to_vec()))).collect()
    }
}

impl<R: View> View for Packed<R> {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        let Some((pack, wanted)) = key.packed(WIDTH) else { return self.0.get(key) };
        let bytes = self.0.get(&pack)?.unwrap_or_default();
        for row in (Places { key: &pack, rest: &bytes }) {
            let (place, row) = row?;
            if place == wanted {
                return Ok(Some(row.to_vec()));
            }
        }
        Ok(None)
    }

    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a> {
        let first = from.packed(WIDTH).map_or_else(|| from.clone(), |(pack, _)| pack);
        let from = from.clone();
        let rows = self.0.scan(prefix, &first).flat_map(|row| match row {
            // A pack has a key of the shape that its rows have.
            Ok((key, bytes)) if key.packed(WIDTH).is_some() => {
                let rows = Places { key: &key, rest: &bytes }.map(|row| {
                    let (place, row) = row?;
                    let unfit = || ReadError("a pack has a number that is too high".to_owned());
                    Ok((key.unpacked(WIDTH, place).ok_or_else(unfit)?, row.to_vec()))
                });
                rows.collect()
            }
            row => vec![row],
        });
        Box::new(rows.filter(move |row| row.as_ref().map_or(true, |(key, _)| *key >= from)))
    }
}

impl<R: Rows> Rows for Packed<R> {
    fn write(&self, changes: Changes) -> Result<(), String> {
        let mut packs: BTreeMap<Key, Pack> = BTreeMap::new();
        let mut written = Changes::new();
        for (key, row) in changes {
            let Some((pack, place)) = key.packed(WIDTH) else {
                written.insert(key, row);
                continue;
            };
            if !packs.contains_key(&pack) {
                let before = self.pack(&pack).map_err(|error| error.to_string())?;
                packs.insert(pack.clone(), before);
            }
            let pack = packs.entry(pack).or_default();
            match row {
                Some(row) => pack.insert(place, row),
                None => pack.remove(&place),
            };
        }
        for (key, pack) in packs {
            let row = match pack.is_empty() {
                true => None,
                false => Some(encode(&pack).ok_or("a row is larger than 4 GB")?),
            };
            written.insert(key, row);
        }
        self.0.write(written)
    }

    fn sync(&self) -> Result<(), String> {
        self.0.sync()
    }

    fn distrust(&self) -> std::io::Result<()> {
        self.0.distrust()
    }
}
