//! What a view shows, as plain data: the server fills it from its state, the browser from its reducer.
//!
//! Deliberately absent: signals, elements, words.

use std::collections::BTreeMap;

use fanfare_shared::ids::CampaignId;
use fanfare_shared::time::{State, Timestamp, Window};
use fanfare_shared::wire::act::ActKind;
use fanfare_shared::wire::bootstrap::ActivityView;
use fanfare_shared::wire::problem::FieldError;

use crate::view::questions::values;

/// Values by question id, as a form sends them.
pub type Given = BTreeMap<String, Vec<String>>;

/// A map, made pair by pair: `collect` would bring a sorting algorithm into the browser for each type.
pub(crate) fn map<V>(pairs: impl Iterator<Item = (String, V)>) -> BTreeMap<String, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// What everything in one rendering shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Language of the texts.
    pub lang: String,
    /// Scheme and host of the server, no slash at the end.
    pub base: String,
    /// The campaign.
    pub campaign: CampaignId,
    /// The brand's name.
    pub brand_name: String,
    /// Address of the hosted page.
    pub hosted: String,
    /// The moment of the rendering, for "9 days left".
    pub now: Timestamp,
    /// Where the markup will stand.
    pub place: Place,
}

/// Where the markup will stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a shadow root. The markup may be cached, so it holds neither participant nor key: `core.js` adds both.
    Shadow,
    /// On the hosted page, where forms must work without JavaScript.
    Hosted {
        /// The participant's secret, 64 hex digits; a fresh one for a newcomer.
        participant: String,
    },
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignModel {
    /// What all its activities share.
    pub frame: Frame,
    /// Its title.
    pub title: String,
    /// Its activities, in order.
    pub activities: Vec<ActivityModel>,
}

/// An activity as one visitor meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityModel {
    /// What everybody sees; `tally` only where this reader may see it.
    pub view: ActivityView,
    /// When it opens, in words.
    pub opens_text: Option<String>,
    /// When it closes, in words; none without a fixed end.
    pub closes_text: Option<String>,
    /// The contest, where it is one.
    #[cfg(feature = "ssr")]
    pub contest: Option<ContestView>,
    /// A fresh idempotency key for its form, on the hosted page.
    pub key: Option<String>,
    /// The visitor's ballot that counts.
    pub own: Option<Own>,
    /// What came of the visitor's last act.
    pub outcome: Outcome,
}

/// A contest in one language. For the server alone: the compiled widget leaves contests to the server's fragment.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestView {
    /// What can be won, the first drawn first.
    pub prizes: Vec<PrizeView>,
    /// When it is drawn, in words.
    pub draw: String,
    /// Whether it is drawn from a beacon of the server's own: a demonstration, and no real draw.
    pub demonstration: bool,
    /// Whether it was drawn.
    pub drawn: bool,
}

/// A prize in one language.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrizeView {
    /// How often it is given.
    pub count: u64,
    /// Its name.
    pub title: String,
    /// A line about it.
    pub text: Option<String>,
    /// What it is worth.
    pub value: Option<String>,
}

/// A ballot of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// Answer bytes by question id.
    pub answers: BTreeMap<String, String>,
    /// Index of its leaf.
    pub index: u64,
    /// 1 for the first, one more for each change.
    pub revision: u64,
    /// The tickets of an entry.
    #[cfg(feature = "ssr")]
    pub tickets: Option<fanfare_shared::wire::act::TicketRange>,
    /// Its receipt, private form.
    pub receipt: String,
    /// What the browser's check of the receipt found.
    pub check: Check,
}

/// The check of a receipt: what came of each step. Empty where it was not made: the server never makes it for you.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check(pub Vec<(String, Step)>);

/// What came of one step, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Not made yet.
    Pending,
    /// It holds.
    Ok,
    /// It does not.
    Failed,
    /// This browser cannot tell.
    Unsupported,
}

impl Step {
    /// Its name in the markup, for one step; nothing while it is not made.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Pending => None,
            Self::Ok => Some("ok"),
            Self::Failed => Some("failed"),
            Self::Unsupported => Some("unsupported"),
        }
    }
}

impl Check {
    /// The verdict: one failed step fails all, and nothing counts as checked that was not.
    #[must_use]
    pub fn verdict(&self) -> Step {
        let worst = [Step::Failed, Step::Pending, Step::Unsupported];
        let found = worst.into_iter().find(|wanted| self.0.iter().any(|(_, step)| step == wanted));
        found.unwrap_or(if self.0.is_empty() { Step::Pending } else { Step::Ok })
    }
}

