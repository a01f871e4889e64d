//! A draw made again from the tickets it touched: every number follows from the seed, and the leaf that holds each
//! ticket is shown with its path. What the other leaves are is not seen, so some draws need the whole log.

use std::collections::BTreeSet;

use crate::draw::generator::Generator;
use crate::draw::select::{Call, DISCARDS, Outcome, Selection};
use crate::draw::slots::Slots;
use crate::ids::ActivityId;
use crate::log::certificate::{CertificateCall, ProvenLeaf};
use crate::log::leaf::{Body, ContestRules, Entry, Leaf, Seal};
use crate::log::lines::Bytes32;

/// Why calls are not those of the draw.
pub(super) enum Stuck {
    /// They contradict it.
    Wrong(String),
    /// Only the whole log shows it.
    Unseen(&'static str),
}

/// What the calls are checked against.
pub(super) struct Replay<'a> {
    pub(super) activity: &'a ActivityId,
    pub(super) rules: &'a ContestRules,
    pub(super) seal: Seal,
    pub(super) seed: &'a Bytes32,
    /// Whether a leaf stands below the seal, by its path.
    pub(super) stands: &'a dyn Fn(&ProvenLeaf) -> bool,
}

impl Replay<'_> {
    /// Makes every call again.
    pub(super) fn selection(&self, calls: &[CertificateCall]) -> Result<Selection, Stuck> {
        let Seal::Entries { holders, tickets, void, .. } = self.seal else {
            return Err(Stuck::Wrong("the seal is not a contest's".to_owned()));
        };
        let mut generator = Generator::new(self.seed);
        let (mut selection, mut chosen, mut discards) = (Selection::default(), BTreeSet::new(), 0_u64);
        let wanted = Slots::wanted(self.rules);
        for (at, call) in calls.iter().enumerate() {
            let wrong = |what: &str| Stuck::Wrong(format!("call {}: {what}", at + 1));
            if chosen.len() as u64 >= wanted {
                return Err(wrong("enough were drawn before it"));
            }
            if discards >= DISCARDS {
                return Err(Stuck::Unseen("drawn from what was left over, which only the bundle shows"));
            }
            let below = generator.below(tickets).ok_or_else(|| wrong("there are no tickets"))?;
            let words = below.words.iter().map(u64::to_string);
            if call.bound != tickets || !words.eq(call.words.iter().cloned()) || call.ticket != below.value {
                return Err(wrong("not the numbers of the seed"));
            }
            let entry = self.entry(call).map_err(wrong)?;
            let holder = entry.held.holder;
            let outcome = match &call.void {
                Some(by) => {
                    self.voids(by, call.entry.index, &entry).map_err(wrong)?;
                    Outcome::Void
                }
                None if !chosen.insert(holder) => Outcome::Chosen,
                None => Outcome::Selected,
            };
            if call.outcome != outcome.name() {
                return Err(wrong("another outcome"));
            }
            discards = if outcome == Outcome::Selected { 0 } else { discards + 1 };
            let (bound, leaf) = (tickets, call.entry.index);
            selection.calls.push(Call {
                bound,
                words: below.words,
                ticket: call.ticket,
                leaf,
                holder,
                outcome,
            });
        }
        let drawn = chosen.len() as u64;
        // With nothing void everybody could win, and with everything void nobody.
        let live = if void == 0 { Some(holders) } else { (void == tickets).then_some(0) };
        match live {
            _ if drawn == wanted => Ok(selection),
            Some(live) if drawn == live => Ok(selection),
            Some(_) => Err(Stuck::Wrong("fewer were drawn than could win".to_owned())),
            None => Err(Stuck::Unseen(
                "fewer winners than were wanted: that no more could win, only the bundle shows",
            )),
        }
    }

    /// The entry that holds a call's ticket.
    fn entry(&self, call: &CertificateCall) -> Result<Entry, &'static str> {
        if !(self.stands)(&call.entry) {
            return Err("its entry does not stand in the sealed list");
        }
        let Body::Entry(entry) = self.leaf(&call.entry)? else { return Err("its leaf is no entry") };
        let holds = call.ticket.checked_sub(entry.first).is_some_and(|at| at < entry.count);
        if holds { Ok(entry) } else { Err("its leaf does not hold the ticket") }
    }

    /// Whether a leaf voids an entry.
    fn voids(&self, by: &ProvenLeaf, index: u64, entry: &Entry) -> Result<(), &'static str> {
        if !(self.stands)(by) || by.index <= index {
            return Err("what voids its entry does not stand in the sealed list");
        }
        let body = self.leaf(by)?;
        let voids = matches!(&body, Body::Void(void) if void.target == index)
            || matches!(&body, Body::Withdraw(withdraw) if withdraw.holder == entry.held.holder);
        if voids { Ok(()) } else { Err("another leaf than one that voids its entry") }
    }

    fn leaf(&self, proven: &ProvenLeaf) -> Result<Body, &'static str> {
        match Leaf::decode(&proven.leaf.0) {
            Ok(leaf) if leaf.activity == *self.activity => Ok(leaf.body),
            Ok(_) => Err("a leaf of another activity"),
            Err(_) => Err("a leaf that is none"),
        }
    }
}
