//! How is a store copied while a server works on it? Everything is read with its checksums, what the backup has already
//! is compared and kept, the rest is copied, and the manifest is written last. Until then the backup before is the one
//! that counts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;
use fanfare_shared::time::Timestamp;
use serde::Serialize;

use super::history::History;
use super::manifest::{self, Backup, Document, Segment};
use super::{CopyError, folders, io_at};
use crate::store::documents::Documents;
use crate::store::files::write_whole;
use crate::store::journal::scan::Scan;
use crate::store::journal::{self, JournalError};

/// The file of the data folder that says when it was copied last, in Unix seconds.
pub const MARK: &str = "last-backup";

/// What a backup folder may hold before there is a manifest in it.
const OURS: [&str; 5] = ["documents", "journal", "lock", manifest::FILE, "manifest.json.new"];

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Segments that were copied.
    pub segments_copied: u64,
    /// Segments that were there, and were found whole.
    pub segments_kept: u64,
    /// Documents that were copied.
    pub documents_copied: u64,
    /// Documents that were there, and were found whole.
    pub documents_kept: u64,
    /// Bytes that were copied.
    pub bytes_copied: u64,
    /// Sequence number of the last record in the backup.
    pub last_seq: u64,
    /// What an operator should know.
    pub notes: Vec<String>,
}

/// A folder of a server may hold no more than a backup does; its segments have other names.
fn not_a_store(to: &Path) -> Result<(), CopyError> {
    let Ok(entries) = to.join("journal").read_dir() else { return Ok(()) };
    for entry in entries {
        let name = entry.map_err(io_at(to))?.file_name();
        if !name.to_string_lossy().contains('-') {
            return Err(CopyError::Taken(to.to_owned()));
        }
    }
    Ok(())
}

/// A run at work.
struct Run<'a> {
    to: &'a Path,
    earlier: Option<Backup>,
    done: Done,
}

/// Brings the backup in `to` up to the store in `data`.
///
/// # Errors
/// [`CopyError`]; the backup that was there stays as it was.
pub fn backup(data: &Path, to: &Path, now: Timestamp) -> Result<Done, CopyError> {
    let folder = data.join("journal");
    if !folder.is_dir() {
        return Err(CopyError::Nothing(data.to_owned()));
    }
    let earlier: Option<Backup> = manifest::read(to, manifest::BACKUP)?;
    if earlier.is_none() {
        folders::empty_but_for(to, &OURS)?;
        not_a_store(to)?;
    }
    for folder in [to.to_owned(), to.join("journal"), to.join("documents")] {
        folders::private_folder(&folder)?;
    }
    let _held = folders::hold(to)?;
    let mut history = History::past(earlier.as_ref().map(|earlier| earlier.last));
    let mut run = Run { to, earlier, done: Done::default() };
    let segments = run.segments(&folder, &mut history)?;
    history.goes_on(data)?;
    let installation = history.installation.clone().ok_or_else(|| CopyError::Nothing(data.to_owned()))?;
    let documents = run.documents(&data.join("documents"), &history)?;
    let manifest = Backup {
        format: manifest::BACKUP.to_owned(),
        host: installation.base,
        key: Hash::new(installation.key),
        made: now.0,
        last: history.last,
        segments,
        logs: history.heads(),
        documents,
    };
    manifest::write(to, &manifest)?;
    run.forget_what_it_does_not_name(&manifest)?;
    run.done.last_seq = manifest.last.seq;
    Ok(run.done)
}

