//! The leaves of a poll.

use super::{Held, LeafError};
use crate::log::hash::Hash;
use crate::log::lines::{Lines, Writer};

/// One holder's answers, committed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Whose; `unlock` from revision 2.
    pub held: Held,
    /// 1 for the first, then one more each time.
    pub revision: u64,
    /// The ballot commitment.
    pub commit: Hash,
}

/// A file that opens ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Rows in the file.
    pub rows: u64,
    /// Its hash.
    pub file: Hash,
}

impl Ballot {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let holder = lines.take("holder")?;
        let revision: u64 = lines.take("revision")?;
        if revision == 0 {
            return Err(lines.error("revisions are counted from 1"));
        }
        let unlock = if revision == 1 { None } else { Some(lines.take("unlock")?) };
        Ok(Self { held: Held::read_lock(lines, holder, unlock)?, revision, commit: lines.take("commit")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let to = to.line("holder", &self.held.holder).line("revision", &self.revision);
        self.held.write_lock(to).line("commit", &self.commit)
    }
}

impl Opening {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { rows: lines.take("rows")?, file: lines.take("file")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("rows", &self.rows).line("file", &self.file)
    }
}
