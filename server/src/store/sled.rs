//! The rows in sled 0.34, used only as far as it was measured to hold (`docs/adr/0005-journal-first.md`).
//!
//! Success of a write means in memory; nothing here is relied on to be durable. `flush_async` is never called (it
//! deadlocks), `flush` only from the committer, and its data file is synced by us, because sled's own flush is not.

use std::cell::Cell;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use super::embedded::Rows;
use super::state::key::Key;
use super::state::overlay::Changes;
use super::{ReadError, Row, View};

/// Also sled's rhythm of garbage collection: with none it would never run.
const FLUSH_EVERY_MS: u64 = 700;
/// Bytes of sled's page cache.
const CACHE_BYTES: u64 = 256 * 1024 * 1024;

/// Threads of a database that was closed in this process may hold its lock a little longer: that is no damage.
const LOCK_ATTEMPTS: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Rows in one sled tree.
#[derive(Debug)]
pub struct SledRows {
    tree: sled::Db,
    file: PathBuf,
}

impl SledRows {
    /// Opens or makes the database in a folder.
    ///
    /// # Errors
    /// It cannot be opened, in words; sled panics on some damage, which is caught here.
    pub fn open(folder: &Path) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        remove_unfinished_snapshots(folder).map_err(|error| error.to_string())?;
        let config =
            sled::Config::new().path(folder).flush_every_ms(Some(FLUSH_EVERY_MS)).cache_capacity(CACHE_BYTES);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let opened = quietly(|| config.open());
            match opened.map_err(|_| "it panicked on what it found".to_owned())? {
                Ok(tree) => return Ok(Self { tree, file: folder.join("db") }),
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

impl View for SledRows {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        let row = self.tree.get(key.as_bytes()).map_err(|error| ReadError(error.to_string()))?;
        Ok(row.map(|bytes| bytes.to_vec()))
    }

    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a> {
        let prefix = prefix.as_bytes().to_vec();
        let rows = self.tree.range(from.as_bytes().to_vec()..).map(|row| {
            let (key, value) = row.map_err(|error| ReadError(error.to_string()))?;
            Ok((Key::from_bytes(&key), value.to_vec()))
        });
        Box::new(rows.take_while(move |row: &Result<Row, ReadError>| {
            row.as_ref().map_or(true, |(key, _)| key.as_bytes().starts_with(&prefix))
        }))
    }
}

impl Rows for SledRows {
    fn write(&self, changes: &Changes) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        for (key, row) in changes {
            match row {
                Some(row) => batch.insert(key.as_bytes(), row.as_slice()),
                None => batch.remove(key.as_bytes()),
            }
        }
        self.tree.apply_batch(batch).map_err(|error| error.to_string())
    }

    fn sync(&self) -> Result<(), String> {
        self.tree.flush().map_err(|error| error.to_string())?;
        let file = File::open(&self.file).map_err(|error| error.to_string())?;
        file.sync_data().map_err(|error| error.to_string())
    }
}
