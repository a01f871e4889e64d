//! A log's state, leaf by leaf: may this leaf stand here?
//!
//! What all kinds share: place, time, tags and locks, voids, the seal. What differs is in `poll`, `contest` and
//! `board`. A refused leaf leaves the state as it was.

use std::collections::BTreeMap;

use super::board::BoardState;
use super::contest::{self, ContestState};
use super::holders::Holders;
use super::named::{Document, DocumentKind};
use super::place::Place;
use super::poll::PollState;
use super::refusal::{Checked, refuse};
use super::rules;
use super::step::Step;
use crate::ids::ActivityId;
use crate::log::hash::Hash;
use crate::log::leaf::{Amend, Body, Kind, KindRules, Leaf, Rules, Seal, Void, Withdraw};
use crate::time::Timestamp;

/// A log up to some leaf.
#[derive(Debug, Clone, Default)]
pub struct LogState {
    size: u64,
    at: Timestamp,
    opened: Option<Opened>,
    holders: Holders,
    acts: BTreeMap<u64, Act>,
    seal: Option<u64>,
    documents: Vec<Document>,
}

/// What leaf 0 brought.
#[derive(Debug, Clone)]
struct Opened {
    activity: ActivityId,
    rules: Rules,
    hash: Hash,
    definition: Hash,
    kind: KindState,
}

#[derive(Debug, Clone)]
enum KindState {
    Poll(PollState),
    Contest(ContestState),
    Board(BoardState),
}

/// An act that stands in the log.
#[derive(Debug, Clone, Copy)]
struct Act {
    void: bool,
    /// Of an entry; else 0.
    tickets: u64,
}

impl LogState {
    /// Of an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next leaf.
    ///
    /// # Errors
    /// It may not stand here; the state is as before.
    pub fn apply(&mut self, leaf: &Leaf) -> Checked {
        self.check_place(leaf)?;
        if leaf.at < self.at {
            return refuse(Step::Times, "time goes back");
        }
        match &leaf.body {
            Body::Rules(rules) => self.open(leaf, rules)?,
            Body::Amend(amend) => self.amend(amend)?,
            Body::Withdraw(withdraw) => self.withdraw(leaf, withdraw)?,
            Body::Void(void) => self.void(void)?,
            Body::Seal(seal) => self.seal(leaf.at, seal)?,
            Body::Entry(_)
            | Body::Ballot(_)
            | Body::Idea(_)
            | Body::Edit(_)
            | Body::Comment(_)
            | Body::Support(_) => self.act(leaf)?,
            Body::Hide(_)
            | Body::Show(_)
            | Body::Decision(_)
            | Body::Merge(_)
            | Body::Unmerge(_)
            | Body::Phase(_)
            | Body::Result(_)
            | Body::Skip(_)
            | Body::Delivered(_)
            | Body::Opening(_)
            | Body::Tally(_) => self.of_kind(leaf)?,
        }
        self.at = leaf.at;
        self.size += 1;
        Ok(())
    }

    /// Takes the next leaf's bytes.
    ///
    /// # Errors
    /// They are no leaf, or one that may not stand here; the state is as before.
    pub fn apply_bytes(&mut self, bytes: &[u8]) -> Checked {
        self.apply(&Leaf::decode(bytes)?)
    }

    /// Passes over a refused leaf after the seal: its index stays used, and it changes nothing.
    pub const fn skip(&mut self) {
        self.size += 1;
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// `at` of the last valid leaf.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> Option<&Rules> {
        self.opened.as_ref().map(|opened| &opened.rules)
    }

    /// `H(bytes of leaf 0)`.
    #[must_use]
    pub fn rules_hash(&self) -> Option<Hash> {
        self.opened.as_ref().map(|opened| opened.hash)
    }

    /// The activity.
    #[must_use]
    pub fn activity(&self) -> Option<&ActivityId> {
        self.opened.as_ref().map(|opened| &opened.activity)
    }

    /// The definition in force.
    #[must_use]
    pub fn definition(&self) -> Option<Hash> {
        self.opened.as_ref().map(|opened| opened.definition)
    }

    /// Index of the seal.
    #[must_use]
    pub const fn sealed(&self) -> Option<u64> {
        self.seal
    }

    /// Whether the leaf of this index is an act, and void.
    #[must_use]
    pub fn is_void(&self, index: u64) -> bool {
        is_void(&self.acts, index)
    }

