//! Multiple choice: from `min` to `max` options. Answer bytes: their ids in the definition's order, joined by `,`.

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, Choice, Fault, QuestionType, choice_faults};
use crate::ids::Slug;

/// Several of several options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Multiple {
    /// The options, in the order shown.
    pub options: Vec<Choice>,
    /// Fewest that make an answer.
    #[serde(default = "one", deserialize_with = "crate::wire::whole")]
    pub min: usize,
    /// Most that may be chosen; absent: all.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::wire::whole_if_any"
    )]
    pub max: Option<usize>,
}

const fn one() -> usize {
    1
}

impl Multiple {
    /// The most options that may be chosen.
    #[must_use]
    pub fn most(&self) -> usize {
        self.max.unwrap_or(self.options.len())
    }
}

impl QuestionType for Multiple {
    fn faults(&self, languages: &[String]) -> Vec<Fault> {
        let mut faults = choice_faults(&self.options, languages);
        if !(1..=self.most()).contains(&self.min) {
            faults.push(("/min".to_owned(), "from 1 to `max`".to_owned()));
        }
        if self.most() > self.options.len() {
            faults.push(("/max".to_owned(), "at most the number of options".to_owned()));
        }
        faults
    }

    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        for (i, value) in values.iter().enumerate() {
            if !self.options.iter().any(|option| option.id.as_str() == value) {
                return Err(AnswerRefusal::UnknownOption(value.clone()));
            }
            if values.iter().take(i).any(|earlier| earlier == value) {
                return Err(AnswerRefusal::Twice(value.clone()));
            }
        }
        if values.len() < self.min {
            return Err(AnswerRefusal::TooFew(self.min));
        }
        if values.len() > self.most() {
            return Err(AnswerRefusal::TooMany(self.most()));
        }
        let ids = self.options.iter().map(|option| option.id.as_str());
        Ok(ids.filter(|id| values.iter().any(|value| value == id)).collect::<Vec<_>>().join(","))
    }

    fn countable(&self) -> Vec<Slug> {
        self.options.iter().map(|option| option.id.clone()).collect()
    }

    fn counted(&self, answer: &str) -> Vec<Slug> {
        answer.split(',').filter_map(|id| id.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::choices;
    use super::*;

    fn strings(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn the_order_of_ticking_does_not_change_the_answer() {
        let multiple = Multiple { options: choices(&["a", "b", "c"]), min: 1, max: Some(2) };
        assert_eq!(multiple.encode(&strings(&["c", "a"])).unwrap(), "a,c");
        assert_eq!(multiple.counted("a,c").len(), 2);
    }

    #[test]
    fn bounds_doubles_and_strangers_are_refused() {
        let multiple = Multiple { options: choices(&["a", "b", "c"]), min: 2, max: Some(2) };
        assert_eq!(multiple.encode(&strings(&["a"])), Err(AnswerRefusal::TooFew(2)));
        assert_eq!(multiple.encode(&strings(&["a", "b", "c"])), Err(AnswerRefusal::TooMany(2)));
        assert_eq!(multiple.encode(&strings(&["a", "a"])), Err(AnswerRefusal::Twice("a".to_owned())));
        assert_eq!(multiple.encode(&strings(&["a", "z"])), Err(AnswerRefusal::UnknownOption("z".to_owned())));
    }

    #[test]
    fn impossible_bounds_are_faults_of_the_definition() {
        let multiple = Multiple { options: choices(&["a", "b"]), min: 3, max: None };
        assert!(!multiple.faults(&["en".to_owned()]).is_empty());
    }
}
