//! How an activity moves in the browser: events in, a new model and what to do out. Plain data, tested natively.

use std::collections::BTreeMap;

use fanfare_shared::campaign::Results;
use fanfare_shared::time::{State, Timestamp};
use fanfare_shared::wire::act::ActKind;
use fanfare_shared::wire::problem::Problem;
use fanfare_shared::wire::tally::Tally;

use crate::model::{ActivityModel, Check, Given, Outcome, Own, Stage, Step, map};
use crate::view::questions::fault;

/// One's last accepted act, as `core.js` keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it was.
    pub act: ActKind,
    /// The values by question id.
    pub answers: Given,
    /// Index of its leaf.
    pub index: u64,
    /// Its revision.
    pub revision: u64,
    /// Its receipt.
    pub receipt: String,
    /// What the check of the receipt found.
    pub checks: Vec<Checked>,
}

/// A step of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its name.
    pub step: String,
    /// Whether it holds; nothing where this browser cannot tell.
    pub ok: Option<bool>,
}

impl Record {
    /// The ballot that counts, if the last act was none that took it back.
    fn own(self) -> Option<Own> {
        if self.act == ActKind::Withdraw {
            return None;
        }
        let step = |ok| match ok {
            Some(true) => Step::Ok,
            Some(false) => Step::Failed,
            None => Step::Unsupported,
        };
        Some(Own {
            answers: map(self.answers.into_iter().map(|(id, values)| (id, values.join(",")))),
            index: self.index,
            revision: self.revision,
            #[cfg(feature = "ssr")]
            tickets: None,
            receipt: self.receipt,
            check: Check(self.checks.into_iter().map(|made| (made.step, step(made.ok))).collect()),
        })
    }
}

/// What happens to an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An earlier page left a record of an own act.
    Restored(Record),
    /// An earlier page, or the fragment before this view, left values in the form.
    Typed(Given),
    /// An act waits in the outbox.
    Kept {
        /// What will be sent.
        given: Given,
        /// Whether it lasts only as long as the page.
        memory: bool,
    },
    /// The visitor sends the form.
    Sent(Given),
    /// The visitor takes the answer back.
    TakenBack,
    /// An act was accepted.
    Accepted(Record, Option<Tally>),
    /// An act was not accepted.
    Refused(Problem),
    /// Newer results.
    Counted(Tally),
    /// Time passes.
    Tick(Timestamp),
    /// The participant was erased.
    Erased,
}

/// What to do after an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Todo {
    /// Draw the section again.
    pub draw: bool,
    /// Then move the focus to what changed.
    pub focus: bool,
    /// Send this act: its kind and the form's values.
    pub send: Option<(ActKind, Given)>,
}

impl Todo {
    const DRAW: Self = Self { draw: true, focus: false, send: None };
    const SHOW: Self = Self { draw: true, focus: true, send: None };
}

/// An activity in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What is shown.
    pub model: ActivityModel,
    /// The values of the act under way.
    under_way: Option<Given>,
}

impl Section {
    /// An activity as the bootstrap shows it.
    #[must_use]
    pub const fn new(model: ActivityModel) -> Self {
        Self { model, under_way: None }
    }

