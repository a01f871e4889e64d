//! After the draw: who holds each prize when winners are skipped? Nothing but the order decided here replaces a winner,
//! so that nobody can skip until a friend moves up.

use std::collections::{BTreeMap, BTreeSet};

use super::slots::{Slots, Stake};
use crate::log::leaf::Skip;
use crate::time::Timestamp;

/// Who holds each prize, skip by skip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `at` of the first result, and seconds that a winner has to answer: together the periods.
    drawn: Timestamp,
    respond: u64,
    /// For each prize slot that somebody holds: the slot whose holder it is, itself or a reserve.
    held: BTreeMap<u64, u64>,
    /// Reserve slots that did not move up yet.
    unused: BTreeSet<u64>,
    /// The last skip's period and slot.
    last: (u64, u64),
}

/// Why a skip has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SkipRefusal {
    /// No period has ended.
    #[error("the winners have time to answer until {}", .0.utc())]
    TooEarly(Timestamp),
    /// Not a prize slot, or nobody's any more.
    #[error("nobody holds a prize in this slot")]
    Nobody,
    /// A slot of this or a higher number was skipped in the period.
    #[error("inside one period the slots are skipped in ascending order, each once; slot {0} was the last")]
    Order(u64),
    /// Another slot must move up (0: none is left).
    #[error("the lowest unused reserve moves up: {0}")]
    Reserve(u64),
}

impl Standing {
    /// As drawn.
    #[must_use]
    pub fn new(slots: &Slots, drawn: Timestamp, respond: u64) -> Self {
        let (mut held, mut unused) = (BTreeMap::new(), BTreeSet::new());
        for slot in &slots.0 {
            match slot.stake {
                Stake::Prize(_) => drop(held.insert(slot.number, slot.number)),
                Stake::Reserve => drop(unused.insert(slot.number)),
            }
        }
        Self { drawn, respond, held, unused, last: (0, 0) }
    }

    /// As drawn, and after skips in the log's order. Gives the skips without effect too, each with its reason.
    #[must_use]
    pub fn after<'a>(
        slots: &Slots,
        drawn: Timestamp,
        respond: u64,
        skips: impl IntoIterator<Item = (Timestamp, &'a Skip)>,
    ) -> (Self, Vec<(&'a Skip, SkipRefusal)>) {
        let mut standing = Self::new(slots, drawn, respond);
        let taken = skips.into_iter().filter_map(|(at, skip)| {
            let refusal = standing.skip(at, skip.slot, skip.replaced_by).err()?;
            Some((skip, refusal))
        });
        let refused = taken.collect();
        (standing, refused)
    }

    /// The slot whose holder has the prize of a slot; none where nobody has.
    #[must_use]
    pub fn holder(&self, slot: u64) -> Option<u64> {
        self.held.get(&slot).copied()
    }

    /// Each prize slot that somebody holds, and whose slot that is.
    pub fn held(&self) -> impl Iterator<Item = (u64, u64)> {
        self.held.iter().map(|(slot, of)| (*slot, *of))
    }

    /// What a skip of this slot at this time has to say: the reserve that moves up, 0 where none is left.
    ///
    /// # Errors
    /// It may not be skipped now.
    pub fn replacement(&self, at: Timestamp, slot: u64) -> Result<u64, SkipRefusal> {
        let period = self.period(at)?;
        if !self.held.contains_key(&slot) {
            return Err(SkipRefusal::Nobody);
        }
        if self.last.0 == period && slot <= self.last.1 {
            return Err(SkipRefusal::Order(self.last.1));
        }
        Ok(self.unused.first().copied().unwrap_or(0))
    }

    /// Takes a skip.
    ///
    /// # Errors
    /// It has no effect.
    pub fn skip(&mut self, at: Timestamp, slot: u64, replaced_by: u64) -> Result<(), SkipRefusal> {
        let next = self.replacement(at, slot)?;
        if replaced_by != next {
            return Err(SkipRefusal::Reserve(next));
        }
        self.last = (self.period(at)?, slot);
        match self.unused.pop_first() {
            Some(reserve) => drop(self.held.insert(slot, reserve)),
            None => drop(self.held.remove(&slot)),
        }
        Ok(())
    }

    /// The period that ended last, at `at` or before, counted from 1.
    fn period(&self, at: Timestamp) -> Result<u64, SkipRefusal> {
        let ended = at.0.saturating_sub(self.drawn.0).checked_div(self.respond).unwrap_or(0);
        if ended == 0 { Err(SkipRefusal::TooEarly(self.drawn.plus(self.respond))) } else { Ok(ended) }
    }
}
