//! How does a whole store become one stream? Every record in order, with its documents and the roots it led to, as lines
//! of JSON (`line`): what an import makes the same store from, on this or another kind of store.
//!
//! Links to persons stay sealed as they are in the journal, and the keys that open them are never in it. Like a backup
//! it can be made while a server runs.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use fanfare_shared::log::hash::Hash;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::history::History;
use super::line::{Base64, FORMAT, Head, Line};
use super::{CopyError, io_at};
use crate::store::ReadError;
use crate::store::documents::Documents;
use crate::store::files::{private_file, unfinished};
use crate::store::journal;
use crate::store::journal::scan::Scan;
use crate::store::journal::segment::sync_folder;
use crate::store::record::{Frame, Installation};

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Lines, without the last one.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// Documents.
    pub documents: u64,
}

/// A stream in the making.
struct Stream<'a> {
    to: &'a Path,
    file: BufWriter<fs::File>,
    sha256: Sha256,
    written: Exported,
    documents: Documents,
    known: BTreeSet<Hash>,
}

/// Writes the store in `data` to a file that does not exist yet.
///
/// # Errors
/// [`CopyError`]; then there is no such file.
pub fn export(data: &Path, to: &Path) -> Result<Exported, CopyError> {
    let folder = data.join("journal");
    if !folder.is_dir() {
        return Err(CopyError::Nothing(data.to_owned()));
    }
    if to.exists() {
        return Err(CopyError::Taken(to.to_owned()));
    }
    let temporary = unfinished(to);
    let file = private_file(&temporary).map_err(io_at(&temporary))?;
    let mut stream = Stream {
        to,
        file: BufWriter::new(file),
        sha256: Sha256::new(),
        written: Exported::default(),
        documents: Documents::read_only(&data.join("documents")),
        known: BTreeSet::new(),
    };
    let written = stream.journal(&folder);
    if written.is_err() {
        // Half a stream serves nobody; the reason it is half is what counts.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    fs::rename(&temporary, to).map_err(io_at(to))?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync_folder(parent).map_err(io_at(parent))?;
    written
}

impl Stream<'_> {
    fn journal(&mut self, folder: &Path) -> Result<Exported, CopyError> {
        let headers = journal::headers(folder)?;
        let mut history = History::default();
        for (at, header) in headers.iter().enumerate() {
            let scan = match headers.get(at + 1) {
                Some(next) => Scan::open(folder, *header, Some(*next))?,
                None => Scan::open_live(folder, *header)?,
            };
            for raw in scan {
                let raw = raw?;
                let frame = history.read(&raw)?;
                if raw.seq == 1 {
                    self.manifest(history.installation.as_ref(), folder)?;
                }
                self.frame(raw.seq, frame)?;
            }
        }
        if history.installation.is_none() {
            return Err(CopyError::Nothing(folder.to_owned()));
        }
        let Exported { lines, records, documents } = self.written;
        let sha256 = Hash::new(self.sha256.clone().finalize().into());
        self.line(&Line::End { lines, records, documents, sha256, logs: history.heads() })?;
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(io_at(self.to))?;
        Ok(Exported { lines, records, documents })
    }

    fn manifest(&mut self, installation: Option<&Installation>, folder: &Path) -> Result<(), CopyError> {
        let installation = installation.ok_or_else(|| CopyError::Nothing(folder.to_owned()))?;
        let (host, key) = (installation.base.clone(), Hash::new(installation.key));
        self.line(&Line::Manifest { format: FORMAT.to_owned(), host, key })
    }

    fn frame(&mut self, first_seq: u64, frame: Frame) -> Result<(), CopyError> {
        for hash in frame.records.iter().flat_map(|record| record.documents()) {
            if self.known.insert(hash) {
                let bytes = self.documents.get(&hash)?;
                let bytes = bytes.ok_or_else(|| ReadError(format!("document {hash} is missing")))?;
                self.line(&Line::Document { sha256: hash, bytes: Base64(bytes) })?;
                self.written.documents += 1;
            }
        }
        let mut last = first_seq;
        for (record, seq) in frame.records.into_iter().zip(first_seq..) {
            self.line(&Line::Record { seq, is: Box::new(record.into()) })?;
            self.written.records += 1;
            last = seq;
        }
        let heads = frame.heads.into_iter().map(Head::from).collect();
        self.line(&Line::Commit { seq: last, heads })
    }

    fn line(&mut self, line: &Line) -> Result<(), CopyError> {
        let failed = io_at(self.to);
        let bytes = line.encode().map_err(|error| failed(error.into()))?;
        self.sha256.update(&bytes);
        self.file.write_all(&bytes).map_err(failed)?;
        self.written.lines += 1;
        Ok(())
    }
}
