//! How does a file get onto a disk whole, or not at all? Under another name, synced, then renamed.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{CopyError, io_at};
use crate::store::journal::segment::sync_folder;

/// Writes a file that only its owner reads.
///
/// # Errors
/// The disk refuses; the name stands for what it stood for before.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CopyError> {
    let temporary = unfinished(path);
    let write = || -> io::Result<()> {
        let mut file = private_file(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().map_err(io_at(path))
}

/// A new file that only its owner reads.
///
/// # Errors
/// The system refuses.
pub fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// The name under which a file or folder is written until it is whole.
#[must_use]
pub fn unfinished(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{name}.new"))
}

/// Makes a folder that only its owner enters; one that is there stays as it is.
///
/// # Errors
/// The system refuses.
pub fn private_folder(path: &Path) -> Result<(), CopyError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io_at(path))
}

/// Holds a folder for this process, so that two runs of a timer do not write the same copy.
///
/// # Errors
/// [`CopyError::InUse`].
pub fn hold(folder: &Path) -> Result<File, CopyError> {
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
pub fn empty_but_for(folder: &Path, known: &[&str]) -> Result<(), CopyError> {
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

/// The first free name `<path>.damaged-1`, `-2` and on, for what is set aside.
#[must_use]
pub fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut names = (1..u32::MAX).map(|n| path.with_file_name(format!("{name}.damaged-{n}")));
    names.find(|path| !path.exists()).unwrap_or_else(|| path.with_file_name(format!("{name}.damaged")))
}
