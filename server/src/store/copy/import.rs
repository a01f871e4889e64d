//! How does a stream become a store? Line by line, believing nothing: checksums, order, documents by their hash, every
//! root computed again. The journal that comes of it is the one that was exported, byte for byte of its frames.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle;
use fanfare_shared::log::tree::Tree;
use sha2::{Digest as _, Sha256};

use super::history::{History, Place};
use super::line::{Base64, FORMAT, Line};
use super::restore::{Restored, begin, checked, finish};
use super::{CopyError, folders, io_at};
use crate::keys::Keys;
use crate::store::documents::Documents;
use crate::store::journal::writer::Writer;
use crate::store::record::{BODY_VERSION, Frame, Head, LogId, Record};

/// Bytes of a journal segment, as a new server would make them.
const SEGMENT_BYTES: usize = 64 * 1024 * 1024;

/// A stream that is being read.
struct Stream {
    place: String,
    /// The number of the line that was read last.
    number: u64,
    sha256: Sha256,
    records: u64,
    known: BTreeSet<Hash>,
    /// Records since the last commit.
    pending: Vec<Record>,
    trees: BTreeMap<LogId, Tree>,
    history: History,
    documents: Documents,
    journal: Writer,
}

/// Makes a store in `data`, which must be empty. `keys` are compared where they are there.
///
/// # Errors
/// [`CopyError`], with the line's number; then `data` holds no journal.
pub fn import(from: &Path, data: &Path, keys: &Path) -> Result<Restored, CopyError> {
    folders::empty_but_for(data, &["lost+found"])?;
    let identity = Keys::identity(keys)?;
    let mut lines = BufReader::new(File::open(from).map_err(io_at(from))?);
    let journal = begin(data)?;
    let documents = data.join("documents");
    let mut stream = Stream {
        place: from.display().to_string(),
        number: 0,
        sha256: Sha256::new(),
        records: 0,
        known: BTreeSet::new(),
        pending: Vec::new(),
        trees: BTreeMap::new(),
        history: History::under(identity.as_ref()),
        documents: Documents::in_folder(&documents).map_err(io_at(&documents))?,
        journal: Writer::new(&journal, SEGMENT_BYTES),
    };
    let read = stream
        .read(from, &mut lines)
        .and_then(|()| identity.as_ref().map_or(Ok(()), |identity| stream.history.fits(from, identity)));
    if let Err(error) = read {
        // Was empty before: what was written of it is worth nothing without the rest.
        let _ = fs::remove_dir_all(&journal).and_then(|()| fs::remove_dir_all(&documents));
        return Err(error);
    }
    stream.journal.finish().map_err(io_at(&journal))?;
    finish(data, &journal)?;
    checked(data, keys, &stream.history)
}

impl Stream {
    /// Reads to the end.
    fn read(&mut self, from: &Path, lines: &mut BufReader<File>) -> Result<(), CopyError> {
        let mut bytes = Vec::new();
        let mut ended = false;
        loop {
            bytes.clear();
            let length = lines.read_until(b'\n', &mut bytes).map_err(io_at(from))?;
            self.number += 1;
            match (length, ended) {
                (0, true) => return Ok(()),
                (0, false) => return Err(self.wrong("the stream ends here without its last line")),
                (_, true) => return Err(self.wrong("a line follows the last one")),
                (_, false) => ended = self.line(&bytes)?,
            }
        }
    }

    /// Takes one line; gives whether it is the last.
    fn line(&mut self, bytes: &[u8]) -> Result<bool, CopyError> {
        let line = Line::decode(bytes).map_err(|what| self.unreadable(bytes, &what))?;
        if (self.number == 1) != matches!(line, Line::Manifest { .. }) {
            return Err(self.wrong("the manifest, and only it, is the first line"));
        }
        match line {
            Line::Manifest { format, .. } if format == FORMAT => {}
            Line::Manifest { format, .. } => return Err(self.version(format)),
            Line::Document { sha256, bytes: Base64(bytes) } => self.document(sha256, &bytes)?,
            Line::Record { seq, is } => self.record(seq, (*is).into())?,
            Line::Commit { seq, heads } => self.commit(seq, heads.into_iter().map(Head::from).collect())?,
            Line::End { lines, records, documents, sha256, logs } => {
                let counted = (self.number - 1, self.records, self.known.len() as u64);
                if !self.pending.is_empty() || counted != (lines, records, documents) {
                    return Err(self.wrong("lines are missing before it"));
                }
                if Hash::new(self.sha256.clone().finalize().into()) != sha256 {
                    return Err(self.wrong("the lines before it are not those that were written"));
                }
                if self.history.heads() != logs {
                    return Err(self.wrong("the logs do not have the roots it names"));
                }
                return Ok(true);
            }
        }
        self.sha256.update(bytes);
        Ok(false)
    }

    fn document(&mut self, sha256: Hash, bytes: &[u8]) -> Result<(), CopyError> {
        if Hash::of(bytes) != sha256 || !self.known.insert(sha256) {
            return Err(self.wrong("the document is not what its hash says, or stands here twice"));
        }
        self.documents.put(bytes).map_err(|error| self.wrong(error.to_string()))?;
        Ok(())
    }

    fn record(&mut self, seq: u64, record: Record) -> Result<(), CopyError> {
        if seq != self.records + 1 {
            return Err(self.wrong(format!("record {} is missing before it", self.records + 1)));
        }
        if let Some(hash) = record.documents().iter().find(|hash| !self.known.contains(hash)) {
            return Err(self.wrong(format!("document {hash} is missing before it")));
        }
        for (log, leaf) in record.leaves() {
            self.trees.entry(log).or_default().append(merkle::leaf_hash(leaf));
        }
        self.records = seq;
        self.pending.push(record);
        Ok(())
    }

    fn commit(&mut self, seq: u64, heads: Vec<Head>) -> Result<(), CopyError> {
        if self.pending.is_empty() || seq != self.records {
            return Err(self.wrong("it does not follow the records it is for"));
        }
        for head in &heads {
            let tree = self.trees.get(&head.log);
            let found = tree.map(|tree| (tree.size(), *tree.root().bytes()));
            if found != Some((head.size, head.root)) {
                return Err(self.wrong("a root is not that of the leaves before it"));
            }
        }
        let frame = Frame { records: std::mem::take(&mut self.pending), heads };
        let body = frame.encode().map_err(|error| self.wrong(error.to_string()))?;
        let count = u32::try_from(frame.records.len()).map_err(|error| self.wrong(error.to_string()))?;
        let hash = self.journal.append(count, BODY_VERSION, &body);
        let hash = hash.map_err(|error| self.wrong(error.to_string()))?;
        self.history.add(&frame, Place { seq, frame: hash });
        Ok(())
    }

    /// A first line that only its version makes unreadable is told from a damaged one.
    fn unreadable(&self, bytes: &[u8], what: &str) -> CopyError {
        let value: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
        let format = value.as_ref().and_then(|value| value.get("manifest")?.get("format")?.as_str());
        match format.filter(|format| self.number == 1 && *format != FORMAT) {
            Some(format) => self.version(format.to_owned()),
            None => self.wrong(what),
        }
    }

    fn version(&self, format: String) -> CopyError {
        CopyError::UnknownVersion { place: format!("{}, line {}", self.place, self.number), format }
    }

    fn wrong(&self, what: impl Into<String>) -> CopyError {
        CopyError::Damaged { place: format!("{}, line {}", self.place, self.number), what: what.into() }
    }
}
