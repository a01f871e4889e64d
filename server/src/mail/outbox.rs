//! What waits to be sent, and what became of the rest? Entries of a table of the store, sealed under keys of their own: a
//! letter names somebody.

use fanfare_shared::ids::PublicId;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::mail::{LetterState, LetterView, Outbox};
use serde::{Deserialize, Serialize};

use super::{Letter, Mail};
use crate::engine::{
    Actor, AuditNote, ReadError, TeamEntry, TeamError, TeamProposal, TeamTable, TeamValue, Whose,
};

/// How long it is remembered that a letter was sent.
const KEPT: u64 = 30 * 86_400;
/// The key of a letter among all that is new in one change.
const APART: Whose = Whose::New(255);

/// A letter as it is kept, as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: Option<String>,
    pub(super) made: Timestamp,
    pub(super) state: LetterState,
    pub(super) tries: u32,
    /// Not before this it is tried again.
    pub(super) next: Timestamp,
    pub(super) reason: Option<String>,
    /// When it is of no use any more.
    #[serde(default)]
    pub(super) until: Option<Timestamp>,
    /// Where letters of its sort are stopped.
    #[serde(default)]
    pub(super) stop: Option<String>,
    /// Whether nothing is kept of it once it was sent.
    #[serde(default)]
    pub(super) fleeting: bool,
}

/// A letter with what is needed to change it.
pub(super) struct Found {
    pub(super) id: PublicId,
    pub(super) version: u64,
    slot: Option<u64>,
    pub(super) kept: Kept,
}

fn found(key: &[u8], entry: TeamEntry) -> Result<Found, ReadError> {
    let damaged = |error: &dyn std::fmt::Display| ReadError(format!("a letter is damaged: {error}"));
    let id = <[u8; 16]>::try_from(key).map_err(|error| damaged(&error))?;
    let kept = serde_json::from_slice(&entry.bytes).map_err(|error| damaged(&error))?;
    Ok(Found { id: PublicId::new(id), version: entry.version, slot: entry.slot, kept })
}

impl Mail {
    /// Adds a letter to a change: it waits from the moment the change stands.
    pub fn enclose(&self, proposal: &mut TeamProposal, letter: Letter) {
        let Letter { to, subject, text, days, stop, fleeting } = letter;
        let (made, id) = (self.clock.now(), self.engine.entropy().bytes::<16>());
        let state = LetterState::Waiting;
        let until = Some(made.plus(u64::from(days) * 86_400));
        let text = Some(text);
        let (tries, next, reason) = (0, made, None);
        let kept = Kept { to, subject, text, made, state, tries, next, reason, until, stop, fleeting };
        // Strings and numbers have a JSON form.
        let bytes = serde_json::to_vec(&kept).unwrap_or_default();
        proposal.changes.push((TeamTable::Letter, id.to_vec(), Some(TeamValue::Personal(APART, bytes))));
    }

    /// Has the job look now: a letter was enclosed in a change that stands.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// All letters.
    pub(super) fn letters(&self) -> Result<Vec<Found>, ReadError> {
        let all = self.engine.team_entries(TeamTable::Letter);
        all.map(|entry| entry.and_then(|(key, entry)| found(&key, entry))).collect()
    }

    /// One letter.
    fn letter(&self, id: &PublicId) -> Result<Option<Found>, ReadError> {
        let entry = self.engine.team_entry(TeamTable::Letter, id.bytes())?;
        entry.map(|entry| found(id.bytes(), entry)).transpose()
    }

    /// The outbox, as operators see it.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn outbox(&self) -> Result<Outbox, ReadError> {
        let mut letters = self.letters()?;
        letters.sort_by_key(|letter| std::cmp::Reverse(letter.kept.made));
        let views = letters.into_iter().map(|Found { id, kept, .. }| {
            let Kept { to, subject, text, made, state, tries, reason, .. } = kept;
            LetterView { id, to, subject, kept: text.is_some(), made, state, tries, reason }
        });
        Ok(Outbox { sends: self.sends(), letters: views.collect() })
    }

    /// What stands in a letter; the audit log remembers who opened it. None where there is no such letter, or its text is kept
    /// no longer.
    ///
    /// # Errors
    /// [`TeamError`].
    pub async fn open(&self, actor: Actor, id: &PublicId) -> Result<Option<String>, TeamError> {
        let Some(text) = self.letter(id)?.and_then(|letter| letter.kept.text) else { return Ok(None) };
        let note = AuditNote::new(actor, "letter.opened", id.to_hex());
        self.engine.change_team(TeamProposal::default().noted(note)).await?;
        Ok(Some(text))
    }

    /// Throws a letter away; it can be read no more. Gives whether there was one.
    ///
    /// # Errors
    /// [`TeamError`].
    pub async fn discard(&self, id: &PublicId) -> Result<bool, TeamError> {
        let Some(letter) = self.letter(id)? else { return Ok(false) };
        self.engine.change_team(letter.gone()).await?;
        Ok(true)
    }

    /// Has a letter that failed tried again. Gives whether there was one.
    ///
    /// # Errors
    /// [`TeamError`].
    pub async fn retry(&self, id: &PublicId) -> Result<bool, TeamError> {
        let Some(letter) = self.letter(id)? else { return Ok(false) };
        if letter.kept.state == LetterState::Failed {
            let kept =
                Kept { state: LetterState::Waiting, tries: 0, next: self.clock.now(), ..letter.kept.clone() };
            self.engine.change_team(letter.changed(&kept)).await?;
            self.wake();
        }
        Ok(true)
    }

    /// Forgets letters that were sent, or given up, long ago.
    pub(super) async fn tidy(&self, letters: &[Found]) -> Result<(), TeamError> {
        let now = self.clock.now();
        let old = letters.iter().filter(|letter| letter.kept.made.plus(KEPT) < now);
        for letter in old.filter(|letter| letter.kept.state != LetterState::Waiting || !self.sends()) {
            self.engine.change_team(letter.gone()).await?;
        }
        Ok(())
    }
}

impl Found {
    /// The same letter as it is now.
    pub(super) const fn with(&self, version: u64, kept: Kept) -> Self {
        Self { id: self.id, version, slot: self.slot, kept }
    }

    /// The change that puts this in its place.
    pub(super) fn changed(&self, kept: &Kept) -> TeamProposal {
        let bytes = serde_json::to_vec(kept).unwrap_or_default();
        let whose = self.slot.map_or(APART, Whose::Slot);
        TeamProposal::default().expecting(TeamTable::Letter, self.id.bytes(), self.version).writing(
            TeamTable::Letter,
            self.id.bytes(),
            TeamValue::Personal(whose, bytes),
        )
    }

    /// The change that takes it away, and its key with it.
    pub(super) fn gone(&self) -> TeamProposal {
        TeamProposal { forgotten: self.slot.into_iter().collect(), ..TeamProposal::default() }
            .expecting(TeamTable::Letter, self.id.bytes(), self.version)
            .gone(TeamTable::Letter, self.id.bytes())
    }
}
