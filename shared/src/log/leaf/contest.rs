//! The leaves of a contest.

use super::{Code, Held, LeafError};
use crate::log::hash::Hash;
use crate::log::lines::{Bytes32, Lines, Value as _, Writer, words};

/// Tickets of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose; never with `unlock`.
    pub held: Held,
    /// The identity commitment.
    pub commit: Hash,
    /// Number of the first ticket: the total so far.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// One of the rules' `reason` codes.
    pub reason: Code,
}

/// What was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawResult {
    /// Hash of the transcript.
    pub seed: Bytes32,
    /// Hash of the slots text.
    pub slots: Hash,
}

/// A winner who is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The prize slot.
    pub slot: u64,
    /// One of the rules' `skip-reason` codes.
    pub reason: Code,
    /// The reserve slot whose holder moves up, or 0.
    pub replaced_by: u64,
}

/// What became of a prize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The prize slot.
    pub slot: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Hash of the evidence kept.
    pub evidence: Hash,
}

words!(
    /// What became of a prize.
    Outcome, "`delivered`, `refused` or `charity`", {
        /// Handed over.
        Delivered = "delivered",
        /// Not taken.
        Refused = "refused",
        /// Given away.
        Charity = "charity",
    }
);

impl Entry {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let holder = lines.take("holder")?;
        let held = Held::read_lock(lines, holder, None)?;
        let commit = lines.take("commit")?;
        let [first, count] = lines.words("tickets")?;
        let (first, count) = (lines.value(first)?, lines.positive(count)?);
        Ok(Self { held, commit, first, count, reason: lines.take("reason")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let to = self.held.write_lock(to.line("holder", &self.held.holder)).line("commit", &self.commit);
        to.words("tickets", &[self.first.write(), self.count.write()]).line("reason", &self.reason)
    }
}

impl DrawResult {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { seed: lines.take("seed")?, slots: lines.take("slots")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("seed", &self.seed).line("slots", &self.slots)
    }
}

impl Skip {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let (slot, reason) = (lines.take("slot")?, lines.take("reason")?);
        Ok(Self { slot, reason, replaced_by: lines.take("replaced-by")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("slot", &self.slot).line("reason", &self.reason).line("replaced-by", &self.replaced_by)
    }
}

impl Delivered {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let (slot, outcome) = (lines.take("slot")?, lines.take("outcome")?);
        Ok(Self { slot, outcome, evidence: lines.take("evidence")? })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("slot", &self.slot).line("outcome", &self.outcome).line("evidence", &self.evidence)
    }
}
