//! An activity of a campaign document: its kind, its times, and what only one kind has.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::ids::{ActivityId, Slug};
use crate::limits;
use crate::questions::{Fault, Kind, Question, Single};

/// One activity of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its name inside the campaign; keeps its identity when the document is applied again.
    pub name: Slug,
    /// Its public id; absent: random, made when the activity is first applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ActivityId>,
    /// What it is.
    pub kind: ActivityKind,
    /// When it opens: local time of the campaign (`2026-12-01T09:00`) or RFC 3339; absent: when first applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<String>,
    /// When it closes: likewise, or an ISO 8601 duration from the opening (`P10D`); absent: until it is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<String>,
    /// Ends the activity now, whatever `closes` says. Cannot be taken back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ended: bool,
    /// Who sees results, and when.
    #[serde(default)]
    pub results: Results,
    /// Whether the ballots are opened for a public recount.
    #[serde(default)]
    pub openings: Openings,
    /// The questions of a poll, or what an entrant of a contest fills in.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// The contest, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<Contest>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The kinds of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActivityKind {
    /// Questions, tallied.
    Poll,
    /// Entries, and prizes that are drawn.
    Contest,
}

/// Who sees results, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Results {
    /// Everybody, at once.
    Always,
    /// Whoever answered.
    #[default]
    Voted,
    /// Everybody, after the close.
    Close,
    /// The brand's team.
    Staff,
}

impl Results {
    /// The word in leaf 0 and in documents.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Voted => "voted",
            Self::Close => "close",
            Self::Staff => "staff",
        }
    }
}

/// Whether and when the ballots are opened, so that anybody can recount them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Openings {
    /// At the close.
    #[default]
    Close,
    /// Never: the tally is the organiser's word, and the page says so.
    Never,
}

impl Openings {
    /// The word in leaf 0 and in documents.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Never => "never",
        }
    }
}

impl Activity {
    /// Every fault of it, with JSON pointers inside the activity.
    pub(super) fn faults(&self, languages: &[String]) -> Vec<Fault> {
        let mut faults = self.faults_of_kind(languages);
        let texts = self.questions.iter().filter_map(|question| question.kind.behaviour().longest_text());
        if texts.fold(0, usize::saturating_add) > limits::WRITTEN_CHARS {
            let most = limits::WRITTEN_CHARS;
            faults
                .push(("/questions".to_owned(), format!("at most {most} characters in all texts together")));
        }
        let mut ids = BTreeSet::new();
        for (i, question) in self.questions.iter().enumerate() {
            if !ids.insert(&question.id) {
                faults.push((format!("/questions/{i}/id"), format!("`{}` stands twice", question.id)));
            }
            let inside = question.faults(languages).into_iter();
            faults.extend(inside.map(|(pointer, detail)| (format!("/questions/{i}{pointer}"), detail)));
        }
        faults
    }

    /// What polls and contests each have and must not have.
    fn faults_of_kind(&self, languages: &[String]) -> Vec<Fault> {
        let fewest = match self.kind {
            ActivityKind::Poll => 1,
            ActivityKind::Contest => 0,
        };
        let mut faults = Vec::new();
        let mut fault = |pointer: String, detail: &str| faults.push((pointer, detail.to_owned()));
        if !(fewest..=limits::QUESTIONS).contains(&self.questions.len()) {
            fault("/questions".to_owned(), &format!("{fewest} to {} questions", limits::QUESTIONS));
        }
        match (self.kind, &self.contest) {
            (ActivityKind::Poll, Some(_)) => fault("/contest".to_owned(), "a poll has none"),
            (ActivityKind::Contest, None) => {
                fault("/contest".to_owned(), "say what can be won, and when is drawn")
            }
            (ActivityKind::Contest, Some(_)) if self.closes.is_none() => {
                fault("/closes".to_owned(), "a contest needs a close: the draw follows it");
            }
            (ActivityKind::Contest, Some(_)) if self.ended => {
                fault("/ended".to_owned(), "a contest ends at its close; before, it can only be cancelled");
            }
            (ActivityKind::Poll, None) | (ActivityKind::Contest, Some(_)) => {}
        }
        for (i, question) in self.questions.iter().enumerate() {
            match (&question.kind, self.kind) {
                (Kind::Email(_) | Kind::Birth(_) | Kind::Consent(_), ActivityKind::Poll) => {
                    fault(format!("/questions/{i}/type"), "only in a contest");
                }
                (Kind::Single(Single { eligible: Some(_), .. }), ActivityKind::Poll) => {
                    fault(format!("/questions/{i}/eligible"), "only in a contest");
                }
                _ => {}
            }
        }
        let addresses = self.questions.iter().enumerate().filter(|(_, it)| matches!(it.kind, Kind::Email(_)));
        if self.kind == ActivityKind::Contest {
            for (i, _) in addresses.skip(1) {
                fault(format!("/questions/{i}/type"), "one address is enough");
            }
        }
        let inside = self.contest.iter().flat_map(|contest| contest.faults(languages));
        faults.extend(inside.map(|(pointer, detail)| (format!("/contest{pointer}"), detail)));
        faults
    }
}
