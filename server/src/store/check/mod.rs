//! Is everything what it was when it was written? Reads the whole store again and believes nothing: frames, the chain
//! of hashes, every leaf in its place, roots, signatures' state, counts, documents, and the state row by row.
//!
//! It changes nothing: the state is looked at in a copy, because sled writes when it opens.

mod journal;
mod logs;
pub mod repair;
mod rows;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fanfare_shared::log::hash::Hash;
use serde::Serialize;

use super::copy::CopyError;
use super::copy::history::{History, LogHead};
use super::documents::Documents;
use super::embedded::{Rows as _, Watched, changes_of, lost_links};
use super::journal::{FileJournal, Journal as _, JournalError};
use super::memory::{FaultPlan, MemoryRows};
use super::record::{FrameError, Installation, Record, Sealed, Tag};
use super::state::key::Key;
use super::state::overlay;
use super::{Unseal, View as _};
use crate::keys::Keys;
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
    /// Links to persons that do not open, although nobody erased them.
    pub lost_links: u64,
    /// The heads of all logs, to compare with published checkpoints and with a backup's manifest.
    pub heads: Vec<LogHead>,
    /// What a repair did.
    pub repaired: Vec<String>,
    /// Damage.
    pub findings: Vec<Finding>,
    /// What an operator should know, but is no damage.
    pub notes: Vec<String>,
}

/// Something that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing it is.
    pub part: Part,
    /// Which file or folder.
    pub file: String,
    /// From which byte of it on, where that is known.
    pub byte: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

/// What a store is made of, and so what a repair can take it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What happened: only a copy brings it back.
    Journal,
    /// A text that records name by its hash: only a copy brings it back.
    Document,
    /// Made again from the journal.
    State,
    /// Keys, and what was signed with them.
    Keys,
    /// Of a later program.
    Version,
}

impl Part {
    const fn advice(self) -> &'static str {
        match self {
            Self::Journal => {
                "do not start the server; bring back what is missing with `fanfare check --repair --from BACKUP`, or \
                 restore the newest backup"
            }
            Self::Document => "bring it back with `fanfare check --repair --from BACKUP`",
            Self::State => "`fanfare check --repair` makes it again from the journal; so does the next start",
            Self::Keys => "do not start the server: bring back the keys and the journal that belong together",
            Self::Version => "start the program that wrote it",
        }
    }
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
    /// The backup that a repair was to take things from.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The state could not be made again.
    #[error("the state could not be made again, and nothing was changed: {0}")]
    State(String),
}

impl Report {
    fn find(&mut self, part: Part, file: impl AsRef<Path>, what: impl Into<String>) {
        self.find_at(part, file, None, what);
    }

    fn find_at(&mut self, part: Part, file: impl AsRef<Path>, byte: Option<u64>, what: impl Into<String>) {
        let (file, what) = (file.as_ref().display().to_string(), what.into());
        self.findings.push(Finding { part, file, byte, what, advice: part.advice().to_owned() });
    }

    fn refused(&mut self, error: &JournalError, folder: &Path) {
        match error {
            JournalError::Damaged { path, offset, what } => {
                self.find_at(Part::Journal, path, Some(*offset), what);
            }
            JournalError::UnknownVersion { path, .. } => self.find(Part::Version, path, error.to_string()),
            JournalError::Io { .. } => self.find(Part::Journal, folder, error.to_string()),
        }
    }
}

/// Where everything lies.
struct Place<'a> {
    data: &'a Path,
    /// The state to compare, which is another folder while a repair makes it again.
    state: PathBuf,
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
    let _lock = lock(data)?;
    examine(data, keys, data.join("state"))
}

/// Checks a store that nobody else has open, with the state in this folder.
fn examine(data: &Path, keys: Option<&Path>, state: PathBuf) -> Result<Report, CheckError> {
    let mut report = Report::default();
    let keys = keys.filter(|keys| keys.is_dir());
    let people = keys.and_then(|keys| People::read_only(&keys.join("people.keys")).ok());
    if people.is_none() {
        let note = "the keys are not at hand: links and the signer's state were not compared";
        report.notes.push(note.to_owned());
    }
    let documents = Documents::read_only(&data.join("documents"));
    let place = Place { data, state, keys, documents, people };
    let folder = data.join("journal");
    if journal::read(&folder, &mut report)?.is_empty() {
        match FileJournal::read_only(&folder) {
            Ok(opened) => {
                report.notes.extend(opened.torn);
                replay(&place, &opened.journal, &mut report)?;
            }
            Err(error) => report.refused(&error, &folder),
        }
    }
    report.ok = report.findings.is_empty();
    Ok(report)
}

