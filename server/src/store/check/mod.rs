//! Is everything what it was when it was written? Reads the whole store again and believes nothing: frames, the chain
//! of hashes, every leaf in its place, roots, signatures' state, counts, documents, and the state row by row.
//!
//! It changes nothing: the state is looked at in a copy, because sled writes when it opens.

mod logs;
mod rows;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fanfare_shared::log::hash::Hash;
use serde::Serialize;

use super::documents::Documents;
use super::embedded::{Rows as _, changes_of};
use super::journal::{FileJournal, Journal as _, JournalError};
use super::memory::{FaultPlan, MemoryRows};
use super::record::{Frame, Installation, Sealed, Tag};
use super::state::key::Key;
use super::state::overlay;
use super::{Unseal, View as _};
use crate::keys::people::People;
use crate::keys::signer_state::SignerState;

/// What was read, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing is damaged.
    pub ok: bool,
    /// Records of the journal.
    pub records: u64,
    /// Frames of the journal.
    pub frames: u64,
    /// Leaves of all logs.
    pub leaves: u64,
    /// Logs.
    pub logs: u64,
    /// Documents.
    pub documents: u64,
    /// Rows of the state compared with a rebuild.
    pub rows: u64,
    /// Damage.
    pub findings: Vec<Finding>,
    /// What an operator should know, but is no damage.
    pub notes: Vec<String>,
}

/// Something that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which file or folder.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

/// Why a check could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A server is at work there.
    #[error("{} is in use by a running server; stop it first, or check a copy", .0.display())]
    InUse(PathBuf),
    /// Nothing is there.
    #[error("{} holds no store (there is no folder `journal` in it)", .0.display())]
    NoStore(PathBuf),
    /// The system refused.
    #[error("{path}: {error}", path = .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

const RESTORE_JOURNAL: &str = "restore this file from a backup or a standby; do not start the server before";
const RESTORE_DOCUMENT: &str = "restore this file from a backup";
const REBUILD_STATE: &str =
    "move this folder away and start the server: the state is made again from the journal";
const RESTORE_KEYS: &str = "do not start the server: bring back the journal that belongs to these keys";

impl Report {
    fn find(&mut self, file: impl AsRef<Path>, what: impl Into<String>, advice: &str) {
        let (file, what) = (file.as_ref().display().to_string(), what.into());
        self.findings.push(Finding { file, what, advice: advice.to_owned() });
    }
}

/// Where everything lies.
struct Place<'a> {
    data: &'a Path,
    keys: Option<&'a Path>,
    documents: Documents,
    /// Opens sealed links, where the keys are at hand.
    people: Option<People>,
}

impl Unseal for Place<'_> {
    fn unseal(&self, activity: &str, holder: &Tag, sealed: &Sealed) -> Option<super::record::Link> {
        self.people.as_ref()?.unseal(activity, holder, sealed)
    }
}

/// Checks a store. `keys` may be absent: then what hangs on them is passed over, and a note says so.
///
/// # Errors
/// [`CheckError`]; damage is no error but a finding.
pub fn check(data: &Path, keys: Option<&Path>) -> Result<Report, CheckError> {
    let folder = data.join("journal");
    if !folder.is_dir() {
        return Err(CheckError::NoStore(data.to_owned()));
    }
    let _lock = lock(data)?;
    let mut report = Report::default();
    let keys = keys.filter(|keys| keys.is_dir());
    let people = keys.and_then(|keys| People::read_only(&keys.join("people.keys")).ok());
    if people.is_none() {
        report
            .notes
            .push("the keys are not at hand: links and the signer's state were not compared".to_owned());
    }
    let place = Place { data, keys, documents: Documents::read_only(&data.join("documents")), people };
    match FileJournal::read_only(&folder) {
        Ok(opened) => {
            report.notes.extend(opened.torn);
            replay(&place, &opened.journal, &mut report)?;
        }
        Err(error) => damaged(&folder, &error, &mut report),
    }
    report.ok = report.findings.is_empty();
    Ok(report)
}

