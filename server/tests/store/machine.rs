//! Whatever is asked, in whatever order, while commits fail and clocks jump: every backend answers as the model
//! does, and two backends end with the same counts and the same roots (long: 10,000 cases).

use std::collections::BTreeMap;

use fanfare::engine::{Act, ActProposal, Actor, Apply, Resolved, SubmitError};
use fanfare::store::memory::Fault;
use fanfare_shared::ids::{ActivityId, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::time::{Timestamp, Window};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::sync::broadcast;

use crate::harness::{Backend, START, Visitor, audit, counts, sample};
use crate::model::{ANSWERS, Kind, Model, Outcome, Unlock, VISITORS};
use crate::report;
use crate::twin::Twin;

/// Every way in which a commit fails.
const FAULTS: [Fault; 6] = [
    Fault::BeforeWrite,
    Fault::AtWrite { stored: false },
    Fault::AtSync { stored: false },
    Fault::AtSync { stored: true },
    Fault::AtApply,
    Fault::AtRead,
];

/// The lock that a ballot brings.
#[derive(Debug, Clone, Copy)]
enum Lock {
    Fresh,
    /// None: the server makes and keeps a key.
    Server,
    /// One that this visitor brought before, if any.
    Used,
}

#[derive(Debug, Clone)]
enum Step {
    Ballot {
        visitor: usize,
        answer: usize,
        lock: Lock,
        unlock: Unlock,
        fault: Option<usize>,
    },
    Withdraw {
        visitor: usize,
        unlock: Unlock,
        fault: Option<usize>,
    },
    /// An act that succeeded is asked for again, with the same body or another one.
    Again {
        nth: usize,
        other: bool,
    },
    Erase {
        visitor: usize,
    },
    /// The clock moves, in seconds.
    Clock(i64),
    /// The poll is ended early.
    End,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let visitor = 0..VISITORS;
    let lock = || prop_oneof![5 => Just(Lock::Fresh), 3 => Just(Lock::Server), 1 => Just(Lock::Used)];
    let unlock =
        || prop_oneof![8 => Just(Unlock::Right), 1 => Just(Unlock::Wrong), 1 => Just(Unlock::Nothing)];
    let fault = || prop::option::weighted(0.12, 0..FAULTS.len());
    let step = prop_oneof![
        12 => (visitor.clone(), 0..ANSWERS.len(), lock(), unlock(), fault())
            .prop_map(|(visitor, answer, lock, unlock, fault)| Step::Ballot { visitor, answer, lock, unlock, fault }),
        4 => (visitor.clone(), unlock(), fault())
            .prop_map(|(visitor, unlock, fault)| Step::Withdraw { visitor, unlock, fault }),
        3 => (any::<prop::sample::Index>(), any::<bool>())
            .prop_map(|(nth, other)| Step::Again { nth: nth.index(1000), other }),
        2 => visitor.prop_map(|visitor| Step::Erase { visitor }),
        3 => (-200..500i64).prop_map(Step::Clock),
        1 => Just(Step::Clock(3600)),
        1 => Just(Step::End),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..30)
}

/// A backend, the model beside it, and what its visitors remember.
struct Run {
    it: Twin,
    poll: ActivityId,
    model: Model,
    visitors: Vec<Visitor>,
    /// Keys whose locks stand in the log.
    used: Vec<LockKey>,
    /// Acts that succeeded, with the index of their leaf.
    done: Vec<(Act, u64)>,
    acts: u64,
    /// All that was answered, to be compared with the other backend's.
    answers: Vec<String>,
}

impl Run {
    async fn new(backend: Backend) -> Self {
        let it = Twin::new(backend);
        let start = START.minute();
        let window = Window { opens: start.plus(60), closes: start.plus(3600) };
        let mut run = Self {
            it,
            poll: "aaaaaaaaaaaaaaaaaaaaaaaaaa".parse().unwrap(),
            model: Model {
                window,
                now: START.0,
                last: start.0,
                sealed: false,
                held: [None; VISITORS],
                forgotten: Vec::new(),
            },
            visitors: (0..VISITORS as u32).map(Visitor::number).collect(),
            used: Vec::new(),
            done: Vec::new(),
            acts: 0,
            answers: Vec::new(),
        };
        run.apply(false).await;
        run
    }

    async fn apply(&mut self, ended: bool) {
        let mut campaign = sample();
        campaign.activities[0].ended = ended;
        let (candidate, window) = (self.poll.clone(), self.model.window);
        let activities = vec![Resolved { candidate, window, explicit: (false, false), contest: None }];
        self.it.engine().apply(Apply { campaign, activities, by: Actor::Server }).await.unwrap();
    }

    async fn step(&mut self, step: &Step) {
        match *step {
            Step::Ballot { visitor, answer, lock, unlock, fault } => {
                let own = LockKey::new(*Hash::of(format!("key {}", self.acts).as_bytes()).bytes());
                let (key, used) = match (lock, self.used.last()) {
                    (Lock::Server, _) => (None, false),
                    (Lock::Used, Some(used)) => (Some(*used), true),
                    (Lock::Used | Lock::Fresh, _) => (Some(own), false),
                };
                self.act(visitor, Kind::Ballot { answer, key, used, unlock }, fault).await;
            }
            Step::Withdraw { visitor, unlock, fault } => {
                self.act(visitor, Kind::Withdraw { unlock }, fault).await
            }
            Step::Again { nth, other } if !self.done.is_empty() => {
                let (mut act, index) = self.done[nth % self.done.len()].clone();
                let expected = if other {
                    act.request = Hash::of(b"another body");
                    Outcome::Refused(Refusal::KeyReused)
                } else {
                    Outcome::Same(index)
                };
                assert_eq!(self.submit(act).await.0, expected);
            }
            Step::Again { .. } => {}
            Step::Erase { visitor } => {
                self.it.engine().erase(&self.visitors[visitor].participant).await.unwrap();
                self.model.forgotten.extend(self.model.held[visitor].take().map(|held| held.answer));
            }
            Step::Clock(seconds) => {
                let changes = self.changes().await;
                self.model.now = self.model.now.checked_add_signed(seconds).unwrap();
                self.it.clock.set(Timestamp(self.model.now));
                if self.model.now >= self.model.window.closes.0 && !self.model.sealed {
                    self.it.engine().wake();
                    self.sealed(changes).await;
                }
            }
            Step::End if !self.model.sealed => {
                let changes = self.changes().await;
                self.apply(true).await;
                self.sealed(changes).await;
            }
            Step::End => {}
            Step::Restart => self.it.restart().await,
        }
    }

    /// The changes from here on. An act is answered before it is announced: whoever asks for something after it and is
    /// answered (a stranger is forgotten, which changes nothing) knows that it was announced.
    async fn changes(&self) -> broadcast::Receiver<ActivityId> {
        self.it.engine().erase(&Visitor::number(999).participant).await.unwrap();
        self.it.engine().changes()
    }

    /// Waits until the poll is sealed, and then until the files of its close are named.
    async fn sealed(&mut self, mut changes: broadcast::Receiver<ActivityId>) {
        self.model.sealed = true;
        for _ in 0..2 {
            changes.recv().await.unwrap();
        }
    }

    /// One act, with or without a fault of its commit.
    async fn act(&mut self, visitor: usize, kind: Kind, fault: Option<usize>) {
        self.acts += 1;
        let held = self.model.held[visitor];
        let (Kind::Ballot { unlock, .. } | Kind::Withdraw { unlock }) = kind;
        let unlock = match unlock {
            Unlock::Right => held.and_then(|held| held.key),
            Unlock::Wrong => Some(LockKey::new([9; 32])),
            Unlock::Nothing => None,
        };
        let proposal = match kind {
            Kind::Ballot { answer, key, .. } => ActProposal::Ballot {
                answers: ANSWERS[answer].map(str::to_owned).to_vec(),
                lock: key.map(|key| commitment::lock(&self.poll, &key)),
                unlock,
            },
            Kind::Withdraw { .. } => ActProposal::Withdraw { unlock },
        };
        let act = self.visitors[visitor].propose(&self.poll, proposal);
        let wanted = self.model.judge(visitor, &kind);
        let fault = fault.map(|fault| FAULTS[fault]).filter(|_| matches!(wanted, Outcome::Done(_)));
        if let Some(fault) = fault {
            self.it.fail(fault);
        }
        let (outcome, index) = self.submit(act.clone()).await;
        let (expected, happened) = match fault {
            None => (wanted.clone(), true),
            Some(Fault::BeforeWrite | Fault::AtRead) => (Outcome::NotCommitted, false),
            Some(Fault::AtWrite { stored } | Fault::AtSync { stored }) => (Outcome::Unknown, stored),
            Some(Fault::AtApply) => (Outcome::Unknown, true),
        };
        assert_eq!(outcome, expected, "{kind:?} {fault:?} {:?}", self.it.backend);
        assert!(self.it.has_struck());
        if outcome == Outcome::Unknown || fault == Some(Fault::AtRead) {
            // It takes no more, and the next start knows.
            assert_eq!(self.submit(act.clone()).await.0, Outcome::NotCommitted);
            self.it.restart().await;
        }
        let found = self.it.engine().by_key(&self.poll, &act.key).unwrap();
        let revision = match wanted {
            Outcome::Done(revision) if happened => revision,
            _ => return assert!(found.is_none(), "{kind:?} was not taken, and is there"),
        };
        let index = index.unwrap_or_else(|| found.as_ref().unwrap().index);
        assert_eq!(found.unwrap().index, index);
        self.model.keep(visitor, &kind, revision);
        self.used.extend(match kind {
            Kind::Ballot { key, .. } => key,
            Kind::Withdraw { .. } => None,
        });
        self.done.push((act, index));
    }

    async fn submit(&mut self, act: Act) -> (Outcome, Option<u64>) {
        let answer = self.it.engine().submit(act).await;
        self.answers.push(format!("{answer:?}"));
        match answer {
            Ok(committed) if committed.replayed => (Outcome::Same(committed.index), Some(committed.index)),
            Ok(committed) => (Outcome::Done(committed.revision), Some(committed.index)),
            Err(SubmitError::Refused(refusal)) => (Outcome::Refused(refusal), None),
            Err(SubmitError::NotCommitted(_)) => (Outcome::NotCommitted, None),
            Err(SubmitError::Unknown(_)) => (Outcome::Unknown, None),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The counts are the model's, now and after a start. Gives all that there is, for the other backend to equal.
    async fn end(mut self) -> (Vec<String>, BTreeMap<String, String>) {
        for _ in 0..2 {
            let (ballots, options) = self.model.counts();
            assert_eq!(self.it.engine().tally(&self.poll).unwrap().ballots, ballots);
            assert_eq!(counts(self.it.engine(), &self.poll), options);
            // A new start shows the public everything.
            self.it.restart().await;
        }
        let audit = audit(self.it.engine());
        self.it.stop().await;
        (self.answers, audit)
    }
}

async fn run(backend: Backend, steps: &[Step]) -> (Vec<String>, BTreeMap<String, String>) {
    let mut run = Run::new(backend).await;
    for step in steps {
        run.step(step).await;
    }
    run.end().await
}

#[test]
fn every_backend_is_what_the_model_says_and_all_have_the_same_roots() {
    let cases = report::cycles(24, 10_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config =
        Config { cases: u32::try_from(cases).unwrap(), failure_persistence: None, ..Config::default() };
    let asked = std::cell::Cell::new(0);
    TestRunner::new(config)
        .run(&steps(), |steps| {
            let (memory, embedded) = runtime.block_on(async {
                (run(Backend::Memory, &steps).await, run(Backend::Embedded, &steps).await)
            });
            asked.set(asked.get() + steps.len());
            for (memory, embedded) in memory.0.iter().zip(&embedded.0) {
                assert_eq!(memory, embedded, "the two backends answer differently");
            }
            assert_eq!(memory.1, embedded.1, "the two backends differ in the end");
            Ok(())
        })
        .unwrap();
    let steps = asked.get();
    report::row(
        "T19: state machine",
        cases,
        &format!(
            "{steps} steps on both backends: the outcomes of the model, equal counts, receipts and roots"
        ),
    );
}
