//! The rows in sled 0.34, used only as far as it was measured to hold (`docs/adr/0005-journal-first.md`).
//!
//! Success of a write means in memory; nothing here is relied on to be durable (`mark` tells when not even that is).
//! `flush_async` is never called (it deadlocks), `flush` by one thread at a time, and its data file is synced by us,
//! because sled's own flush is not. An error of sled's is final.

use std::cell::Cell;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Once, OnceLock};
use std::time::Duration;

use super::embedded::Rows;
use super::mark::Mark;
use super::state::key::Key;
use super::state::overlay::Changes;
use super::{ReadError, Row, View};

/// Also sled's rhythm of garbage collection: with none it would never run.
const FLUSH_EVERY_MS: u64 = 700;
/// Bytes of sled's page cache.
const CACHE_BYTES: u64 = 96 * 1024 * 1024;

/// Threads of a database that was closed in this process may hold its lock a little longer: that is no damage.
const LOCK_ATTEMPTS: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Far longer than a flush takes on a disk that works.
const WAKE_AFTER: Duration = Duration::from_secs(1);

/// Rows in one sled tree.
#[derive(Debug)]
pub struct SledRows {
    tree: sled::Db,
    /// After the tree, so that it is dropped when sled has written its last.
    rest: Rest,
}

/// What is known of a database beside its rows; closes it when it is dropped.
#[derive(Debug)]
struct Rest {
    mark: Mark,
    /// The data file, open from the start on: the system tells each opener once about what it failed to write.
    file: File,
    /// Whether rows were written since they were last made durable.
    unsettled: AtomicBool,
    /// The first error. sled may go on after one, in part.
    failed: OnceLock<String>,
}

impl SledRows {
    /// Why the database in a folder is not to be believed, although it may open.
    #[must_use]
    pub fn doubt(folder: &Path) -> Option<&'static str> {
        Mark::of(folder).doubt()
    }

    /// Has the database in a folder believed no more.
    ///
    /// # Errors
    /// The system refuses.
    pub fn forget(folder: &Path) -> std::io::Result<()> {
        Mark::of(folder).remove()
    }

    /// Opens or makes the database in a folder, and answers for it from here on.
    ///
    /// # Errors
    /// It cannot be opened, in words; sled panics on some damage, which is caught here.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let words = |error: std::io::Error| error.to_string();
        fs::create_dir_all(folder).map_err(words)?;
        remove_unfinished_snapshots(folder).map_err(words)?;
        let mark = Mark::of(folder);
        mark.open().map_err(words)?;
        let config =
            sled::Config::new().path(folder).flush_every_ms(Some(FLUSH_EVERY_MS)).cache_capacity(CACHE_BYTES);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let opened = quietly(|| config.open());
            match opened.map_err(|_| "it panicked on what it found".to_owned())? {
                Ok(tree) => {
                    // Whoever had it open until now may have closed it meanwhile.
                    mark.open().map_err(words)?;
                    let file = File::open(folder.join("db")).map_err(words)?;
                    let (unsettled, failed) = (AtomicBool::new(false), OnceLock::new());
                    return Ok(Self { tree, rest: Rest { mark, file, unsettled, failed } });
                }
                Err(error) if attempts < LOCK_ATTEMPTS && error.to_string().contains("acquire lock") => {
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

/// Catches a panic without a word on standard error: what it comes to is said in words by the caller.
fn quietly<T>(open: impl FnOnce() -> T) -> std::thread::Result<T> {
    thread_local! { static QUIET: Cell<bool> = const { Cell::new(false) } }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(open));
    QUIET.set(false);
    outcome
}

/// A kill during start-up can leave these behind, and the next open would then fail.
fn remove_unfinished_snapshots(folder: &Path) -> std::io::Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

impl SledRows {
    /// Remembers an error.
    fn failed(&self, error: &sled::Error) -> String {
        self.rest.failed.get_or_init(|| error.to_string()).clone()
    }

    /// sled's flush, which may sleep for ever when a write fails in one of sled's threads: not each of them wakes those who
    /// wait. Whoever asks after the failure does.
    fn flush(&self) -> sled::Result<usize> {
        let (done, waiting) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let wake = move || {
                while waiting.recv_timeout(WAKE_AFTER) == Err(RecvTimeoutError::Timeout) {
                    scope.spawn(|| self.tree.flush());
                }
            };
            scope.spawn(wake);
            let flushed = self.tree.flush();
            drop(done);
            flushed
        })
    }

    fn unreadable(&self, error: &sled::Error) -> ReadError {
        ReadError(self.failed(error))
    }
}

impl View for SledRows {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        let row = self.tree.get(key.as_bytes()).map_err(|error| self.unreadable(&error))?;
        Ok(row.map(|bytes| bytes.to_vec()))
    }

    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a> {
        let prefix = prefix.as_bytes().to_vec();
        let rows = self.tree.range(from.as_bytes().to_vec()..).map(|row| {
            let (key, value) = row.map_err(|error| self.unreadable(&error))?;
            Ok((Key::from_bytes(&key), value.to_vec()))
        });
        Box::new(rows.take_while(move |row: &Result<Row, ReadError>| {
            row.as_ref().map_or(true, |(key, _)| key.as_bytes().starts_with(&prefix))
        }))
    }
}

impl Rows for SledRows {
    fn write(&self, changes: Changes) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        for (key, row) in changes {
            match row {
                Some(row) => batch.insert(key.as_bytes(), row),
                None => batch.remove(key.as_bytes()),
            }
        }
        self.rest.unsettled.store(true, Ordering::SeqCst);
        self.tree.apply_batch(batch).map_err(|error| self.failed(&error))
    }

    fn sync(&self) -> Result<(), String> {
        if let Some(error) = self.rest.failed.get() {
            return Err(error.clone());
        }
        if self.rest.unsettled.swap(false, Ordering::SeqCst) {
            self.flush().map_err(|error| self.failed(&error))?;
            self.rest.file.sync_data().map_err(|error| self.failed(&error.into()))?;
        }
        Ok(())
    }

    fn distrust(&self) -> std::io::Result<()> {
        // Not to be closed either.
        self.rest.failed.get_or_init(|| "a row is damaged or missing".to_owned());
        self.rest.mark.remove()
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        // sled's threads may write until they let go of its lock. A state that is not closed here is not lost: it is
        // believed until the machine goes down, and then made again.
        let free = (0..LOCK_ATTEMPTS).any(|attempt| {
            if attempt > 0 {
                std::thread::sleep(LOCK_PAUSE);
            }
            self.file.try_lock().is_ok()
        });
        if free && self.failed.get().is_none() && self.file.sync_data().is_ok() {
            let _ = self.mark.close();
        }
    }
}
