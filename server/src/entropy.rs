//! Where do random bytes come from? One ChaCha20 generator, seeded once by the operating system.
//!
//! Every id, holder tag, salt, key and nonce comes from here, so a test can seed it and replay a run exactly.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_core::{OsRng, RngCore, SeedableRng, TryRngCore};

/// The generator. Shared by reference; each call takes fresh bytes.
pub struct Entropy(Mutex<ChaCha20Rng>);

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes; nothing can be signed or sealed without them")]
pub struct EntropyError(#[source] rand_core::OsError);

impl Entropy {
    /// Seeded by the operating system.
    ///
    /// # Errors
    /// The operating system gave no randomness.
    pub fn new() -> Result<Self, EntropyError> {
        let mut seed = [0; 32];
        OsRng.try_fill_bytes(&mut seed).map_err(EntropyError)?;
        Ok(Self::seeded(seed))
    }

    /// From a seed: the same bytes on every run.
    #[must_use]
    pub fn seeded(seed: [u8; 32]) -> Self {
        Self(Mutex::new(ChaCha20Rng::from_seed(seed)))
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(secret)")
    }
}
