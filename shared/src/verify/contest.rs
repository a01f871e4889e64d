//! What only a contest has: tickets without a gap, their limits, and what may follow the draw.
//!
//! Whether a result and its skips are the right ones is the draw's question (`draw`), not asked here.

use std::collections::BTreeMap;

use super::refusal::{Checked, refuse};
use super::step::Step;
use crate::draw::slots::Slots;
use crate::draw::tickets::{Stub, Tickets};
use crate::ids::HolderTag;
use crate::log::leaf::{Code, ContestRules, DrawResult, Entry, Skip};
use crate::log::lines::INTEGER_MAX;
use crate::time::Timestamp;

/// A contest's entries so far.
#[derive(Debug, Clone)]
pub struct ContestState {
    rules: ContestRules,
    tickets: u64,
    entries: Vec<EntryAt>,
    /// Where each holder's entries are.
    holders: BTreeMap<HolderTag, Vec<usize>>,
    result: Option<(Timestamp, DrawResult)>,
    skips: Vec<(Timestamp, Skip)>,
}

/// An entry leaf.
#[derive(Debug, Clone, Copy)]
struct EntryAt {
    index: u64,
    tickets: u64,
    holder: HolderTag,
    /// Which of the rules' reasons.
    reason: usize,
}

impl ContestState {
    pub(super) const fn new(rules: ContestRules) -> Self {
        Self {
            rules,
            tickets: 0,
            entries: Vec::new(),
            holders: BTreeMap::new(),
            result: None,
            skips: Vec::new(),
        }
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

    /// All tickets with their holders, as a draw takes them.
    #[must_use]
    pub fn stubs(&self, is_void: &dyn Fn(u64) -> bool) -> Tickets {
        let stub = |at: &EntryAt| Stub {
            leaf: at.index,
            count: at.tickets,
            holder: at.holder,
            void: is_void(at.index),
        };
        Tickets::new(self.entries.iter().map(stub).collect())
    }

    /// The first published result, and when.
    #[must_use]
    pub const fn result(&self) -> Option<(Timestamp, DrawResult)> {
        self.result
    }

    /// Skips for a reason of the rules, of a slot that is a prize's; whether they have an effect is the draw's question.
    #[must_use]
    pub fn skips(&self) -> &[(Timestamp, Skip)] {
        &self.skips
    }

    pub(super) fn take(&mut self, index: u64, entry: &Entry, is_void: &dyn Fn(u64) -> bool) -> Checked {
        let found = self.rules.reasons.iter().enumerate().find(|(_, reason)| reason.code == entry.reason);
        let Some((which, reason)) = found else {
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
        let places = self.holders.get(&entry.held.holder).map_or(&[][..], Vec::as_slice);
        let before = || places.iter().filter_map(|place| self.entries.get(*place));
        if before().filter(|at| at.reason == which).count() as u64 >= reason.most {
            return refuse(Step::Tickets, "more leaves of the reason than its most");
        }
        let live: u64 = before().filter(|at| !is_void(at.index)).map(|at| at.tickets).sum();
        if live + entry.count > self.rules.per_holder_max {
            return refuse(Step::Tickets, "more tickets than a holder may have");
        }
        self.tickets += entry.count;
        let holder = entry.held.holder;
        self.holders.entry(holder).or_default().push(self.entries.len());
        self.entries.push(EntryAt { index, tickets: entry.count, holder, reason: which });
        Ok(())
    }

    pub(super) fn publish(&mut self, at: Timestamp, result: &DrawResult) -> Checked {
        if self.result.is_some() {
            return refuse(Step::Result, "a second result");
        }
        if at < self.rules.draw.minute() {
            return refuse(Step::Result, "before the minute of the draw");
        }
        self.result = Some((at, *result));
        Ok(())
    }

    pub(super) fn skip(&mut self, at: Timestamp, skip: &Skip, reasons: &[Code]) -> Checked {
        if !reasons.contains(&skip.reason) {
            return refuse(Step::Skips, "a skip reason of the rules");
        }
        self.check_slot(skip.slot)?;
        self.skips.push((at, skip.clone()));
        Ok(())
    }

    pub(super) fn check_slot(&self, slot: u64) -> Checked {
        if self.result.is_none() {
            refuse(Step::Skips, "no result yet")
        } else if slot == 0 || slot > Slots::prizes(&self.rules) {
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