    /// Documents that valid leaves name, in order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The poll's own state.
    #[must_use]
    pub fn poll(&self) -> Option<&PollState> {
        match self.opened.as_ref().map(|opened| &opened.kind) {
            Some(KindState::Poll(poll)) => Some(poll),
            Some(KindState::Contest(_) | KindState::Board(_)) | None => None,
        }
    }

    /// The contest's own state.
    #[must_use]
    pub fn contest(&self) -> Option<&ContestState> {
        match self.opened.as_ref().map(|opened| &opened.kind) {
            Some(KindState::Contest(contest)) => Some(contest),
            Some(KindState::Poll(_) | KindState::Board(_)) | None => None,
        }
    }

    /// The board's own state.
    #[must_use]
    pub fn board(&self) -> Option<&BoardState> {
        match self.opened.as_ref().map(|opened| &opened.kind) {
            Some(KindState::Board(board)) => Some(board),
            Some(KindState::Poll(_) | KindState::Contest(_)) | None => None,
        }
    }

    /// The counters that a seal has to give if it comes next.
    #[must_use]
    pub fn seal_counts(&self) -> Option<Seal> {
        let opened = self.opened.as_ref()?;
        let holders = self.holders.count();
        let acts = self.acts.len() as u64;
        let void = self.acts.values().filter(|act| act.void);
        Some(match &opened.kind {
            KindState::Poll(_) | KindState::Board(_) => {
                Seal::Acts { acts, holders, void: void.count() as u64 }
            }
            KindState::Contest(contest) => Seal::Entries {
                entries: acts,
                holders,
                tickets: contest.tickets(),
                void: void.map(|act| act.tickets).sum(),
            },
        })
    }

    fn check_place(&self, leaf: &Leaf) -> Checked {
        let Some(opened) = &self.opened else {
            let first = self.size == 0 && matches!(leaf.body, Body::Rules(_));
            return if first { Ok(()) } else { refuse(Step::Place, "leaf 0 is `rules`") };
        };
        let place = Place::of(&leaf.body, opened.rules.kind());
        match (self.seal, place) {
            (Some(_), Place::Never | Place::BeforeSeal) => refuse(Step::AfterSeal, "may not follow the seal"),
            (None, Place::Never) => refuse(Step::Place, "not a leaf of this kind of activity"),
            (None, Place::AfterSeal) => refuse(Step::Place, "only after the seal"),
            _ if leaf.activity != opened.activity => refuse(Step::Place, "another activity"),
            _ => Ok(()),
        }
    }

    fn open(&mut self, leaf: &Leaf, rules: &Rules) -> Checked {
        rules::check(&leaf.activity, rules)?;
        self.document(DocumentKind::Definition, rules.definition);
        self.document(DocumentKind::Terms, rules.terms);
        let kind = match &rules.kind {
            KindRules::Poll(poll) => KindState::Poll(PollState::new(*poll)),
            KindRules::Board => KindState::Board(BoardState::default()),
            KindRules::Contest(contest) => {
                for prize in &contest.prizes {
                    self.document(DocumentKind::Prize, prize.text);
                }
                KindState::Contest(ContestState::new(contest.clone()))
            }
        };
        if let Some(policy) = rules.witness_policy {
            self.document(DocumentKind::WitnessPolicy, policy);
        }
        self.opened = Some(Opened {
            activity: leaf.activity.clone(),
            rules: rules.clone(),
            hash: Hash::of(&leaf.encode()),
            definition: rules.definition,
            kind,
        });
        Ok(())
    }

    fn amend(&mut self, amend: &Amend) -> Checked {
        if self.poll().is_some_and(PollState::has_ballots) {
            return refuse(Step::Amend, "only before the first ballot");
        }
        self.document(DocumentKind::Definition, amend.definition);
        self.document(DocumentKind::Terms, amend.terms);
        if let Some(opened) = &mut self.opened {
            opened.definition = amend.definition;
        }
        Ok(())
    }

