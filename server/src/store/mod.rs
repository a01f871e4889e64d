//! What is kept, and what does "kept" mean? [`Store`] is a set of operations of record, not of rows: its comments are
//! the durability contract, and one conformance suite (`tests/store`) runs on every backend.
//!
//! Deliberately absent: HTTP, clocks, randomness, and any decision about an act (that is `sequencer`).

pub mod check;
pub mod copy;
pub mod documents;
pub mod embedded;
pub mod files;
pub mod index;
pub mod journal;
mod mark;
pub mod memory;
pub mod packed;
pub mod rebuild;
pub mod record;
pub mod sled;
pub mod space;
pub mod state;

use std::fmt;
use std::sync::Arc;

use fanfare_shared::definition::Definition;
use fanfare_shared::log::hash::Hash;

use record::{Frame, Link, Sealed, Tag};
use state::key::Key;
use state::overlay::Changes;

/// Something could not be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store could not be read: {0}")]
pub struct ReadError(pub String);

/// A row with its key.
pub type Row = (Key, Vec<u8>);

/// The state as of the last commit. Shared by every reader; each row is read on its own.
pub trait View: Send + Sync {
    /// The bytes of a row.
    ///
    /// # Errors
    /// [`ReadError`].
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError>;

    /// The rows whose keys begin with `prefix`, from `from` on, in order. Not a snapshot: rows that a commit changes
    /// meanwhile may show either way.
    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a>;
}

/// Definitions by their hash.
pub trait Definitions: Send + Sync {
    /// The definition with this hash.
    ///
    /// # Errors
    /// It is not there, or not readable.
    fn definition(&self, hash: &Hash) -> Result<Arc<Definition>, ReadError>;
}

/// Opens what is sealed under a person's key.
pub trait Unseal: Send + Sync {
    /// What is inside; none when the person's key was destroyed or is not at hand.
    fn unseal(&self, activity: &str, holder: &Tag, sealed: &Sealed) -> Option<Link>;
}

/// What one commit writes.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// The records and the roots they led to.
    pub frame: Frame,
    /// The rows that change, as [`state::apply`] gives them.
    pub changes: Changes,
}

/// Why a commit did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Certainly nothing was written. The store goes on.
    #[error("{0}")]
    NotCommitted(String),
    /// The state could not be read: certainly nothing was written. The store takes no more commits.
    #[error("{0}")]
    Unreadable(String),
    /// It may be durable or not: only the next start tells. The store takes no more commits.
    #[error("{0}")]
    Unknown(String),
}

/// Decides a group against the state as it is inside the commit; gives nothing when nothing has to be written.
/// The number is the sequence number that the first record will have. It may be asked again, when a backend has to
/// begin its transaction anew, and must then decide anew.
pub type Decide<'a> = dyn FnMut(&dyn View, u64) -> Result<Option<Decided>, ReadError> + 'a;

/// The operations of record.
///
/// Contract, for every backend:
/// * After `commit` gave `Ok(Some(_))`, the frame survives the loss of power and every later view shows its changes.
/// * After [`CommitError::NotCommitted`] or [`CommitError::Unreadable`], no later view ever shows any of it.
/// * After [`CommitError::Unknown`], a later start shows all of it or nothing.
/// * After [`CommitError::Unreadable`], [`CommitError::Unknown`] or an error of `settle`, this store refuses to go on;
///   a later start mends it.
/// * Commits have one order. `decide` sees the state after all commits before it and no other can come between:
///   whatever a log's validity hangs on is decided there. (Embedded: one writer. PostgreSQL: under `SELECT … FOR
///   UPDATE` of the head rows, the changes turned into rows of real tables by their key's table.)
/// * A document is durable under its hash before `put_document` returns.
pub trait Store: Send + 'static {
    /// The state, for reading from anywhere.
    fn view(&self) -> Arc<dyn View>;

    /// Decides a group and commits what was decided. Gives the sequence number of its first record.
    ///
    /// # Errors
    /// [`CommitError`].
    fn commit(&mut self, decide: &mut Decide<'_>) -> Result<Option<u64>, CommitError>;

    /// The documents.
    fn documents(&self) -> Arc<documents::Documents>;

    /// Called about once a second: makes cheap what a new start would otherwise have to replay, and looks whether there
    /// is room and whether the state is well. Loses nothing when it fails or never runs. Unless told to `wait`, it may go
    /// on beside the commits that follow, and tell of its failure at the next call.
    ///
    /// # Errors
    /// The state has failed, in words. Nothing is lost, and the store takes no more commits.
    fn settle(&mut self, wait: bool) -> Result<(), String>;

    /// Why nothing may be written at the moment, as of the last `settle`; reads go on.
    fn lacking(&self) -> Option<&str>;
}

impl fmt::Debug for dyn View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("View")
    }
}
