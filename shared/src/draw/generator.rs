//! The numbers of a draw: ChaCha20 under the seed, and one unbiased number below a bound.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::log::lines::Bytes32;

/// The keystream of ChaCha20 (20 rounds, nonce 0, counter 0), read eight bytes at a time, little-endian.
#[derive(Debug, Clone)]
pub struct Generator(ChaCha20Rng);

/// One number below a bound, with everything that was read for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The words read: all but the last were rejected.
    pub words: Vec<u64>,
    /// The last word modulo the bound.
    pub value: u64,
}

impl Generator {
    /// The generator of a draw's seed.
    #[must_use]
    pub fn new(seed: &Bytes32) -> Self {
        Self(ChaCha20Rng::from_seed(seed.0))
    }

    /// A number below `n`, each equally likely: words of the last, incomplete run of `n` are rejected. `None` where
    /// `n` is 0, and nothing is read.
    pub fn below(&mut self, n: u64) -> Option<Below> {
        // 2^64 mod n, without 2^64: (2^64 - n) mod n is the same.
        let incomplete = n.wrapping_neg().checked_rem(n)?;
        let mut words = Vec::with_capacity(1);
        loop {
            let word = self.0.next_u64();
            words.push(word);
            // `word < 2^64 - incomplete`; with nothing incomplete every word will do.
            if incomplete == 0 || word < incomplete.wrapping_neg() {
                return Some(Below { words, value: word.checked_rem(n)? });
            }
        }
    }
}
