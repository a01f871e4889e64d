//! The server's heart as the routes see it: acts and documents in, outcomes out, and everything that can be read.
//!
//! Deliberately absent: HTTP. An [`Engine`] is cheap to clone; all clones share one committer (`sequencer`).

mod acts;
mod counters;
pub(crate) mod draw;
mod keys;
mod log_reader;
mod open;
mod proofs;
pub(crate) mod published;
mod reader;
mod start;
mod team;
pub(crate) mod texts;
pub mod types;

use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use fanfare_shared::definition::Definition;
use fanfare_shared::ids::{ActivityId, CampaignId, IdempotencyKey, Participant, Slug};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::origin::Host;
use fanfare_shared::time::State;
use fanfare_shared::wire::participant::{ActState, OwnAct};
use fanfare_shared::wire::tally::{OptionTally, QuestionTally, Tally};
use tokio::sync::{broadcast, oneshot};

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::keys::Keys;
use crate::sequencer::{Fresh, Message, Prepared};
use crate::store::View;
use crate::store::documents::Documents;
use crate::telemetry::Telemetry;

pub use crate::store::ReadError;
pub use crate::store::record::LogId;
pub use crate::store::record::measure::{By, Counts, REST, What};
pub use crate::store::record::team::{AuditLine, TeamTable};
pub use crate::store::space::SpaceLimits;
pub use acts::ActLine;
pub(crate) use counters::Counters;
pub use draw::DrawError;
pub use log_reader::{LogReader, OpeningRef, OpeningsIndex};
pub use open::{Open, OpenError, Parts, StoreLimits};
pub(crate) use team::place_of;
pub use team::{Actor, AuditNote, TeamEntry, TeamError, TeamProposal, TeamValue, Whose};
pub use texts::WrittenText;
pub use types::*;

use published::Published;

/// The server's heart.
#[derive(Debug, Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// What all clones share.
#[derive(Debug)]
struct Inner {
    view: Arc<dyn View>,
    documents: Arc<Documents>,
    published: Arc<Published>,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
    host: Host,
    queue: Arc<SyncSender<Message>>,
    telemetry: Arc<Telemetry>,
    counters: Arc<Counters>,
    committer: Mutex<Option<JoinHandle<()>>>,
}

const ENDING: &str = "the server is shutting down";

