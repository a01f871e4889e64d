//! The one writer. Everything that changes an activity passes through [`Sequencer::round`], one group after the other,
//! in one straight line: decide, **commit point**, sign, publish, answer, tell those who watch.
//!
//! A group is what gathered while the last one was being synced, at most 256; there is no timer and no lock. Building
//! receipts is left to those who wait for them: they are derived from what was committed (`engine::reader`).

mod act;
mod answer;
mod campaign;
mod close;
mod closers;
mod draft;
mod drawn;
mod entry;
mod erase;
mod leaf0;
mod team;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::origin::Host;
use fanfare_shared::log::tree::Tree;
use fanfare_shared::time::Timestamp;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::engine::published::Published;
use crate::engine::{Act, Applied, ApplyError, Counters, SubmitError, TeamError, TeamProposal};
use crate::entropy::Entropy;
use crate::keys::Keys;
use crate::store::documents::Documents;
use crate::store::record::measure::MeasureRecord;
use crate::store::record::{Bytes32, Head, LogId, Record};
use crate::store::{CommitError, Decided, ReadError, Store, View};
use crate::telemetry::Writer;

pub(crate) use act::{Fresh, Placed};
pub(crate) use campaign::Prepared;
pub(crate) use close::{Closing, highest};
use draft::Draft;
pub(crate) use drawn::Drawing;

/// Most proposals of one group.
const GROUP: usize = 256;
/// How often the committer looks at the clock and settles the store when nothing arrives.
const BEAT: Duration = Duration::from_secs(1);
/// Seconds that counts of reach gather: each time is a sync, and a halt costs no more than these.
const COUNTED: u64 = 30;

/// What the committer is asked. Each is answered once, or its sender dropped.
#[derive(Debug)]
pub(crate) enum Message {
    /// An act.
    Act(Box<Act>, oneshot::Sender<Result<Placed, SubmitError>>),
    /// A campaign document.
    Apply(Box<Prepared>, oneshot::Sender<Result<Applied, ApplyError>>),
    /// Forget a person (SHA-256 of the participant's secret).
    Erase(Bytes32, oneshot::Sender<Result<(), SubmitError>>),
    /// Something of the team's.
    Team(Box<TeamProposal>, oneshot::Sender<Result<u64, TeamError>>),
    /// The files that follow a seal are ready.
    Publish(Box<Closing>),
    /// A contest was drawn.
    Drawn(Box<Drawing>, oneshot::Sender<Result<(), SubmitError>>),
    /// Counts of reach. Nobody waits for an answer.
    Count(Vec<MeasureRecord>),
    /// Look at the clock now.
    Tick,
    /// Answer what came before, settle, and end.
    Stop,
}

/// What decisions are made from, beside the state.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<Entropy>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) documents: Arc<Documents>,
    pub(crate) host: Host,
    /// The growing edges of the logs, as of the last commit.
    pub(crate) trees: BTreeMap<LogId, Arc<Tree>>,
    /// When the open activities close.
    pub(crate) closings: BTreeSet<(Timestamp, ActivityId)>,
}

/// The one writer.
pub(crate) struct Sequencer<S> {
    pub(crate) store: S,
    pub(crate) desk: Desk,
    pub(crate) published: Arc<Published>,
    pub(crate) telemetry: Writer,
    pub(crate) inbox: Receiver<Message>,
    /// For the threads that make the files of a close.
    pub(crate) outbox: Weak<SyncSender<Message>>,
    pub(crate) closers: Vec<JoinHandle<()>>,
    /// Sealed activities whose files could not be made or named yet: tried again at the next beat.
    pub(crate) unfinished: BTreeSet<ActivityId>,
    pub(crate) stop: Arc<AtomicBool>,
    /// The second in which the state was made durable last.
    pub(crate) settled: Timestamp,
    /// Counts of reach that are not written yet, and when they were written last.
    pub(crate) counters: Arc<Counters>,
    pub(crate) counted: Timestamp,
}

/// What was decided about one message.
enum Answer {
    Act(Result<Placed, SubmitError>),
    Apply(Result<Applied, ApplyError>),
    Team(Result<u64, TeamError>),
    Written,
    Done,
}

