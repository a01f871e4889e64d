//! May this act stand, and as which leaf? Decided inside the commit, against the state with the group so far.
//!
//! Here hang uniqueness, idempotency, the window at the leaf's own time, and the locks (`docs/PROTOCOL.md`, 3).

use std::sync::Arc;

use fanfare_shared::ids::{ActivityId, HolderTag, Lock, LockKey};
use fanfare_shared::log::commitment::{self, Salt};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Ballot, Body, Custody, Held, Leaf, Withdraw};
use fanfare_shared::questions::{Given, Question};
use fanfare_shared::refusal::Refusal;
use fanfare_shared::rules::{self, Answers};

use super::draft::Draft;
use super::{Desk, entry, written};
use crate::engine::published::LogHead;
use crate::engine::{Act, ActProposal, SubmitError};
use crate::store::record::{BallotRecord, Bytes32, Link, LogId, Record, Tag, WithdrawRecord};
use crate::store::state::key::Key;
use crate::store::state::rows::{ActRow, ActivityRow, HolderRow, LeafRow, LinkRow, PersonRow, Said};
use crate::store::{Definitions, ReadError};

/// Where an act stands in its activity's log.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Index of its leaf.
    pub(crate) index: u64,
    /// What was written for it; none where it was there before, under the same key.
    pub(crate) fresh: Option<Fresh>,
}

/// An act that was just written: with this at hand, nobody has to read it again.
#[derive(Debug, Clone)]
pub(crate) struct Fresh {
    /// The row.
    pub(crate) row: LeafRow,
    /// The log after its group, once that is signed.
    pub(crate) under: Option<Arc<LogHead>>,
}

/// What was decided about an act. The outer error is the store's: nothing of the group can be decided then.
pub(super) type Decision<T> = Result<Result<T, SubmitError>, ReadError>;

/// A participant's holder in this activity, as far as there is a live one.
pub(super) struct Present {
    holder: Tag,
    slot: u64,
    /// Its last ballot or entry.
    last: ActRow,
    /// The lock of that act.
    lock: Lock,
    /// The key of the lock, where the server holds it.
    key: Option<LockKey>,
}

/// Decides one act and appends it to the draft.
pub(super) fn decide(desk: &Desk, draft: &mut Draft<'_>, act: &Act) -> Decision<Placed> {
    let Some(row) = draft.overlay.activity(&act.activity)? else {
        return Ok(Err(SubmitError::UnknownActivity));
    };
    if let Some(index) = draft.overlay.row::<u64>(&Key::idempotency(&act.activity, &act.key))? {
        let log = LogId::Activity(act.activity.clone());
        let used: LeafRow = draft.overlay.expect(&Key::leaf(&log, index))?;
        let same = used.act().is_some_and(|used| used.request == *act.request.bytes());
        let placed = Placed { index, fresh: None };
        return Ok(if same { Ok(placed) } else { refused(Refusal::KeyReused) });
    }
    let person = *Hash::of(act.participant.bytes()).bytes();
    let present = present(draft, &person, &act.activity)?;
    match &act.kind {
        ActProposal::Ballot { answers, lock, unlock } => {
            let locks = Locks { lock: *lock, unlock: *unlock };
            ballot(desk, draft, act, &row, person, present, answers, locks)
        }
        ActProposal::Entry { answers, lock } => {
            entry::decide(desk, draft, act, &row, person, present.is_some(), answers, *lock)
        }
        ActProposal::Withdraw { unlock } => withdraw(draft, act, &row, present, *unlock),
    }
}

pub(super) fn refused<T>(refusal: Refusal) -> Result<T, SubmitError> {
    Err(SubmitError::Refused(refusal))
}

/// The participant's holder here, unless there is none or it has withdrawn.
pub(super) fn present(
    draft: &Draft<'_>,
    person: &Bytes32,
    activity: &ActivityId,
) -> Result<Option<Present>, ReadError> {
    let people: Option<PersonRow> = draft.overlay.row(&Key::person(activity, person))?;
    let Some(HolderRow { slot, acts }) = people.and_then(|row| row.holders.into_iter().next_back()) else {
        return Ok(None);
    };
    let unfit = || ReadError("a holder has no act".to_owned());
    let index = acts.last().copied().ok_or_else(unfit)?;
    let row: LeafRow = draft.overlay.expect(&Key::leaf(&LogId::Activity(activity.clone()), index))?;
    let last = row.act().ok_or_else(unfit)?;
    let (Said::Ballot { lock, .. } | Said::Entry { lock, .. }) = last.said else { return Ok(None) };
    let link: Option<LinkRow> = draft.overlay.row(&Key::link(slot))?;
    let key = link.and_then(|link| link.key).map(LockKey::new);
    Ok(Some(Present { holder: last.holder, slot, last, lock: Lock::new(lock), key }))
}