/// Reads the journal from its first frame, making the state again in memory, and compares everything with it.
fn replay(place: &Place<'_>, journal: &FileJournal, report: &mut Report) -> Result<(), CheckError> {
    let folder = place.data.join("journal");
    let state = rows::copied(&place.state, report)?;
    let rebuilt = Arc::new(MemoryRows::new(&FaultPlan::default()));
    let mut logs = logs::Logs::default();
    let mut history = History::default();
    let watched = Watched::over(place);
    let (mut compared, mut readable) = (false, true);
    for raw in journal.frames(0) {
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => {
                report.refused(&error, &folder);
                return Ok(());
            }
        };
        let frame = match history.read(&raw) {
            Ok(frame) => frame,
            Err(error) => {
                let unknown = matches!(error, CopyError::Record { error: FrameError::UnknownVersion(_), .. });
                let part = if unknown { Part::Version } else { Part::Journal };
                report.find(part, &folder, error.to_string());
                return Ok(());
            }
        };
        if frame.records.len() as u64 != u64::from(raw.count) {
            let what = format!("frame {} has another number of records", raw.seq);
            report.find(Part::Journal, &folder, what);
        }
        logs.read(&frame, &folder, report);
        report.frames += 1;
        report.records += u64::from(raw.count);
        // What a record names it needs: without it the journal is read on, but not applied.
        readable = readable && frame.records.iter().flat_map(Record::documents).all(|hash| has(place, &hash));
        if !readable {
            continue;
        }
        let changes = changes_of(&*rebuilt, &place.documents, &watched, raw.seq, &frame);
        let applied = changes.map_err(|error| error.0).and_then(|changes| rebuilt.write(changes));
        if let Err(error) = applied {
            report.find(Part::Journal, &folder, format!("record {} cannot be applied: {error}", raw.seq));
            return Ok(());
        }
        if let Some(state) = state.as_ref().filter(|state| state.applied == raw.last_seq()) {
            rows::compare(place, state, &rebuilt, raw.hash, report);
            compared = true;
        }
    }
    report.heads = history.heads();
    documents(place, &history, report);
    if !readable {
        return Ok(());
    }
    if let Some(state) = state.as_ref().filter(|_| !compared) {
        let what = format!("the state has come to record {}, which the journal has not", state.applied);
        report.find(Part::Journal, &folder, what);
    }
    if place.people.is_some() {
        report.lost_links = watched.lost(&*rebuilt).unwrap_or_default();
        report.notes.extend(lost_links(report.lost_links));
    }
    logs.finish(&rebuilt, &folder, report);
    rows::recount(&rebuilt, &place.documents, &folder, report);
    signed(place, &logs, &rebuilt, report);
    Ok(())
}

fn has(place: &Place<'_>, hash: &Hash) -> bool {
    matches!(place.documents.get(hash), Ok(Some(_)))
}

/// Hashes every document again.
fn documents(place: &Place<'_>, history: &History, report: &mut Report) {
    let folder = place.data.join("documents");
    for hash in &history.documents {
        report.documents += 1;
        match place.documents.get(hash) {
            Ok(Some(_)) => {}
            Ok(None) => report.find(Part::Document, folder.join(hash.to_hex()), "it is missing"),
            Err(error) => report.find(Part::Document, folder.join(hash.to_hex()), error.0),
        }
    }
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.parse::<Hash>().is_ok_and(|hash| history.documents.contains(&hash));
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
    let host = installation.as_ref().map(|installation| installation.base.clone()).unwrap_or_default();
    for error in installation.map(|it| Keys::inspect(keys, &it.key)).into_iter().flatten() {
        report.find(Part::Keys, keys, error.to_string());
    }
    match SignerState::read_only(&path) {
        Ok(state) => {
            for (origin, size, root) in state.origins() {
                let what = match logs.root(&host, origin, size) {
                    Some(found) if found == root => continue,
                    Some(_) => format!("`{origin}` has other leaves than were signed at size {size}"),
                    None => format!(
                        "size {size} of `{origin}` was signed, and the journal has not so many leaves"
                    ),
                };
                report.find(Part::Keys, &path, what);
            }
        }
        Err(error) => report.find(Part::Keys, &path, error.to_string()),
    }
    let Some(people) = &place.people else { return };
    for row in rebuilt.scan(&Key::erased_all(), &Key::erased_all()).flatten() {
        if row.0.last_number().is_some_and(|slot| people.is_alive(slot)) {
            let what = "the key of an erased person is still there: the next start destroys it again";
            report.find(Part::Keys, keys.join("people.keys"), what);
        }
    }
}

/// Holds the store's lock while it is checked, without making the file.
fn lock(data: &Path) -> Result<Option<File>, CheckError> {
    if !data.join("journal").is_dir() {
        return Err(CheckError::NoStore(data.to_owned()));
    }
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
