//! Rating: a whole number from 1 to `max`. Answer bytes: the number in decimal.

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, Fault, QuestionType, text_faults};
use crate::ids::Slug;
use crate::limits;
use crate::text::Text;

/// A step on a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// Highest value, 2 to 10.
    #[serde(default = "five", deserialize_with = "crate::wire::whole")]
    pub max: u8,
    /// What the lowest value means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Text>,
    /// What the highest value means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Text>,
}

const fn five() -> u8 {
    5
}

impl QuestionType for Rating {
    fn faults(&self, languages: &[String]) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !(2..=limits::RATING_MAX).contains(&self.max) {
            faults.push(("/max".to_owned(), format!("from 2 to {}", limits::RATING_MAX)));
        }
        for (pointer, text) in [("/low", &self.low), ("/high", &self.high)] {
            faults.extend(text.iter().flat_map(|text| text_faults(pointer, text, languages)));
        }
        faults
    }

    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        let refusal = AnswerRefusal::OffTheScale { min: 1, max: self.max };
        let [value] = values else { return Err(refusal) };
        let number: u8 = value.parse().map_err(|_| refusal.clone())?;
        // One form for each number: `05` and `+5` would be further answers with the same meaning.
        if (1..=self.max).contains(&number) && number.to_string() == *value {
            Ok(value.clone())
        } else {
            Err(refusal)
        }
    }

    fn countable(&self) -> Vec<Slug> {
        (1..=self.max).map(Slug::number).collect()
    }

    fn counted(&self, answer: &str) -> Vec<Slug> {
        answer.parse().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_decimal_form_inside_the_scale_is_accepted() {
        let rating = Rating { max: 5, low: None, high: None };
        assert_eq!(rating.encode(&["4".to_owned()]), Ok("4".to_owned()));
        for wrong in ["0", "6", "04", "+4", "4.0", "four", ""] {
            assert!(rating.encode(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