/// What a client brings for the locks.
#[derive(Clone, Copy)]
struct Locks {
    lock: Option<Lock>,
    unlock: Option<LockKey>,
}

/// The key that opens a holder's last lock: the client's, or the one the server kept.
fn opening_key(activity: &ActivityId, present: &Present, given: Option<LockKey>) -> Result<LockKey, Refusal> {
    let opens = |key: &LockKey| commitment::lock(activity, key) == present.lock;
    let kept = if present.last.server { present.key } else { None };
    // A key that was given must fit, even where none is needed: the client believes something that is not so.
    given.or(kept).filter(opens).ok_or(Refusal::WrongUnlock)
}

/// The lock that an act brings, and its key where the client leaves both to the server; none where it stands in this log.
pub(super) fn fresh_lock(
    desk: &Desk,
    draft: &Draft<'_>,
    activity: &ActivityId,
    given: Option<Lock>,
) -> Result<Option<(Lock, Option<LockKey>)>, ReadError> {
    let (lock, key) = match given {
        Some(lock) => (lock, None),
        None => {
            let key = LockKey::new(desk.entropy.bytes());
            (commitment::lock(activity, &key), Some(key))
        }
    };
    let used = draft.overlay.has(&Key::lock(activity, lock.bytes()))?;
    Ok((!used).then_some((lock, key)))
}

#[expect(clippy::too_many_arguments, reason = "what an act is decided from, read once by the caller")]
fn ballot(
    desk: &Desk,
    draft: &mut Draft<'_>,
    act: &Act,
    row: &ActivityRow,
    person: Bytes32,
    present: Option<Present>,
    answers: &Answers,
    locks: Locks,
) -> Decision<Placed> {
    if row.contest.is_some() {
        return Ok(refused(Refusal::OtherKind));
    }
    let log = LogId::Activity(act.activity.clone());
    let at = draft.leaf_time(&[&log])?;
    let definition = desk.documents.definition(&row.definition)?;
    let allowed = rules::in_window(row.window, row.sealed.is_some(), at)
        .and_then(|()| fit(&definition.questions, answers));
    if let Err(refusal) = allowed {
        return Ok(refused(refusal));
    }
    let unlock = match &present {
        Some(present) => match opening_key(&act.activity, present, locks.unlock) {
            Ok(key) => Some(key),
            Err(refusal) => return Ok(refused(refusal)),
        },
        // Nothing is there to open; after a withdrawal the client may still send the old key.
        None => None,
    };
    let Some((lock, server_key)) = fresh_lock(desk, draft, &act.activity, locks.lock)? else {
        return Ok(refused(Refusal::LockUsed));
    };
    let holder = present.as_ref().map_or_else(|| desk.entropy.bytes(), |present| present.holder);
    let revision = present.as_ref().map_or(1, |present| present.last.revision + 1);
    let custody = if server_key.is_some() { Custody::Server } else { Custody::Client };
    let salts: Vec<Bytes32> = answers.iter().map(|_| desk.entropy.bytes()).collect();
    let commit = commitment(act, &row.definition, &definition.questions, answers, &salts);
    let held = Held { holder: HolderTag::new(holder), unlock, lock, custody };
    let body = Body::Ballot(Ballot { held, revision, commit });
    let leaf = Leaf { activity: act.activity.clone(), at, body }.encode();

    let link = Link { person, key: server_key.map(|key| *key.bytes()), address: None };
    let known = present.map(|present| present.slot);
    let sealed = match (known, &link.key) {
        // Who it is stands sealed with the first ballot; only a new key of the server has to be sealed again.
        (Some(_), None) => None,
        (known, _) => match seal(desk, draft, act, &holder, known, &link)? {
            Ok(sealed) => Some(sealed),
            Err(reason) => return Ok(Err(SubmitError::NotCommitted(reason))),
        },
    };
    let slot = known.or(sealed.as_ref().map(|sealed| sealed.slot));
    let index = draft.log(&log)?.size;
    let record = BallotRecord {
        activity: act.activity.clone(),
        key: act.key.clone(),
        request: *act.request.bytes(),
        holder,
        revision,
        lock: *lock.bytes(),
        server: link.key.is_some(),
        at: at.0,
        leaf,
        answers: answers.clone(),
        salts,
        sealed,
    };
    let record = match written::record(desk, &definition.questions, record, slot) {
        Ok(record) => record,
        Err(reason) => return Ok(Err(SubmitError::NotCommitted(reason))),
    };
    draft.append(record, Some(&link))?;
    Ok(Ok(placed(draft, &log, index)?))
}

