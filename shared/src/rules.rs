//! Which acts are accepted: pure decisions on data, the same in the server and in the browser.
//!
//! What hangs on the order of acts (uniqueness, idempotency, locks) is decided by the sequencer inside the commit.

use std::collections::BTreeMap;

use crate::ids::Slug;
use crate::questions::{AnswerRefusal, Given, Question};
use crate::refusal::Refusal;
use crate::time::{State, Timestamp, Window};

/// The encoded answers of one ballot, one for each question in the definition's order; empty bytes for none.
pub type Answers = Vec<String>;

/// Whether an act may be taken at this moment.
///
/// # Errors
/// [`Refusal::NotOpenYet`] or [`Refusal::Closed`].
pub fn in_window(window: Window, sealed: bool, at: Timestamp) -> Result<(), Refusal> {
    match window.state(at, sealed) {
        State::Open => Ok(()),
        State::Scheduled => Err(Refusal::NotOpenYet { opens: window.opens }),
        State::Closed => Err(Refusal::Closed),
    }
}

/// Encodes the answers of a ballot, or names every answer that breaks a rule.
///
/// # Errors
/// [`Refusal::UnknownQuestion`] or [`Refusal::Answers`].
pub fn accept(questions: &[Question], given: &BTreeMap<String, Given>) -> Result<Answers, Refusal> {
    if let Some(unknown) =
        given.keys().find(|id| !questions.iter().any(|question| question.id.as_str() == *id))
    {
        return Err(Refusal::UnknownQuestion(unknown.clone()));
    }
    let mut answers = Answers::new();
    let mut faults: Vec<(Slug, AnswerRefusal)> = Vec::new();
    for question in questions {
        match question.encode(given.get(question.id.as_str())) {
            Ok(answer) => answers.push(answer),
            Err(fault) => faults.push((question.id.clone(), fault)),
        }
    }
    // A ballot that answers nothing says nothing: at least one question, even where all are optional.
    if faults.is_empty() && answers.iter().all(String::is_empty) {
        faults.extend(questions.first().map(|question| (question.id.clone(), AnswerRefusal::Required)));
    }
    if faults.is_empty() { Ok(answers) } else { Err(Refusal::Answers(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::test::sample;

    fn given(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Given> {
        pairs
            .iter()
            .map(|(id, values)| {
                ((*id).to_owned(), Given::Many(values.iter().map(|value| (*value).to_owned()).collect()))
            })
            .collect()
    }

    #[test]
    fn answers_are_encoded_in_the_order_of_the_definition() {
        let questions = &sample().activities[0].questions;
        let answers =
            accept(questions, &given(&[("places", &["town", "sea"]), ("flavour", &["fig"])])).unwrap();
        assert_eq!(answers, ["fig", "sea,town"]);
    }

    #[test]
    fn an_optional_question_may_stay_empty_and_a_required_one_may_not() {
        let questions = &sample().activities[0].questions;
        assert_eq!(accept(questions, &given(&[("flavour", &["fig"])])).unwrap(), ["fig", ""]);
        let refusal = accept(questions, &given(&[("places", &["sea"])])).unwrap_err();
        assert_eq!(refusal, Refusal::Answers(vec![("flavour".parse().unwrap(), AnswerRefusal::Required)]));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let questions = &sample().activities[0].questions;
        let refusal =
            accept(questions, &given(&[("flavour", &["plum"]), ("places", &["sea", "hill", "town"])]))
                .unwrap_err();
        assert!(matches!(refusal, Refusal::Answers(faults) if faults.len() == 2));
    }

    #[test]
    fn a_question_that_does_not_exist_is_refused() {
        let questions = &sample().activities[0].questions;
        let refusal = accept(questions, &given(&[("flavour", &["fig"]), ("colour", &["red"])])).unwrap_err();
        assert_eq!(refusal, Refusal::UnknownQuestion("colour".to_owned()));
    }
}
