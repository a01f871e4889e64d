//! What has to come of every act, as simple as can be: no journal, no tree, no lock, no thread.

use std::collections::BTreeMap;

use fanfare_shared::ids::LockKey;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::time::Window;

pub const VISITORS: usize = 5;

/// Every answer there is: a flavour, and places.
pub const ANSWERS: [[&str; 2]; 4] = [["fig", ""], ["lemon", "sea"], ["fig", "sea,town"], ["lemon", "hill"]];

/// The key that an act brings for the last lock.
#[derive(Debug, Clone, Copy)]
pub enum Unlock {
    /// The one that fits; none, where the server holds it.
    Right,
    Wrong,
    Nothing,
}

/// What has to come of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Counted, or withdrawn (0), as this revision.
    Done(u64),
    /// The same act as before: the index of its leaf.
    Same(u64),
    Refused(Refusal),
    NotCommitted,
    Unknown,
}

/// What a participant has in the poll.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub revision: u64,
    pub answer: usize,
    /// The key of the last lock; none: the server holds it.
    pub key: Option<LockKey>,
}

/// The poll, as simple as can be.
#[derive(Debug)]
pub struct Model {
    pub window: Window,
    pub now: u64,
    /// Time of the last leaf.
    pub last: u64,
    pub sealed: bool,
    pub held: [Option<Held>; VISITORS],
    /// Answers whose link to a person is gone.
    pub forgotten: Vec<usize>,
}

impl Model {
    /// What an act has to come to if its commit goes well.
    pub fn judge(&self, visitor: usize, kind: &Kind) -> Outcome {
        let at = (self.now / 60 * 60).max(self.last);
        let held = self.held[visitor];
        if let Kind::Ballot { .. } = kind {
            if self.sealed || at >= self.window.closes.0 {
                return Outcome::Refused(Refusal::Closed);
            }
            if at < self.window.opens.0 {
                return Outcome::Refused(Refusal::NotOpenYet { opens: self.window.opens });
            }
        } else if self.sealed {
            return Outcome::Refused(Refusal::Closed);
        }
        let (Kind::Ballot { unlock, .. } | Kind::Withdraw { unlock }) = kind;
        let opens = held.is_none_or(|held| match unlock {
            Unlock::Right => true,
            Unlock::Wrong => false,
            Unlock::Nothing => held.key.is_none(),
        });
        match kind {
            _ if !opens => Outcome::Refused(Refusal::WrongUnlock),
            Kind::Ballot { used: true, .. } => Outcome::Refused(Refusal::LockUsed),
            Kind::Ballot { .. } => Outcome::Done(held.map_or(1, |held| held.revision + 1)),
            Kind::Withdraw { .. } if held.is_none() => Outcome::Refused(Refusal::NothingToWithdraw),
            Kind::Withdraw { .. } => Outcome::Done(0),
        }
    }

    /// The act happened.
    pub fn keep(&mut self, visitor: usize, kind: &Kind, revision: u64) {
        self.last = self.last.max(self.now / 60 * 60);
        self.held[visitor] = match kind {
            Kind::Ballot { answer, key, .. } => Some(Held { revision, answer: *answer, key: *key }),
            Kind::Withdraw { .. } => None,
        };
    }

    pub fn counts(&self) -> (u64, BTreeMap<String, u64>) {
        let mut counts: BTreeMap<String, u64> =
            ["fig", "lemon", "sea", "hill", "town"].map(|option| (option.to_owned(), 0)).into();
        let live = self.held.iter().flatten().map(|held| held.answer).chain(self.forgotten.iter().copied());
        let mut ballots = 0;
        for answer in live {
            ballots += 1;
            let chosen =
                ANSWERS[answer].iter().flat_map(|answer| answer.split(',')).filter(|it| !it.is_empty());
            chosen.for_each(|option| *counts.get_mut(option).unwrap() += 1);
        }
        (ballots, counts)
    }
}

/// An act, with what a model needs to know of it.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Ballot { answer: usize, key: Option<LockKey>, used: bool, unlock: Unlock },
    Withdraw { unlock: Unlock },
}
