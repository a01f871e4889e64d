//! A contest is drawn from its sealed list and its beacon's round: the same way a verifier does it, from the same bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use fanfare_shared::draw::beacon::{Beacon, BeaconError, Signature};
use fanfare_shared::draw::select::Selection;
use fanfare_shared::draw::slots::Slots;
use fanfare_shared::draw::tickets::{Stub, Tickets};
use fanfare_shared::draw::transcript::Transcript;
use fanfare_shared::ids::{ActivityId, HolderTag};
use fanfare_shared::log::leaf::DrawResult;
use fanfare_shared::log::lines::Bytes32;
use fanfare_shared::log::merkle;
use fanfare_shared::log::origin::LogOrigin;
use tokio::sync::oneshot;

use super::proofs::ProofReader;
use super::types::{ActivityState, ContestState, SubmitError};
use super::{ENDING, Engine, Inner, LogId, ReadError};
use crate::sequencer::{Drawing, Message};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{LeafRow, Said, Standing};

/// Why a contest was not drawn. Nothing was written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DrawError {
    /// No contest of that id.
    #[error("there is no such contest")]
    UnknownContest,
    /// Its list of entries is not sealed yet.
    #[error("the list of entries is not sealed yet")]
    NotSealed,
    /// Not the value of the round that the rules name.
    #[error(transparent)]
    Beacon(#[from] BeaconError),
    /// The store could not be read, or the result not written; asking again is safe.
    #[error(transparent)]
    Store(#[from] SubmitError),
}

/// The leaf by which each holder withdrew who did.
pub(crate) type Withdrawals = BTreeMap<HolderTag, u64>;

/// A draw with everything that it was made from, for its certificate.
#[derive(Debug)]
pub(crate) struct Redrawn {
    /// The text that the seed is the hash of.
    pub(crate) transcript: String,
    pub(crate) seed: Bytes32,
    pub(crate) selection: Selection,
    pub(crate) slots: Slots,
    pub(crate) withdrawals: Withdrawals,
}

impl Engine {
    /// The draw of a contest made again; none of one that is not drawn. Reads the whole list.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(crate) fn redrawn(&self, state: &ActivityState) -> Result<Option<Redrawn>, ReadError> {
        let drawn = state.contest.as_ref().and_then(|contest| contest.drawn.as_deref());
        let (Some(size), Some(signature)) = (state.sealed, drawn) else { return Ok(None) };
        let signature = signature.parse().map_err(|error: BeaconError| ReadError(error.to_string()))?;
        self.inner.redrawn(state, size, &signature)
    }

    /// Contests whose list is sealed and that are not drawn yet.
    #[must_use]
    pub fn waiting_for_a_round(&self) -> Vec<ActivityId> {
        let activities = self.inner.published.activity_ids().into_iter();
        let states = activities.filter_map(|id| self.inner.published.activity(&id));
        let waits = |state: &ActivityState| {
            state.sealed.is_some() && state.contest.as_ref().is_some_and(|contest| contest.drawn.is_none())
        };
        states.filter(|state| waits(state)).map(|state| state.id.clone()).collect()
    }

    /// Draws a sealed contest from the value of its round, whoever brings it. Drawn already: nothing happens.
    ///
    /// # Errors
    /// [`DrawError`].
    pub async fn draw(&self, activity: &ActivityId, signature: &str) -> Result<(), DrawError> {
        let state = self.inner.published.activity(activity).ok_or(DrawError::UnknownContest)?;
        let contest = state.contest.as_ref().ok_or(DrawError::UnknownContest)?;
        let size = state.sealed.ok_or(DrawError::NotSealed)?;
        if contest.drawn.is_some() {
            return Ok(());
        }
        let beacon = &contest.rules.beacon;
        let signature = Beacon::of(beacon)?.read(beacon.round, signature)?;
        let (inner, of) = (Arc::clone(&self.inner), Arc::clone(&state));
        let drawing = tokio::task::spawn_blocking(move || inner.drawing(&of, size, &signature)).await;
        let failed = |reason: String| SubmitError::NotCommitted(reason);
        let drawing = drawing.map_err(|error| failed(error.to_string()))?;
        let drawing = drawing.map_err(|error| failed(error.to_string()))?.ok_or(DrawError::UnknownContest)?;
        let (to, outcome) = oneshot::channel();
        self.ask(Message::Drawn(Box::new(drawing), to)).map_err(|asked| asked.submit())?;
        outcome.await.map_err(|_| failed(ENDING.to_owned()))??;
        Ok(())
    }
}

impl Inner {
    /// The result of a sealed contest; none of an activity that is none.
    fn drawing(
        &self,
        state: &ActivityState,
        size: u64,
        signature: &Signature,
    ) -> Result<Option<Drawing>, ReadError> {
        let Some(Redrawn { seed, slots, .. }) = self.redrawn(state, size, signature)? else {
            return Ok(None);
        };
        let (activity, signature) = (state.id.clone(), signature.to_string());
        Ok(Some(Drawing { activity, signature, result: DrawResult { seed, slots: slots.hash() } }))
    }

    /// The draw of a sealed contest, made from its list; none of an activity that is none.
    fn redrawn(
        &self,
        state: &ActivityState,
        size: u64,
        signature: &Signature,
    ) -> Result<Option<Redrawn>, ReadError> {
        let Some(ContestState { rules, .. }) = &state.contest else { return Ok(None) };
        let (tickets, withdrawals) = self.tickets(&state.id, size)?;
        let log = LogId::Activity(state.id.clone());
        let head = self.published.newest(&log).ok_or_else(|| ReadError(format!("{log:?} is not there")))?;
        let reader = ProofReader { view: &*self.view, log: &log, head: &head };
        let root = merkle::root(&reader, size).map_err(|error| ReadError(error.to_string()))?;
        let transcript = Transcript {
            log: &LogOrigin { host: self.host.clone(), activity: state.id.clone() },
            contest: &state.id,
            rules: state.rules,
            size,
            root,
            tickets: tickets.total(),
            beacon: &rules.beacon,
            signature,
        };
        let (seed, selection, slots) = transcript.draw(&tickets, rules);
        Ok(Some(Redrawn { transcript: transcript.encode(), seed, selection, slots, withdrawals }))
    }

    /// All tickets below a sealed size, and who withdrew by which leaf.
    fn tickets(&self, activity: &ActivityId, size: u64) -> Result<(Tickets, Withdrawals), ReadError> {
        let leaves = Key::leaves(&LogId::Activity(activity.clone()));
        let (mut stubs, mut withdrawals) = (Vec::new(), Withdrawals::new());
        for row in self.view.scan(&leaves, &leaves) {
            let (key, bytes) = row?;
            let leaf = key.last_number().unwrap_or(u64::MAX);
            if leaf >= size {
                break;
            }
            let Some(act) = overlay::decode::<LeafRow>(&key, &bytes)?.act() else { continue };
            let holder = HolderTag::new(act.holder);
            match act.said {
                Said::Entry { count, .. } => {
                    let void = act.standing != Standing::Counted;
                    stubs.push(Stub { leaf, count, holder, void });
                }
                Said::Withdrawal { .. } => drop(withdrawals.insert(holder, leaf)),
                Said::Ballot { .. } => {}
            }
        }
        Ok((Tickets::new(stubs), withdrawals))
    }
}