impl Run<'_> {
    /// Reads the journal from its first frame, and copies what the backup lacks.
    fn segments(&mut self, folder: &Path, history: &mut History) -> Result<Vec<Segment>, CopyError> {
        let headers = journal::headers(folder)?;
        let mut segments = Vec::new();
        for (at, header) in headers.iter().enumerate() {
            let mut scan = match headers.get(at + 1) {
                Some(next) => Scan::open(folder, *header, Some(*next))?,
                None => Scan::open_live(folder, *header)?,
            };
            for raw in &mut scan {
                history.read(&raw?)?;
            }
            self.same_installation(history)?;
            let bytes = scan.whole();
            let segment = Segment {
                number: header.number,
                last_seq: history.last.seq,
                bytes: bytes.len() as u64,
                sha256: Hash::of(bytes),
            };
            self.keep(&segment, bytes)?;
            segments.push(segment);
        }
        Ok(segments)
    }

    fn same_installation(&self, history: &History) -> Result<(), CopyError> {
        let (Some(earlier), Some(ours)) = (&self.earlier, &history.installation) else { return Ok(()) };
        if earlier.key == Hash::new(ours.key) && earlier.host == ours.base {
            return Ok(());
        }
        let (theirs, ours) = (earlier.host.clone(), ours.base.clone());
        Err(CopyError::Foreign { place: self.to.display().to_string(), theirs, ours })
    }

    /// Copies a segment, unless the same bytes are there.
    fn keep(&mut self, segment: &Segment, bytes: &[u8]) -> Result<(), CopyError> {
        let path = self.to.join("journal").join(segment.file());
        let there = fs::read(&path).ok().map(|there| Hash::of(&there));
        if there == Some(segment.sha256) {
            self.done.segments_kept += 1;
            return Ok(());
        }
        let known = self.earlier.as_ref().and_then(|earlier| {
            earlier.segments.iter().find(|known| known.file() == segment.file()).map(|known| known.sha256)
        });
        match known {
            // The copy is what it was, so the store is not.
            Some(known) if there == Some(known) => {
                let what = "it is whole, and the store has other bytes there: one of them tells another history. The \
                            backup was left as it is; run `fanfare check` on the store";
                return Err(CopyError::Forked { place: path.display().to_string(), what: what.to_owned() });
            }
            Some(_) => {
                self.done.notes.push(format!("{}: it was damaged, and was copied again", path.display()))
            }
            None => {}
        }
        write_whole(&path, bytes).map_err(io_at(&path))?;
        self.done.segments_copied += 1;
        self.done.bytes_copied += segment.bytes;
        Ok(())
    }

    /// Copies the documents that records name. They were durable before the records were.
    fn documents(&mut self, folder: &Path, history: &History) -> Result<Vec<Document>, CopyError> {
        let source = Documents::read_only(folder);
        let target = self.to.join("documents");
        let copies = Documents::in_folder(&target).map_err(io_at(&target))?;
        let mut documents = Vec::new();
        for hash in &history.documents {
            let missing = || JournalError::Damaged {
                path: folder.join(hash.to_hex()),
                offset: 0,
                what: "this document is missing".to_owned(),
            };
            let bytes = source.get(hash)?.ok_or_else(missing)?;
            match copies.get(hash) {
                Ok(Some(_)) => self.done.documents_kept += 1,
                there => {
                    if there.is_err() {
                        let path = target.join(hash.to_hex());
                        self.done
                            .notes
                            .push(format!("{}: it was damaged, and was copied again", path.display()));
                    }
                    copies.put(&bytes).map_err(io_at(&target))?;
                    self.done.documents_copied += 1;
                    self.done.bytes_copied += bytes.len() as u64;
                }
            }
            documents.push(Document { sha256: *hash, bytes: bytes.len() as u64 });
        }
        Ok(documents)
    }

    /// Removes shorter copies of the open segment, and what a run that was cut short left behind.
    fn forget_what_it_does_not_name(&self, manifest: &Backup) -> Result<(), CopyError> {
        let segments = manifest.segments.iter().map(Segment::file);
        let documents = manifest.documents.iter().map(|document| document.sha256.to_hex());
        let named: BTreeSet<PathBuf> = segments
            .map(|name| self.to.join("journal").join(name))
            .chain(documents.map(|name| self.to.join("documents").join(name)))
            .collect();
        for folder in ["journal", "documents"] {
            let folder = self.to.join(folder);
            for entry in folder.read_dir().map_err(io_at(&folder))? {
                let path = entry.map_err(io_at(&folder))?.path();
                if !named.contains(&path) {
                    fs::remove_file(&path).map_err(io_at(&path))?;
                }
            }
        }
        Ok(())
    }
}