/// Reads the journal from its first frame, making the state again in memory, and compares everything with it.
fn replay(place: &Place<'_>, journal: &FileJournal, report: &mut Report) -> Result<(), CheckError> {
    let folder = place.data.join("journal");
    let state = rows::copied(place.data, report)?;
    let rebuilt = Arc::new(MemoryRows::new(&FaultPlan::default()));
    let mut logs = logs::Logs::default();
    let mut compared = false;
    for raw in journal.frames(0) {
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => {
                damaged(&folder, &error, report);
                return Ok(());
            }
        };
        let frame = match Frame::decode(raw.version, &raw.body) {
            Ok(frame) => frame,
            Err(error) => {
                report.find(&folder, format!("record {}: {error}", raw.seq), RESTORE_JOURNAL);
                return Ok(());
            }
        };
        if frame.records.len() as u64 != u64::from(raw.count) {
            report.find(&folder, format!("frame {} has another number of records", raw.seq), RESTORE_JOURNAL);
        }
        logs.read(&frame, &folder, report);
        let changes = changes_of(&*rebuilt, &place.documents, place, raw.seq, &frame);
        let applied = changes.map_err(|error| error.0).and_then(|changes| rebuilt.write(&changes));
        if let Err(error) = applied {
            report.find(&folder, format!("record {} cannot be applied: {error}", raw.seq), RESTORE_JOURNAL);
            return Ok(());
        }
        report.frames += 1;
        report.records += u64::from(raw.count);
        if let Some(state) = state.as_ref().filter(|state| state.applied == raw.last_seq()) {
            rows::compare(place, state, &rebuilt, raw.hash, report);
            compared = true;
        }
    }
    if let Some(state) = state.as_ref().filter(|_| !compared) {
        let what = format!("it has come to record {}, which the journal has not", state.applied);
        report.find(place.data.join("state"), what, RESTORE_JOURNAL);
    }
    logs.finish(&rebuilt, &folder, report);
    rows::recount(&rebuilt, &place.documents, &folder, report);
    documents(place, &rebuilt, report);
    signed(place, &logs, &rebuilt, report);
    Ok(())
}

fn damaged(folder: &Path, error: &JournalError, report: &mut Report) {
    match error {
        JournalError::Damaged { path, offset, what } => {
            report.find(path, format!("byte {offset}: {what}"), RESTORE_JOURNAL);
        }
        JournalError::UnknownVersion { path, .. } => {
            report.find(path, error.to_string(), "start the program that wrote it");
        }
        JournalError::Io { .. } => report.find(folder, error.to_string(), RESTORE_JOURNAL),
    }
}

/// Hashes every document again.
fn documents(place: &Place<'_>, rebuilt: &MemoryRows, report: &mut Report) {
    let folder = place.data.join("documents");
    let mut wanted = logs::named_documents(rebuilt);
    for hash in &wanted {
        report.documents += 1;
        match place.documents.get(hash) {
            Ok(Some(_)) => {}
            Ok(None) => report.find(folder.join(hash.to_hex()), "it is missing", RESTORE_DOCUMENT),
            Err(error) => report.find(folder.join(hash.to_hex()), error.0, RESTORE_DOCUMENT),
        }
    }
    wanted.sort_unstable();
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.parse::<Hash>().is_ok_and(|hash| wanted.binary_search(&hash).is_ok());
        if !known {
            report.notes.push(format!("{}: no record names it", entry.path().display()));
        }
    }
}

/// Compares the logs with what was signed, and the erased slots with the keys.
fn signed(place: &Place<'_>, logs: &logs::Logs, rebuilt: &MemoryRows, report: &mut Report) {
    let Some(keys) = place.keys else { return };
    let path = keys.join("signer-state");
    let installation = overlay::row::<Installation>(rebuilt, &Key::installation()).ok().flatten();
    let host = installation.map(|installation| installation.base).unwrap_or_default();
    match SignerState::read_only(&path) {
        Ok(state) => {
            for (origin, size, root) in state.origins() {
                match logs.root(&host, origin, size) {
                    Some(found) if found == root => {}
                    Some(_) => report.find(
                        &path,
                        format!("`{origin}` has other leaves than were signed at size {size}"),
                        RESTORE_KEYS,
                    ),
                    None => report.find(
                        &path,
                        format!(
                            "size {size} of `{origin}` was signed, and the journal has not so many leaves"
                        ),
                        RESTORE_KEYS,
                    ),
                }
            }
        }
        Err(error) => report.find(&path, error.to_string(), RESTORE_KEYS),
    }
    let Some(people) = &place.people else { return };
    for row in rebuilt.scan(&Key::erased_all(), &Key::erased_all()).flatten() {
        if row.0.last_number().is_some_and(|slot| people.is_alive(slot)) {
            let what = "the key of an erased person is still there";
            report.find(keys.join("people.keys"), what, "start the server: it destroys the key again");
        }
    }
}

/// Holds the store's lock while it is checked, without making the file.
fn lock(data: &Path) -> Result<Option<File>, CheckError> {
    let path = data.join("lock");
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CheckError::Io { path, error }),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(CheckError::InUse(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(CheckError::Io { path, error }),
    }
}
