//! Which prize each drawn holder stands for, in the order drawn: prizes as the rules list them, then reserves.

use std::fmt;

use super::select::{Call, Selection};
use crate::ids::HolderTag;
use crate::log::hash::Hash;
use crate::log::leaf::ContestRules;

/// The first line of every slots text.
const FORMAT: &str = "fanfare-slots/v1";

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stake {
    /// The prize of this number.
    Prize(u64),
    /// To move up, where a winner is skipped.
    Reserve,
}

/// As slots texts write it.
impl fmt::Display for Stake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prize(prize) => write!(f, "prize {prize}"),
            Self::Reserve => f.write_str("reserve"),
        }
    }
}

/// A slot that somebody fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its number, from 1.
    pub number: u64,
    /// What it is for.
    pub stake: Stake,
    /// The ticket that was drawn.
    pub ticket: u64,
    /// The entry leaf that holds it.
    pub leaf: u64,
    /// Whose.
    pub holder: HolderTag,
}

/// The result of a draw. A slot that nobody fills is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slots(pub Vec<Slot>);

impl Slots {
    /// How many holders a contest's draw is after: one for each prize given, and the reserves.
    #[must_use]
    pub fn wanted(rules: &ContestRules) -> u64 {
        Self::prizes(rules).saturating_add(rules.reserves)
    }

    /// Slots that are for a prize: 1 to this.
    #[must_use]
    pub fn prizes(rules: &ContestRules) -> u64 {
        rules.prizes.iter().fold(0, |sum, prize| sum.saturating_add(prize.count))
    }

    /// The holders drawn, each in their slot.
    #[must_use]
    pub fn fill(rules: &ContestRules, selection: &Selection) -> Self {
        let mut slots = Vec::new();
        let mut prizes = rules.prizes.iter();
        // The prize that is being given, and the last slot of it.
        let (mut stake, mut until) = (Stake::Reserve, 0_u64);
        for (number, call) in (1..).zip(selection.selected()) {
            while number > until {
                (stake, until) = match prizes.next() {
                    Some(prize) => (Stake::Prize(prize.number), until.saturating_add(prize.count)),
                    None => (Stake::Reserve, u64::MAX),
                };
            }
            let Call { ticket, leaf, holder, .. } = *call;
            slots.push(Slot { number, stake, ticket, leaf, holder });
        }
        Self(slots)
    }

    /// Its exact bytes.
    #[must_use]
    pub fn encode(&self) -> String {
        let lines = self.0.iter().map(|Slot { number, stake, ticket, leaf, holder }| {
            format!("slot {number} {stake} {ticket} {leaf} {}\n", holder.to_hex())
        });
        std::iter::once(format!("{FORMAT}\n")).chain(lines).collect()
    }

    /// What a result names.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.encode().as_bytes())
    }
}
