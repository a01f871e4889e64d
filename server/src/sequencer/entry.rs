//! May somebody enter a contest? Each person once, each address once, while it is open. Decided inside the commit.

use fanfare_shared::ids::{HolderTag, Lock};
use fanfare_shared::log::commitment::{self, Salt};
use fanfare_shared::log::leaf::{Body, Custody, Entry, Held, Leaf};
use fanfare_shared::questions::{AnswerRefusal, Kind, Question};
use fanfare_shared::refusal::Refusal;
use fanfare_shared::rules::{self, Answers};

use super::Desk;
use super::act::{Decision, Placed, fit, fresh_lock, placed, present, refused, seal};
use super::draft::Draft;
use crate::engine::{Act, SubmitError};
use crate::store::Definitions;
use crate::store::record::contest::{EntryRecord, Form, place};
use crate::store::record::{Bytes32, Link, LogId, Record};
use crate::store::state::rows::ActivityRow;

#[expect(clippy::too_many_arguments, reason = "what an act is decided from, read once by the caller")]
pub(super) fn decide(
    desk: &Desk,
    draft: &mut Draft<'_>,
    act: &Act,
    row: &ActivityRow,
    person: Bytes32,
    entered: bool,
    answers: &Answers,
    lock: Option<Lock>,
) -> Decision<Placed> {
    let Some(contest) = &row.contest else { return Ok(refused(Refusal::OtherKind)) };
    let log = LogId::Activity(act.activity.clone());
    let at = draft.leaf_time(&[&log])?;
    let definition = desk.documents.definition(&row.definition)?;
    let allowed = rules::in_window(row.window, row.sealed.is_some(), at)
        .and_then(|()| fit(&definition.questions, answers))
        .and(if entered { Err(Refusal::AlreadyEntered) } else { Ok(()) });
    if let Err(refusal) = allowed {
        return Ok(refused(refusal));
    }
    let given = rules::address(&definition.questions, answers);
    let address = given.map(|given| of_address(desk, given));
    if let Some(address) = &address
        && present(draft, address, &act.activity)?.is_some()
    {
        return Ok(refused(twice(&definition.questions)));
    }
    let Some((lock, server_key)) = fresh_lock(desk, draft, &act.activity, lock)? else {
        return Ok(refused(Refusal::LockUsed));
    };
    let holder = desk.entropy.bytes();
    let custody = if server_key.is_some() { Custody::Server } else { Custody::Client };
    let form =
        Form { salt: desk.entropy.bytes(), identity: identity(given, &person), answers: answers.clone() };
    let commit = commitment::identity(&act.activity, &Salt::new(form.salt), &form.identity);
    let head = draft.log(&log)?;
    let held = Held { holder: HolderTag::new(holder), unlock: None, lock, custody };
    let body = Body::Entry(Entry {
        held,
        commit,
        first: head.tickets,
        count: contest.tickets,
        reason: contest.reason.clone(),
    });
    let leaf = Leaf { activity: act.activity.clone(), at, body }.encode();

    let link = Link { person, key: server_key.map(|key| *key.bytes()), address };
    let sealed = seal(desk, draft, act, &holder, None, &link)?;
    let sealed = sealed.and_then(|sealed| {
        let plain = postcard::to_stdvec(&form).map_err(|error| error.to_string())?;
        let place = place(act.activity.as_str(), &holder, head.tickets);
        let form = desk.keys.people().seal_bytes(&place, sealed.slot, &plain, desk.entropy.bytes())?;
        Ok((sealed, form))
    });
    let (sealed, form) = match sealed {
        Ok(sealed) => sealed,
        Err(reason) => return Ok(Err(SubmitError::NotCommitted(reason))),
    };
    let record = EntryRecord {
        activity: act.activity.clone(),
        key: act.key.clone(),
        request: *act.request.bytes(),
        holder,
        server: link.key.is_some(),
        at: at.0,
        leaf,
        sealed: Some(sealed),
        form,
    };
    draft.append(Record::Entry(Box::new(record)), Some(&link))?;
    Ok(Ok(placed(draft, &log, head.size)?))
}

/// What tells one address again. Upper case in the part before the `@` is no other person.
fn of_address(desk: &Desk, address: &str) -> Bytes32 {
    desk.keys.mac("entrant's address", address.to_lowercase().as_bytes())
}

/// What the leaf commits to: the address where one was given, else the device that the participant's secret lies on.
fn identity(address: Option<&str>, person: &Bytes32) -> Vec<u8> {
    match address {
        Some(address) => [b"email:", address.as_bytes()].concat(),
        None => [b"device:", data_encoding::HEXLOWER.encode(person).as_bytes()].concat(),
    }
}

/// Somebody entered with this address before.
fn twice(questions: &[Question]) -> Refusal {
    let asked = questions.iter().filter(|question| matches!(question.kind, Kind::Email(_)));
    Refusal::Answers(asked.map(|question| (question.id.clone(), AnswerRefusal::Duplicate)).collect())
}
