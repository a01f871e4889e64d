//! What a board's staff says, publicly and under a role.

use super::{Code, LeafError};
use crate::log::hash::Hash;
use crate::log::lines::{Lines, Writer};

/// Hides an idea, or shows it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderation {
    /// In which role.
    pub role: Code,
    /// The idea.
    pub subject: Code,
    /// Why.
    pub reason: Code,
}

/// What the brand decided about an idea.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// In which role.
    pub role: Code,
    /// The idea.
    pub subject: Code,
    /// Its new status.
    pub status: Code,
    /// Why.
    pub reason: Code,
    /// The identity commitment to the brand's words.
    pub commit: Hash,
}

/// Joins two ideas, or parts them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// In which role.
    pub role: Code,
    /// The idea that goes.
    pub from: Code,
    /// The idea that stays.
    pub into: Code,
}

/// The next phase and the ideas in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// In which role.
    pub role: Code,
    /// Counted from 1.
    pub phase: u64,
    /// Hash of the list of ideas.
    pub list: Hash,
}

impl Moderation {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { role: lines.take("role")?, subject: lines.take("subject")?, reason: lines.take("reason")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("role", &self.role).line("subject", &self.subject).line("reason", &self.reason)
    }
}

impl Decision {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let (role, subject) = (lines.take("role")?, lines.take("subject")?);
        let (status, reason) = (lines.take("status")?, lines.take("reason")?);
        Ok(Self { role, subject, status, reason, commit: lines.take("commit")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let to = to.line("role", &self.role).line("subject", &self.subject);
        to.line("status", &self.status).line("reason", &self.reason).line("commit", &self.commit)
    }
}

impl Merge {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { role: lines.take("role")?, from: lines.take("from")?, into: lines.take("into")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("role", &self.role).line("from", &self.from).line("into", &self.into)
    }
}

impl Phase {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { role: lines.take("role")?, phase: lines.take("phase")?, list: lines.take("list")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("role", &self.role).line("phase", &self.phase).line("list", &self.list)
    }
}