/// A group that was decided.
#[derive(Default)]
struct Round {
    answers: Vec<Answer>,
    trees: BTreeMap<LogId, Tree>,
    heads: Vec<Head>,
    touched: Vec<ActivityId>,
    /// Slots of person keys to destroy.
    erased: Vec<u64>,
    /// Whether campaign documents may have changed.
    documents: bool,
}

/// Says so when the committer ends by a panic: nobody would be answered any more.
struct Guard(Arc<Published>);

impl Drop for Guard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail("the committer ended by a fault of the program");
        }
    }
}

impl Round {
    /// Hands each act the signed log that its group came to stand in.
    fn cover(&mut self, group: &[Message], published: &Published) {
        for (message, answer) in group.iter().zip(&mut self.answers) {
            if let (Message::Act(act, _), Answer::Act(Ok(Placed { fresh: Some(fresh), .. }))) =
                (message, answer)
            {
                fresh.under = published.newest(&LogId::Activity(act.activity.clone()));
            }
        }
    }
}

impl<S: Store> Sequencer<S> {
    /// Works until it is told to stop or nobody can ask any more.
    pub(crate) fn run(mut self) {
        let _guard = Guard(Arc::clone(&self.published));
        let view = self.store.view();
        self.close_what_is_sealed(&*view);
        loop {
            let (group, go_on) = self.gather();
            self.telemetry.queue.dec_by(group.len() as i64);
            if go_on && self.desk.clock.now() != self.settled {
                for activity in std::mem::take(&mut self.unfinished) {
                    self.close_if_sealed(&*view, &activity);
                }
            }
            self.round(&*view, group);
            self.write_counts(&*view, !go_on);
            self.settle(!go_on);
            if !go_on {
                break;
            }
        }
        self.stop.store(true, Ordering::SeqCst);
        let Self { inbox, closers, .. } = self;
        // A closer may be waiting for room in the queue.
        drop(inbox);
        for closer in closers {
            // A closer that panicked has left nothing behind that a new start does not take up again.
            let _ = closer.join();
        }
    }

    /// Writes what was counted of the campaigns' reach, every half minute and at the end.
    fn write_counts(&mut self, view: &dyn View, now: bool) {
        let second = self.desk.clock.now();
        if !now && second < self.counted.plus(COUNTED) {
            return;
        }
        self.counted = second;
        let counters = Arc::clone(&self.counters);
        let _moving = counters.moving();
        let counts = counters.take();
        if !counts.is_empty() {
            self.round(view, vec![Message::Count(counts)]);
        }
    }

    /// Makes the state durable about once a second, and at the end.
    fn settle(&mut self, now: bool) {
        let second = self.desk.clock.now();
        if !now && second == self.settled {
            return;
        }
        self.settled = second;
        if let Err(reason) = self.store.settle(now) {
            self.fail(&reason);
        }
        self.published.lack(self.store.lacking());
    }

    /// Takes no more acts: the process ends, and a new start recovers from the journal.
    fn fail(&self, reason: &str) {
        if self.published.fail(reason) {
            tracing::error!(reason, "the store takes no more acts; a new start recovers from the journal");
        }
    }

    /// What gathered meanwhile, and whether to go on after it. Waits for the first message, one beat at most.
    fn gather(&self) -> (Vec<Message>, bool) {
        let mut group = Vec::new();
        match self.inbox.recv_timeout(BEAT) {
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return (group, false),
            Ok(message) => group.push(message),
            Err(RecvTimeoutError::Timeout) => return (group, true),
        }
        // Whatever is not an act scans the state as of the last commit, so it makes a group of its own.
        while group.len() < GROUP && matches!(group.last(), Some(Message::Act(..) | Message::Tick)) {
            match self.inbox.try_recv() {
                Ok(Message::Stop) | Err(TryRecvError::Disconnected) => return (group, false),
                Ok(message) => group.push(message),
                Err(TryRecvError::Empty) => break,
            }
        }
        (group, true)
    }

