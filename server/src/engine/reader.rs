//! What can be said about a committed act? Everything is derived: a receipt is not stored, but made again, byte for
//! byte the same, from the leaf, the tiles and a deterministic signature (`docs/adr/0006-receipts-derived.md`).

use std::collections::BTreeMap;

use fanfare_shared::ids::{ActivityId, HolderTag, IdempotencyKey, Participant};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::commitment::Salt;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle;
use fanfare_shared::receipt::{Open, Private, Receipt};
use fanfare_shared::wire::act::{ActKind, CustodyWord};
use fanfare_shared::wire::participant::{ActState, OwnAct};

use super::proofs::ProofReader;
use super::published::{LogHead, origin};
use super::types::{ActivityState, Committed};
use super::{Inner, ReadError};
use crate::store::record::{Bytes32, LogId};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActRow, HolderRow, IdempotencyRow, PersonRow};

/// A receipt and what else hangs on its checkpoint.
pub(super) struct Proven {
    pub(super) receipt: Receipt,
    pub(super) leaf0_proof: Vec<Hash>,
}

impl Inner {
    /// An act by the index of its leaf, with its receipt.
    pub(super) fn committed(
        &self,
        activity: &ActivityId,
        index: u64,
        replayed: bool,
    ) -> Result<Committed, ReadError> {
        let act: ActRow = overlay::expect(&*self.view, &Key::act(activity, index))?;
        let Proven { receipt, leaf0_proof } = self.proven(activity, index, &act)?;
        Ok(Committed {
            activity: activity.clone(),
            act: if act.revision == 0 { ActKind::Withdraw } else { ActKind::Ballot },
            index,
            holder: HolderTag::new(act.holder),
            revision: act.revision,
            custody: custody(&act),
            at: act.at,
            seq: act.seq,
            receipt: receipt.to_string(),
            leaf0_proof,
            replayed,
        })
    }

    /// The act that a client's key stands for.
    pub(super) fn by_key(
        &self,
        activity: &ActivityId,
        key: &IdempotencyKey,
    ) -> Result<Option<Committed>, ReadError> {
        let row: Option<IdempotencyRow> = overlay::row(&*self.view, &Key::idempotency(activity, key))?;
        // Durable, but not signed yet: for whoever asks, it has not happened yet.
        let row = row.filter(|row| self.is_signed(activity, row.index));
        row.map(|row| self.committed(activity, row.index, true)).transpose()
    }

    /// Whether a published checkpoint covers a leaf. Between the commit point and the signature it does not, and no
    /// reader may sign before the signer's state was written.
    fn is_signed(&self, activity: &ActivityId, index: u64) -> bool {
        let log = LogId::Activity(activity.clone());
        self.published.newest(&log).is_some_and(|head| index < head.size)
    }

    /// The receipt of an act under the checkpoint that was signed for its group: the same every time.
    pub(super) fn proven(
        &self,
        activity: &ActivityId,
        index: u64,
        act: &ActRow,
    ) -> Result<Proven, ReadError> {
        let log = LogId::Activity(activity.clone());
        let (size, root) = self.first_signed_over(&log, index)?;
        let state = self.state(activity)?;
        let head = self.newest(&log)?;
        let note = match head.memory.note(size) {
            Some(note) => note,
            None => self.note(&log, size, root)?,
        };
        let opens = state.definition.questions.iter().zip(&act.answers).zip(&act.salts);
        let opens: Vec<Open> = opens
            .map(|((question, answer), salt)| Open {
                name: question.id.to_string(),
                salt: Salt::new(*salt),
                bytes: answer.as_bytes().to_vec(),
            })
            .collect();
        let private = (!opens.is_empty()).then_some(Private { opens, key: None });
        let receipt = self.receipt(&state, &log, &head, index, size, note, private)?;
        let leaf0_proof = self.inclusion(&log, &head, 0, size)?;
        Ok(Proven { receipt, leaf0_proof })
    }

    /// A receipt under any checkpoint.
    #[expect(clippy::too_many_arguments, reason = "the parts of a receipt")]
    pub(super) fn receipt(
        &self,
        state: &ActivityState,
        log: &LogId,
        head: &LogHead,
        index: u64,
        size: u64,
        note: String,
        private: Option<Private>,
    ) -> Result<Receipt, ReadError> {
        let leaf = self.view.get(&Key::leaf(log, index))?;
        let leaf = leaf.ok_or_else(|| ReadError(format!("leaf {index} is missing")))?;
        let path = self.inclusion(log, head, index, size)?;
        let (rules, open_index) = (state.rules, state.open_index);
        Ok(Receipt { leaf, rules, open_index, private, index, path, checkpoint: note })
    }

    /// The inclusion path of a leaf in the tree of `size` leaves, from the edge at hand and the full tiles stored.
    fn inclusion(&self, log: &LogId, head: &LogHead, index: u64, size: u64) -> Result<Vec<Hash>, ReadError> {
        let reader = ProofReader { view: &*self.view, log, head };
        let path = merkle::inclusion_proof(&reader, index, size);
        path.map_err(|error| ReadError(format!("{log:?}: {error}")))
    }

