//! Signed notes (C2SP signed-note): a text, and signatures by named keys.
//!
//! Reading a note needs no cryptography; making and checking signatures is behind the feature `signatures`.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};

use super::hash::{Hash, from_base64};

/// Notes with more signatures are refused unread.
const SIGNATURES_MAX: usize = 100;

/// A text and its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Ends with LF.
    pub text: String,
    /// In the order written.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub id: [u8; 4],
    /// What follows the id; its meaning is the key's.
    pub bytes: Vec<u8>,
}

/// What a key's signatures look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// Type 01: Ed25519 over the text.
    Ed25519,
    /// Type 04: a witness's timestamped cosignature (C2SP tlog-cosignature, Ed25519).
    Cosignature,
}

/// A public key with a name: `name+id+base64`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifierKey {
    name: String,
    algorithm: Algorithm,
    key: [u8; 32],
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// By whom.
    pub key: VerifierKey,
    /// When, for a witness: Unix seconds.
    pub time: Option<u64>,
}

/// Why a note is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a signed note.
    #[error("not a signed note")]
    Malformed,
    /// A known key's signature does not hold.
    #[error("the signature of a known key does not hold")]
    BadSignature,
    /// No key that is known signed it.
    #[error("not signed by a known key")]
    NotSigned,
}

/// The text is no verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a verifier key")]
pub struct VerifierKeyError;

impl Algorithm {
    const fn code(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }
}

impl VerifierKey {
    /// A log's key: its name is the log's origin.
    ///
    /// # Errors
    /// The name is empty or has a space or `+`.
    pub fn ed25519(name: &str, key: [u8; 32]) -> Result<Self, VerifierKeyError> {
        Self::new(name, Algorithm::Ed25519, key)
    }

    /// Any key.
    ///
    /// # Errors
    /// The name is empty or has a space or `+`.
    pub fn new(name: &str, algorithm: Algorithm, key: [u8; 32]) -> Result<Self, VerifierKeyError> {
        if is_key_name(name) {
            Ok(Self { name: name.to_owned(), algorithm, key })
        } else {
            Err(VerifierKeyError)
        }
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures look like.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The Ed25519 public key.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// First 4 bytes of `H(name || LF || type || key)`.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = Hash::of_parts(&[self.name.as_bytes(), b"\n", &[self.algorithm.code()], &self.key]);
        let [a, b, c, d, ..] = *hash.bytes();
        [a, b, c, d]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut typed = vec![self.algorithm.code()];
        typed.extend_from_slice(&self.key);
        write!(f, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id()), BASE64.encode(&typed))
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;
    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        // A name has no `+`; base64 may have.
        let mut parts = text.splitn(3, '+');
        let (name, id, typed) = (parts.next(), parts.next(), parts.next());
        let (name, id, typed) =
            (name.zip(id).zip(typed)).map(|((n, i), t)| (n, i, t)).ok_or(VerifierKeyError)?;
        let bytes = from_base64(typed).ok_or(VerifierKeyError)?;
        let (code, key) = bytes.split_first().ok_or(VerifierKeyError)?;
        let algorithm = match code {
            1 => Algorithm::Ed25519,
            4 => Algorithm::Cosignature,
            _ => return Err(VerifierKeyError),
        };
        let key = Self::new(name, algorithm, key.try_into().map_err(|_| VerifierKeyError)?)?;
        if HEXLOWER.encode(&key.id()) == id { Ok(key) } else { Err(VerifierKeyError) }
    }
}