    /// One group, from decision to answer.
    fn round(&mut self, view: &dyn View, group: Vec<Message>) {
        let mut round = Round::default();
        let Self { store, desk, published, .. } = self;

        // The commit point. Before it nothing has happened; after it everything has, whatever fails below.
        let committed = match published.failure() {
            // The last group is in the journal and not in our trees: a root made from them would fork the log.
            Some(reason) => Err(CommitError::NotCommitted(reason)),
            None => store.commit(&mut |view, first_seq| {
                let (decided, what) = desk.decide(view, first_seq, &group)?;
                round = what;
                Ok(decided)
            }),
        };

        let outcome = committed.and_then(|written| match written {
            Some(_) => self.after_commit(view, &group, &mut round).map_err(CommitError::Unknown),
            None => Ok(()),
        });
        if let Err(CommitError::Unknown(reason) | CommitError::Unreadable(reason)) = &outcome {
            self.fail(reason);
        }
        let touched = std::mem::take(&mut round.touched);
        if outcome.is_err() {
            self.unfinished.extend(group.iter().filter_map(|message| match message {
                Message::Publish(closing) => Some(closing.activity.clone()),
                Message::Count(counts) => {
                    self.counters.put_back(counts);
                    None
                }
                Message::Act(..)
                | Message::Apply(..)
                | Message::Erase(..)
                | Message::Team(..)
                | Message::Drawn(..)
                | Message::Tick
                | Message::Stop => None,
            }));
        }
        answer::answer(group, round.answers, outcome.as_ref().err());
        if outcome.is_ok() {
            self.published.announce(&touched);
        }
    }

    /// What follows from a commit: signatures, the published picture, destroyed keys, closings.
    fn after_commit(&mut self, view: &dyn View, group: &[Message], round: &mut Round) -> Result<(), String> {
        self.telemetry.group_size.observe(round.answers.len() as u64);
        let desk = &mut self.desk;
        self.published.sign(&desk.keys, &desk.host, &round.heads)?;
        for (log, tree) in std::mem::take(&mut round.trees) {
            let tree = Arc::new(tree);
            self.published.grow(&log, Arc::clone(&tree));
            desk.trees.insert(log, tree);
        }
        round.cover(group, &self.published);
        desk.keys.people().destroy(&round.erased)?;
        let picture = |error: ReadError| error.to_string();
        let changed = self.published.refresh(view, &desk.documents, &desk.host, &round.touched);
        if changed.map_err(picture)? {
            desk.closings = self.published.closings();
        }
        if round.documents {
            self.published.refresh_campaigns(view, &desk.documents).map_err(picture)?;
        }
        for activity in &round.touched {
            self.close_if_sealed(view, activity);
        }
        Ok(())
    }
}

impl Desk {
    /// Decides a group against the state inside the commit.
    fn decide(
        &self,
        view: &dyn View,
        first_seq: u64,
        group: &[Message],
    ) -> Result<(Option<Decided>, Round), ReadError> {
        let mut draft = Draft::new(self, view, first_seq);
        let mut round = Round::default();
        for (closes, activity) in &self.closings {
            if *closes > draft.now {
                break;
            }
            close::seal(self, &mut draft, activity)?;
        }
        for message in group {
            round.answers.push(match message {
                Message::Act(act, _) => Answer::Act(act::decide(self, &mut draft, act)?),
                Message::Apply(prepared, _) => {
                    round.documents = true;
                    Answer::Apply(campaign::decide(self, &mut draft, view, prepared)?)
                }
                Message::Erase(person, _) => {
                    round.erased = erase::decide(&mut draft, view, person)?;
                    Answer::Written
                }
                Message::Team(proposal, _) => {
                    let decided = team::decide(self, &mut draft, proposal)?;
                    if decided.is_ok() {
                        round.erased = proposal.forgotten.clone();
                    }
                    Answer::Team(decided)
                }
                Message::Publish(closing) => {
                    close::publish(&mut draft, closing)?;
                    Answer::Done
                }
                Message::Drawn(drawing, _) => {
                    drawn::publish(self, &mut draft, drawing)?;
                    Answer::Written
                }
                Message::Count(counts) => {
                    for record in counts {
                        draft.append(Record::Measure(record.clone()), None)?;
                    }
                    Answer::Done
                }
                Message::Tick | Message::Stop => Answer::Done,
            });
        }
        if draft.is_empty() {
            return Ok((None, round));
        }
        round.touched = draft.touched();
        let (decided, trees) = draft.finish();
        round.heads = decided.frame.heads.clone();
        round.trees = trees;
        Ok((Some(decided), round))
    }
}
