//! What only a contest has: tickets without a gap, their limits, and what may follow the draw.
//!
//! Whether a result and its skips are the right ones is the draw's question, not asked here.

use std::collections::BTreeMap;

use super::refusal::{Checked, refuse};
use super::step::Step;
use crate::ids::HolderTag;
use crate::log::leaf::{Code, ContestRules, DrawResult, Entry, Skip};
use crate::log::lines::INTEGER_MAX;
use crate::time::Timestamp;

/// A contest's entries so far.
#[derive(Debug, Clone)]
pub struct ContestState {
    rules: ContestRules,
    tickets: u64,
    entries: BTreeMap<HolderTag, Vec<EntryAt>>,
    result: Option<DrawResult>,
}

/// An entry leaf.
#[derive(Debug, Clone)]
struct EntryAt {
    index: u64,
    tickets: u64,
    reason: Code,
}

impl ContestState {
    pub(super) const fn new(rules: ContestRules) -> Self {
        Self { rules, tickets: 0, entries: BTreeMap::new(), result: None }
    }

    /// The contest's own rules.
    #[must_use]
    pub const fn rules(&self) -> &ContestRules {
        &self.rules
    }

    /// All tickets, void ones too.
    #[must_use]
    pub const fn tickets(&self) -> u64 {
        self.tickets
    }

    /// The first published result.
    #[must_use]
    pub const fn result(&self) -> Option<&DrawResult> {
        self.result.as_ref()
    }

    pub(super) fn take(&mut self, index: u64, entry: &Entry, is_void: &dyn Fn(u64) -> bool) -> Checked {
        let Some(reason) = self.rules.reasons.iter().find(|reason| reason.code == entry.reason) else {
            return refuse(Step::Tickets, "a reason of the rules");
        };
        if entry.first != self.tickets {
            return refuse(Step::Tickets, "`first` is the total so far");
        }
        if entry.count != reason.tickets {
            return refuse(Step::Tickets, "not the tickets of the reason");
        }
        if self.tickets + entry.count > INTEGER_MAX {
            return refuse(Step::Tickets, "more than 2^53-1 tickets");
        }
        let before = self.entries.get(&entry.held.holder).map_or(&[][..], Vec::as_slice);
        let same = before.iter().filter(|at| at.reason == entry.reason).count() as u64;
        if same >= reason.most {
            return refuse(Step::Tickets, "more leaves of the reason than its most");
        }
        let live: u64 = before.iter().filter(|at| !is_void(at.index)).map(|at| at.tickets).sum();
        if live + entry.count > self.rules.per_holder_max {
            return refuse(Step::Tickets, "more tickets than a holder may have");
        }
        self.tickets += entry.count;
        let at = EntryAt { index, tickets: entry.count, reason: entry.reason.clone() };
        self.entries.entry(entry.held.holder).or_default().push(at);
        Ok(())
    }

    pub(super) fn publish(&mut self, at: Timestamp, result: &DrawResult) -> Checked {
        if self.result.is_some() {
            return refuse(Step::Result, "a second result");
        }
        if at < self.rules.draw.minute() {
            return refuse(Step::Result, "before the minute of the draw");
        }
        self.result = Some(*result);
        Ok(())
    }

    pub(super) fn skip(&self, skip: &Skip, reasons: &[Code]) -> Checked {
        if !reasons.contains(&skip.reason) {
            return refuse(Step::Skips, "a skip reason of the rules");
        }
        self.check_slot(skip.slot)
    }

    pub(super) fn check_slot(&self, slot: u64) -> Checked {
        let prizes: u64 = self.rules.prizes.iter().map(|prize| prize.count).sum();
        if self.result.is_none() {
            refuse(Step::Skips, "no result yet")
        } else if slot == 0 || slot > prizes {
            refuse(Step::Skips, "not a slot of a prize")
        } else {
            Ok(())
        }
    }
}

/// The first leaf of a holder is `entry` or `amoe`, and no later one is.
pub(super) fn check_order(entry: &Entry, known: bool) -> Checked {
    match (known, matches!(entry.reason.as_str(), "entry" | "amoe")) {
        (true, true) => refuse(Step::Holders, "one `entry` or `amoe` for each holder"),
        (false, false) => refuse(Step::Holders, "`entry` or `amoe` comes first"),
        (true, false) | (false, true) => Ok(()),
    }
}