impl FromStr for Note {
    type Err = NoteError;
    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.chars().any(|c| c.is_ascii_control() && c != '\n') || !note.ends_with('\n') {
            return Err(NoteError::Malformed);
        }
        let split = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, signatures) = note.split_at_checked(split + 1).ok_or(NoteError::Malformed)?;
        let lines = signatures.strip_prefix('\n').ok_or(NoteError::Malformed)?;
        let signatures = lines.lines().map(NoteSignature::parse).collect::<Option<Vec<_>>>();
        let signatures = signatures.filter(|list| (1..=SIGNATURES_MAX).contains(&list.len()));
        Ok(Self { text: text.to_owned(), signatures: signatures.ok_or(NoteError::Malformed)? })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for signature in &self.signatures {
            let mut bytes = signature.id.to_vec();
            bytes.extend_from_slice(&signature.bytes);
            writeln!(f, "— {} {}", signature.name, BASE64.encode(&bytes))?;
        }
        Ok(())
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = from_base64(signature)?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        if !is_key_name(name) || bytes.is_empty() {
            return None;
        }
        Some(Self { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
    }
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.chars().any(char::is_whitespace)
}

#[cfg(feature = "signatures")]
pub use signing::NoteSigner;

#[cfg(feature = "signatures")]
mod signing {
    use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

    use super::{Algorithm, Note, NoteError, NoteSignature, Signed, VerifierKey, VerifierKeyError};

    /// The installation's secret key; it signs under the name of each log's origin.
    #[derive(Clone)]
    pub struct NoteSigner(SigningKey);

    impl NoteSigner {
        /// From the 32 secret bytes.
        #[must_use]
        pub fn from_seed(seed: &[u8; 32]) -> Self {
            Self(SigningKey::from_bytes(seed))
        }

        /// The public key.
        #[must_use]
        pub fn public(&self) -> [u8; 32] {
            self.0.verifying_key().to_bytes()
        }

        /// The public key under a name.
        ///
        /// # Errors
        /// The name is none a key can have.
        pub fn verifier(&self, name: &str) -> Result<VerifierKey, VerifierKeyError> {
            VerifierKey::ed25519(name, self.public())
        }

        /// The text (which ends with LF) with one signature.
        ///
        /// # Errors
        /// The name is none a key can have.
        pub fn sign(&self, name: &str, text: String) -> Result<Note, VerifierKeyError> {
            let id = self.verifier(name)?.id();
            let bytes = self.0.sign(text.as_bytes()).to_bytes().to_vec();
            Ok(Note { text, signatures: vec![NoteSignature { name: name.to_owned(), id, bytes }] })
        }
    }

    /// Secrets never reach a log line.
    impl std::fmt::Debug for NoteSigner {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("NoteSigner(secret)")
        }
    }

    impl Note {
        /// The signatures of these keys, all of them valid. Signatures of other keys are passed over.
        ///
        /// # Errors
        /// A signature of one of these keys does not hold, or there is none.
        pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<Signed>, NoteError> {
            let mut signed = Vec::new();
            for signature in &self.signatures {
                let known = |key: &&VerifierKey| key.name() == signature.name && key.id() == signature.id;
                let Some(key) = keys.iter().find(known) else { continue };
                let time = self.check(key, &signature.bytes).ok_or(NoteError::BadSignature)?;
                signed.push(Signed { key: key.clone(), time });
            }
            if signed.is_empty() { Err(NoteError::NotSigned) } else { Ok(signed) }
        }

        /// The witness's time inside, where the signature holds.
        fn check(&self, key: &VerifierKey, bytes: &[u8]) -> Option<Option<u64>> {
            match key.algorithm() {
                Algorithm::Ed25519 => ed25519(key.key(), self.text.as_bytes(), bytes).then_some(None),
                Algorithm::Cosignature => {
                    let (time, signature) = bytes.split_first_chunk::<8>()?;
                    let time = u64::from_be_bytes(*time);
                    let message = format!("cosignature/v1\ntime {time}\n{}", self.text);
                    ed25519(key.key(), message.as_bytes(), signature).then_some(Some(time))
                }
            }
        }
    }

    /// `verify_strict`: no small-order keys, no second encoding of a signature.
    fn ed25519(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(key) else { return false };
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        key.verify_strict(message, &signature).is_ok()
    }
}
