//! The recount of a poll: every counted ballot opened, its commitment made again, its answers counted.

use std::collections::BTreeMap;

use super::documents::Documents;
use super::log_state::LogState;
use super::poll::PollState;
use super::report::{Basis, PollCount, Report};
use super::step::{Status, Step};
use crate::ids::{ActivityId, Slug};
use crate::log::commitment;
use crate::log::hash::Hash;
use crate::log::leaf::{Custody, OpenPolicy};
use crate::log::opening::{
    AnswerCount, AnswerKind, Counts, OPENED_HOLDERS_MIN, OpeningFile, QuestionHead, Row, TallyText,
};

/// Opened answers by ballot leaf and question.
type Answers = BTreeMap<(u64, Slug), Vec<u8>>;

struct Recount<'a> {
    state: &'a LogState,
    poll: &'a PollState,
    activity: &'a ActivityId,
    definition: Hash,
    questions: &'a [QuestionHead],
}

/// Recounts a sealed poll; none where it cannot be.
pub(super) fn check(state: &LogState, documents: &Documents<'_>, report: &mut Report) -> Option<PollCount> {
    let (poll, rules) = (state.poll()?, state.rules()?);
    let Some(questions) = documents.questions(state) else {
        report.missing(Step::Openings, "no definition to open ballots with");
        return None;
    };
    let (activity, definition) = (state.activity()?, state.definition()?);
    let recount = Recount { state, poll, activity, definition, questions: &questions };
    let few = poll.live_holders(&|index| state.is_void(index)) < OPENED_HOLDERS_MIN;
    let mut tally = TallyText { log: rules.log.clone(), ballots: recount.ballots(), answers: Vec::new() };
    if poll.rules().open == OpenPolicy::Never || few {
        let why = if few { "too few holders: nothing is opened" } else { "the rules open nothing" };
        report.note(Step::Openings, Status::Ok, why);
        return organisers_word(poll, documents, tally, report);
    }
    match recount.open(documents) {
        Err(Finding::Missing(what)) => report.missing(Step::Openings, what),
        Err(Finding::Wrong(what)) => report.fail(Step::Openings, what),
        Ok(answers) => {
            report.ok(Step::Openings);
            tally.answers = recount.count(&answers);
            compare(poll, &tally, report);
            return Some(PollCount { basis: Basis::Recounted, tally });
        }
    }
    None
}

/// Why ballots are not open.
enum Finding {
    Missing(String),
    Wrong(String),
}

/// The published tally, where there is one, is the one counted here.
fn compare(poll: &PollState, tally: &TallyText, report: &mut Report) {
    match poll.tally() {
        None => report.note(Step::Tally, Status::Ok, "none is published"),
        Some(published) if published == Hash::of(tally.encode().as_bytes()) => report.ok(Step::Tally),
        Some(_) => report.misconduct(Step::Tally, "another tally is published"),
    }
}

/// Without openings only the ballots can be counted; the answers are the published ones.
fn organisers_word(
    poll: &PollState,
    documents: &Documents<'_>,
    mut tally: TallyText,
    report: &mut Report,
) -> Option<PollCount> {
    match poll.tally().map(|hash| documents.get(&hash)) {
        None => report.note(Step::Tally, Status::Ok, "none is published"),
        Some(None) => report.missing(Step::Tally, "the published tally is missing"),
        Some(Some(text)) => match TallyText::decode(text.as_bytes()) {
            Ok(published) if published.log == tally.log && published.ballots == tally.ballots => {
                report.note(Step::Tally, Status::Ok, "the answers are the organiser's word");
                tally = published;
            }
            Ok(_) | Err(_) => report.misconduct(Step::Tally, "the published tally counts other ballots"),
        },
    }
    Some(PollCount { basis: Basis::OrganisersWord, tally })
}

