//! Is there room? A full disk is met here, before anything was asked to be durable: below the guard acts are refused
//! and reads go on. A ballast file is given up when even a start would not find room, because sled cannot open on a
//! full disk.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How much room is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceLimits {
    /// Acts are refused below this many free bytes (1 GiB) …
    pub free_bytes: u64,
    /// … or below this share of the disk in percent (5), whichever is less.
    pub free_percent: u64,
    /// Bytes of the ballast file (64 MiB); 0 for none.
    pub ballast_bytes: u64,
}

impl Default for SpaceLimits {
    fn default() -> Self {
        Self { free_bytes: 1024 * 1024 * 1024, free_percent: 5, ballast_bytes: 64 * 1024 * 1024 }
    }
}

/// The room of a data folder.
#[derive(Debug, Clone)]
pub struct Space {
    folder: PathBuf,
    limits: SpaceLimits,
}

impl Space {
    /// Looks after a folder. Gives up the ballast when there is no room to start, and lays it down when there is.
    /// The note says so.
    ///
    /// # Errors
    /// The system refuses.
    pub fn open(folder: &Path, limits: SpaceLimits) -> io::Result<(Self, Option<String>)> {
        let space = Self { folder: folder.to_owned(), limits };
        let note = space.ballast()?;
        Ok((space, note))
    }

    fn ballast(&self) -> io::Result<Option<String>> {
        let path = self.folder.join("ballast");
        let bytes = self.limits.ballast_bytes;
        let (free, guard) = self.free_and_guard()?;
        if path.exists() {
            if free >= bytes.min(guard) {
                return Ok(None);
            }
            fs::remove_file(&path)?;
            return Ok(Some(format!(
                "{}: the disk is full; the ballast was given up so that the server could start. Make room",
                path.display()
            )));
        }
        let temporary = self.folder.join("ballast.new");
        if temporary.exists() {
            // A start that was cut short left it.
            fs::remove_file(&temporary)?;
        }
        if bytes > 0 && free >= guard.saturating_add(bytes) {
            lay_down(&temporary, bytes)?;
            fs::rename(&temporary, &path)?;
        }
        Ok(None)
    }

    /// Why nothing may be written now, if so.
    #[must_use]
    pub fn lacking(&self) -> Option<String> {
        // A disk that cannot be asked is not taken for full: the journal's own errors are final enough.
        let (free, guard) = self.free_and_guard().ok()?;
        let mib = |bytes: u64| bytes / (1024 * 1024);
        (free < guard).then(|| {
            format!("the data disk has {} MiB left of the {} MiB that are kept free", mib(free), mib(guard))
        })
    }

    /// Bytes that are free, and those that are kept free.
    pub(crate) fn free_and_guard(&self) -> io::Result<(u64, u64)> {
        let disk = rustix::fs::statvfs(&self.folder)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let total = disk.f_blocks.saturating_mul(disk.f_frsize);
        let share = (total / 100).saturating_mul(self.limits.free_percent);
        Ok((free, self.limits.free_bytes.min(share)))
    }
}

/// Bytes that a disk cannot leave out.
fn lay_down(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file = File::create(path)?;
    let piece = vec![0x5a; 1024 * 1024];
    let mut left = bytes;
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(piece.len()).min(piece.len());
        file.write_all(piece.get(..length).unwrap_or_default())?;
        left -= length as u64;
    }
    // Otherwise a power cut would leave an empty file that is taken for the ballast.
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ballast_is_laid_down_once_and_given_up_when_room_is_short() {
        let folder = tempfile::tempdir().unwrap();
        let ballast = folder.path().join("ballast");
        let roomy = SpaceLimits { free_bytes: 0, free_percent: 0, ballast_bytes: 3_000_000 };
        let (space, note) = Space::open(folder.path(), roomy.clone()).unwrap();
        assert_eq!((ballast.metadata().unwrap().len(), note, space.lacking()), (3_000_000, None, None));
        let short = SpaceLimits { free_bytes: u64::MAX, free_percent: 100, ballast_bytes: u64::MAX };
        let (space, note) = Space::open(folder.path(), short).unwrap();
        assert!(!ballast.exists() && note.unwrap().contains("Make room"));
        assert!(space.lacking().unwrap().contains("kept free"));
    }
}
