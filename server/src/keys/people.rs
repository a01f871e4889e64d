//! How is a person forgotten, in every backup at once? Whatever names a person stands in the journal only sealed under
//! the key of that holder, and the key stands only here: one slot of 64 bytes for each.
//!
//! ```text
//!  0  64 bytes     "fanfare-people/v1" LF and zeros
//! 64  slot 0: key (32), crc32c of key and slot number (4), zeros (28)
//! 128 slot 1 …
//! ```
//! Keys are made a block ahead and synced once for the whole block, so no commit waits for a second sync; which slot
//! belongs to which holder stands in the journal. Erasing overwrites the slot with zeros and syncs.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::{KeysError, damaged, io_error};
use crate::entropy::Entropy;
use crate::store::Unseal;
use crate::store::record::{Link, Sealed, Tag};

const SLOT: u64 = 64;
const HEADER: &[u8; 18] = b"fanfare-people/v1\n";
/// Keys made ahead: 256 KiB and one sync for 4,096 new holders.
const BLOCK: u64 = 4096;

/// The keys of persons.
#[derive(Debug)]
pub struct People {
    path: PathBuf,
    file: File,
    slots: AtomicU64,
}

impl People {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// [`KeysError`].
    pub(super) fn open(path: &Path) -> Result<Self, KeysError> {
        let failed = |error| io_error(path, error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length < SLOT {
            let mut header = HEADER.to_vec();
            header.resize(64, 0);
            file.write_all_at(&header, 0).and_then(|()| file.sync_all()).map_err(failed)?;
        } else {
            check_header(path, &file)?;
        }
        // A block that was being written when the machine stopped is no block: no record names its slots yet.
        let slots = AtomicU64::new(length.saturating_sub(SLOT) / SLOT);
        Ok(Self { path: path.to_owned(), file, slots })
    }

    /// Opens the file for reading only.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn read_only(path: &Path) -> Result<Self, KeysError> {
        let file = File::open(path).map_err(|error| io_error(path, error))?;
        let length = file.metadata().map_err(|error| io_error(path, error))?.len();
        if length >= SLOT {
            check_header(path, &file)?;
        }
        let slots = AtomicU64::new(length.saturating_sub(SLOT) / SLOT);
        Ok(Self { path: path.to_owned(), file, slots })
    }

    /// Whether a slot has a key.
    #[must_use]
    pub fn is_alive(&self, slot: u64) -> bool {
        self.key(slot).is_some()
    }

    /// A slot at or after `next` whose key can be used, made durable before it is given.
    ///
    /// # Errors
    /// In words.
    pub fn reserve(&self, next: u64, entropy: &Entropy) -> Result<u64, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", self.path.display());
        let mut slot = next;
        loop {
            let slots = self.slots.load(Ordering::SeqCst);
            if slot < slots {
                // Skips slots that were erased and then left behind by a restore of an older journal.
                if self.key(slot).is_some() {
                    return Ok(slot);
                }
                slot += 1;
                continue;
            }
            let first = slots.max(slot);
            let mut block = Vec::new();
            for number in first..first + BLOCK {
                let key = entropy.bytes::<32>();
                block.extend_from_slice(&key);
                block.extend_from_slice(&checksum(&key, number).to_le_bytes());
                block.extend_from_slice(&[0; 28]);
            }
            self.file.write_all_at(&block, SLOT + first * SLOT).map_err(failed)?;
            self.file.sync_data().map_err(failed)?;
            self.slots.store(first + BLOCK, Ordering::SeqCst);
        }
    }

    /// Destroys keys, durably.
    ///
    /// # Errors
    /// In words; then it has to be done again at the next start.
    pub fn destroy(&self, slots: &[u64]) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", self.path.display());
        let mut changed = false;
        for slot in slots.iter().filter(|slot| **slot < self.slots.load(Ordering::SeqCst)) {
            if self.key(*slot).is_some() {
                self.file.write_all_at(&[0; 64], SLOT + slot * SLOT).map_err(failed)?;
                changed = true;
            }
        }
        if changed { self.file.sync_data().map_err(failed) } else { Ok(()) }
    }

    /// Seals what names a person.
    ///
    /// # Errors
    /// The slot has no key.
    pub fn seal(
        &self,
        activity: &str,
        holder: &Tag,
        slot: u64,
        link: &Link,
        nonce: [u8; 24],
    ) -> Result<Sealed, String> {
        let plain = postcard::to_stdvec(link).map_err(|error| error.to_string())?;
        self.seal_bytes(&bound_to(activity, holder), slot, &plain, nonce)
    }

    /// Seals bytes under a person's key. They open only at the place they are bound to.
    ///
    /// # Errors
    /// The slot has no key.
    pub fn seal_bytes(
        &self,
        place: &[u8],
        slot: u64,
        plain: &[u8],
        nonce: [u8; 24],
    ) -> Result<Sealed, String> {
        let key = self.key(slot).ok_or_else(|| format!("slot {slot} of people.keys has no key"))?;
        let payload = Payload { msg: plain, aad: place };
        let cipher = XChaCha20Poly1305::new(&Key::from(key));
        let bytes = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|error| error.to_string())?;
        Ok(Sealed { slot, nonce, bytes })
    }

    /// Opens them; none where the key was destroyed, or they are bound to another place.
    #[must_use]
    pub fn unseal_bytes(&self, place: &[u8], sealed: &Sealed) -> Option<Vec<u8>> {
        let key = self.key(sealed.slot)?;
        let payload = Payload { msg: &sealed.bytes, aad: place };
        XChaCha20Poly1305::new(&Key::from(key)).decrypt(&XNonce::from(sealed.nonce), payload).ok()
    }

    /// The key of a slot, unless it was destroyed or is damaged.
    fn key(&self, slot: u64) -> Option<[u8; 32]> {
        let mut bytes = [0; 36];
        self.file.read_exact_at(&mut bytes, SLOT + slot.checked_mul(SLOT)?).ok()?;
        let (key, crc) = bytes.split_first_chunk::<32>()?;
        let sum = checksum(key, slot).to_le_bytes();
        (*key != [0; 32] && *crc == sum).then_some(*key)
    }
}

