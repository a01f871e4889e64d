//! Halves of hashes, by which some rows are found.

use fanfare_shared::ids::IdempotencyKey;
use fanfare_shared::log::hash::Hash;

use crate::store::record::Bytes32;

/// Half of a hash: enough to find by. Whoever makes two inputs meet in it (2^64 tries) meets only themselves.
pub type Half = [u8; 16];

/// The first half of a hash.
#[must_use]
pub fn half(hash: &Bytes32) -> Half {
    hash.first_chunk().copied().unwrap_or_default()
}

/// By what an act is found that a client's key led to.
#[must_use]
pub fn half_of_key(key: &IdempotencyKey) -> Half {
    half(Hash::of(key.as_str().as_bytes()).bytes())
}