    /// Whether an act is under way.
    #[must_use]
    pub const fn sending(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether this visitor may see results now.
    #[must_use]
    pub fn sees_results(&self) -> bool {
        let view = &self.model.view;
        match view.results {
            Results::Always => true,
            Results::Voted => self.model.own.is_some() || view.tally.is_some(),
            Results::Close => view.state == State::Closed,
            Results::Staff => false,
        }
    }

    /// Takes an event.
    pub fn on(&mut self, event: Event) -> Todo {
        match event {
            Event::Restored(record) => {
                // What was taken back stays so on the next page, with the way to what is still known of them.
                if record.act == ActKind::Withdraw && self.model.view.state == State::Open {
                    self.model.outcome = Outcome::Done(ActKind::Withdraw);
                }
                self.model.own = record.own();
                Todo::DRAW
            }
            Event::Typed(given) => self.set(Outcome::Draft { given }, Todo::DRAW),
            Event::Kept { given, memory } => {
                self.under_way = None;
                self.set(Outcome::Waiting { given, memory }, Todo::SHOW)
            }
            Event::Sent(given) => self.sent(given),
            Event::TakenBack => self.send(ActKind::Withdraw, BTreeMap::new()),
            Event::Accepted(record, tally) => self.accepted(record, tally),
            Event::Refused(problem) => self.refused(problem),
            Event::Counted(tally) => self.counted(tally),
            Event::Tick(now) => self.become_at(self.model.state_at(now)),
            Event::Erased => {
                self.model.own = None;
                if self.model.view.results == Results::Voted {
                    self.model.view.tally = None;
                }
                self.set(Outcome::Erased, Todo::SHOW)
            }
        }
    }

    fn set(&mut self, outcome: Outcome, todo: Todo) -> Todo {
        self.model.outcome = outcome;
        todo
    }

    /// Asks the same rules as the server will, so that a slip costs no round trip.
    fn sent(&mut self, given: Given) -> Todo {
        let values = |id: &str| given.get(id).map(Vec::as_slice).unwrap_or_default();
        let questions = self.model.view.questions.iter();
        let errors: Vec<_> =
            questions.filter_map(|question| fault(question, values(question.id.as_str()))).collect();
        if errors.is_empty() {
            self.send(ActKind::Ballot, given)
        } else {
            self.set(Outcome::Refused { errors, given }, Todo::SHOW)
        }
    }

    /// One act at a time: a second click changes nothing.
    fn send(&mut self, act: ActKind, given: Given) -> Todo {
        if self.sending() {
            return Todo::default();
        }
        self.under_way = Some(given.clone());
        Todo { send: Some((act, given)), ..Todo::default() }
    }

    fn accepted(&mut self, record: Record, tally: Option<Tally>) -> Todo {
        self.under_way = None;
        let act = record.act;
        self.model.own = record.own();
        if let Some(tally) = tally {
            self.count(tally);
        }
        self.set(Outcome::Done(act), Todo::SHOW)
    }

    fn refused(&mut self, problem: Problem) -> Todo {
        let given = match (self.under_way.take(), &self.model.outcome) {
            (Some(given), _) => given,
            (None, Outcome::Waiting { given, .. }) => given.clone(),
            (None, _) => BTreeMap::new(),
        };
        if problem.slug == "closed" {
            self.model.view.state = State::Closed;
        }
        let outcome = if problem.slug == "refused" && !problem.errors.is_empty() {
            Outcome::Refused { errors: problem.errors, given }
        } else {
            Outcome::Problem { slug: problem.slug, given }
        };
        self.set(outcome, Todo::SHOW)
    }

    /// Keeps a tally that is newer than the one there; says whether it is the first.
    fn count(&mut self, tally: Tally) -> bool {
        match &self.model.view.tally {
            Some(known) if known.seq >= tally.seq => return false,
            Some(_) | None => {}
        }
        self.model.view.tally.replace(tally).is_none()
    }

    fn counted(&mut self, tally: Tally) -> Todo {
        let state = tally.state;
        let first = self.count(tally);
        let moved = self.become_at(state);
        // A form is never drawn again under somebody's fingers just because results came.
        if first && self.model.stage() != Stage::Answer { Todo::DRAW } else { moved }
    }

    /// Nothing that is closed opens again.
    fn become_at(&mut self, state: State) -> Todo {
        let now = self.model.view.state;
        if now == state || now == State::Closed || (now == State::Open && state == State::Scheduled) {
            return Todo::default();
        }
        self.model.view.state = state;
        Todo::DRAW
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_shared::wire::problem::FieldError;

    fn given(values: &[&str]) -> Given {
        [("flavour".to_owned(), values.iter().map(|value| (*value).to_owned()).collect())].into()
    }

    fn section() -> Section {
        let view = serde_json::from_value(serde_json::json!({
            "id": "abcdefghijklmnopqrstuvwxy2", "kind": "poll", "log": "h/log/a/x", "rules": "00", "definition": "00",
            "opens": 60, "closes": 600, "state": "open", "results": "voted", "openings": "close",
            "questions": [{"id": "flavour", "type": "single", "text": "Which?", "required": true, "min": 1, "max": 1,
                "options": [{"id": "fig", "text": "Fig"}, {"id": "lemon", "text": "Lemon"}]}],
        }));
        Section::new(ActivityModel::new(view.unwrap()))
    }

    fn record(act: ActKind) -> Record {
        Record {
            act,
            answers: given(&["fig"]),
            index: 7,
            revision: 1,
            receipt: String::new(),
            checks: vec![Checked { step: "leaf".to_owned(), ok: Some(true) }],
        }
    }

    fn tally(seq: u64, state: State) -> Tally {
        let activity = section().model.view.id;
        Tally { activity, seq, state, ballots: seq, custody_server: 0, questions: Vec::new() }
    }

    fn problem(slug: &str, errors: Vec<FieldError>) -> Problem {
        let text = String::new;
        Problem {
            kind: text(),
            slug: slug.to_owned(),
            title: text(),
            status: 422,
            detail: text(),
            instance: None,
            errors,
            html: None,
        }
    }

    #[test]
    fn an_answer_is_sent_once_however_often_the_button_is_pressed() {
        let mut section = section();
        assert!(section.on(Event::Sent(given(&["fig"]))).send.is_some());
        assert_eq!(section.on(Event::Sent(given(&["fig"]))), Todo::default());
        assert!(section.sending());
    }

    #[test]
    fn a_missing_answer_is_told_without_asking_the_server() {
        let mut section = section();
        let todo = section.on(Event::Sent(given(&[])));
        assert!(todo.send.is_none() && todo.focus);
        assert_eq!(section.model.error("flavour").unwrap().slug, "required");
    }

    #[test]
    fn an_accepted_answer_becomes_ones_own_and_shows_results() {
        let mut section = section();
        section.on(Event::Sent(given(&["fig"])));
        section.on(Event::Accepted(record(ActKind::Ballot), Some(tally(1, State::Open))));
        assert_eq!(section.model.stage(), Stage::Answered);
        assert_eq!(section.model.own_values("flavour"), ["fig"]);
        assert!(section.sees_results() && !section.sending());
    }

    #[test]
    fn what_was_chosen_survives_a_refusal_a_wait_and_an_unknown_problem() {
        for slug in ["refused", "busy"] {
            let mut section = section();
            section.on(Event::Sent(given(&["lemon"])));
            section.on(Event::Kept { given: given(&["lemon"]), memory: false });
            assert_eq!(section.model.stage(), Stage::Waiting);
            section.on(Event::Refused(problem(slug, Vec::new())));
            assert_eq!(section.model.stage(), Stage::Answer);
            assert_eq!(section.model.values("flavour"), ["lemon"]);
        }
    }

    #[test]
    fn an_answer_after_the_close_closes_the_poll_here_too() {
        let mut section = section();
        section.on(Event::Sent(given(&["fig"])));
        section.on(Event::Refused(problem("closed", Vec::new())));
        assert_eq!(section.model.stage(), Stage::Closed);
    }

    #[test]
    fn an_older_tally_never_takes_the_place_of_a_newer_one() {
        let mut section = section();
        section.on(Event::Restored(record(ActKind::Ballot)));
        assert!(section.on(Event::Counted(tally(2, State::Open))).draw, "the first is drawn");
        assert!(!section.on(Event::Counted(tally(3, State::Open))).draw, "later ones move the numbers alone");
        section.on(Event::Counted(tally(1, State::Open)));
        assert_eq!(section.model.view.tally.as_ref().unwrap().seq, 3);
    }

    #[test]
    fn time_and_the_brand_close_a_poll_and_nothing_opens_it_again() {
        let mut section = section();
        assert_eq!(section.on(Event::Tick(Timestamp(599))), Todo::default());
        assert!(section.on(Event::Tick(Timestamp(600))).draw);
        section.on(Event::Tick(Timestamp(100)));
        assert_eq!(section.model.stage(), Stage::Closed);
    }

    #[test]
    fn taking_back_forgets_the_answer_but_keeps_the_rights() {
        let mut section = section();
        section.on(Event::Restored(record(ActKind::Ballot)));
        assert!(section.on(Event::TakenBack).send.is_some());
        section.on(Event::Accepted(record(ActKind::Withdraw), None));
        assert_eq!((section.model.stage(), &section.model.own), (Stage::Withdrawn, &None));
    }

    #[test]
    fn results_are_asked_for_only_where_the_rules_show_them() {
        let mut section = section();
        assert!(!section.sees_results());
        section.on(Event::Restored(record(ActKind::Ballot)));
        assert!(section.sees_results());
        section.model.view.results = Results::Staff;
        assert!(!section.sees_results());
    }
}
