//! Which acts are accepted: pure decisions on data, the same in the server and in the browser.
//!
//! What hangs on the order of acts (uniqueness, idempotency, locks) is decided by the sequencer inside the commit.

use std::collections::BTreeMap;

use crate::contest::Contest;
use crate::ids::Slug;
use crate::questions::{AnswerRefusal, Given, Kind, Question};
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
    let answers = accept_entry(questions, given)?;
    match questions.first() {
        // A ballot that answers nothing says nothing: at least one question, even where all are optional.
        Some(first) if answers.iter().all(String::is_empty) => {
            Err(Refusal::Answers(vec![(first.id.clone(), AnswerRefusal::Required)]))
        }
        Some(_) | None => Ok(answers),
    }
}

/// Encodes what an entrant of a contest filled in, which may be nothing, or names every answer that breaks a rule.
///
/// # Errors
/// [`Refusal::UnknownQuestion`] or [`Refusal::Answers`].
pub fn accept_entry(questions: &[Question], given: &BTreeMap<String, Given>) -> Result<Answers, Refusal> {
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
    if faults.is_empty() { Ok(answers) } else { Err(Refusal::Answers(faults)) }
}

/// Whether whoever answers so may take part in a contest on a day (`2026-11-30`, on the campaign's calendar): old
/// enough, where it is held, and no member of the staff.
///
/// # Errors
/// [`Refusal::Answers`], with every answer that stands against it.
pub fn admit(
    contest: &Contest,
    questions: &[Question],
    answers: &Answers,
    today: &str,
) -> Result<(), Refusal> {
    let asked = questions.iter().zip(answers);
    let against = asked.filter(|(question, answer)| {
        let staff = matches!(question.kind, Kind::Email(_)) && contest.is_staff(answer);
        staff || !question.kind.behaviour().admits(answer, today)
    });
    let faults: Vec<(Slug, AnswerRefusal)> =
        against.map(|(question, _)| (question.id.clone(), AnswerRefusal::NotEligible)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Answers(faults)) }
}

/// The e-mail address that an entrant gave.
#[must_use]
pub fn address<'a>(questions: &[Question], answers: &'a Answers) -> Option<&'a str> {
    let mut asked = questions.iter().zip(answers);
    let (_, answer) = asked.find(|(question, _)| matches!(question.kind, Kind::Email(_)))?;
    Some(answer.as_str()).filter(|answer| !answer.is_empty())
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
    fn whoever_may_not_take_part_is_told_by_every_answer_that_stands_against_it() {
        let form: Vec<Question> = serde_json::from_str(
            r#"[{"id":"mail","type":"email","text":{"en":"Address"}},
            {"id":"born","type":"birth","min_age":18,"text":{"en":"Born"}},
            {"id":"news","type":"consent","version":"1","required":false,"text":{"en":"News"}},
            {"id":"home","type":"single","eligible":["it"],"text":{"en":"Home"},
             "options":[{"id":"it","text":{"en":"Italy"}},{"id":"other","text":{"en":"Elsewhere"}}]}]"#,
        )
        .unwrap();
        let contest = crate::contest::test::sample();
        let entry = |pairs: &[(&str, &[&str])]| accept_entry(&form, &given(pairs)).unwrap();
        let good = entry(&[("mail", &["anna@Example.org"]), ("born", &["1990-04-30"]), ("home", &["it"])]);
        assert_eq!(good, ["anna@example.org", "1990-04-30", "", "it"]);
        assert_eq!(address(&form, &good), Some("anna@example.org"));
        assert_eq!(admit(&contest, &form, &good, "2026-11-30"), Ok(()));
        let against = entry(&[
            ("mail", &["bea@aurora.example"]),
            ("born", &["2010-04-30"]),
            ("news", &["yes"]),
            ("home", &["other"]),
        ]);
        let Err(Refusal::Answers(faults)) = admit(&contest, &form, &against, "2026-11-30") else { panic!() };
        let named: Vec<&str> = faults.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(named, ["mail", "born", "home"]);
        assert_eq!(accept_entry(&[], &BTreeMap::new()), Ok(Vec::new()));
    }

    #[test]
    fn a_question_that_does_not_exist_is_refused() {
        let questions = &sample().activities[0].questions;
        let refusal = accept(questions, &given(&[("flavour", &["fig"]), ("colour", &["red"])])).unwrap_err();
        assert_eq!(refusal, Refusal::UnknownQuestion("colour".to_owned()));
    }
}
