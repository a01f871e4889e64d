//! The question types of a poll and of a contest's entry form. A new type is one file here, one in `widget/src/view/questions`, and one line in
//! each registry; nothing else knows which types there are.

mod birth;
mod consent;
mod email;
mod multiple;
mod rating;
mod single;
mod text;

use serde::{Deserialize, Serialize};

pub use birth::Birth;
pub use consent::Consent;
pub use email::Email;
pub(crate) use email::is_domain;
pub use multiple::Multiple;
pub use rating::Rating;
pub use single::Single;
pub use text::FreeText;

use crate::ids::Slug;
use crate::limits;
use crate::log::opening::AnswerKind;
use crate::text::Text;

/// What a visitor gave, before any rule was asked. Forms give texts, JSON may give numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Given {
    /// One option id, or a text.
    One(String),
    /// Several option ids.
    Many(Vec<String>),
    /// A number, for a rating.
    Number(u64),
}

impl Given {
    /// The values as texts, blank ones left out: what an untouched form field sends is no answer.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        let values = match self {
            Self::One(value) => vec![value.clone()],
            Self::Many(values) => values.clone(),
            Self::Number(number) => vec![number.to_string()],
        };
        values.into_iter().filter(|value| !value.is_empty()).collect()
    }
}

/// Why an answer is not accepted; the names are stable and translated by the widget.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefusal {
    /// Nothing was given to a required question.
    #[error("an answer is required")]
    Required,
    /// An option that the question does not have.
    #[error("there is no option `{0}`")]
    UnknownOption(String),
    /// The same option twice.
    #[error("option `{0}` was given twice")]
    Twice(String),
    /// Fewer options than the minimum.
    #[error("choose at least {0}")]
    TooFew(usize),
    /// More options than the maximum.
    #[error("choose at most {0}")]
    TooMany(usize),
    /// Not one of the values of a scale.
    #[error("give a whole number from {min} to {max}")]
    OffTheScale {
        /// Lowest value.
        min: u8,
        /// Highest value.
        max: u8,
    },
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    NotAnAddress,
    /// Not a date.
    #[error("not a date such as 1990-04-30")]
    NotADate,
    /// An answer that keeps from taking part: too young, or not where this is held.
    #[error("with this answer nobody can take part")]
    NotEligible,
    /// Of somebody who takes part already.
    #[error("somebody with this answer takes part already")]
    Duplicate,
    /// A text of more characters than the question takes.
    #[error("write at most {0} characters")]
    TooLong(usize),
}

impl AnswerRefusal {
    /// Stable name, the key of the visitor's message.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownOption(_) => "unknown-option",
            Self::Twice(_) => "twice",
            Self::TooFew(_) => "too-few",
            Self::TooMany(_) => "too-many",
            Self::OffTheScale { .. } => "off-the-scale",
            Self::NotAnAddress => "not-an-address",
            Self::NotADate => "not-a-date",
            Self::NotEligible => "not-eligible",
            Self::Duplicate => "duplicate",
            Self::TooLong(_) => "too-long",
        }
    }
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id, unique in the question; what is counted.
    pub id: Slug,
    /// What the visitor reads.
    pub text: Text,
}

/// A fault of a definition: where (JSON pointer inside the question) and what to do.
pub type Fault = (String, String);

/// What every question type can do.
pub trait QuestionType {
    /// Faults of the definition itself.
    fn faults(&self, _languages: &[String]) -> Vec<Fault> {
        Vec::new()
    }

    /// The answer bytes of the given values, one at least; empty where nothing is left of them. Whether an answer is needed
    /// is decided by the caller.
    ///
    /// # Errors
    /// The first rule that the values break.
    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal>;

    /// Every option that can be counted, in the order of the definition; none of a text.
    fn countable(&self) -> Vec<Slug> {
        Vec::new()
    }

    /// The options that one encoded answer counts for.
    fn counted(&self, _answer: &str) -> Vec<Slug> {
        Vec::new()
    }

    /// Values that an encoded answer can be made of again: its options, or the text itself.
    fn values(&self, answer: &str) -> Vec<String> {
        if self.longest_text().is_some() {
            return vec![answer.to_owned()];
        }
        self.counted(answer).into_iter().map(String::from).collect()
    }

    /// For a type whose answers are free text: the most characters of one. Such answers are personal.
    fn longest_text(&self) -> Option<usize> {
        None
    }

    /// Whether who gives this answer (none: empty) may take part in a contest on a day (`2026-11-30`).
    fn admits(&self, _answer: &str, _today: &str) -> bool {
        true
    }
}

