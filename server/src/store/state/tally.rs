//! What is counted of a poll, ballot by ballot? The counts are changed with each act, never made anew from all of them.

use fanfare_shared::campaign::ActivityKind;
use fanfare_shared::definition::Definition;
use fanfare_shared::ids::ActivityId;

use super::key::Key;
use super::overlay::Overlay;
use super::rows::{ActRow, QuestionCounts, TallyRow};
use crate::store::{Definitions, ReadError};

/// Before the first act.
pub(super) fn empty(seq: u64, definition: &Definition) -> TallyRow {
    let questions = definition.questions.iter().map(|question| {
        let options = vec![0; question.kind.behaviour().countable().len()];
        QuestionCounts { answered: 0, options }
    });
    let questions = questions.filter(|_| definition.kind == ActivityKind::Poll);
    TallyRow { seq, ballots: 0, server: 0, questions: questions.collect() }
}

/// Moves the counts from one ballot to another; none stands for no ballot that counts.
pub(super) fn count(
    overlay: &mut Overlay<'_>,
    definitions: &dyn Definitions,
    seq: u64,
    activity: &ActivityId,
    from: Option<&ActRow>,
    to: Option<&ActRow>,
) -> Result<(), ReadError> {
    let row =
        overlay.activity(activity)?.ok_or_else(|| ReadError(format!("activity {activity} is not there")))?;
    let definition = definitions.definition(&row.definition)?;
    let key = Key::tally(activity);
    let mut tally: TallyRow = overlay.expect(&key)?;
    if let Some(act) = from {
        recount(&mut tally, &definition, act, |n| n.saturating_sub(1));
    }
    if let Some(act) = to {
        recount(&mut tally, &definition, act, |n| n + 1);
    }
    tally.seq = seq;
    overlay.put(key, &tally)
}

/// Changes every count that a ballot touches.
pub fn recount(tally: &mut TallyRow, definition: &Definition, act: &ActRow, change: impl Fn(u64) -> u64) {
    tally.ballots = change(tally.ballots);
    if act.server {
        tally.server = change(tally.server);
    }
    let counts = tally.questions.iter_mut();
    for (place, ((counts, question), answer)) in
        counts.zip(&definition.questions).zip(&act.answers).enumerate()
    {
        if answer.is_empty() && act.commitment(place).is_none() {
            continue;
        }
        counts.answered = change(counts.answered);
        let countable = question.kind.behaviour().countable();
        for chosen in question.kind.behaviour().counted(answer) {
            let at = countable.iter().position(|option| *option == chosen);
            if let Some(count) = at.and_then(|at| counts.options.get_mut(at)) {
                *count = change(*count);
            }
        }
    }
}
