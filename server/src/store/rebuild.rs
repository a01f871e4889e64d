//! What if a state cannot be used? It is made again from the journal, in a folder beside it that takes its place when it
//! is whole. A halt on the way leaves what was there before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::documents::Documents;
use super::embedded::{Embedded, RecoverError, Recovered, Rows as _};
use super::files::{aside, unfinished};
use super::index::Indexed;
use super::journal::Journal;
use super::journal::segment::sync_folder;
use super::packed::Packed;
use super::sled::SledRows;
use super::state::key::Key;
use super::state::overlay;
use super::state::rows::{Applied, STATE_VERSION};
use super::{ReadError, Unseal};

/// The state of one node: an index in memory, over packs of rows, in sled.
pub type State = Indexed<Packed<SledRows>>;

/// Opens the state in a folder, or a new one.
///
/// # Errors
/// It cannot be opened or read, or is of another version, in words.
pub fn open(state: &Path) -> Result<State, String> {
    let words = |error: ReadError| error.to_string();
    let rows = Packed::over(SledRows::open(state)?);
    let applied: Option<Applied> = overlay::row(&rows, &Key::applied()).map_err(words)?;
    match applied {
        Some(applied) if applied.version != STATE_VERSION => {
            Err(format!("it has version {}, this program makes version {STATE_VERSION}", applied.version))
        }
        Some(_) | None => Indexed::over(rows).map_err(words),
    }
}

/// Opens a state that may be believed and is of this program's version, or a new one where there is none.
///
/// # Errors
/// Why it cannot be used.
pub fn usable(state: &Path) -> Result<State, String> {
    if let Some(doubt) = SledRows::doubt(state).filter(|_| state.exists()) {
        return Err(doubt.to_owned());
    }
    open(state)
}

/// Makes a state from the journal under its unfinished name. Gives the journal back.
///
/// # Errors
/// [`RecoverError`]; nothing is left of it.
pub fn make<J: Journal>(
    state: &Path,
    journal: J,
    documents: &Arc<Documents>,
    unseal: &dyn Unseal,
) -> Result<(J, Recovered), RecoverError> {
    let folder = unfinished(state);
    let words = |error: io::Error| RecoverError::State(format!("{}: {error}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(words)?;
    }
    let rows = Arc::new(open(&folder).map_err(RecoverError::State)?);
    let mut store = Embedded::new(journal, Arc::clone(&rows), Arc::clone(documents));
    let made = store.recover(unseal).and_then(|made| rows.sync().map(|()| made).map_err(RecoverError::State));
    let journal = store.into_journal();
    drop(rows);
    if made.is_err() {
        fs::remove_dir_all(&folder).map_err(words)?;
    }
    made.map(|made| (journal, made))
}

/// Puts the state that was made into its place. The old one is kept only where it may know what the journal does not tell
/// any more: links whose keys are lost. Gives where it is kept.
///
/// # Errors
/// The system refuses.
pub fn put_in_place(state: &Path, lost: u64) -> io::Result<Option<PathBuf>> {
    let kept = (lost > 0 && state.exists()).then(|| aside(state));
    match &kept {
        Some(kept) => fs::rename(state, kept)?,
        None if state.exists() => {
            // First the mark: cut short, what is left would be believed.
            SledRows::forget(state)?;
            fs::remove_dir_all(state)?;
        }
        None => {}
    }
    fs::rename(unfinished(state), state)?;
    state.parent().map_or(Ok(()), sync_folder)?;
    Ok(kept)
}
