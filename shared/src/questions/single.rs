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
    /// In a contest: the options with which somebody may take part; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligible: Option<Vec<Slug>>,
}

impl QuestionType for Single {
    fn faults(&self, languages: &[String]) -> Vec<Fault> {
        let mut faults = choice_faults(&self.options, languages);
        for (i, id) in self.eligible.iter().flatten().enumerate() {
            if !self.options.iter().any(|option| option.id == *id) {
                faults.push((format!("/eligible/{i}"), format!("there is no option `{id}`")));
            }
        }
        faults
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

    fn admits(&self, answer: &str, _today: &str) -> bool {
        self.eligible.as_ref().is_none_or(|eligible| eligible.iter().any(|id| id.as_str() == answer))
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::choices;
    use super::*;

    #[test]
    fn one_known_option_is_accepted_and_nothing_else() {
        let single = Single { options: choices(&["fig", "lemon"]), eligible: None };
        assert_eq!(single.encode(&["fig".to_owned()]), Ok("fig".to_owned()));
        assert_eq!(single.encode(&["plum".to_owned()]), Err(AnswerRefusal::UnknownOption("plum".to_owned())));
        assert_eq!(single.encode(&["fig".to_owned(), "lemon".to_owned()]), Err(AnswerRefusal::TooMany(1)));
    }

    #[test]
    fn where_only_some_may_take_part_no_answer_is_not_enough() {
        let eligible = Some(vec!["fig".parse().unwrap()]);
        let single = Single { options: choices(&["fig", "lemon"]), eligible };
        assert_eq!(single.faults(&["en".to_owned()]), []);
        let admitted = |answer: &str| single.admits(answer, "2026-11-30");
        assert_eq!((admitted("fig"), admitted("lemon"), admitted("")), (true, false, false));
        let unknown = Single { eligible: Some(vec!["plum".parse().unwrap()]), ..single };
        assert_eq!(unknown.faults(&["en".to_owned()])[0].0, "/eligible/0");
    }
}
