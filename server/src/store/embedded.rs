//! One node: journal first, state after. The frame is synced before anything else knows of it; the state follows, and
//! is made again from the journal wherever it lags or is lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::documents::Documents;
use super::journal::{AppendError, Journal, JournalError};
use super::record::{BODY_VERSION, Frame, Link, Sealed, Tag};
use super::space::Space;
use super::state::apply;
use super::state::key::Key;
use super::state::overlay::{self, Changes, Overlay};
use super::state::rows::{Applied, STATE_VERSION};
use super::{CommitError, Decide, ReadError, Store, Unseal, View};

const OTHER_JOURNAL: &str = "it was made from another journal";

/// Where the state's rows are kept.
pub trait Rows: View + 'static {
    /// Writes rows, all or none as far as readers see.
    ///
    /// # Errors
    /// In words.
    fn write(&self, changes: Changes) -> Result<(), String>;

    /// Makes what was written durable.
    ///
    /// # Errors
    /// In words; of this or of any call before, also by readers.
    fn sync(&self) -> Result<(), String>;

    /// Leaves word for the next start that these rows have failed and are to be made again.
    ///
    /// # Errors
    /// The system refuses.
    fn distrust(&self) -> std::io::Result<()>;
}

/// Journal, rows and documents of one node.
pub struct Embedded<J, R> {
    journal: J,
    rows: Arc<R>,
    documents: Arc<Documents>,
    poisoned: Option<String>,
    space: Option<Space>,
    /// Why nothing may be written at the moment.
    lacking: Option<String>,
    /// The state being made durable, beside the commits: it takes longer than a sync of the journal.
    settling: Option<JoinHandle<Result<(), String>>>,
    /// Whether rows were written since the state was last asked to be durable.
    unsettled: bool,
}

/// What a recovery did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// Records applied to the state.
    pub replayed: u64,
    /// Links to persons that did not open, although nobody erased them.
    pub lost: u64,
}

/// Remembers which slots did not open.
pub(super) struct Watched<'a> {
    unseal: &'a dyn Unseal,
    closed: Mutex<BTreeSet<u64>>,
}

impl<'a> Watched<'a> {
    pub(super) fn over(unseal: &'a dyn Unseal) -> Self {
        Self { unseal, closed: Mutex::default() }
    }

    /// How many did not open although nobody erased them.
    pub(super) fn lost(self, rows: &dyn View) -> Result<u64, ReadError> {
        let mut lost = 0;
        for slot in self.closed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            lost += u64::from(rows.get(&Key::erased(slot))?.is_none());
        }
        Ok(lost)
    }
}

/// What an operator should know about links that do not open.
#[must_use]
pub fn lost_links(lost: u64) -> Option<String> {
    (lost > 0).then(|| {
        format!(
            "people.keys does not open the links of {lost} participants, although nobody erased them: their answers \
             are counted, but they cannot see or change them. Bring back the file that belongs to this journal"
        )
    })
}

impl Unseal for Watched<'_> {
    fn unseal(&self, activity: &str, holder: &Tag, sealed: &Sealed) -> Option<Link> {
        let link = self.unseal.unseal(activity, holder, sealed);
        if link.is_none() {
            self.closed.lock().unwrap_or_else(PoisonError::into_inner).insert(sealed.slot);
        }
        link
    }
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The journal is damaged or unreadable.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record does not fit what came before, or a document is missing.
    #[error("record {seq} of the journal cannot be applied: {error}")]
    Apply {
        /// Its sequence number.
        seq: u64,
        /// Why.
        error: String,
    },
    /// The state knows of records that the journal has not.
    #[error(
        "the state has come to record {state}, but the journal ends at {journal}: acknowledged records are missing \
         from the journal. Nothing was changed; restore the journal's last segment from a backup or a standby"
    )]
    StateAhead {
        /// Where the state is.
        state: u64,
        /// Where the journal ends.
        journal: u64,
    },
    /// The state could not be read or written.
    #[error("the state cannot be used: {0}")]
    State(String),
}

impl<J: Journal, R: Rows> Embedded<J, R> {
    /// Puts the parts together; [`Embedded::recover`] comes next.
    pub const fn new(journal: J, rows: Arc<R>, documents: Arc<Documents>) -> Self {
        let (poisoned, space, lacking, settling) = (None, None, None, None);
        Self { journal, rows, documents, poisoned, space, lacking, settling, unsettled: false }
    }

    /// Refuses to write when the disk has no room.
    #[must_use]
    pub fn with_space(mut self, space: Space) -> Self {
        self.lacking = space.lacking();
        self.space = Some(space);
        self
    }

    /// Brings the state up to the journal.
    ///
    /// # Errors
    /// [`RecoverError`]; the journal is never changed.
    pub fn recover(&mut self, unseal: &dyn Unseal) -> Result<Recovered, RecoverError> {
        let state = |error: ReadError| RecoverError::State(error.0);
        let applied: Option<Applied> = overlay::row(&*self.rows, &Key::applied()).map_err(state)?;
        let from = applied.as_ref().map_or(0, |applied| applied.seq);
        let (next, _) = self.journal.head();
        if from >= next {
            return Err(RecoverError::StateAhead { state: from, journal: next - 1 });
        }
        let mut replayed = 0;
        let watched = Watched::over(unseal);
        let mut before = applied.map(|applied| applied.frame);
        if from + 1 == next && before.is_some_and(|before| before != self.journal.head().1) {
            return Err(RecoverError::State(OTHER_JOURNAL.to_owned()));
        }
        for raw in self.journal.frames(from) {
            let raw = raw?;
            if before.replace(raw.hash).is_some_and(|before| before != raw.prev) {
                return Err(RecoverError::State(OTHER_JOURNAL.to_owned()));
            }
            let broken = |error: String| RecoverError::Apply { seq: raw.seq, error };
            let frame = Frame::decode(raw.version, &raw.body).map_err(|error| broken(error.to_string()))?;
            let changes = changes_of(&*self.rows, &self.documents, &watched, raw.seq, &frame)
                .and_then(|changes| mark(changes, raw.last_seq(), raw.hash))
                .map_err(|error| broken(error.0))?;
            self.rows.write(changes).map_err(RecoverError::State)?;
            self.unsettled = true;
            replayed += u64::from(raw.count);
        }
        let lost = watched.lost(&*self.rows).map_err(state)?;
        Ok(Recovered { replayed, lost })
    }

