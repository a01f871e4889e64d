//! The state beside one made again from the journal: row by row, and the counts by a fold over the ballots.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::hash::Hash;

use super::{CheckError, Part, Place, Report};
use crate::sequencer::highest;
use crate::store::documents::Documents;
use crate::store::memory::MemoryRows;
use crate::store::rebuild;
use crate::store::sled::SledRows;
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActivityRow, Applied, QuestionCounts, TallyRow};
use crate::store::state::tally;
use crate::store::{Definitions, ReadError, View};

/// A copy of the state, opened.
pub(super) struct State {
    rows: rebuild::State,
    folder: PathBuf,
    /// The last record in it.
    pub(super) applied: u64,
    frame: Hash,
}

impl Drop for State {
    fn drop(&mut self) {
        // A copy that cannot be removed wastes room in the system's folder for temporary files, nothing else.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Copies and opens the state; none where there is none, or where it cannot be used, which is a finding.
pub(super) fn copied(state: &Path, report: &mut Report) -> Result<Option<State>, CheckError> {
    if !state.is_dir() {
        report.notes.push("there is no state yet: the next start makes it from the journal".to_owned());
        return Ok(None);
    }
    if let Some(doubt) = SledRows::doubt(state) {
        report.notes.push(format!("{}: {doubt}; the next start makes the state again", state.display()));
    }
    static COPIES: AtomicU64 = AtomicU64::new(0);
    let number = COPIES.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("fanfare-check-{}-{number}", std::process::id()));
    copy(state, &folder)?;
    let opened = rebuild::open(&folder).and_then(|rows| {
        let applied = overlay::row::<Applied>(&rows, &Key::applied()).map_err(|error| error.0)?;
        Ok((rows, applied))
    });
    let found = match opened {
        Ok((rows, Some(Applied { seq, frame, .. }))) => {
            return Ok(Some(State { rows, folder, applied: seq, frame }));
        }
        Ok((_, None)) => {
            report.notes.push("the state is empty: the next start makes it from the journal".to_owned());
            None
        }
        Err(error) => Some(error),
    };
    if let Some(error) = found {
        report.find(Part::State, state, format!("it cannot be opened: {error}"));
    }
    let _ = fs::remove_dir_all(&folder);
    Ok(None)
}

fn copy(from: &Path, to: &Path) -> Result<(), CheckError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| CheckError::Io { path, error }
    };
    fs::create_dir_all(to).map_err(failed(to))?;
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let entry = entry.map_err(failed(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(failed(&source))?;
        }
    }
    Ok(())
}

/// Compares every row. Personal rows only where the keys are at hand: without them a rebuild has none.
pub(super) fn compare(
    place: &Place<'_>,
    state: &State,
    rebuilt: &MemoryRows,
    frame: Hash,
    report: &mut Report,
) {
    let folder = &place.state;
    if state.frame != frame {
        report.find(Part::State, folder, "it was made from another journal");
        return;
    }
    let personal = |key: &Key| place.people.is_none() && key.is_personal();
    let mut wanted = rebuilt.all();
    wanted.retain(|key, _| !personal(key));
    let mut differing = 0u64;
    let everything = Key::from_bytes(&[]);
    for row in state.rows.scan(&everything, &everything) {
        let Ok((key, value)) = row else {
            report.find(Part::State, folder, "it cannot be read to its end");
            return;
        };
        if key == Key::applied() || personal(&key) {
            continue;
        }
        report.rows += 1;
        differing += u64::from(wanted.remove(&key).as_ref() != Some(&value));
    }
    // What is held in memory is found one by one, as it is in use.
    let missing =
        wanted.into_iter().filter(|(key, row)| state.rows.get(key).ok().flatten().as_ref() != Some(row));
    let missing = missing.count();
    if differing > 0 || missing > 0 {
        let what = format!("{differing} rows differ from the journal and {missing} are missing");
        report.find(Part::State, folder, what);
    }
}

/// Counts every poll again from its ballots.
pub(super) fn recount(rebuilt: &MemoryRows, documents: &Documents, folder: &Path, report: &mut Report) {
    for row in rebuilt.scan(&Key::activities(), &Key::activities()).flatten() {
        let id = row.0.first_text().and_then(|id| id.parse::<ActivityId>().ok());
        let Some(id) = id else { continue };
        match counted(rebuilt, documents, &id) {
            Ok(true) => {}
            Ok(false) => {
                let what = format!("the counts of activity {id} are not those of its ballots");
                report.find(Part::Journal, folder, what);
            }
            Err(error) => report.find(Part::Journal, folder, error.0),
        }
    }
}

fn counted(rows: &MemoryRows, documents: &Documents, id: &ActivityId) -> Result<bool, ReadError> {
    let row: ActivityRow = overlay::expect(rows, &Key::activity(id))?;
    let kept: TallyRow = overlay::expect(rows, &Key::tally(id))?;
    let definition = documents.definition(&row.definition)?;
    let empty =
        |counts: &QuestionCounts| QuestionCounts { answered: 0, options: vec![0; counts.options.len()] };
    let mut tally = TallyRow { seq: kept.seq, ..TallyRow::default() };
    tally.questions = kept.questions.iter().map(empty).collect();
    for ballot in highest(rows, id) {
        let (_, act, void) = ballot?;
        if !void {
            tally::recount(&mut tally, &definition, &act, |n| n + 1);
        }
    }
    Ok(tally == kept)
}
