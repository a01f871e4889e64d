//! What a copy's folders may hold, and whose they are while one is written.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::{CopyError, io_at};
use crate::store::files::private_file;

/// Makes a folder that only its owner enters; one that is there stays as it is.
///
/// # Errors
/// The system refuses.
pub(super) fn private_folder(path: &Path) -> Result<(), CopyError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io_at(path))
}

/// Holds a folder for this process, so that two runs of a timer do not write the same copy.
///
/// # Errors
/// [`CopyError::InUse`].
pub(super) fn hold(folder: &Path) -> Result<File, CopyError> {
    let path = folder.join("lock");
    let file = private_file(&path).map_err(io_at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CopyError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(CopyError::Io { path, error }),
    }
}

/// Refuses a folder that holds anything but what is named here.
///
/// # Errors
/// [`CopyError::Taken`].
pub(super) fn empty_but_for(folder: &Path, known: &[&str]) -> Result<(), CopyError> {
    let entries = match folder.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(CopyError::Io { path: folder.to_owned(), error }),
    };
    for entry in entries {
        let name = entry.map_err(io_at(folder))?.file_name();
        if !known.iter().any(|known| name == *known) {
            return Err(CopyError::Taken(folder.to_owned()));
        }
    }
    Ok(())
}