/// What was just appended. Under what it stands is known when the group is complete.
pub(super) fn placed(draft: &Draft<'_>, log: &LogId, index: u64) -> Result<Placed, ReadError> {
    let row = draft.overlay.expect(&Key::leaf(log, index))?;
    Ok(Placed { index, fresh: Some(Fresh { row, under: None }) })
}

/// Seals a link under the holder's key, taking a new slot for a new holder.
pub(super) fn seal(
    desk: &Desk,
    draft: &Draft<'_>,
    act: &Act,
    holder: &Tag,
    known: Option<u64>,
    link: &Link,
) -> Result<Result<crate::store::record::Sealed, String>, ReadError> {
    let next: u64 = draft.overlay.row(&Key::people())?.unwrap_or(0);
    let slot = match known {
        Some(slot) => Ok(slot),
        None => desk.keys.people().reserve(next, &desk.entropy),
    };
    Ok(slot.and_then(|slot| {
        desk.keys.people().seal(act.activity.as_str(), holder, slot, link, desk.entropy.bytes())
    }))
}

/// Whether the encoded answers are what this definition gives. They were encoded before the commit, and an amendment
/// may have come between.
pub(super) fn fit(questions: &[Question], answers: &Answers) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    for (at, question) in questions.iter().enumerate() {
        let answer = answers.get(at).map_or("", String::as_str);
        let values = if answer.is_empty() { Vec::new() } else { question.kind.behaviour().values(answer) };
        match question.encode(Some(&Given::Many(values))) {
            Ok(encoded) if encoded == answer => {}
            Ok(_) => faults.push((
                question.id.clone(),
                fanfare_shared::questions::AnswerRefusal::UnknownOption(answer.to_owned()),
            )),
            Err(fault) => faults.push((question.id.clone(), fault)),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Answers(faults)) }
}

fn commitment(
    act: &Act,
    definition: &Hash,
    questions: &[Question],
    answers: &Answers,
    salts: &[Bytes32],
) -> Hash {
    let parts = questions.iter().zip(answers).zip(salts).map(|((question, answer), salt)| {
        commitment::answer(&act.activity, question.id.as_str(), &Salt::new(*salt), answer.as_bytes())
    });
    commitment::ballot(&act.activity, definition, &parts.collect::<Vec<_>>())
}

fn withdraw(
    draft: &mut Draft<'_>,
    act: &Act,
    row: &ActivityRow,
    present: Option<Present>,
    unlock: Option<LockKey>,
) -> Decision<Placed> {
    // May stand outside the window, but not after the seal.
    if row.sealed.is_some() {
        return Ok(refused(Refusal::Closed));
    }
    let Some(present) = present else { return Ok(refused(Refusal::NothingToWithdraw)) };
    let unlock = match opening_key(&act.activity, &present, unlock) {
        Ok(key) => key,
        Err(refusal) => return Ok(refused(refusal)),
    };
    let log = LogId::Activity(act.activity.clone());
    let at = draft.leaf_time(&[&log])?;
    let body = Body::Withdraw(Withdraw { holder: HolderTag::new(present.holder), unlock });
    let leaf = Leaf { activity: act.activity.clone(), at, body }.encode();
    let index = draft.log(&log)?.size;
    let record = WithdrawRecord {
        activity: act.activity.clone(),
        key: act.key.clone(),
        request: *act.request.bytes(),
        holder: present.holder,
        at: at.0,
        leaf,
    };
    draft.append(Record::Withdraw(record), None)?;
    Ok(Ok(placed(draft, &log, index)?))
}