impl Engine {
    /// Asks for an act. Comes back when it is durable, in the log and covered by a signed checkpoint.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit(&self, act: Act) -> Result<Committed, SubmitError> {
        let outcome = self.place(act).await;
        self.inner.telemetry.acts.count(&outcome);
        outcome
    }

    async fn place(&self, act: Act) -> Result<Committed, SubmitError> {
        let activity = act.activity.clone();
        let (to, outcome) = oneshot::channel();
        self.ask(Message::Act(Box::new(act), to)).map_err(|asked| asked.submit())?;
        let placed = outcome.await.map_err(|_| SubmitError::NotCommitted(ENDING.to_owned()))??;
        // It is committed: what fails here is the answer alone, and the same key asks for it again.
        let replayed = placed.fresh.is_none();
        let committed = match placed.fresh {
            Some(Fresh { row, under: Some(head) }) => {
                self.inner.reply(&activity, placed.index, row, &head, head.signed(), replayed)
            }
            Some(Fresh { under: None, .. }) | None => self.inner.committed(&activity, placed.index, replayed),
        };
        committed.map_err(|error| SubmitError::Unknown(error.to_string()))
    }

    /// Brings a campaign document into force.
    ///
    /// # Errors
    /// [`ApplyError`].
    pub async fn apply(&self, apply: Apply) -> Result<Applied, ApplyError> {
        let inner = Arc::clone(&self.inner);
        let prepared = tokio::task::spawn_blocking(move || inner.prepare(apply)).await;
        let failed = |error: &dyn std::fmt::Display| ApplyError::NotCommitted(error.to_string());
        let prepared = prepared.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        let (to, outcome) = oneshot::channel();
        self.ask(Message::Apply(Box::new(prepared), to)).map_err(|asked| asked.apply())?;
        outcome.await.map_err(|_| ApplyError::NotCommitted(ENDING.to_owned()))?
    }

    /// Forgets a participant: every link from them to a holder, and the keys that sealed those links. Their choices stay
    /// counted. Knowing nobody by that secret is success.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn erase(&self, participant: &Participant) -> Result<(), SubmitError> {
        let person = *Hash::of(participant.bytes()).bytes();
        let (to, outcome) = oneshot::channel();
        self.ask(Message::Erase(person, to)).map_err(|asked| asked.submit())?;
        outcome.await.map_err(|_| SubmitError::NotCommitted(ENDING.to_owned()))?
    }

    /// Has the committer look at the clock now. It does so by itself once a second; a test does not wait.
    pub fn wake(&self) {
        // A full queue wakes it just as well.
        let _ = self.ask(Message::Tick);
    }

    fn ask(&self, message: Message) -> Result<(), Asked> {
        let waiting = &self.inner.telemetry.writer.queue;
        waiting.inc();
        self.inner.queue.try_send(message).map_err(|error| {
            waiting.dec();
            match error {
                TrySendError::Full(_) => Asked::Full,
                TrySendError::Disconnected(_) => Asked::Ended,
            }
        })
    }

    /// The campaigns.
    #[must_use]
    pub fn campaigns(&self) -> Vec<CampaignId> {
        self.inner.published.campaign_ids()
    }

    /// A campaign.
    #[must_use]
    pub fn campaign(&self, id: &CampaignId) -> Option<Arc<CampaignState>> {
        self.inner.published.campaign(id)
    }

    /// An activity.
    #[must_use]
    pub fn activity(&self, id: &ActivityId) -> Option<Arc<ActivityState>> {
        self.inner.published.activity(id)
    }

    /// Whether a campaign ever had an activity of this name.
    #[must_use]
    pub fn has_activity(&self, campaign: &CampaignId, name: &Slug) -> bool {
        self.inner.published.has_activity(campaign, name)
    }

    /// Where an activity stands: the sequence number its counts are of, and whether it takes acts.
    #[must_use]
    pub fn standing(&self, id: &ActivityId) -> Option<(u64, State)> {
        let activity = self.inner.published.activity(id)?;
        let state = activity.window.state(self.inner.clock.now(), activity.sealed.is_some());
        Some((self.inner.published.tally(id)?.seq, state))
    }

    /// The counts of an activity, as of the last commit. From memory.
    #[must_use]
    pub fn tally(&self, id: &ActivityId) -> Option<Tally> {
        let activity = self.inner.published.activity(id)?;
        let row = self.inner.published.tally(id)?;
        let questions = activity.definition.questions.iter().zip(&row.questions).map(|(question, counts)| {
            let options = question.kind.behaviour().countable().into_iter().zip(&counts.options);
            QuestionTally {
                id: question.id.clone(),
                answered: counts.answered,
                options: options.map(|(id, count)| OptionTally { id, count: *count }).collect(),
            }
        });
        Some(Tally {
            activity: id.clone(),
            seq: row.seq,
            state: activity.window.state(self.inner.clock.now(), activity.sealed.is_some()),
            ballots: row.ballots,
            custody_server: row.server,
            questions: questions.collect(),
        })
    }

    /// The activities whose log has grown, after those who made it grow were answered. Whoever lags has to look at
    /// everything again.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<ActivityId> {
        self.inner.published.changes()
    }

    /// The act that a client's key stands for.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn by_key(
        &self,
        activity: &ActivityId,
        key: &IdempotencyKey,
    ) -> Result<Option<Committed>, ReadError> {
        self.inner.by_key(activity, key)
    }

    /// All acts of a participant: oldest first in each activity. A withdrawal has revision 0, no answers, and is `void`
    /// like the ballots it took back.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn acts_of(&self, participant: &Participant) -> Result<Vec<OwnAct>, ReadError> {
        self.inner.acts_of(participant)
    }

    /// A participant's ballot that counts in an activity, if there is one.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn latest_of(
        &self,
        activity: &ActivityId,
        participant: &Participant,
    ) -> Result<Option<OwnAct>, ReadError> {
        let acts = self.inner.acts_in(activity, participant)?;
        Ok(acts.into_iter().find(|act| act.state == ActState::Counted))
    }

    /// A log, as the public sees it.
    #[must_use]
    pub fn log(&self, log: &LogId) -> Option<LogReader> {
        let head = self.inner.published.public(log, self.inner.clock.now())?;
        Some(LogReader::new(Arc::clone(&self.inner), log.clone(), head))
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn entropy(&self) -> &Entropy {
        &self.inner.entropy
    }

    /// The figures of this server.
    #[must_use]
    pub fn telemetry(&self) -> &Arc<Telemetry> {
        &self.inner.telemetry
    }

    /// The clock that windows are decided by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// Host of every origin, fixed at the first start.
    #[must_use]
    pub fn base(&self) -> &str {
        self.inner.host.as_str()
    }

    /// Whether acts are taken.
    #[must_use]
    pub fn health(&self) -> Health {
        match self.inner.published.health().borrow().clone() {
            Health::Ready { mut notes } => {
                notes.extend(self.inner.published.lacking());
                Health::Ready { notes }
            }
            failed @ Health::NotReady(_) => failed,
        }
    }

    /// Comes back when no more acts are taken, with the reason: the process should exit and start again.
    pub async fn failed(&self) -> String {
        let mut health = self.inner.published.health();
        let failed = health.wait_for(|health| matches!(health, Health::NotReady(_))).await;
        match failed.as_deref() {
            Ok(Health::NotReady(reason)) => reason.clone(),
            Ok(Health::Ready { .. }) | Err(_) => ENDING.to_owned(),
        }
    }

    /// Answers what was asked before, makes the state durable, and ends. Later asks are refused.
    pub async fn shutdown(&self) {
        let committer = self.inner.committer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(committer) = committer else { return };
        let queue = Arc::clone(&self.inner.queue);
        let ended = tokio::task::spawn_blocking(move || {
            // Waits for room; refused only when the committer has ended already.
            let _ = queue.send(Message::Stop);
            drop(queue);
            committer.join()
        });
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::error!(
                "the committer ended by a fault of the program; the journal holds what was answered"
            );
        }
    }
}

