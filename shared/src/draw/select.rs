//! Who is drawn: tickets one after the other, each holder once, until there are enough.

use std::collections::BTreeSet;

use super::generator::Generator;
use super::tickets::{Stub, Tickets};
use crate::ids::HolderTag;

/// After so many tickets in a row that win nothing, the next is drawn from those that can. A draw with nearly
/// everything void so ends, and its length has a bound that a verifier knows.
pub(crate) const DISCARDS: u64 = 4096;

/// What became of a drawn ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its holder is chosen.
    Selected,
    /// Its leaf is void.
    Void,
    /// Its holder was chosen before.
    Chosen,
}

impl Outcome {
    /// As certificates write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::Void => "void",
            Self::Chosen => "chosen",
        }
    }
}

/// One ticket drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The number was drawn below this.
    pub bound: u64,
    /// The words read for it: all but the last were rejected.
    pub words: Vec<u64>,
    /// The ticket, by its number in the whole list.
    pub ticket: u64,
    /// The leaf that holds it.
    pub leaf: u64,
    /// Whose.
    pub holder: HolderTag,
    /// What became of it.
    pub outcome: Outcome,
}

/// A whole draw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Every ticket drawn, in order.
    pub calls: Vec<Call>,
}

impl Selection {
    /// The tickets that won, in order.
    pub fn selected(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.outcome == Outcome::Selected)
    }
}

/// Draws until `want` holders are chosen, or all that have a live ticket.
#[must_use]
pub fn select(tickets: &Tickets, generator: &mut Generator, want: u64) -> Selection {
    let want = want.min(tickets.live_holders());
    let mut selection = Selection::default();
    let (mut chosen, mut discards) = (BTreeSet::new(), 0_u64);
    while (chosen.len() as u64) < want {
        let drawn = if discards < DISCARDS {
            any(tickets, generator)
        } else {
            left_over(tickets, generator, &chosen)
        };
        // Both find a ticket wherever somebody is left to choose.
        let Some((bound, words, ticket, stub)) = drawn else { break };
        let outcome = match stub {
            _ if stub.void => Outcome::Void,
            _ if !chosen.insert(stub.holder) => Outcome::Chosen,
            _ => Outcome::Selected,
        };
        discards = if outcome == Outcome::Selected { 0 } else { discards + 1 };
        selection.calls.push(Call { bound, words, ticket, leaf: stub.leaf, holder: stub.holder, outcome });
    }
    selection
}

/// A bound, the words read, the ticket and who holds it.
type Drawn<'t> = (u64, Vec<u64>, u64, &'t Stub);

fn any<'t>(tickets: &'t Tickets, generator: &mut Generator) -> Option<Drawn<'t>> {
    let bound = tickets.total();
    let below = generator.below(bound)?;
    Some((bound, below.words, below.value, tickets.holding(below.value)?))
}

fn left_over<'t>(
    tickets: &'t Tickets,
    generator: &mut Generator,
    chosen: &BTreeSet<HolderTag>,
) -> Option<Drawn<'t>> {
    let left = tickets.left_over(chosen);
    let below = generator.below(left.total())?;
    let ticket = left.ticket(below.value)?;
    Some((left.total(), below.words, ticket, tickets.holding(ticket)?))
}
