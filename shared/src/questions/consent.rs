//! A consent: a box that nobody ticked beforehand. Answer bytes: `yes` and the version of the text that was agreed to.

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, QuestionType};
use crate::ids::Slug;

/// What an entrant agrees to, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Names this text of it (`2026-11`); another text is another version.
    pub version: Slug,
}

/// What a ticked box sends.
const YES: &str = "yes";

impl QuestionType for Consent {
    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        match values {
            [yes] if yes == YES => Ok([YES, " ", self.version.as_str()].concat()),
            [other] => Err(AnswerRefusal::UnknownOption(other.clone())),
            _ => Err(AnswerRefusal::TooMany(1)),
        }
    }

    fn values(&self, _answer: &str) -> Vec<String> {
        vec![YES.to_owned()]
    }

    fn longest_text(&self) -> Option<usize> {
        Some(YES.len() + 1 + self.version.as_str().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticked_box_says_what_was_agreed_to() {
        let consent = Consent { version: "2026-11".parse().unwrap() };
        assert_eq!(consent.encode(&["yes".to_owned()]), Ok("yes 2026-11".to_owned()));
        assert_eq!(consent.values("yes 2026-11"), ["yes"]);
        assert_eq!(consent.encode(&["no".to_owned()]), Err(AnswerRefusal::UnknownOption("no".to_owned())));
    }
}
