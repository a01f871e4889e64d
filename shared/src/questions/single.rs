//! Single choice: exactly one option. Answer bytes: the option's id.

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, Choice, Fault, QuestionType, choice_faults};
use crate::ids::Slug;

/// One of several options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Single {
    /// The options, in the order shown.
    pub options: Vec<Choice>,
}

impl QuestionType for Single {
    fn faults(&self, languages: &[String]) -> Vec<Fault> {
        choice_faults(&self.options, languages)
    }

    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        let [value] = values else {
            return Err(AnswerRefusal::TooMany(1));
        };
        if self.options.iter().any(|option| option.id.as_str() == value) {
            Ok(value.clone())
        } else {
            Err(AnswerRefusal::UnknownOption(value.clone()))
        }
    }

    fn countable(&self) -> Vec<Slug> {
        self.options.iter().map(|option| option.id.clone()).collect()
    }

    fn counted(&self, answer: &str) -> Vec<Slug> {
        answer.parse().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::choices;
    use super::*;

    #[test]
    fn one_known_option_is_accepted_and_nothing_else() {
        let single = Single { options: choices(&["fig", "lemon"]) };
        assert_eq!(single.encode(&["fig".to_owned()]), Ok("fig".to_owned()));
        assert_eq!(single.encode(&["plum".to_owned()]), Err(AnswerRefusal::UnknownOption("plum".to_owned())));
        assert_eq!(single.encode(&["fig".to_owned(), "lemon".to_owned()]), Err(AnswerRefusal::TooMany(1)));
    }
}