    /// Takes the journal back, to put it together with other rows.
    pub fn into_journal(self) -> J {
        self.journal
    }
}

/// The rows that a frame changes.
///
/// # Errors
/// The state could not be read, or a record does not fit it.
pub fn changes_of(
    view: &dyn View,
    documents: &Documents,
    unseal: &dyn Unseal,
    first_seq: u64,
    frame: &Frame,
) -> Result<Changes, ReadError> {
    let mut overlay = Overlay::over(view);
    for (record, seq) in frame.records.iter().zip(first_seq..) {
        let link = record
            .link()
            .and_then(|(activity, holder, sealed)| unseal.unseal(activity.as_str(), holder, sealed));
        apply::record(&mut overlay, documents, seq, record, link.as_ref())?;
    }
    apply::heads(&mut overlay, frame);
    Ok(overlay.into_changes())
}

/// Says in the batch itself how far it brings the state.
fn mark(
    mut changes: Changes,
    seq: u64,
    frame: fanfare_shared::log::hash::Hash,
) -> Result<Changes, ReadError> {
    let applied = Applied { version: STATE_VERSION, seq, frame };
    let bytes = postcard::to_stdvec(&applied).map_err(|error| ReadError(error.to_string()))?;
    changes.insert(Key::applied(), Some(bytes));
    Ok(changes)
}

impl<J: Journal + 'static, R: Rows> Store for Embedded<J, R> {
    fn view(&self) -> Arc<dyn View> {
        Arc::clone(&self.rows) as Arc<dyn View>
    }

    fn commit(&mut self, decide: &mut Decide<'_>) -> Result<Option<u64>, CommitError> {
        let refused = |error: String| CommitError::NotCommitted(error);
        if let Some(reason) = self.poisoned.as_ref().or(self.lacking.as_ref()) {
            return Err(refused(reason.clone()));
        }
        let (seq, _) = self.journal.head();
        let decided = decide(&*self.rows, seq)
            .map_err(|error| CommitError::Unreadable(self.state_failed(error.to_string())))?;
        let Some(decided) = decided else { return Ok(None) };
        let body = decided.frame.encode().map_err(|error| refused(error.to_string()))?;
        let count = u32::try_from(decided.frame.records.len()).map_err(|error| refused(error.to_string()))?;

        let appended = self.journal.append(count, BODY_VERSION, &body);
        let hash = appended.map_err(|error| match error {
            AppendError::NotWritten(reason) => CommitError::NotCommitted(reason),
            AppendError::Unknown(reason) => CommitError::Unknown(self.poison(reason)),
        })?;

        // Durable from here on: what fails now is repaired from the journal at the next start.
        self.unsettled = true;
        let changes = mark(decided.changes, seq + u64::from(count) - 1, hash);
        let written = changes.map_err(|error| error.0).and_then(|changes| self.rows.write(changes));
        let failed = |error| {
            CommitError::Unknown(self.state_failed(format!("the state could not be written: {error}")))
        };
        written.map_err(failed)?;
        Ok(Some(seq))
    }

    fn documents(&self) -> Arc<Documents> {
        Arc::clone(&self.documents)
    }

    fn settle(&mut self, wait: bool) -> Result<(), String> {
        if let Some(space) = &self.space {
            space.tend();
            self.lacking = space.lacking();
        }
        let settled = match self.settling.take() {
            Some(settling) if wait || settling.is_finished() => {
                settling.join().unwrap_or_else(|_| Err("a thread ended by a fault of the program".to_owned()))
            }
            Some(settling) => {
                self.settling = Some(settling);
                return Ok(());
            }
            None => Ok(()),
        };
        // Where nothing was written since, it is only asked whether all is well, which takes no thread.
        let here = wait || !std::mem::take(&mut self.unsettled);
        let settled = settled.and_then(|()| if here { self.rows.sync() } else { self.begin_settling() });
        settled.map_err(|error| self.state_failed(format!("the state could not be kept: {error}")))
    }

    fn lacking(&self) -> Option<&str> {
        self.lacking.as_deref()
    }
}

impl<J, R: Rows> Embedded<J, R> {
    fn begin_settling(&mut self) -> Result<(), String> {
        let rows = Arc::clone(&self.rows);
        let thread = std::thread::Builder::new().name("settler".to_owned());
        self.settling = Some(thread.spawn(move || rows.sync()).map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Takes no more commits.
    fn poison(&mut self, reason: String) -> String {
        self.poisoned = Some(reason.clone());
        reason
    }

    /// After an error of the state, which is final: it may lack what it was told since it was last made durable, or have
    /// a place that does not read. The next start makes it again.
    fn state_failed(&mut self, reason: String) -> String {
        // For want of room a state only stops, and there would be none to make it again either.
        let full = self.space.as_ref().is_some_and(|space| space.lacking().is_some());
        if !full && let Err(error) = self.rows.distrust() {
            tracing::warn!(%error, "the state could not be marked; if the next start fails as well, delete its folder");
        }
        self.poison(reason)
    }
}
