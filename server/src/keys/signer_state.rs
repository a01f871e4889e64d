//! What was signed last, for each log? Lines `<origin> <size> <root> <crc32c of what stands before>`, appended before
//! each signature.
//!
//! It guards against a fork: a log that is behind it has lost leaves that somebody holds a receipt for, and must not
//! be signed. It is written before signing and not synced (`docs/adr/0007-signer-state-unsynced.md`): after a halt it may lag
//! behind the log, and never leads, because the leaves were durable before.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;

use super::{KeysError, damaged, io_error};
use crate::store::files::private_file;
use crate::store::journal::segment::sync_folder;

/// Above this many bytes the file is written anew with one line for each log.
const COMPACT_BYTES: u64 = 1024 * 1024;

/// The signer's state.
#[derive(Debug)]
pub struct SignerState {
    path: PathBuf,
    file: File,
    bytes: u64,
    logs: Logs,
}

/// Size and root that were signed last, by origin.
type Logs = BTreeMap<String, (u64, Hash)>;

impl SignerState {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// [`KeysError`].
    pub(super) fn open(path: &Path) -> Result<Self, KeysError> {
        let (logs, whole) = read(path)?;
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600);
        let file = options.open(path).map_err(|error| io_error(path, error))?;
        file.set_len(whole).map_err(|error| io_error(path, error))?;
        Ok(Self { path: path.to_owned(), file, bytes: whole, logs })
    }

    /// Opens the file for reading only.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn read_only(path: &Path) -> Result<Self, KeysError> {
        let (logs, bytes) = read(path)?;
        let file = File::open(path).map_err(|error| io_error(path, error))?;
        Ok(Self { path: path.to_owned(), file, bytes, logs })
    }

    /// Size and root that were signed last for a log.
    #[must_use]
    pub fn last(&self, origin: &str) -> Option<(u64, Hash)> {
        self.logs.get(origin).copied()
    }

    /// Every log that was ever signed for.
    pub fn origins(&self) -> impl Iterator<Item = (&str, u64, Hash)> {
        self.logs.iter().map(|(origin, (size, root))| (origin.as_str(), *size, *root))
    }

    /// Remembers what is about to be signed.
    ///
    /// # Errors
    /// It could not be written; nothing may be signed then.
    pub fn record(&mut self, heads: &[(String, u64, Hash)]) -> io::Result<()> {
        let mut lines = String::new();
        for (origin, size, root) in heads {
            lines.push_str(&line(origin, *size, root));
            self.logs.insert(origin.clone(), (*size, *root));
        }
        self.file.write_all(lines.as_bytes())?;
        self.bytes += lines.len() as u64;
        if self.bytes > COMPACT_BYTES.max(self.logs.len() as u64 * 512) { self.compact() } else { Ok(()) }
    }

    fn compact(&mut self) -> io::Result<()> {
        let lines: String =
            self.logs.iter().map(|(origin, (size, root))| line(origin, *size, root)).collect();
        let temporary = self.path.with_extension("new");
        let mut file = private_file(&temporary)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, &self.path)?;
        self.path.parent().map_or(Ok(()), sync_folder)?;
        (self.file, self.bytes) = (file, lines.len() as u64);
        Ok(())
    }
}

/// The last state of each log, and how many bytes of the file are whole lines.
fn read(path: &Path) -> Result<(Logs, u64), KeysError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(io_error(path, error)),
    };
    let text = String::from_utf8(bytes).map_err(|_| damaged(path, "a line cannot be read"))?;
    // A last line without its line feed was being written when the machine stopped.
    let whole = text.rfind('\n').map_or("", |end| text.get(..=end).unwrap_or_default());
    let mut logs = Logs::new();
    for line in whole.lines() {
        let (origin, state) = parse(line).ok_or_else(|| damaged(path, "a line cannot be read"))?;
        logs.insert(origin, state);
    }
    Ok((logs, whole.len() as u64))
}

fn line(origin: &str, size: u64, root: &Hash) -> String {
    let state = format!("{origin} {size} {root}");
    let sum = crc32c::crc32c(state.as_bytes());
    format!("{state} {sum:08x}\n")
}

fn parse(text: &str) -> Option<(String, (u64, Hash))> {
    let mut words = text.split(' ');
    let (origin, size, root) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    // Lines of before had no checksum.
    let whole = words.next().is_none() || line(origin, size, &root).trim_end() == text;
    whole.then(|| (origin.to_owned(), (size, root)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_each_log_counts_and_a_torn_line_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer-state");
        let mut state = SignerState::open(&path).unwrap();
        state.record(&[("a/log".to_owned(), 1, Hash::of(b"1"))]).unwrap();
        state.record(&[("a/log".to_owned(), 2, Hash::of(b"2"))]).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend_from_slice(b"a/log 3 00");
        fs::write(&path, bytes).unwrap();
        let mut state = SignerState::open(&path).unwrap();
        assert_eq!(state.last("a/log"), Some((2, Hash::of(b"2"))));
        state.record(&[("a/log".to_owned(), 4, Hash::of(b"4"))]).unwrap();
        assert_eq!(SignerState::open(&path).unwrap().last("a/log"), Some((4, Hash::of(b"4"))));
    }

    #[test]
    fn a_long_file_is_written_anew_and_says_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer-state");
        let mut state = SignerState::open(&path).unwrap();
        for size in 0..10_000 {
            state
                .record(&[("host.example/log/a/svxf4gt2yvqr2g2edjnppks6ky".to_owned(), size, Hash::of(b"r"))])
                .unwrap();
        }
        assert!(fs::metadata(&path).unwrap().len() < COMPACT_BYTES);
        let again = SignerState::open(&path).unwrap();
        assert_eq!(again.origins().next().unwrap().1, 9_999);
    }

    #[test]
    fn every_flipped_bit_of_a_line_is_noticed() {
        let line = line("a/log", 17, &Hash::of(b"17"));
        let line = line.trim_end().as_bytes();
        for bit in 0..line.len() * 8 {
            let mut flipped = line.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(std::str::from_utf8(&flipped).ok().and_then(parse), None, "bit {bit}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer-state");
        fs::write(&path, "a/log two 00\n").unwrap();
        assert!(matches!(SignerState::open(&path), Err(KeysError::Damaged { .. })));
    }
}
