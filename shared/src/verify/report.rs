//! What the verifier says: named steps, each with a status, and one verdict over all of them.

use std::collections::BTreeMap;
use std::fmt;

use super::board::IdeaCount;
use super::drawn::Drawn;
use super::step::{Status, Step};
use crate::log::opening::{Counts, TallyText};

/// What all steps together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every step holds.
    Verified,
    /// Every step that the result hangs on holds.
    WithMisconduct,
    /// A piece is missing.
    NotVerified,
    /// A step does not hold.
    Refused,
}

impl Verdict {
    /// Whether the result stands: exit code 0 of `fanfare verify`.
    #[must_use]
    pub const fn stands(self) -> bool {
        matches!(self, Self::Verified | Self::WithMisconduct)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verified => "verified",
            Self::WithMisconduct => "verified, with misconduct",
            Self::NotVerified => "not verified",
            Self::Refused => "refused",
        })
    }
}

/// One step's outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// What was found, in words.
    pub details: Vec<String>,
    reached: bool,
}

/// What the count rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Every counted ballot was opened and recounted here.
    Recounted,
    /// Ballots are not opened, by the rules or because they are too few: the answers are the organiser's word.
    OrganisersWord,
}

/// A poll's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollCount {
    /// What the answers rest on.
    pub basis: Basis,
    /// The counts; with [`Basis::OrganisersWord`] and no published tally, without answers.
    pub tally: TallyText,
}

/// What follows from a verified log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// Of a poll.
    Poll(PollCount),
    /// Of a contest.
    Contest(Box<Drawn>),
    /// Of a board: ideas that stand on their own.
    Board(Vec<IdeaCount>),
}

/// Printed with every result.
pub const NEVER_CLAIMED: [&str; 6] = [
    "that entrants are distinct real people",
    "that the organiser let everyone in",
    "that skips were justified",
    "that prizes were handed over",
    "that a vote cannot be shown or sold",
    "that acts made together in two activities cannot be correlated by their order",
];

/// What a light check leaves open, printed with it.
pub const ONLY_THE_BUNDLE: [&str; 5] = [
    "that every other entry is right",
    "that no entry drawn was void",
    "that the seal is the only one (uniqueness not checked)",
    "that no skip is left out",
    "that the registry says nothing else about it (a cancel, another result, a change of key)",
];

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of which log, where that much could be read.
    pub origin: Option<String>,
    /// The public key that was believed, and where it came from.
    pub trust: String,
    /// Whether the check was light: what only the whole list shows was not asked.
    pub light: bool,
    /// What follows: a count only where the verdict stands, winners only where no step fails.
    pub count: Option<Count>,
    steps: BTreeMap<Step, Outcome>,
}

impl Report {
    /// With these steps still to be taken: until one is, it is not verified.
    #[must_use]
    pub(crate) fn expecting(trust: String, steps: &[Step]) -> Self {
        let mut report = Self { origin: None, trust, light: false, count: None, steps: BTreeMap::new() };
        for step in steps {
            report.expect(*step);
        }
        report
    }

    /// Adds a step still to be taken.
    pub(crate) fn expect(&mut self, step: Step) {
        let details = vec!["not reached".to_owned()];
        let open = Outcome { status: Status::NotVerified, details, reached: false };
        self.steps.entry(step).or_insert(open);
    }

    /// The step was taken; what was found before on it stays if it is worse.
    pub(crate) fn note(&mut self, step: Step, status: Status, detail: impl Into<String>) {
        let fresh = Outcome { status, details: Vec::new(), reached: true };
        let outcome = self.steps.entry(step).or_insert(fresh.clone());
        if !outcome.reached {
            *outcome = fresh;
        }
        outcome.status = outcome.status.max(status);
        let detail = detail.into();
        if !detail.is_empty() {
            outcome.details.push(detail);
        }
    }

    pub(crate) fn ok(&mut self, step: Step) {
        self.note(step, Status::Ok, "");
    }

    pub(crate) fn fail(&mut self, step: Step, detail: impl Into<String>) {
        self.note(step, Status::Fail, detail);
    }

    pub(crate) fn missing(&mut self, step: Step, detail: impl Into<String>) {
        self.note(step, Status::NotVerified, detail);
    }

    pub(crate) fn misconduct(&mut self, step: Step, detail: impl Into<String>) {
        self.note(step, Status::Misconduct, detail);
    }

    /// All steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = (Step, &Outcome)> {
        self.steps.iter().map(|(step, outcome)| (*step, outcome))
    }

    /// How one step ended; none where it does not apply.
    #[must_use]
    pub fn status(&self, step: Step) -> Option<Status> {
        self.steps.get(&step).map(|outcome| outcome.status)
    }

    /// The worst of all steps decides.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.steps.values().map(|outcome| outcome.status).max() {
            Some(Status::Ok) => Verdict::Verified,
            Some(Status::Misconduct) => Verdict::WithMisconduct,
            Some(Status::NotVerified) | None => Verdict::NotVerified,
            Some(Status::Fail) => Verdict::Refused,
        }
    }
}

/// The report as text for a terminal.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            writeln!(f, "log  {origin}")?;
        }
        writeln!(f, "key  {}", self.trust)?;
        for (step, Outcome { status, details, .. }) in &self.steps {
            let words = if details.is_empty() { step.asks().to_owned() } else { details.join("; ") };
            writeln!(f, "{:<12}  {:<18}  {words}", status.to_string(), step.name())?;
        }
        match &self.count {
            None => {}
            Some(Count::Poll(poll)) => poll.fmt(f)?,
            Some(Count::Contest(drawn)) => drawn.fmt(f)?,
            Some(Count::Board(ideas)) => {
                for IdeaCount { subject, client, server } in ideas {
                    writeln!(
                        f,
                        "{:>9}  {subject} ({server} of them in the server's custody)",
                        client + server
                    )?;
                }
            }
        }
        if let Some(Count::Contest(drawn)) = &self.count {
            writeln!(f, "{}", drawn.label())?;
        } else if self.status(Step::Draw).is_some() {
            writeln!(f, "Not verified.")?;
        }
        if self.light {
            writeln!(f, "A light check. Only the bundle shows: {}.", ONLY_THE_BUNDLE.join("; "))?;
        }
        writeln!(f, "{}", self.verdict())?;
        writeln!(f, "Never claimed: {}.", NEVER_CLAIMED.join("; "))
    }
}

impl fmt::Display for PollCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, counts: Counts| {
            let total = counts.client + counts.server;
            let (server, void) = (counts.server, counts.void);
            writeln!(f, "{total:>9}  {what} ({server} of them in the server's custody; {void} void)")
        };
        line("ballots", self.tally.ballots)?;
        for answer in &self.tally.answers {
            let text = if answer.answer.is_empty() {
                "(none)".into()
            } else {
                answer.answer.escape_ascii().to_string()
            };
            line(&format!("{} {text}", answer.question), answer.counts)?;
        }
        match self.basis {
            Basis::Recounted => writeln!(f, "Recounted from the opened ballots."),
            Basis::OrganisersWord => {
                writeln!(f, "The ballots are not opened: the answers are the organiser's word.")
            }
        }
    }
}