impl Recount<'_> {
    /// Holders by their highest ballot.
    fn ballots(&self) -> Counts {
        let mut counts = Counts::default();
        for (index, ballot) in self.poll.highest() {
            self.add(&mut counts, index, ballot.custody);
        }
        counts
    }

    fn add(&self, counts: &mut Counts, index: u64, custody: Custody) {
        match (self.state.is_void(index), custody) {
            (true, _) => counts.void += 1,
            (false, Custody::Client) => counts.client += 1,
            (false, Custody::Server) => counts.server += 1,
        }
    }

    fn choices(&self) -> impl Iterator<Item = &Slug> {
        self.questions.iter().filter(|q| q.kind == AnswerKind::Choice).map(|q| &q.id)
    }

    /// All opened answers; every highest ballot has one for each choice question.
    fn open(&self, documents: &Documents<'_>) -> Result<Answers, Finding> {
        let mut answers = Answers::new();
        for (leaf, opening) in self.poll.openings() {
            let Some(text) = documents.get(&opening.file) else {
                return Err(Finding::Missing(format!("the file of leaf {leaf} is missing")));
            };
            let file = OpeningFile::decode(text.as_bytes())
                .map_err(|error| Finding::Wrong(format!("the file of leaf {leaf}: {error}")))?;
            if file.rows.len() as u64 != opening.rows {
                return Err(Finding::Wrong(format!("leaf {leaf} names {} rows", opening.rows)));
            }
            for row in file.rows {
                self.check_row(&row, *leaf)?;
                let of = format!("ballot {} is opened twice", row.leaf);
                if answers.insert((row.leaf, row.question), row.answer).is_some() {
                    return Err(Finding::Wrong(of));
                }
            }
        }
        if self.poll.openings().is_empty() && self.choices().next().is_some() {
            return Err(Finding::Missing("no ballot is opened yet".to_owned()));
        }
        for (index, _) in self.poll.highest() {
            if let Some(question) = self.choices().find(|id| !answers.contains_key(&(index, (*id).clone()))) {
                return Err(Finding::Wrong(format!("ballot {index} is not opened for {question}")));
            }
        }
        Ok(answers)
    }

    /// A row opens the commitment of a ballot that stands before the opening.
    fn check_row(&self, row: &Row, opening: u64) -> Result<(), Finding> {
        let wrong = |what: &str| Err(Finding::Wrong(format!("the row of leaf {} {what}", row.leaf)));
        let Some(ballot) = self.poll.ballot(row.leaf).filter(|_| row.leaf < opening) else {
            return wrong("is of no ballot");
        };
        if self.poll.rules().open == OpenPolicy::Close && !self.poll.is_highest(row.leaf) {
            return wrong("is not of a highest revision");
        }
        if !self.choices().any(|id| *id == row.question) || row.others.len() + 1 != self.questions.len() {
            return wrong("is of no choice question of the definition");
        }
        let opened = commitment::answer(self.activity, row.question.as_str(), &row.salt, &row.answer);
        let mut others = row.others.iter();
        let commitments = self.questions.iter().filter_map(|question| {
            if question.id == row.question { Some(opened) } else { others.next().copied() }
        });
        let commitments: Vec<Hash> = commitments.collect();
        if commitment::ballot(self.activity, &self.definition, &commitments) != ballot.commit {
            return wrong("does not open its commitment");
        }
        Ok(())
    }

    /// Each choice question's answers in byte order.
    fn count(&self, answers: &Answers) -> Vec<AnswerCount> {
        let mut lines = Vec::new();
        for question in self.choices() {
            let mut counts: BTreeMap<&[u8], Counts> = BTreeMap::new();
            for (index, ballot) in self.poll.highest() {
                if let Some(answer) = answers.get(&(index, question.clone())) {
                    self.add(counts.entry(answer).or_default(), index, ballot.custody);
                }
            }
            lines.extend(counts.into_iter().map(|(answer, counts)| AnswerCount {
                question: question.clone(),
                counts,
                answer: answer.to_vec(),
            }));
        }
        lines
    }
}