/// Makes the enum of all types and its dispatch.
macro_rules! registry {
    ($($name:literal => $variant:ident),* $(,)?) => {
        /// The type of a question with its settings.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(tag = "type")]
        pub enum Kind {
            $(
                #[doc = concat!("See [`", stringify!($variant), "`].")]
                #[serde(rename = $name)]
                $variant($variant),
            )*
        }

        impl Kind {
            /// The type's name in documents.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// The behaviour behind the name.
            #[must_use]
            pub fn behaviour(&self) -> &dyn QuestionType {
                match self { $(Self::$variant(kind) => kind,)* }
            }
        }
    };
}

registry! {
    "single" => Single,
    "multiple" => Multiple,
    "rating" => Rating,
    "text" => FreeText,
    "email" => Email,
    "birth" => Birth,
    "consent" => Consent,
}

/// A question of a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// Its id, unique in the activity.
    pub id: Slug,
    /// What is asked.
    pub text: Text,
    /// A line under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether an answer is needed (the default).
    #[serde(default = "yes")]
    pub required: bool,
    /// Its type with its settings.
    #[serde(flatten)]
    pub kind: Kind,
}

const fn yes() -> bool {
    true
}

impl Question {
    /// The answer bytes; empty when an optional question is left unanswered.
    ///
    /// # Errors
    /// The first rule that the given values break.
    pub fn encode(&self, given: Option<&Given>) -> Result<String, AnswerRefusal> {
        let values = given.map(Given::values).unwrap_or_default();
        let answer = if values.is_empty() { String::new() } else { self.kind.behaviour().encode(&values)? };
        if answer.is_empty() && self.required { Err(AnswerRefusal::Required) } else { Ok(answer) }
    }

    /// What its answers are, in the words of the protocol.
    #[must_use]
    pub fn answers(&self) -> AnswerKind {
        if self.kind.behaviour().longest_text().is_some() { AnswerKind::Text } else { AnswerKind::Choice }
    }

    /// Faults of the definition, with JSON pointers inside the question.
    #[must_use]
    pub fn faults(&self, languages: &[String]) -> Vec<Fault> {
        let mut faults = text_faults("/text", &self.text, languages);
        if let Some(help) = &self.help {
            faults.extend(text_faults("/help", help, languages));
        }
        faults.extend(self.kind.behaviour().faults(languages));
        faults
    }
}

/// Faults of a text: a language missing, or too long.
#[must_use]
pub fn text_faults(pointer: &str, text: &Text, languages: &[String]) -> Vec<Fault> {
    let missing = text
        .missing(languages)
        .map(|lang| (format!("{pointer}/{lang}"), format!("write this text in `{lang}` too")));
    let long =
        text.0.iter().filter(|(_, text)| text.chars().count() > limits::TEXT_CHARS).map(|(lang, _)| {
            (format!("{pointer}/{lang}"), format!("at most {} characters", limits::TEXT_CHARS))
        });
    missing.chain(long).collect()
}

/// Faults of a list of options.
fn choice_faults(options: &[Choice], languages: &[String]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !(2..=limits::OPTIONS).contains(&options.len()) {
        faults.push(("/options".to_owned(), format!("give 2 to {} options", limits::OPTIONS)));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (i, option) in options.iter().enumerate() {
        if !seen.insert(&option.id) {
            faults.push((format!("/options/{i}/id"), format!("`{}` stands twice", option.id)));
        }
        faults.extend(text_faults(&format!("/options/{i}/text"), &option.text, languages));
    }
    faults
}

#[cfg(test)]
pub(crate) mod test {
    use super::*;

    /// Options with these ids and English texts.
    pub(crate) fn choices(ids: &[&str]) -> Vec<Choice> {
        ids.iter()
            .map(|id| Choice {
                id: id.parse().unwrap(),
                text: Text([("en".to_owned(), (*id).to_owned())].into()),
            })
            .collect()
    }

    #[test]
    fn a_question_reads_from_its_document_and_writes_back() {
        let json = r#"{"id":"flavour","text":{"en":"Which?"},"required":true,"type":"single","options":[{"id":"fig","text":{"en":"Fig"}},{"id":"lemon","text":{"en":"Lemon"}}]}"#;
        let question: Question = serde_json::from_str(json).unwrap();
        assert_eq!(question.kind.name(), "single");
        assert_eq!(serde_json::to_string(&question).unwrap(), json);
    }

    #[test]
    fn an_empty_form_field_is_no_answer() {
        assert!(Given::Many(vec![String::new()]).values().is_empty());
    }
}