    /// The smallest signed size that covers a leaf.
    fn first_signed_over(&self, log: &LogId, index: u64) -> Result<(u64, Hash), ReadError> {
        let missing = || ReadError(format!("no checkpoint covers leaf {index} of {log:?}"));
        let mut sizes = self.view.scan(&Key::signed_sizes(log), &Key::signed(log, index + 1));
        let (key, root) = sizes.next().ok_or_else(missing)??;
        let root: Bytes32 = root.try_into().map_err(|_| missing())?;
        Ok((key.last_number().ok_or_else(missing)?, Hash::new(root)))
    }

    /// The note that was signed for a size: signatures are deterministic, so it is the same note.
    fn note(&self, log: &LogId, size: u64, root: Hash) -> Result<String, ReadError> {
        let checkpoint = Checkpoint { origin: origin(&self.host, log), size, root };
        checkpoint.sign(self.keys.signer()).map_err(|error| ReadError(error.to_string()))
    }

    /// The note that was signed for a size, where one was.
    pub(super) fn note_at(&self, log: &LogId, size: u64) -> Result<String, ReadError> {
        let root: Option<Bytes32> =
            self.view.get(&Key::signed(log, size))?.and_then(|root| root.try_into().ok());
        let missing = || ReadError(format!("no checkpoint was signed for the {size} leaves of {log:?}"));
        self.note(log, size, Hash::new(root.ok_or_else(missing)?))
    }

    fn state(&self, activity: &ActivityId) -> Result<std::sync::Arc<ActivityState>, ReadError> {
        let state = self.published.activity(activity);
        state.ok_or_else(|| ReadError(format!("activity {activity} is not there")))
    }

    fn newest(&self, log: &LogId) -> Result<std::sync::Arc<LogHead>, ReadError> {
        self.published.newest(log).ok_or_else(|| ReadError(format!("{log:?} is not there")))
    }

    /// All acts of a participant.
    pub(super) fn acts_of(&self, participant: &Participant) -> Result<Vec<OwnAct>, ReadError> {
        let person = *Hash::of(participant.bytes()).bytes();
        let prefix = Key::person_all(&person);
        let mut acts = Vec::new();
        for row in self.view.scan(&prefix, &prefix) {
            let (key, _) = row?;
            let rest = key.as_bytes().get(prefix.as_bytes().len() + 1..).unwrap_or_default();
            let id = std::str::from_utf8(rest).ok().and_then(|id| id.parse::<ActivityId>().ok());
            let id = id.ok_or_else(|| ReadError("a person's row names no activity".to_owned()))?;
            acts.extend(self.acts_in(&id, participant)?);
        }
        Ok(acts)
    }

    /// All acts of a participant in one activity.
    pub(super) fn acts_in(
        &self,
        activity: &ActivityId,
        participant: &Participant,
    ) -> Result<Vec<OwnAct>, ReadError> {
        let person = *Hash::of(participant.bytes()).bytes();
        let people: Option<PersonRow> = overlay::row(&*self.view, &Key::person(&person, activity))?;
        let mut acts = Vec::new();
        for holder in people.unwrap_or_default().holders {
            let row: HolderRow = overlay::expect(&*self.view, &Key::holder(activity, &holder))?;
            let prefix = Key::holder_acts(activity, &holder);
            for key in self.view.scan(&prefix, &prefix) {
                let index = key?.0.last_number().unwrap_or_default();
                if self.is_signed(activity, index) {
                    acts.push(self.own_act(activity, index, &row)?);
                }
            }
        }
        Ok(acts)
    }

    fn own_act(&self, activity: &ActivityId, index: u64, holder: &HolderRow) -> Result<OwnAct, ReadError> {
        let act: ActRow = overlay::expect(&*self.view, &Key::act(activity, index))?;
        let state = self.state(activity)?;
        let answers: BTreeMap<String, String> = state
            .definition
            .questions
            .iter()
            .zip(&act.answers)
            .filter(|(_, answer)| !answer.is_empty())
            .map(|(question, answer)| (question.id.to_string(), answer.clone()))
            .collect();
        let standing = match (holder.withdrawn, holder.index == index) {
            (true, _) => ActState::Void,
            (false, true) => ActState::Counted,
            (false, false) => ActState::Superseded,
        };
        Ok(OwnAct {
            activity: activity.clone(),
            campaign: state.campaign.clone(),
            holder: HolderTag::new(act.holder),
            index,
            revision: act.revision,
            at: act.at,
            custody: custody(&act),
            state: standing,
            answers,
            receipt: self.proven(activity, index, &act)?.receipt.to_string(),
        })
    }
}

const fn custody(act: &ActRow) -> CustodyWord {
    if act.server { CustodyWord::Server } else { CustodyWord::Client }
}
