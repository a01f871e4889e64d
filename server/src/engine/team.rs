//! The team's tables and its audit log, as `team` and the routes see them: entries by key, read and changed as a whole.
//!
//! Deliberately absent: what an entry means, and who may change it.

use std::fmt;
use std::sync::Arc;

use fanfare_shared::ids::{BrandId, MemberId, PublicId};
use fanfare_shared::log::hash::Hash;
use tokio::sync::oneshot;

use super::{ENDING, Engine, ReadError};
use crate::sequencer::Message;
use crate::store::record::team::{AuditHead, AuditLine, Kept, TeamTable};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::TeamRow;

/// A change of the team's tables: all of it, or nothing.
#[derive(Debug, Clone, Default)]
pub struct TeamProposal {
    /// Entries it was made from, with the version each had; none: it was not there.
    pub expected: Vec<(TeamTable, Vec<u8>, Option<u64>)>,
    /// What stands there from now on; none: nothing.
    pub changes: Vec<(TeamTable, Vec<u8>, Option<TeamValue>)>,
    /// Slots whose keys are destroyed: whatever was sealed under them is gone.
    pub forgotten: Vec<u64>,
    /// Its line of the audit log.
    pub note: Option<AuditNote>,
}

impl TeamProposal {
    /// Stands only while an entry has this version.
    #[must_use]
    pub fn expecting(mut self, table: TeamTable, key: &[u8], version: u64) -> Self {
        self.expected.push((table, key.to_vec(), Some(version)));
        self
    }

    /// Stands only while there is no such entry.
    #[must_use]
    pub fn expecting_none(mut self, table: TeamTable, key: &[u8]) -> Self {
        self.expected.push((table, key.to_vec(), None));
        self
    }

    /// Writes an entry.
    #[must_use]
    pub fn writing(mut self, table: TeamTable, key: &[u8], value: TeamValue) -> Self {
        self.changes.push((table, key.to_vec(), Some(value)));
        self
    }

    /// Takes an entry away.
    #[must_use]
    pub fn gone(mut self, table: TeamTable, key: &[u8]) -> Self {
        self.changes.push((table, key.to_vec(), None));
        self
    }

    /// With this line in the audit log.
    #[must_use]
    pub fn noted(mut self, note: AuditNote) -> Self {
        self.note = Some(note);
        self
    }
}

/// The bytes of an entry to write.
#[derive(Clone)]
pub enum TeamValue {
    /// Nothing personal.
    Plain(Vec<u8>),
    /// Sealed under the key of a person.
    Personal(Whose, Vec<u8>),
}

/// Never in a log line.
impl fmt::Debug for TeamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TeamValue(secret)")
    }
}

/// Under whose key something is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A new key, the same for all of one number in one proposal.
    New(u8),
    /// The key of a slot that is in use.
    Slot(u64),
}

/// An entry, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct TeamEntry {
    /// The version to hold a change against.
    pub version: u64,
    /// The slot of the key that seals it.
    pub slot: Option<u64>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Never in a log line.
impl fmt::Debug for TeamEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TeamEntry(version {})", self.version)
    }
}

/// Who does something that the audit log remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A member.
    Member(MemberId),
    /// A member's token of limited scope.
    Token(MemberId, PublicId),
    /// Whoever holds the owner's token.
    OwnerToken,
    /// Somebody who proved nothing.
    Anybody,
    /// The program itself, or who runs its commands.
    Server,
}

impl Actor {
    /// The member who does it, signed in or by a token.
    #[must_use]
    pub const fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(id) | Self::Token(id, _) => Some(id),
            Self::OwnerToken | Self::Anybody | Self::Server => None,
        }
    }

    /// The token it was done with, of those that members make.
    #[must_use]
    pub const fn token(self) -> Option<PublicId> {
        match self {
            Self::Token(_, id) => Some(id),
            Self::Member(_) | Self::OwnerToken | Self::Anybody | Self::Server => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) | Self::Token(id, _) => f.write_str(&id.to_hex()),
            Self::OwnerToken => f.write_str("owner-token"),
            Self::Anybody => f.write_str("anybody"),
            Self::Server => f.write_str("server"),
        }
    }
}

/// What the audit log is to remember. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNote {
    /// Who.
    pub actor: Actor,
    /// What, as a stable name.
    pub action: &'static str,
    /// In which brand; none: in the installation as a whole.
    pub brand: Option<BrandId>,
    /// To what: an id or a slug.
    pub subject: String,
    /// What else is worth knowing.
    pub detail: String,
}

