//! How does a backup become a store again? It is read whole and compared with its manifest before anything is written;
//! then it is written, and checked like any store.

use std::fs;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;

use super::history::History;
use super::manifest::{self, Backup, Segment};
use super::{CopyError, damaged, folders, io_at};
use crate::keys::{Identity, Keys};
use crate::store::check::{self, Report};
use crate::store::documents::Documents;
use crate::store::files::{unfinished, write_whole};
use crate::store::journal::scan::Scan;
use crate::store::journal::segment::{self, SegmentHeader, sync_folder};

/// A store that was made from a copy.
#[derive(Debug)]
pub struct Restored {
    /// Sequence number of its last record.
    pub last_seq: u64,
    /// The check of what was written.
    pub report: Report,
}

/// A backup that was read and found whole, and what its journal tells.
#[derive(Debug)]
pub struct Verified {
    folder: PathBuf,
    /// What it holds.
    pub manifest: Backup,
    history: History,
}

/// Makes a store in `data`, which must be empty. `keys` are compared where they are there.
///
/// # Errors
/// [`CopyError`]; then nothing was written, or only the disk failed.
pub fn restore(from: &Path, data: &Path, keys: &Path) -> Result<Restored, CopyError> {
    folders::empty_but_for(data, &["lost+found"])?;
    let identity = Keys::identity(keys)?;
    let backup = Verified::open(from, identity.as_ref())?;
    if let Some(identity) = &identity {
        backup.history.fits(from, identity)?;
    }
    let journal = begin(data)?;
    let documents = data.join("documents");
    let target = Documents::in_folder(&documents).map_err(io_at(&documents))?;
    for document in &backup.manifest.documents {
        target.put(&backup.document(&document.sha256)?).map_err(io_at(&documents))?;
    }
    for entry in &backup.manifest.segments {
        let path = segment::path(&journal, entry.number);
        write_whole(&path, &backup.segment(entry)?).map_err(io_at(&path))?;
    }
    finish(data, &journal)?;
    checked(data, keys, &backup.history)
}

/// Makes the data folder, and in it the folder that becomes the journal in the end: a copy that was cut short is no
/// store.
pub(super) fn begin(data: &Path) -> Result<PathBuf, CopyError> {
    let journal = unfinished(&data.join("journal"));
    folders::private_folder(data)?;
    folders::private_folder(&journal)?;
    Ok(journal)
}

/// Gives the journal its name.
pub(super) fn finish(data: &Path, journal: &Path) -> Result<(), CopyError> {
    sync_folder(journal).map_err(io_at(journal))?;
    fs::rename(journal, data.join("journal")).map_err(io_at(journal))?;
    sync_folder(data).map_err(io_at(data))
}

/// Forgets again whom the keys still know, though this history has them erased; then checks the store that was just made,
/// and that its logs have the roots they had.
pub(super) fn checked(data: &Path, keys: &Path, history: &History) -> Result<Restored, CopyError> {
    let erased: Vec<u64> = history.erased.iter().copied().collect();
    Keys::destroy(keys, &erased)?;
    let report = check::check(data, Some(keys));
    let report = report.map_err(|error| damaged(data, error.to_string()))?;
    if report.ok && report.heads != history.heads() {
        return Err(damaged(data, "its logs do not have the roots that the copy names"));
    }
    Ok(Restored { last_seq: history.last.seq, report })
}

impl Verified {
    /// Reads a whole backup: every byte of it is compared with what the manifest says, and the chain of frames followed.
    ///
    /// # Errors
    /// [`CopyError`].
    pub fn open(from: &Path, identity: Option<&Identity>) -> Result<Self, CopyError> {
        let manifest: Option<Backup> = manifest::read(from, manifest::BACKUP)?;
        let path = from.join(manifest::FILE);
        let manifest = manifest.ok_or_else(|| damaged(&path, "it is missing: this is no finished backup"))?;
        let history = History::under(identity);
        let mut backup = Self { folder: from.to_owned(), manifest, history };
        backup.read_journal()?;
        for document in &backup.manifest.documents {
            backup.document(&document.sha256)?;
        }
        let listed = backup.manifest.documents.iter().map(|document| &document.sha256);
        let Backup { host, key, last, logs, .. } = &backup.manifest;
        let installation = backup.history.installation.as_ref();
        let same = backup.history.last == *last
            && backup.history.heads() == *logs
            && listed.eq(&backup.history.documents)
            && installation.is_some_and(|it| it.base == *host && Hash::new(it.key) == *key);
        if !same {
            return Err(damaged(&path, "it does not describe the journal beside it"));
        }
        Ok(backup)
    }

    fn read_journal(&mut self) -> Result<(), CopyError> {
        let segments = self.manifest.segments.clone();
        let mut headers = Vec::new();
        for entry in &segments {
            headers.push(self.header(entry, &self.segment(entry)?)?);
        }
        for (at, (entry, header)) in segments.iter().zip(&headers).enumerate() {
            let next = headers.get(at + 1).copied();
            let bytes = self.segment(entry)?;
            let mut scan = Scan::of(self.path(entry), bytes, *header, next);
            for raw in &mut scan {
                self.history.read(&raw?)?;
            }
        }
        Ok(())
    }

    fn header(&self, entry: &Segment, bytes: &[u8]) -> Result<SegmentHeader, CopyError> {
        let header = segment::decode(bytes);
        let header = header.map_err(|error| damaged(self.path(entry), error.to_string()))?;
        let right = header.number == entry.number;
        right.then_some(header).ok_or_else(|| damaged(self.path(entry), "its header names another segment"))
    }

    fn path(&self, entry: &Segment) -> PathBuf {
        self.folder.join("journal").join(entry.file())
    }

    /// The entry of a segment.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Segment> {
        self.manifest.segments.iter().find(|segment| segment.number == number)
    }

    /// The bytes of a segment.
    ///
    /// # Errors
    /// They are not what they were.
    pub fn segment(&self, entry: &Segment) -> Result<Vec<u8>, CopyError> {
        whole(&self.path(entry), entry.bytes, &entry.sha256)
    }

    /// The bytes of a document.
    ///
    /// # Errors
    /// They are not what they were, or the backup has no such document.
    pub fn document(&self, hash: &Hash) -> Result<Vec<u8>, CopyError> {
        let path = self.folder.join("documents").join(hash.to_hex());
        let entry = self.manifest.documents.iter().find(|document| document.sha256 == *hash);
        let entry = entry.ok_or_else(|| damaged(&path, "the backup has no such document"))?;
        whole(&path, entry.bytes, hash)
    }
}

/// The bytes of a file, if they are what they were.
pub(super) fn whole(path: &Path, length: u64, hash: &Hash) -> Result<Vec<u8>, CopyError> {
    let bytes = fs::read(path).map_err(io_at(path))?;
    if bytes.len() as u64 != length {
        let what = format!("it has {} bytes instead of {length}", bytes.len());
        return Err(damaged(path, what));
    }
    let same = Hash::of(&bytes) == *hash;
    same.then_some(bytes).ok_or_else(|| damaged(path, "its bytes are not those that were copied"))
}
