//! What can be said about a committed act? Everything is derived: a receipt is not stored, but made again, byte for
//! byte the same, from the leaf, the tiles and a deterministic signature (`docs/adr/0006-receipts-derived.md`).

use std::collections::BTreeMap;

use fanfare_shared::ids::{ActivityId, HolderTag, IdempotencyKey, Participant};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::commitment::Salt;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle;
use fanfare_shared::receipt::{Open, Private, Receipt};
use fanfare_shared::wire::act::{ActKind, CustodyWord, TicketRange};
use fanfare_shared::wire::participant::{ActState, OwnAct};

use super::proofs::ProofReader;
use super::published::{LogHead, Signed, origin};
use super::texts::Opened;
use super::types::{ActivityState, Committed};
use super::{Inner, ReadError};
use crate::store::record::{Bytes32, LogId};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActRow, LeafRow, PersonRow, Said, Standing};

/// A receipt and what else hangs on its checkpoint.
struct Proven {
    receipt: Receipt,
    leaf0_proof: Vec<Hash>,
}

/// What a receipt is under: a signed size of a log.
pub(super) struct Under<'a> {
    pub(super) log: &'a LogId,
    pub(super) head: &'a LogHead,
    pub(super) size: u64,
    pub(super) note: String,
}

impl Inner {
    /// An act by the index of its leaf, with its receipt under the checkpoint that was signed for its group: the same
    /// every time.
    pub(super) fn committed(
        &self,
        activity: &ActivityId,
        index: u64,
        replayed: bool,
    ) -> Result<Committed, ReadError> {
        let log = LogId::Activity(activity.clone());
        let row: LeafRow = overlay::expect(&*self.view, &Key::leaf(&log, index))?;
        let signed = self.first_signed_over(&log, index)?;
        self.reply(activity, index, row, &*self.newest(&log)?, signed, replayed)
    }