    fn act(&mut self, leaf: &Leaf) -> Checked {
        let (Some(opened), Some(held)) = (&mut self.opened, leaf.body.held()) else {
            return refuse(Step::Place, "leaf 0 is `rules`");
        };
        let window = opened.rules.window;
        if leaf.at < window.opens || (window.closes.0 != 0 && leaf.at >= window.closes) {
            return refuse(Step::Times, "an act outside the window");
        }
        let known = self.holders.knows(held.holder);
        let support = match (&opened.kind, &leaf.body) {
            (KindState::Poll(poll), Body::Ballot(ballot)) => poll.check_revision(ballot).map(|()| false),
            (KindState::Contest(_), Body::Entry(entry)) => contest::check_order(entry, known).map(|()| false),
            (KindState::Board(board), body) => board.check_role(held.holder, body),
            _ => refuse(Step::Place, "not a leaf of this kind of activity").map(|()| false),
        }?;
        self.holders.check_lock(&opened.activity, held, support)?;
        let (index, acts) = (self.size, &self.acts);
        let mut tickets = 0;
        match (&mut opened.kind, &leaf.body) {
            (KindState::Poll(poll), Body::Ballot(ballot)) => poll.take(index, ballot),
            (KindState::Contest(contest), Body::Entry(entry)) => {
                contest.take(index, entry, &|index| is_void(acts, index))?;
                tickets = entry.count;
            }
            (KindState::Board(board), body) => board.take(index, held, body)?,
            _ => {}
        }
        self.acts.insert(index, Act { void: false, tickets });
        self.holders.take(index, held);
        Ok(())
    }

    fn withdraw(&mut self, leaf: &Leaf, withdraw: &Withdraw) -> Checked {
        for index in self.holders.withdraw(&leaf.activity, withdraw)? {
            if let Some(act) = self.acts.get_mut(index) {
                act.void = true;
            }
        }
        Ok(())
    }

    fn void(&mut self, void: &Void) -> Checked {
        if self.poll().is_some_and(PollState::is_opened) {
            return refuse(Step::Voids, "a ballot only before the first opening");
        }
        if self.rules().is_none_or(|rules| !rules.void_reasons.contains(&void.reason)) {
            return refuse(Step::Voids, "a void reason of the rules");
        }
        match self.acts.get_mut(&void.target) {
            None => refuse(Step::Voids, "the target is an act of smaller index"),
            Some(act) if act.void => refuse(Step::Voids, "already void"),
            Some(act) => {
                act.void = true;
                Ok(())
            }
        }
    }

    fn seal(&mut self, at: Timestamp, seal: &Seal) -> Checked {
        let Some(rules) = self.rules() else { return refuse(Step::Place, "leaf 0 is `rules`") };
        let contest = rules.kind() == Kind::Contest;
        if contest != matches!(seal, Seal::Entries { .. }) {
            return refuse(Step::Seal, "the lines of this kind");
        }
        if contest && at < rules.window.closes {
            return refuse(Step::Times, "a contest is sealed at its close or later");
        }
        if self.seal_counts() != Some(*seal) {
            return refuse(Step::Seal, "the counters are not those of the leaves");
        }
        self.seal = Some(self.size);
        Ok(())
    }

    /// Leaves without a lock that only one kind has.
    fn of_kind(&mut self, leaf: &Leaf) -> Checked {
        let (index, sealed, acts) = (self.size, self.seal.is_some(), &self.acts);
        let Some(opened) = &mut self.opened else { return refuse(Step::Place, "leaf 0 is `rules`") };
        match (&mut opened.kind, &leaf.body) {
            (KindState::Poll(poll), Body::Opening(opening)) => {
                poll.open(index, opening, sealed, &|index| is_void(acts, index))?;
                self.document(DocumentKind::Opening, opening.file);
            }
            (KindState::Poll(poll), Body::Tally(tally)) => {
                poll.publish(*tally)?;
                self.document(DocumentKind::Tally, *tally);
            }
            (KindState::Contest(contest), Body::Result(result)) => contest.publish(leaf.at, result)?,
            (KindState::Contest(contest), Body::Skip(skip)) => {
                contest.skip(leaf.at, skip, &opened.rules.skip_reasons)?;
            }
            (KindState::Contest(contest), Body::Delivered(delivered)) => {
                contest.check_slot(delivered.slot)?
            }
            (KindState::Board(board), body) => {
                board.speak(body)?;
                if let Body::Phase(phase) = body {
                    self.document(DocumentKind::PhaseList, phase.list);
                }
            }
            _ => return refuse(Step::Place, "not a leaf of this kind of activity"),
        }
        Ok(())
    }

    fn document(&mut self, kind: DocumentKind, hash: Hash) {
        self.documents.push(Document { kind, hash, leaf: self.size });
    }
}

fn is_void(acts: &BTreeMap<u64, Act>, index: u64) -> bool {
    acts.get(&index).is_some_and(|act| act.void)
}
