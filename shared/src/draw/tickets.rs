//! Who holds which ticket.

use std::collections::BTreeSet;

use crate::ids::HolderTag;

/// The tickets of one entry leaf, numbered without a gap from those of the leaf before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stub {
    /// Index of the leaf.
    pub leaf: u64,
    /// How many tickets, 1 at least.
    pub count: u64,
    /// Whose.
    pub holder: HolderTag,
    /// Whether the leaf is void: its tickets stay in the list and win nothing.
    pub void: bool,
}

/// All tickets of a contest, in ticket order.
#[derive(Debug, Clone, Default)]
pub struct Tickets {
    stubs: Vec<Stub>,
    /// Where each stub's tickets end: the number of the first ticket behind them.
    ends: Vec<u64>,
    /// Holders with a ticket that is not void: counted once, for it takes longer than the draw.
    live: u64,
}

impl Tickets {
    /// From the entry leaves below the seal, in the log's order.
    #[must_use]
    pub fn new(stubs: Vec<Stub>) -> Self {
        let mut total = 0_u64;
        let ends = stubs.iter().map(|stub| {
            // The grammar holds every total below 2^53.
            total = total.saturating_add(stub.count);
            total
        });
        let ends = ends.collect();
        let mut holders: Vec<HolderTag> =
            stubs.iter().filter(|stub| !stub.void).map(|stub| stub.holder).collect();
        holders.sort_unstable();
        holders.dedup();
        let live = holders.len() as u64;
        Self { stubs, ends, live }
    }

    /// All tickets, void ones too.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Holders with a ticket that is not void.
    #[must_use]
    pub const fn live_holders(&self) -> u64 {
        self.live
    }

    /// The stub that holds a ticket; none where the number is too large.
    #[must_use]
    pub fn holding(&self, ticket: u64) -> Option<&Stub> {
        self.stubs.get(self.ends.partition_point(|end| *end <= ticket))
    }

    /// The tickets that are live and of nobody in `chosen`, for a draw that meets hardly anything else.
    #[must_use]
    pub(super) fn left_over(&self, chosen: &BTreeSet<HolderTag>) -> LeftOver {
        let mut left = LeftOver { runs: Vec::new(), total: 0 };
        for (stub, end) in self.stubs.iter().zip(&self.ends) {
            if !stub.void && !chosen.contains(&stub.holder) {
                left.total = left.total.saturating_add(stub.count);
                left.runs.push((left.total, *end));
            }
        }
        left
    }
}

/// What may still win, in ticket order.
#[derive(Debug, Clone)]
pub(super) struct LeftOver {
    /// For each stub: how many tickets are left over up to its end, and that end in the whole list.
    runs: Vec<(u64, u64)>,
    total: u64,
}

impl LeftOver {
    /// How many.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// The number in the whole list of the ticket that is the `n`th of those left over, counted from 0.
    pub(super) fn ticket(&self, n: u64) -> Option<u64> {
        let (until, end) = self.runs.get(self.runs.partition_point(|(until, _)| *until <= n))?;
        end.checked_sub(until.checked_sub(n)?)
    }
}
