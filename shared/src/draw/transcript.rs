//! The text that a draw's seed is the hash of: everything that was fixed before the beacon's round, then its value.

use super::beacon::Signature;
use super::generator::Generator;
use super::select::{Selection, select};
use super::slots::Slots;
use super::tickets::Tickets;
use crate::ids::ActivityId;
use crate::log::hash::Hash;
use crate::log::leaf::{Beacon, ContestRules};
use crate::log::lines::{Bytes32, Value as _};
use crate::log::origin::LogOrigin;

/// The first line of every transcript.
const FORMAT: &str = "verifiable-draw/v1";

/// What a draw depends on.
#[derive(Debug, Clone, Copy)]
pub struct Transcript<'a> {
    /// The contest's log.
    pub log: &'a LogOrigin,
    /// The contest.
    pub contest: &'a ActivityId,
    /// `H(bytes of leaf 0)`.
    pub rules: Hash,
    /// Leaves below the seal, the seal included.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// All tickets, void ones too.
    pub tickets: u64,
    /// The beacon and its round, as the rules name them.
    pub beacon: &'a Beacon,
    /// The round's signature.
    pub signature: &'a Signature,
}

impl Transcript<'_> {
    /// Its exact bytes.
    #[must_use]
    pub fn encode(&self) -> String {
        let Self { log, contest, rules, size, root, tickets, beacon, signature } = self;
        let Beacon { kind, key, round } = beacon;
        format!(
            "{FORMAT}\nlog {log}\ncontest {contest}\ndraw 1\nrules {rules}\nseal {size} {root}\ntickets \
             {tickets}\nsource {} {key} {round} {signature}\n",
            kind.write()
        )
    }

    /// Draws: the seed, every ticket drawn, and who stands for what. Server and verifiers both come here.
    #[must_use]
    pub fn draw(&self, tickets: &Tickets, rules: &ContestRules) -> (Bytes32, Selection, Slots) {
        let seed = self.seed();
        let selection = select(tickets, &mut Generator::new(&seed), Slots::wanted(rules));
        let slots = Slots::fill(rules, &selection);
        (seed, selection, slots)
    }

    /// The seed of the draw.
    #[must_use]
    pub fn seed(&self) -> Bytes32 {
        Bytes32(*Hash::of(self.encode().as_bytes()).bytes())
    }
}
