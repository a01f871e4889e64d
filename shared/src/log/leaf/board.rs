//! The acts of a board.

use super::{Code, Held, LeafError};
use crate::log::hash::Hash;
use crate::log::lines::{Lines, Writer, words};

/// An idea or a comment on one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The author; never with `unlock`.
    pub held: Held,
    /// The idea's id: new for an idea, known for a comment.
    pub subject: Code,
    /// The identity commitment to the text.
    pub commit: Hash,
}

/// Another text for one's own idea.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The author; always with `unlock`.
    pub held: Held,
    /// The idea.
    pub subject: Code,
    /// The identity commitment to the new text.
    pub commit: Hash,
}

/// Support given or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// The voter; with `unlock` from the second.
    pub held: Held,
    /// The idea.
    pub subject: Code,
    /// From now on.
    pub state: SupportState,
}

words!(
    /// Support given or taken back.
    SupportState, "`on` or `off`", {
        /// Given.
        On = "on",
        /// Taken back.
        Off = "off",
    }
);

impl Post {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let holder = lines.take("holder")?;
        let held = Held::read_lock(lines, holder, None)?;
        Ok(Self { held, subject: lines.take("subject")?, commit: lines.take("commit")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let to = self.held.write_lock(to.line("holder", &self.held.holder));
        to.line("subject", &self.subject).line("commit", &self.commit)
    }
}

impl Edit {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let holder = lines.take("holder")?;
        let unlock = Some(lines.take("unlock")?);
        let held = Held::read_lock(lines, holder, unlock)?;
        Ok(Self { held, subject: lines.take("subject")?, commit: lines.take("commit")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let to = self.held.write_lock(to.line("holder", &self.held.holder));
        to.line("subject", &self.subject).line("commit", &self.commit)
    }
}

impl Support {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let holder = lines.take("holder")?;
        let unlock = lines.optional("unlock")?;
        let held = Held::read_lock(lines, holder, unlock)?;
        Ok(Self { held, subject: lines.take("subject")?, state: lines.take("state")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let to = self.held.write_lock(to.line("holder", &self.held.holder));
        to.line("subject", &self.subject).line("state", &self.state)
    }
}
