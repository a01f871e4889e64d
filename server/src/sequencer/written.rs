//! How is free text parted from the rest of a ballot? Its words and salts are sealed under the holder's key before the
//! record is made, so that no journal ever holds them otherwise.

use std::mem;

use fanfare_shared::log::commitment::{self, Salt};
use fanfare_shared::log::opening::AnswerKind;
use fanfare_shared::questions::Question;

use super::Desk;
use crate::store::record::written::{Text, WrittenRecord, place};
use crate::store::record::{BallotRecord, Record};

/// The record of a ballot, with what was written in it sealed under the key in `slot`.
///
/// # Errors
/// In words: the slot has no key.
pub(super) fn record(
    desk: &Desk,
    questions: &[Question],
    mut ballot: BallotRecord,
    slot: Option<u64>,
) -> Result<Record, String> {
    let (mut commitments, mut texts) = (Vec::new(), Vec::new());
    let parts = questions.iter().zip(&mut ballot.answers).zip(&mut ballot.salts);
    for (at, ((question, answer), salt)) in (0..).zip(parts) {
        if question.answers() == AnswerKind::Choice || answer.is_empty() {
            continue;
        }
        let (id, bytes) = (question.id.as_str(), answer.as_bytes());
        let commitment = commitment::answer(&ballot.activity, id, &Salt::new(*salt), bytes);
        commitments.push((at, *commitment.bytes()));
        texts.push(Text { text: mem::take(answer), salt: mem::take(salt) });
    }
    if texts.is_empty() {
        return Ok(Record::Ballot(Box::new(ballot)));
    }
    let slot = slot.ok_or("a ballot names no person key")?;
    let plain = postcard::to_stdvec(&texts).map_err(|error| error.to_string())?;
    let place = place(ballot.activity.as_str(), &ballot.holder, ballot.revision);
    let sealed = desk.keys.people().seal_bytes(&place, slot, &plain, desk.entropy.bytes())?;
    Ok(Record::Written(Box::new(WrittenRecord { ballot, commitments, sealed })))
}
