//! SHA-256 values: exactly 32 bytes, written as 64 lower-case hex digits, in notes and proofs as base64.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Hash([u8; 32]);

/// The text is not 64 lower-case hex digits (or, in a note, not the base64 of 32 bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a hash of 32 bytes")]
pub struct HashError;

impl Hash {
    /// `H(bytes)`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// `H` of the parts, one after the other.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// From the raw bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hex digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// Padded standard base64, as notes and proofs write a hash.
    #[must_use]
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// From padded standard base64; no other spelling of the same bytes is accepted.
    ///
    /// # Errors
    /// Not the canonical base64 of 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        from_base64(text).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(HashError)
    }
}

/// The bytes of padded standard base64; no other spelling of the same bytes is accepted.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(text.as_bytes()).ok()?;
    // The decoder takes several padded texts one after the other for one.
    (BASE64.encode(&bytes) == text).then_some(bytes)
}

impl FromStr for Hash {
    type Err = HashError;
    fn from_str(text: &str) -> Result<Self, HashError> {
        HEXLOWER
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(HashError)
    }
}

impl TryFrom<String> for Hash {
    type Error = HashError;
    fn try_from(text: String) -> Result<Self, HashError> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_hex()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash::of(b"").to_hex(), hex);
        assert_eq!(hex.parse::<Hash>().unwrap(), Hash::of_parts(&[b"", b""]));
    }

    #[test]
    fn other_spellings_of_a_hash_are_refused() {
        let hash = Hash::of(b"x");
        assert!(hash.to_hex().to_uppercase().parse::<Hash>().is_err());
        assert!(hash.to_hex().get(1..).unwrap().parse::<Hash>().is_err());
        assert_eq!(Hash::from_base64(&hash.to_base64()).unwrap(), hash);
        assert!(Hash::from_base64(hash.to_base64().trim_end_matches('=')).is_err());
        assert!(Hash::from_base64("YmFuYW5hcw==").is_err());
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(from_base64("Zm9v").unwrap(), b"foo");
        for other in ["Zg==b28=", "Zm9vZg", "Zh==", "Zm 9v", "Zm9v\n"] {
            assert_eq!(from_base64(other), None, "{other:?}");
        }
    }
}
