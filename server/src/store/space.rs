//! Is there room? A full disk is met here, before anything was asked to be durable: below the guard acts are refused
//! and reads go on. A ballast file is given up when even a start would not find room, because sled cannot open on a
//! full disk; it is laid down again as soon as there is room, for the next time.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::files::unfinished;

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
    /// Whether a ballast is being laid down.
    laying: Arc<AtomicBool>,
}

impl Space {
    /// Looks after a folder. Gives up the ballast when there is no room to start, and lays it down when there is.
    /// The note says so.
    ///
    /// # Errors
    /// The system refuses.
    pub fn open(folder: &Path, limits: SpaceLimits) -> io::Result<(Self, Option<String>)> {
        let space = Self { folder: folder.to_owned(), limits, laying: Arc::default() };
        // A start that was cut short left it.
        let _ = fs::remove_file(unfinished(&space.path()));
        let note = space.give_up()?;
        if space.wanting()? {
            space.lay_down()?;
        }
        Ok((space, note))
    }

    fn path(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    fn give_up(&self) -> io::Result<Option<String>> {
        let path = self.path();
        let (free, guard) = self.measured()?;
        if !path.exists() || free >= self.limits.ballast_bytes.min(guard) {
            return Ok(None);
        }
        fs::remove_file(&path)?;
        Ok(Some(format!(
            "{}: the disk is full; the ballast was given up so that the server could start. Make room",
            path.display()
        )))
    }

    /// Whether the ballast is missing and there is room for it.
    fn wanting(&self) -> io::Result<bool> {
        let (bytes, (free, guard)) = (self.limits.ballast_bytes, self.measured()?);
        Ok(bytes > 0 && free >= guard.saturating_add(bytes) && !self.path().exists())
    }

    fn lay_down(&self) -> io::Result<()> {
        let temporary = unfinished(&self.path());
        let laid =
            fill(&temporary, self.limits.ballast_bytes).and_then(|()| fs::rename(&temporary, self.path()));
        if laid.is_err() {
            // Others took the room meanwhile.
            let _ = fs::remove_file(&temporary);
        }
        laid
    }

    /// Lays the ballast down again after it was given up, beside whatever the caller does.
    pub(crate) fn tend(&self) {
        if !matches!(self.wanting(), Ok(true)) || self.laying.swap(true, Ordering::SeqCst) {
            return;
        }
        let space = self.clone();
        let work = move || {
            if let Err(error) = space.lay_down() {
                tracing::warn!(%error, "the ballast could not be laid down; it is tried again");
            }
            space.laying.store(false, Ordering::SeqCst);
        };
        if std::thread::Builder::new().name("ballast".to_owned()).spawn(work).is_err() {
            self.laying.store(false, Ordering::SeqCst);
        }
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

    /// Bytes that are free, and those that are kept free. The room of a ballast that was given up is kept free, too, so
    /// that starts find room until there is enough to lay it down again.
    pub(crate) fn free_and_guard(&self) -> io::Result<(u64, u64)> {
        let (free, guard) = self.measured()?;
        let missing = !self.laying.load(Ordering::SeqCst) && !self.path().exists();
        Ok((free, if missing { guard.saturating_add(self.limits.ballast_bytes) } else { guard }))
    }

    fn measured(&self) -> io::Result<(u64, u64)> {
        let disk = rustix::fs::statvfs(&self.folder)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let total = disk.f_blocks.saturating_mul(disk.f_frsize);
        let share = (total / 100).saturating_mul(self.limits.free_percent);
        Ok((free, self.limits.free_bytes.min(share)))
    }
}

/// Bytes that a disk cannot leave out.
fn fill(path: &Path, bytes: u64) -> io::Result<()> {
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
        assert!(!space.wanting().unwrap(), "there is no room for it yet");
        let (space, _) = Space::open(folder.path(), roomy).unwrap();
        fs::remove_file(&ballast).unwrap();
        space.tend();
        while !ballast.exists() {
            std::thread::yield_now();
        }
        assert_eq!(ballast.metadata().unwrap().len(), 3_000_000);
    }
}
