//! How does an installation get to another place? As a backup (files, made while a server runs), or as a stream of
//! records (`export`, `import`). Both are read back with every checksum, and neither ever holds a key; the keys have a
//! copy of their own ([`keys`]).
//!
//! Deliberately absent: a lock on the store that is copied. Closed segments and documents never change, and what is
//! copied of the open segment ends with a whole frame.

pub mod backup;
mod entry;
pub mod export;
mod folders;
pub mod history;
pub mod import;
pub mod keys;
mod line;
pub mod manifest;
pub mod restore;

use std::io;
use std::path::{Path, PathBuf};

use super::ReadError;
use super::journal::JournalError;
use super::record::FrameError;
use crate::keys::KeysError;

/// Why a copy cannot be made, or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The system refused.
    #[error("{path}: {error}", path = .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The journal that is copied.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record of it.
    #[error("record {seq}: {error}")]
    Record {
        /// The frame's first record.
        seq: u64,
        /// Why.
        error: FrameError,
    },
    /// A document of it.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The keys it is held against.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// There is nothing to copy.
    #[error("{} holds no store yet: start the server once, or name the right folder", .0.display())]
    Nothing(PathBuf),
    /// The target is taken.
    #[error("{} is taken already: name one that does not exist yet, so that nothing is mixed", .0.display())]
    Taken(PathBuf),
    /// Another program writes the same copy.
    #[error("{} is being written by another process; wait until it has ended", .0.display())]
    InUse(PathBuf),
    /// The copy is not what was written.
    #[error("{place}: {what}. Use another copy; this one was changed or cut short")]
    Damaged {
        /// Which file, and which line of it.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// Written by a later program.
    #[error(
        "{place} has the format `{format}`, which this program does not know; use the program that wrote it"
    )]
    UnknownVersion {
        /// Which file.
        place: String,
        /// What stands there.
        format: String,
    },
    /// Of another installation.
    #[error("{place} belongs to another installation (`{theirs}`, not `{ours}`); name the right folder")]
    Foreign {
        /// Which copy or folder.
        place: String,
        /// Whose it is.
        theirs: String,
        /// Whose it should be.
        ours: String,
    },
    /// It lacks what was there before.
    #[error("{place}: {what}")]
    Behind {
        /// Which copy or folder.
        place: String,
        /// What is missing, what would happen, and what to do.
        what: String,
    },
    /// It tells another history.
    #[error("{place}: {what}")]
    Forked {
        /// Which copy or folder.
        place: String,
        /// Where they part, what would happen, and what to do.
        what: String,
    },
}

/// For `map_err`: the system refused at this path.
pub(super) fn io_at(path: &Path) -> impl Fn(io::Error) -> CopyError {
    let path = path.to_owned();
    move |error| CopyError::Io { path: path.clone(), error }
}

/// For `ok_or_else` and the like: the copy is not what was written.
fn damaged(place: impl AsRef<Path>, what: impl Into<String>) -> CopyError {
    CopyError::Damaged { place: place.as_ref().display().to_string(), what: what.into() }
}
