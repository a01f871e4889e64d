//! What only a poll has: revisions, and when ballots may be opened.

use std::collections::BTreeMap;

use super::refusal::{Checked, refuse};
use super::step::Step;
use crate::ids::HolderTag;
use crate::log::hash::Hash;
use crate::log::leaf::{Ballot, Custody, OpenPolicy, Opening, PollRules};
use crate::log::opening::OPENED_HOLDERS_MIN;

/// A poll's ballots so far.
#[derive(Debug, Clone)]
pub struct PollState {
    rules: PollRules,
    ballots: BTreeMap<u64, BallotAt>,
    highest: BTreeMap<HolderTag, u64>,
    openings: Vec<(u64, Opening)>,
    tally: Option<Hash>,
}

/// A ballot leaf.
#[derive(Debug, Clone, Copy)]
pub struct BallotAt {
    /// Whose.
    pub holder: HolderTag,
    /// Counted from 1.
    pub revision: u64,
    /// Who held the key.
    pub custody: Custody,
    /// The ballot commitment.
    pub commit: Hash,
}

impl PollState {
    pub(super) const fn new(rules: PollRules) -> Self {
        Self { rules, ballots: BTreeMap::new(), highest: BTreeMap::new(), openings: Vec::new(), tally: None }
    }

    /// The poll's own rules.
    #[must_use]
    pub const fn rules(&self) -> PollRules {
        self.rules
    }

    /// The ballot leaf of this index.
    #[must_use]
    pub fn ballot(&self, index: u64) -> Option<&BallotAt> {
        self.ballots.get(&index)
    }

    /// Each holder's highest ballot with its index.
    pub fn highest(&self) -> impl Iterator<Item = (u64, &BallotAt)> {
        self.highest.values().filter_map(|index| self.ballots.get(index).map(|ballot| (*index, ballot)))
    }

    /// Whether the ballot is its holder's highest.
    #[must_use]
    pub fn is_highest(&self, index: u64) -> bool {
        self.ballots.get(&index).and_then(|ballot| self.highest.get(&ballot.holder)) == Some(&index)
    }

    /// Opening leaves with their indexes.
    #[must_use]
    pub fn openings(&self) -> &[(u64, Opening)] {
        &self.openings
    }

    /// The published tally.
    #[must_use]
    pub const fn tally(&self) -> Option<Hash> {
        self.tally
    }

    /// Holders whose highest ballot is not void.
    pub fn live_holders(&self, is_void: &dyn Fn(u64) -> bool) -> u64 {
        self.highest.values().filter(|index| !is_void(**index)).count() as u64
    }

    pub(super) fn has_ballots(&self) -> bool {
        !self.ballots.is_empty()
    }

    pub(super) const fn is_opened(&self) -> bool {
        !self.openings.is_empty()
    }

    pub(super) fn check_revision(&self, ballot: &Ballot) -> Checked {
        let before = self.highest.get(&ballot.held.holder).and_then(|index| self.ballots.get(index));
        if ballot.revision == before.map_or(0, |before| before.revision) + 1 {
            Ok(())
        } else {
            refuse(Step::Holders, "not the holder's previous revision plus 1")
        }
    }

    pub(super) fn take(&mut self, index: u64, ballot: &Ballot) {
        let (holder, custody) = (ballot.held.holder, ballot.held.custody);
        let at = BallotAt { holder, revision: ballot.revision, custody, commit: ballot.commit };
        self.ballots.insert(index, at);
        self.highest.insert(holder, index);
    }

    pub(super) fn open(
        &mut self,
        index: u64,
        opening: &Opening,
        sealed: bool,
        is_void: &dyn Fn(u64) -> bool,
    ) -> Checked {
        match self.rules.open {
            OpenPolicy::Never => return refuse(Step::Openings, "the rules say never"),
            OpenPolicy::Close if !sealed => return refuse(Step::Openings, "the rules say after the seal"),
            OpenPolicy::Close | OpenPolicy::Live => {}
        }
        if self.live_holders(is_void) < OPENED_HOLDERS_MIN {
            return refuse(Step::Openings, "too few holders: nothing is opened");
        }
        self.openings.push((index, *opening));
        Ok(())
    }

    pub(super) fn publish(&mut self, tally: Hash) -> Checked {
        if self.tally.is_some() {
            return refuse(Step::Tally, "a second tally");
        }
        self.tally = Some(tally);
        Ok(())
    }
}