/// What came of the visitor's last act.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Nothing was sent.
    #[default]
    None,
    /// Accepted.
    Done(ActKind),
    /// Not accepted: errors by field. The values given are kept.
    Refused {
        /// The fields at fault.
        errors: Vec<FieldError>,
        /// What was given.
        given: Given,
    },
    /// Another problem, by its slug. The values given are kept.
    Problem {
        /// The problem's stable name.
        slug: String,
        /// What was given.
        given: Given,
    },
    /// Kept in the browser until the network is back.
    Waiting {
        /// What will be sent.
        given: Given,
        /// Whether it is kept only as long as the page is open.
        memory: bool,
    },
    /// Typed in an earlier form, not sent.
    Draft {
        /// What was typed.
        given: Given,
    },
    /// The participant was erased.
    Erased,
}

/// What a section shows. Follows from the model alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the opening.
    Scheduled,
    /// The form.
    Answer,
    /// The answer waits for the network.
    Waiting,
    /// Answered; results where the rules show them.
    Answered,
    /// The answer was taken back.
    Withdrawn,
    /// After the close.
    Closed,
}

impl Stage {
    /// Its name in the markup.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Answer => "answer",
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }
}

impl ActivityModel {
    /// An activity that nobody has touched.
    #[must_use]
    pub fn new(view: ActivityView) -> Self {
        Self {
            view,
            opens_text: None,
            closes_text: None,
            #[cfg(feature = "ssr")]
            contest: None,
            key: None,
            own: None,
            outcome: Outcome::None,
        }
    }

    /// What its section shows.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match (&self.outcome, self.view.state) {
            (Outcome::Waiting { .. }, _) => Stage::Waiting,
            (Outcome::Done(ActKind::Withdraw), _) => Stage::Withdrawn,
            (_, State::Scheduled) => Stage::Scheduled,
            (_, State::Closed) => Stage::Closed,
            (_, State::Open) if self.own.is_some() => Stage::Answered,
            (_, State::Open) => Stage::Answer,
        }
    }

    /// The values that stand in the form: what was just given, else the visitor's ballot.
    #[must_use]
    pub fn values(&self, question: &str) -> Vec<String> {
        let given = match &self.outcome {
            Outcome::Refused { given, .. }
            | Outcome::Problem { given, .. }
            | Outcome::Waiting { given, .. }
            | Outcome::Draft { given } => Some(given),
            Outcome::None | Outcome::Done(_) | Outcome::Erased => None,
        };
        match given {
            Some(given) => given.get(question).cloned().unwrap_or_default(),
            None => self.own_values(question),
        }
    }

    /// What the visitor's ballot says to a question.
    #[must_use]
    pub fn own_values(&self, question: &str) -> Vec<String> {
        let asked = self.view.questions.iter().find(|asked| asked.id.as_str() == question);
        let answer = self.own.as_ref().and_then(|own| own.answers.get(question));
        asked.zip(answer).map(|(asked, bytes)| values(asked, bytes)).unwrap_or_default()
    }

    /// The error at a question, if its field is at fault.
    #[must_use]
    pub fn error(&self, question: &str) -> Option<&FieldError> {
        let Outcome::Refused { errors, .. } = &self.outcome else { return None };
        errors.iter().find(|error| error.pointer.strip_prefix("/answers/") == Some(question))
    }

    /// Whether it was closed before its time.
    #[must_use]
    pub fn ended_early(&self, now: Timestamp) -> bool {
        self.view.state == State::Closed && (self.view.closes.0 == 0 || now < self.view.closes)
    }

    /// Its state at a moment. What was closed early stays closed.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        let window = Window { opens: self.view.opens, closes: self.view.closes };
        window.state(now, self.view.state == State::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_counts_as_checked_that_was_not() {
        let check =
            |steps: &[Step]| Check(steps.iter().map(|step| (String::new(), *step)).collect()).verdict();
        assert_eq!(Check::default().verdict(), Step::Pending);
        assert_eq!(check(&[Step::Ok, Step::Ok]), Step::Ok);
        assert_eq!(check(&[Step::Ok, Step::Unsupported]), Step::Unsupported);
        assert_eq!(check(&[Step::Failed, Step::Unsupported, Step::Pending]), Step::Failed);
    }
}