impl Unseal for People {
    fn unseal(&self, activity: &str, holder: &Tag, sealed: &Sealed) -> Option<Link> {
        Link::decode(&self.unseal_bytes(&bound_to(activity, holder), sealed)?)
    }
}

/// The slots of a file of keys.
#[derive(Debug, Default)]
pub struct Slots {
    /// Those with a key.
    pub alive: BTreeSet<u64>,
    /// Those with bytes that are no key.
    pub broken: BTreeSet<u64>,
    /// Where the last whole slot ends.
    pub end: usize,
}

impl Slots {
    /// Where a slot begins in the file.
    #[must_use]
    pub fn offset(slot: u64) -> usize {
        usize::try_from(SLOT + slot.saturating_mul(SLOT)).unwrap_or(usize::MAX)
    }
}

/// Looks at every slot of a file's bytes; none where it is no such file.
#[must_use]
pub fn slots(bytes: &[u8]) -> Option<Slots> {
    let (header, rest) = bytes.split_at_checked(Slots::offset(0))?;
    if !header.starts_with(HEADER) {
        return None;
    }
    let mut slots = Slots { end: header.len(), ..Slots::default() };
    for (slot, bytes) in (0..).zip(rest.as_chunks::<64>().0) {
        slots.end += bytes.len();
        if *bytes == [0; 64] {
            continue;
        }
        let (key, crc) = bytes.split_first_chunk::<32>()?;
        let whole = crc.starts_with(&checksum(key, slot).to_le_bytes());
        if whole {
            slots.alive.insert(slot)
        } else {
            slots.broken.insert(slot)
        };
    }
    Some(slots)
}

fn check_header(path: &Path, file: &File) -> Result<(), KeysError> {
    let mut header = [0; HEADER.len()];
    file.read_exact_at(&mut header, 0).map_err(|error| io_error(path, error))?;
    let damaged = || damaged(path, "it does not begin with `fanfare-people/v1`");
    (header == *HEADER).then_some(()).ok_or_else(damaged)
}

fn checksum(key: &[u8; 32], slot: u64) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), &slot.to_le_bytes())
}

/// A sealed link moved to another holder does not open.
fn bound_to(activity: &str, holder: &Tag) -> Vec<u8> {
    [b"fanfare-link/v1\n", activity.as_bytes(), b"\n", holder.as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        Link { person: [3; 32], key: Some([4; 32]), address: None }
    }

    #[test]
    fn what_is_sealed_opens_for_its_holder_until_the_key_is_destroyed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.keys");
        let entropy = Entropy::seeded([1; 32]);
        let people = People::open(&path).unwrap();
        let slot = people.reserve(0, &entropy).unwrap();
        let sealed = people.seal("a", &[1; 16], slot, &link(), [9; 24]).unwrap();
        let people = People::open(&path).unwrap();
        assert_eq!(people.unseal("a", &[1; 16], &sealed), Some(link()));
        assert_eq!(people.unseal("a", &[2; 16], &sealed), None);
        assert_eq!(people.unseal("b", &[1; 16], &sealed), None);
        people.destroy(&[slot]).unwrap();
        assert_eq!(people.unseal("a", &[1; 16], &sealed), None);
        assert_eq!(People::open(&path).unwrap().reserve(slot, &entropy).unwrap(), slot + 1);
    }

    #[test]
    fn a_torn_block_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.keys");
        let entropy = Entropy::seeded([1; 32]);
        People::open(&path).unwrap().reserve(0, &entropy).unwrap();
        OpenOptions::new().write(true).open(&path).unwrap().set_len(64 + 64 * 10 + 5).unwrap();
        let people = People::open(&path).unwrap();
        assert_eq!(people.reserve(9, &entropy).unwrap(), 9);
        assert_eq!(people.reserve(10, &entropy).unwrap(), 10);
    }
}