impl AuditNote {
    /// Somebody did something to a subject, in the installation as a whole.
    #[must_use]
    pub fn new(actor: Actor, action: &'static str, subject: impl Into<String>) -> Self {
        Self { actor, action, brand: None, subject: subject.into(), detail: String::new() }
    }

    /// The same in a brand.
    #[must_use]
    pub fn within(self, brand: impl Into<Option<BrandId>>) -> Self {
        Self { brand: brand.into(), ..self }
    }

    /// The same with what else is worth knowing.
    #[must_use]
    pub fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// Why a change of the team's tables did not stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TeamError {
    /// An entry it was made from is another by now; nothing was changed.
    #[error("it was changed meanwhile")]
    Changed,
    /// The queue is full; nothing was changed.
    #[error("more acts are waiting than can be taken")]
    Busy,
    /// Certainly not written.
    #[error("not committed: {0}")]
    NotCommitted(String),
    /// It may or may not have been written.
    #[error("not known whether it was committed: {0}")]
    Unknown(String),
    /// What it is made from could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What a sealed entry is bound to: moved elsewhere it does not open.
pub(crate) fn place_of(table: TeamTable, key: &[u8]) -> Vec<u8> {
    [b"fanfare-team/v1\n".as_slice(), &[table.byte()], key].concat()
}

impl Engine {
    /// Changes the team's tables. Gives the version of what was written.
    ///
    /// # Errors
    /// [`TeamError`].
    pub async fn change_team(&self, proposal: TeamProposal) -> Result<u64, TeamError> {
        let (to, outcome) = oneshot::channel();
        self.ask(Message::Team(Box::new(proposal), to)).map_err(|asked| asked.team())?;
        outcome.await.map_err(|_| TeamError::NotCommitted(ENDING.to_owned()))?
    }

    /// An entry; none where there is none, or where the person's key was destroyed.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn team_entry(&self, table: TeamTable, key: &[u8]) -> Result<Option<TeamEntry>, ReadError> {
        let row: Option<TeamRow> = overlay::row(&*self.inner.view, &Key::team(table, key))?;
        Ok(row.and_then(|row| self.opened(table, key, row)))
    }

    /// All entries of a table that still open, by key.
    pub fn team_entries(
        &self,
        table: TeamTable,
    ) -> impl Iterator<Item = Result<(Vec<u8>, TeamEntry), ReadError>> + '_ {
        self.team_entries_from(table, &[], &[])
    }

    /// Those of them whose key begins with `prefix`, from `from` on.
    pub fn team_entries_from(
        &self,
        table: TeamTable,
        prefix: &[u8],
        from: &[u8],
    ) -> impl Iterator<Item = Result<(Vec<u8>, TeamEntry), ReadError>> + use<'_> {
        let all = Key::team(table, prefix);
        let from = Key::team(table, from).max(all.clone());
        self.inner.view.scan(&all, &from).filter_map(move |row| {
            let entry = row.and_then(|(key, bytes)| {
                let row = overlay::decode(&key, &bytes)?;
                let key = key.team_key().unwrap_or_default().to_vec();
                Ok(self.opened(table, &key, row).map(|entry| (key, entry)))
            });
            entry.transpose()
        })
    }

    fn opened(&self, table: TeamTable, key: &[u8], row: TeamRow) -> Option<TeamEntry> {
        let TeamRow { version, kept } = row;
        let (slot, bytes) = match kept {
            Kept::Plain(bytes) => (None, bytes),
            Kept::Sealed(sealed) => {
                let people = self.inner.keys.people();
                (Some(sealed.slot), people.unseal_bytes(&place_of(table, key), &sealed)?)
            }
        };
        Some(TeamEntry { version, slot, bytes })
    }

    /// Lines of the audit log below `before`, the newest first, each with its hash.
    pub fn audit(&self, before: u64) -> impl Iterator<Item = Result<(AuditLine, Hash), ReadError>> + use<> {
        let view = Arc::clone(&self.inner.view);
        let end = overlay::row::<AuditHead>(&*view, &Key::audit_head())
            .map(|head| head.map_or(0, |head| head.lines));
        let (end, failed) = match end {
            Ok(end) => (end.min(before), None),
            Err(error) => (0, Some(Err(error))),
        };
        let lines = (0..end).rev().map(move |n| {
            let missing = || ReadError(format!("line {n} of the audit log is missing"));
            let bytes = view.get(&Key::audit(n))?.ok_or_else(missing)?;
            let line = AuditLine::decode(&bytes).map_err(|error| ReadError(error.to_string()))?;
            Ok((line, Hash::of(&bytes)))
        });
        failed.into_iter().chain(lines)
    }
}
