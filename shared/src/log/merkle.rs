//! The Merkle tree of RFC 6962: hashes, roots, and proofs made and checked.
//!
//! Proofs are made from any [`HashReader`], so that a server proves from tiles without holding the tree.

use super::hash::Hash;

/// `H(00 || leaf)`.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash::of_parts(&[&[0], leaf])
}

/// `H(01 || left || right)`.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[1], left.bytes(), right.bytes()])
}

/// The root of the tree without leaves: `H("")`.
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(b"")
}

/// Gives the hashes of complete subtrees.
pub trait HashReader {
    /// The hash over the `2^level` leaves that begin at `index * 2^level`; none when they are not at hand.
    fn hash(&self, level: u8, index: u64) -> Option<Hash>;
}

impl<R: HashReader + ?Sized> HashReader for &R {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        (**self).hash(level, index)
    }
}

/// Why a proof could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The question makes no sense for a tree of this size.
    #[error("outside the tree")]
    OutsideTree,
    /// The reader lacks a hash.
    #[error("the hash at level {level}, index {index} is missing")]
    Missing {
        /// Height of the subtree.
        level: u8,
        /// Its number from the left.
        index: u64,
    },
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct ProofInvalid;

/// The root of the first `size` leaves.
///
/// # Errors
/// The reader lacks a hash.
pub fn root(reader: &impl HashReader, size: u64) -> Result<Hash, ProofError> {
    if size == 0 { Ok(empty_root()) } else { range_hash(reader, 0, size) }
}

/// The inclusion path of leaf `index` in the tree of `size` leaves (RFC 6962 2.1.1), leaf to root.
///
/// # Errors
/// `index` is not below `size`, or the reader lacks a hash.
pub fn inclusion_proof(reader: &impl HashReader, index: u64, size: u64) -> Result<Vec<Hash>, ProofError> {
    if index >= size {
        return Err(ProofError::OutsideTree);
    }
    let (mut start, mut end, mut path) = (0, size, Vec::new());
    while end - start > 1 {
        let split = start + largest_power_below(end - start);
        if index < split {
            path.push(range_hash(reader, split, end)?);
            end = split;
        } else {
            path.push(range_hash(reader, start, split)?);
            start = split;
        }
    }
    path.reverse();
    Ok(path)
}

/// The consistency path between the trees of `first` and `second` leaves (RFC 6962 2.1.2).
///
/// # Errors
/// Not `0 < first <= second`, or the reader lacks a hash.
pub fn consistency_proof(reader: &impl HashReader, first: u64, second: u64) -> Result<Vec<Hash>, ProofError> {
    if first == 0 || first > second {
        return Err(ProofError::OutsideTree);
    }
    // SUBPROOF walks towards the right edge of the first tree; `whole` says that the range so far is all of it,
    // so that the verifier knows its hash.
    let (mut start, mut end, mut whole, mut path) = (0, second, true, Vec::new());
    while first < end {
        let split = start + largest_power_below(end - start);
        if first <= split {
            path.push(range_hash(reader, split, end)?);
            end = split;
        } else {
            path.push(range_hash(reader, start, split)?);
            start = split;
            whole = false;
        }
    }
    if !whole {
        path.push(range_hash(reader, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` stands at `index` in the tree of `size` leaves under `root` (RFC 9162 2.1.3.2).
///
/// # Errors
/// It does not, as far as this path shows.
pub fn check_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofInvalid> {
    if index >= size {
        return Err(ProofInvalid);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for step in path {
        if last == 0 {
            return Err(ProofInvalid);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(step, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(ProofInvalid) }
}

/// Checks that the tree of `second` leaves begins with the tree of `first` leaves (RFC 9162 2.1.4.2; equal sizes
/// need an empty path and equal roots; nothing is consistent with the empty tree).
///
/// # Errors
/// It does not, as far as this path shows.
pub fn check_consistency(
    first: u64,
    second: u64,
    first_root: &Hash,
    second_root: &Hash,
    path: &[Hash],
) -> Result<(), ProofInvalid> {
    if first == 0 || first > second {
        return Err(ProofInvalid);
    }
    if first == second {
        return if path.is_empty() && first_root == second_root { Ok(()) } else { Err(ProofInvalid) };
    }
    // A first tree that is a whole subtree is its own first step.
    let (seed, rest) = match path.split_first() {
        Some(_) if first.is_power_of_two() => (first_root, path),
        Some((seed, rest)) => (seed, rest),
        None => return Err(ProofInvalid),
    };
    let trailing = (first - 1).trailing_ones();
    let (mut node, mut last) = ((first - 1) >> trailing, (second - 1) >> trailing);
    let (mut old, mut new) = (*seed, *seed);
    for step in rest {
        if last == 0 {
            return Err(ProofInvalid);
        }
        if node & 1 == 1 || node == last {
            old = node_hash(step, &old);
            new = node_hash(step, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, step);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && old == *first_root && new == *second_root { Ok(()) } else { Err(ProofInvalid) }
}

/// The hash over leaves `start..end`, where `start` is a multiple of the smallest power of two >= the length.
fn range_hash(reader: &impl HashReader, start: u64, end: u64) -> Result<Hash, ProofError> {
    let len = end - start;
    if len.is_power_of_two() {
        let level = len.trailing_zeros().try_into().map_err(|_| ProofError::OutsideTree)?;
        let index = start >> level;
        return reader.hash(level, index).ok_or(ProofError::Missing { level, index });
    }
    let split = start + largest_power_below(len);
    Ok(node_hash(&range_hash(reader, start, split)?, &range_hash(reader, split, end)?))
}

/// The largest power of two below `n`, for n > 1.
const fn largest_power_below(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}
