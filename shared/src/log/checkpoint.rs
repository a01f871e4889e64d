//! Checkpoints (C2SP tlog-checkpoint): the signed size and root of a log. Ours have no extension lines.

use std::fmt;
use std::str::FromStr;

use super::hash::Hash;
use super::lines::Value as _;
use super::note::NoteError;

/// The state of a log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; also the name of the key that signs.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a signed checkpoint is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note or its signatures.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is no checkpoint of three lines.
    #[error("not a checkpoint of three lines")]
    Malformed,
    /// It is of another log.
    #[error("a checkpoint of another log")]
    OtherLog,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Malformed);
        };
        let size = u64::read(size).filter(|_| !origin.is_empty()).ok_or(CheckpointError::Malformed)?;
        let root = Hash::from_base64(root).map_err(|_| CheckpointError::Malformed)?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

#[cfg(feature = "signatures")]
mod signing {
    use super::{Checkpoint, CheckpointError};
    use crate::log::note::{Note, NoteError, NoteSigner, VerifierKey, VerifierKeyError};

    impl Checkpoint {
        /// The signed note: what a log serves as `checkpoint`.
        ///
        /// # Errors
        /// The origin is none that a key can be named after.
        pub fn sign(&self, signer: &NoteSigner) -> Result<String, VerifierKeyError> {
            signer.sign(&self.origin, self.to_string()).map(|note| note.to_string())
        }

        /// A checkpoint of `origin`, signed by its key.
        ///
        /// # Errors
        /// Not a note, not signed by that key under that name, not three lines, or another log's.
        pub fn open(note: &str, origin: &str, key: &[u8; 32]) -> Result<Self, CheckpointError> {
            let key = VerifierKey::ed25519(origin, *key).map_err(|_| NoteError::NotSigned)?;
            let note: Note = note.parse()?;
            let checkpoint: Self = note.text.parse()?;
            note.verify(&[key])?;
            if checkpoint.origin == origin { Ok(checkpoint) } else { Err(CheckpointError::OtherLog) }
        }
    }
}
