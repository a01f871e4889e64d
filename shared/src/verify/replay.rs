//! A draw made again from the tickets it touched: every number follows from the seed, and the leaf that holds each
//! ticket is shown with its path. What the other leaves are is not seen, so some draws need the whole log.

use std::collections::BTreeSet;

use crate::draw::generator::Generator;
use crate::draw::select::{Call, DISCARDS, Outcome, Selection};
use crate::draw::slots::Slots;
use crate::ids::ActivityId;
use crate::log::certificate::{CertificateCall, ProvenLeaf};
use crate::log::leaf::{Body, ContestRules, Entry, EntryReason, Leaf, Seal};
use crate::log::lines::Bytes32;
use crate::time::{Timestamp, Window};

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
    pub(super) window: Window,
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
        let (at, Body::Entry(entry)) = self.leaf(&call.entry)? else { return Err("its leaf is no entry") };
        if at < self.window.opens || at >= self.window.closes {
            return Err("its entry is outside the window");
        }
        let right = |reason: &EntryReason| reason.code == entry.reason && reason.tickets == entry.count;
        if !self.rules.reasons.iter().any(right) {
            return Err("its entry has other tickets than its reason gives");
        }
        let holds = call.ticket.checked_sub(entry.first).is_some_and(|at| at < entry.count);
        if holds { Ok(entry) } else { Err("its leaf does not hold the ticket") }
    }

    /// Whether a leaf voids an entry.
    fn voids(&self, by: &ProvenLeaf, index: u64, entry: &Entry) -> Result<(), &'static str> {
        if !(self.stands)(by) || by.index <= index {
            return Err("what voids its entry does not stand in the sealed list");
        }
        let (_, body) = self.leaf(by)?;
        let voids = matches!(&body, Body::Void(void) if void.target == index)
            || matches!(&body, Body::Withdraw(withdraw) if withdraw.holder == entry.held.holder);
        if voids { Ok(()) } else { Err("another leaf than one that voids its entry") }
    }

    fn leaf(&self, proven: &ProvenLeaf) -> Result<(Timestamp, Body), &'static str> {
        match Leaf::decode(&proven.leaf.0) {
            Ok(leaf) if leaf.activity == *self.activity => Ok((leaf.at, leaf.body)),
            Ok(_) => Err("a leaf of another activity"),
            Err(_) => Err("a leaf that is none"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

    use super::*;
    use crate::draw::rounds::QUICKNET;
    use crate::ids::{HolderTag, Lock};
    use crate::log::certificate::Bytes;
    use crate::log::hash::Hash;
    use crate::log::leaf::{Beacon, BeaconKind, Custody, Held, Prize};

    const SEED: Bytes32 = Bytes32([7; 32]);
    const WINDOW: Window = Window { opens: Timestamp(600), closes: Timestamp(1200) };

    fn activity() -> ActivityId {
        "abcdefghijklmnopqrstuvwxy2".parse().unwrap()
    }

    fn rules(winners: u64) -> ContestRules {
        let hash = Hash::of(b"");
        ContestRules {
            draw: Timestamp(0),
            beacon: Beacon { kind: BeaconKind::Drand, key: QUICKNET.to_owned(), round: 1 },
            prizes: vec![Prize { number: 1, count: winners, text: hash }],
            reserves: 0,
            reasons: vec![EntryReason { code: "entry".parse().unwrap(), tickets: 1, most: 1 }],
            per_holder_max: 1,
            respond: 60,
        }
    }

    /// The entry that has this ticket, of a list in which everybody has one.
    fn entry(ticket: u64, change: impl FnOnce(&mut Leaf, &mut Entry)) -> ProvenLeaf {
        let holder = HolderTag::new([u8::try_from(ticket).unwrap(); 16]);
        let held = Held { holder, unlock: None, lock: Lock::new([1; 32]), custody: Custody::Client };
        let (commit, reason) = (Hash::of(b""), "entry".parse().unwrap());
        let mut entry = Entry { held, commit, first: ticket, count: 1, reason };
        let body = Body::Entry(entry.clone());
        let mut leaf = Leaf { activity: activity(), at: WINDOW.opens, body };
        change(&mut leaf, &mut entry);
        leaf.body = Body::Entry(entry);
        ProvenLeaf { index: ticket + 1, leaf: Bytes(leaf.encode()), path: Vec::new() }
    }

    /// The right calls of a draw among so many, until so many holders are chosen.
    fn calls(tickets: u64, wanted: usize) -> Vec<CertificateCall> {
        let (mut generator, mut seen, mut calls) = (Generator::new(&SEED), BTreeSet::new(), Vec::new());
        while seen.len() < wanted {
            let below = generator.below(tickets).unwrap();
            let outcome = if seen.insert(below.value) { "selected" } else { "chosen" };
            calls.push(CertificateCall {
                bound: tickets,
                words: below.words.iter().map(u64::to_string).collect(),
                ticket: below.value,
                entry: entry(below.value, |_, _| {}),
                outcome: outcome.to_owned(),
                void: None,
            });
        }
        calls
    }

    fn found(winners: u64, tickets: u64, void: u64, calls: &[CertificateCall]) -> Result<usize, String> {
        let (activity, rules) = (activity(), rules(winners));
        let seal = Seal::Entries { entries: tickets, holders: tickets, tickets, void };
        let replay = Replay {
            activity: &activity,
            window: WINDOW,
            rules: &rules,
            seal,
            seed: &SEED,
            stands: &|_| true,
        };
        match replay.selection(calls) {
            Ok(selection) => Ok(selection.selected().count()),
            Err(Stuck::Wrong(what)) => Err(what),
            Err(Stuck::Unseen(what)) => Err(what.to_owned()),
        }
    }

    #[test]
    fn the_right_calls_give_the_winners_and_no_more_or_fewer_do() {
        assert_eq!(found(3, 9, 0, &calls(9, 3)), Ok(3));
        assert_eq!(found(5, 2, 0, &calls(2, 2)), Ok(2), "fewer hold tickets than are wanted");
        assert_eq!(found(3, 0, 0, &[]), Ok(0), "nobody entered");
        assert_eq!(found(3, 4, 4, &[]), Ok(0), "everything is void");
        assert!(found(2, 9, 0, &calls(9, 3)).unwrap_err().contains("enough were drawn"));
        assert!(found(3, 9, 0, &calls(9, 2)).unwrap_err().contains("fewer were drawn than could win"));
        assert!(found(5, 9, 1, &calls(9, 4)).unwrap_err().contains("only the bundle shows"));
    }

    #[test]
    fn a_drawn_entry_with_more_weight_or_out_of_time_is_named() {
        let with = |change: fn(&mut Leaf, &mut Entry)| {
            let mut calls = calls(9, 3);
            let first = calls.first_mut().unwrap();
            first.entry = entry(first.ticket, change);
            found(3, 9, 0, &calls).unwrap_err()
        };
        assert!(with(|_, entry| entry.count = 4).contains("other tickets than its reason gives"));
        assert!(with(|_, entry| entry.reason = "friend".parse().unwrap()).contains("other tickets"));
        assert!(with(|_, entry| entry.first = 100).contains("does not hold the ticket"));
        assert!(with(|leaf, _| leaf.at = WINDOW.closes).contains("outside the window"));
        assert!(with(|leaf, _| leaf.activity = "b".repeat(26).parse().unwrap()).contains("another activity"));
    }

    #[test]
    fn what_is_said_of_a_call_is_held_against_it() {
        let with = |change: fn(&mut CertificateCall)| {
            let mut calls = calls(9, 3);
            change(calls.last_mut().unwrap());
            found(3, 9, 0, &calls).unwrap_err()
        };
        assert!(with(|call| call.outcome = "chosen".to_owned()).contains("another outcome"));
        assert!(with(|call| call.bound = 10).contains("not the numbers of the seed"));
        assert!(with(|call| call.words.push("1".to_owned())).contains("not the numbers of the seed"));
        assert!(with(|call| call.void = Some(call.entry.clone())).contains("voids its entry"));
    }
}