/// Why a message was not taken.
enum Asked {
    Full,
    Ended,
}

impl Asked {
    fn submit(self) -> SubmitError {
        match self {
            Self::Full => SubmitError::Busy,
            Self::Ended => SubmitError::NotCommitted(ENDING.to_owned()),
        }
    }

    fn team(self) -> TeamError {
        match self {
            Self::Full => TeamError::Busy,
            Self::Ended => TeamError::NotCommitted(ENDING.to_owned()),
        }
    }

    fn apply(self) -> ApplyError {
        match self {
            Self::Full => ApplyError::Busy,
            Self::Ended => ApplyError::NotCommitted(ENDING.to_owned()),
        }
    }
}

impl Inner {
    /// Makes a document's files durable, so that the committer only writes their hashes.
    fn prepare(&self, apply: Apply) -> Result<Prepared, Box<dyn std::error::Error + Send + Sync>> {
        let Apply { campaign, .. } = &apply;
        let document = self.documents.put(&serde_json::to_vec(campaign)?)?;
        let mut terms = serde_json::to_vec(&campaign.terms)?;
        terms.push(b'\n');
        let terms = self.documents.put(&terms)?;
        let (mut definitions, mut prizes) = (Vec::new(), Vec::new());
        for activity in &campaign.activities {
            definitions.push(self.documents.put(&Definition::of(campaign, activity).encode()?)?);
            let mut texts = Vec::new();
            for prize in activity.contest.iter().flat_map(|contest| &contest.prizes) {
                let mut text = serde_json::to_vec(prize)?;
                text.push(b'\n');
                texts.push(self.documents.put(&text)?);
            }
            prizes.push(texts);
        }
        Ok(Prepared { apply, document, terms, definitions, prizes })
    }
}
