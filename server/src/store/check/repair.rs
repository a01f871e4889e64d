//! What can be made good again, without guessing? The state, from the journal. With a backup at hand also documents, which
//! their hash proves, and closed segments, which the frames before and after them prove.
//!
//! Deliberately absent: cutting. What stands in the journal may have been acknowledged; where nothing proves what belongs
//! in a place, it is left as it is.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fanfare_shared::log::hash::Hash;

use super::{CheckError, Part, Report, examine, journal, lock};
use crate::keys::people::People;
use crate::store::copy::io_at;
use crate::store::copy::restore::Verified;
use crate::store::documents::Documents;
use crate::store::files::{aside, unfinished, write_whole};
use crate::store::journal::FileJournal;
use crate::store::journal::scan::{self, Scan};
use crate::store::journal::segment::{self, SegmentHeader};
use crate::store::rebuild::{make, put_in_place};

/// Checks a store, and makes good what can be. The report is that of the store as it is afterwards.
///
/// # Errors
/// [`CheckError`].
pub fn repair(data: &Path, keys: &Path, from: Option<&Path>) -> Result<Report, CheckError> {
    let _lock = lock(data)?;
    let look = |state| examine(data, Some(keys), state);
    let state = data.join("state");
    let mut report = look(state.clone())?;
    let mut repaired = Vec::new();
    let from = from.filter(|_| report.has(Part::Journal) || report.has(Part::Document));
    if let Some(from) = from {
        let backup = Verified::open(from, None)?;
        let refused = segments(data, &backup, &mut repaired)?;
        documents(data, &backup, &mut repaired)?;
        report = look(state.clone())?;
        report.notes.extend(refused);
    }
    let only_the_state = report.findings.iter().all(|finding| finding.part == Part::State);
    if !report.ok && only_the_state && report.lost_links > 0 {
        let note = "the state was left as it is: made again with these keys, it would lack links that it may still have";
        report.notes.push(note.to_owned());
    } else if !report.ok && only_the_state {
        rebuild(data, keys)?;
        let fresh = unfinished(&state);
        report = look(fresh.clone())?;
        if report.ok {
            put_in_place(&state, report.lost_links).map_err(io_at(&state))?;
            repaired.push(format!("{}: made again from the journal", state.display()));
        }
    }
    report.repaired = repaired;
    Ok(report)
}

impl Report {
    fn has(&self, part: Part) -> bool {
        self.findings.iter().any(|finding| finding.part == part)
    }
}

/// Makes the state again in a new folder beside the old one.
fn rebuild(data: &Path, keys: &Path) -> Result<(), CheckError> {
    let path = keys.join("people.keys");
    // Without them it would lack every link for ever, because what was applied is not applied again.
    let people = People::read_only(&path).map_err(|error| {
        CheckError::State(format!(
            "{error}; name the folder of keys with --keys, or let the next start do it"
        ))
    })?;
    let failed = |error: &dyn std::fmt::Display| CheckError::State(error.to_string());
    let opened = FileJournal::read_only(&data.join("journal")).map_err(|error| failed(&error))?;
    let documents = Arc::new(Documents::read_only(&data.join("documents")));
    let made = make(&data.join("state"), opened.journal, &documents, &people);
    made.map(drop).map_err(|error| failed(&error))
}

/// Puts documents back that records name.
fn documents(data: &Path, backup: &Verified, repaired: &mut Vec<String>) -> Result<(), CheckError> {
    let folder = data.join("documents");
    let target = Documents::in_folder(&folder).map_err(io_at(&folder))?;
    for document in &backup.manifest.documents {
        if !matches!(target.get(&document.sha256), Ok(Some(_))) {
            let bytes = backup.document(&document.sha256)?;
            target.put(&bytes).map_err(io_at(&folder))?;
            let path = folder.join(document.sha256.to_hex());
            repaired.push(format!("{}: taken from the backup", path.display()));
        }
    }
    Ok(())
}

/// Puts closed segments back, if with them every frame follows the one before. Otherwise changes nothing, and says why.
fn segments(
    data: &Path,
    backup: &Verified,
    repaired: &mut Vec<String>,
) -> Result<Option<String>, CheckError> {
    let folder = data.join("journal");
    let damaged = journal::read(&folder, &mut Report::default())?;
    if damaged.is_empty() {
        return Ok(None);
    }
    let there = segment::list(&folder).map_err(io_at(&folder))?;
    let last = there.last().copied().unwrap_or_default();
    let mut candidates = Vec::new();
    for number in 1..=last {
        let path = segment::path(&folder, number);
        if !damaged.contains(&number) {
            let header = scan::read_header(&path, number).map_err(crate::store::copy::CopyError::from)?;
            candidates.push((path, header, None));
            continue;
        }
        let entry = backup.entry(number).filter(|_| number < last);
        let Some(entry) = entry else {
            return Ok(Some(format!(
                "{}: the backup cannot tell whether more was acknowledged after it; restore the backup as a whole, or \
                 bring this file from the disk it was on",
                path.display()
            )));
        };
        let bytes = backup.segment(entry)?;
        let Ok(header) = segment::decode(&bytes) else { continue };
        candidates.push((path, header, Some(bytes)));
    }
    let mut end = (1, Hash::new([0; 32]));
    for (at, (path, header, bytes)) in candidates.iter().enumerate() {
        let next: Option<SegmentHeader> = candidates.get(at + 1).map(|(_, header, _)| *header);
        let bytes = match bytes {
            Some(bytes) => bytes.clone(),
            None => fs::read(path).map_err(io_at(path))?,
        };
        let mut scan = Scan::of(path.clone(), bytes, *header, next);
        let error = scan.by_ref().find_map(Result::err);
        if error.is_some() || (header.first_seq, header.prev) != end {
            return Ok(Some(format!(
                "{}: with the backup's segments the frames do not follow each other here; nothing was taken from it",
                path.display()
            )));
        }
        end = (scan.end().next_seq, scan.end().last);
    }
    for (path, _, bytes) in candidates {
        let Some(bytes) = bytes else { continue };
        if path.exists() {
            fs::rename(&path, aside(&path)).map_err(io_at(&path))?;
        }
        write_whole(&path, &bytes).map_err(io_at(&path))?;
        repaired.push(format!("{}: taken from the backup", path.display()));
    }
    Ok(None)
}
