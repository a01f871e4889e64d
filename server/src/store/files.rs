//! How does a file get onto a disk whole, or not at all? Under another name, synced, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::journal::segment::sync_folder;

/// Writes a file that only its owner reads.
///
/// # Errors
/// The disk refuses; the name stands for what it stood for before.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = unfinished(path);
    let mut file = private_file(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    path.parent().map_or(Ok(()), sync_folder)
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

/// The first free name `<path>.damaged-1`, `-2` and on, for what is set aside.
#[must_use]
pub fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut names = (1..u32::MAX).map(|n| path.with_file_name(format!("{name}.damaged-{n}")));
    names.find(|path| !path.exists()).unwrap_or_else(|| path.with_file_name(format!("{name}.damaged")))
}