    /// The same from what the committer has at hand, without asking the store.
    pub(super) fn reply(
        &self,
        activity: &ActivityId,
        index: u64,
        row: LeafRow,
        head: &LogHead,
        signed: Signed,
        replayed: bool,
    ) -> Result<Committed, ReadError> {
        let leaf = row.leaf(&LogId::Activity(activity.clone()));
        let act = row.act().ok_or_else(|| ReadError(format!("leaf {index} is no act")))?;
        let Proven { receipt, leaf0_proof } = self.proven(activity, index, leaf, &act, head, signed)?;
        Ok(Committed {
            activity: activity.clone(),
            act: match act.said {
                Said::Ballot { .. } => ActKind::Ballot,
                Said::Entry { .. } => ActKind::Entry,
                Said::Withdrawal { .. } => ActKind::Withdraw,
            },
            index,
            holder: HolderTag::new(act.holder),
            revision: act.revision,
            tickets: tickets(&act),
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
        let index: Option<u64> = overlay::row(&*self.view, &Key::idempotency(activity, key))?;
        // Durable, but not signed yet: for whoever asks, it has not happened yet.
        let log = LogId::Activity(activity.clone());
        let index = index.filter(|index| self.is_signed(&log, *index));
        index.map(|index| self.committed(activity, index, true)).transpose()
    }

    /// Whether a published checkpoint covers a leaf. Between the commit point and the signature it does not, and no
    /// reader may sign before the signer's state was written.
    fn is_signed(&self, log: &LogId, index: u64) -> bool {
        self.published.newest(log).is_some_and(|head| index < head.size)
    }

    fn proven(
        &self,
        activity: &ActivityId,
        index: u64,
        leaf: Vec<u8>,
        act: &ActRow,
        head: &LogHead,
        Signed { size, note }: Signed,
    ) -> Result<Proven, ReadError> {
        let log = LogId::Activity(activity.clone());
        let state = self.state(activity)?;
        let Opened { answers, salts, identity, whole } = self.opened(activity, act)?;
        let opens: Vec<Open> = match identity {
            Some((salt, bytes)) => vec![Open { name: "identity".to_owned(), salt: Salt::new(salt), bytes }],
            None => {
                let opens = state.definition.questions.iter().zip(answers).zip(salts);
                opens
                    .map(|((question, answer), salt)| Open {
                        name: question.id.to_string(),
                        salt: Salt::new(salt),
                        bytes: answer.into_bytes(),
                    })
                    .collect()
            }
        };
        // The private form opens the whole commitment or nothing: where a text is forgotten, the public one is left.
        let private = (whole && !opens.is_empty()).then_some(Private { opens, key: None });
        let leaf0_proof = self.inclusion(&log, head, 0, size)?;
        let under = Under { log: &log, head, size, note };
        Ok(Proven { receipt: self.receipt(&state, under, index, leaf, private)?, leaf0_proof })
    }

    /// A receipt under any checkpoint.
    pub(super) fn receipt(
        &self,
        state: &ActivityState,
        Under { log, head, size, note }: Under<'_>,
        index: u64,
        leaf: Vec<u8>,
        private: Option<Private>,
    ) -> Result<Receipt, ReadError> {
        let path = self.inclusion(log, head, index, size)?;
        let (rules, open_index) = (state.rules, state.open_index);
        Ok(Receipt { leaf, rules, open_index, private, index, path, checkpoint: note })
    }

    /// The inclusion path of a leaf in the tree of `size` leaves, from the edge at hand and the full tiles stored.
    pub(super) fn inclusion(
        &self,
        log: &LogId,
        head: &LogHead,
        index: u64,
        size: u64,
    ) -> Result<Vec<Hash>, ReadError> {
        let reader = ProofReader { view: &*self.view, log, head };
        let path = merkle::inclusion_proof(&reader, index, size);
        path.map_err(|error| ReadError(format!("{log:?}: {error}")))
    }

    /// The checkpoint of the smallest signed size that covers a leaf.
    fn first_signed_over(&self, log: &LogId, index: u64) -> Result<Signed, ReadError> {
        let missing = || ReadError(format!("no checkpoint covers leaf {index} of {log:?}"));
        let mut sizes = self.view.scan(&Key::signed_sizes(log), &Key::signed(log, index + 1));
        let (key, root) = sizes.next().ok_or_else(missing)??;
        let root: Bytes32 = root.try_into().map_err(|_| missing())?;
        let size = key.last_number().ok_or_else(missing)?;
        Ok(Signed { size, note: self.note(log, size, Hash::new(root))? })
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
        let mut acts = Vec::new();
        for activity in self.published.activity_ids() {
            acts.extend(self.acts_in(&activity, participant)?);
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
        let people: Option<PersonRow> = overlay::row(&*self.view, &Key::person(activity, &person))?;
        let log = LogId::Activity(activity.clone());
        let mut acts = Vec::new();
        for holder in people.unwrap_or_default().holders {
            let mut of_holder = Vec::new();
            for index in holder.acts.into_iter().filter(|index| self.is_signed(&log, *index)) {
                let row = overlay::expect(&*self.view, &Key::leaf(&log, index))?;
                of_holder.push(self.own_act(activity, index, row)?);
            }
            // A withdrawal takes back every ballot before it.
            if of_holder.last().is_some_and(|last| last.state == ActState::Void) {
                of_holder.iter_mut().for_each(|act| act.state = ActState::Void);
            }
            acts.extend(of_holder);
        }
        Ok(acts)
    }

    fn own_act(&self, activity: &ActivityId, index: u64, row: LeafRow) -> Result<OwnAct, ReadError> {
        let log = LogId::Activity(activity.clone());
        let leaf = row.leaf(&log);
        let act = row.act().ok_or_else(|| ReadError(format!("leaf {index} is no act")))?;
        let state = self.state(activity)?;
        let answers: BTreeMap<String, String> = state
            .definition
            .questions
            .iter()
            .zip(self.opened(activity, &act)?.answers)
            .filter(|(_, answer)| !answer.is_empty())
            .map(|(question, answer)| (question.id.to_string(), answer))
            .collect();
        let signed = self.first_signed_over(&log, index)?;
        Ok(OwnAct {
            activity: activity.clone(),
            campaign: state.campaign.clone(),
            holder: HolderTag::new(act.holder),
            index,
            revision: act.revision,
            at: act.at,
            custody: custody(&act),
            state: match act.standing {
                Standing::Counted => ActState::Counted,
                Standing::Superseded => ActState::Superseded,
                Standing::Withdrawn => ActState::Void,
            },
            tickets: tickets(&act),
            answers,
            receipt: self
                .proven(activity, index, leaf, &act, &*self.newest(&log)?, signed)?
                .receipt
                .to_string(),
        })
    }
}

const fn tickets(act: &ActRow) -> Option<TicketRange> {
    match act.said {
        Said::Entry { first, count, .. } => Some(TicketRange { first, count }),
        Said::Ballot { .. } | Said::Withdrawal { .. } => None,
    }
}

const fn custody(act: &ActRow) -> CustodyWord {
    if act.server { CustodyWord::Server } else { CustodyWord::Client }
}
