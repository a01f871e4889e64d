//! Free text: what the visitor writes, at most `max` characters. Answer bytes: the text in UTF-8, tidied ([`tidied`]).
//!
//! Such answers are personal: a server keeps them sealed, opens them to nobody but the brand's team, and counts only how
//! many there are (`docs/PROTOCOL.md`, 3: free text is never opened).

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, Fault, QuestionType};
use crate::limits;
use crate::text::tidied;

/// A few words of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FreeText {
    /// The longest answer in characters, 1 to 2,000.
    #[serde(default = "five_hundred", deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 2000))]
    pub max: usize,
}

const fn five_hundred() -> usize {
    500
}

impl QuestionType for FreeText {
    fn faults(&self, _languages: &[String]) -> Vec<Fault> {
        if (1..=limits::WRITTEN_CHARS).contains(&self.max) {
            return Vec::new();
        }
        vec![("/max".to_owned(), format!("from 1 to {}", limits::WRITTEN_CHARS))]
    }

    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        let [value] = values else { return Err(AnswerRefusal::TooMany(1)) };
        let text = tidied(value);
        if text.chars().count() > self.max {
            return Err(AnswerRefusal::TooLong(self.max));
        }
        // Whoever sends signs that nobody sees has not answered, whether an answer is needed or not.
        if !text.is_empty() && text.chars().all(is_blank) {
            return Err(AnswerRefusal::Required);
        }
        Ok(text)
    }

    fn longest_text(&self) -> Option<usize> {
        Some(self.max)
    }
}

/// Nothing to see: white space, what is ignorable by default (Unicode, `Default_Ignorable_Code_Point`, as far as it is
/// assigned), and the blank pattern of Braille.
fn is_blank(char: char) -> bool {
    char.is_whitespace()
        || matches!(char, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{2061}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::{Given, Question};

    fn question(required: bool, max: usize) -> Question {
        let json = format!(
            r#"{{"id":"why","text":{{"en":"Why?"}},"required":{required},"type":"text","max":{max}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn encode(question: &Question, text: &str) -> Result<String, AnswerRefusal> {
        question.encode(Some(&Given::One(text.to_owned())))
    }

    #[test]
    fn a_text_is_as_long_as_its_characters_and_no_longer_than_the_question_says() {
        let question = question(true, 5);
        assert_eq!(encode(&question, " Ciao🍋 "), Ok("Ciao🍋".to_owned()));
        assert_eq!(encode(&question, "Limone"), Err(AnswerRefusal::TooLong(5)));
        assert_eq!(encode(&question, &"a".repeat(100_000)), Err(AnswerRefusal::TooLong(5)));
        assert_eq!(encode(&question, &"\u{202e}".repeat(100_000)), Err(AnswerRefusal::Required));
    }

    #[test]
    fn what_nobody_can_see_is_no_answer() {
        for (text, optional) in [
            ("", Ok(String::new())),
            (" \r\n\t ", Ok(String::new())),
            ("\u{200b}\u{feff}\u{2060}", Ok(String::new())),
            ("\u{0}\u{7}\u{1b}", Ok(String::new())),
            ("\u{200d}\u{200c}", Err(AnswerRefusal::Required)),
            ("\u{3164}\u{2800}", Err(AnswerRefusal::Required)),
        ] {
            assert_eq!(encode(&question(false, 500), text), optional, "{text:?}");
            assert_eq!(encode(&question(true, 500), text), Err(AnswerRefusal::Required), "{text:?}");
        }
    }

    #[test]
    fn two_texts_are_no_answer_to_one_question() {
        let both = Given::Many(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(question(true, 500).encode(Some(&both)), Err(AnswerRefusal::TooMany(1)));
    }

    #[test]
    fn an_answer_encodes_to_itself_and_counts_for_no_option() {
        let question = question(true, 500);
        let answer = encode(&question, "One, two\n three").unwrap();
        let behaviour = question.kind.behaviour();
        assert_eq!(behaviour.encode(&behaviour.values(&answer)), Ok(answer.clone()));
        assert!(behaviour.countable().is_empty() && behaviour.counted(&answer).is_empty());
    }

    #[test]
    fn an_impossible_length_is_a_fault_of_the_definition() {
        for (max, faults) in [(0, 1), (1, 0), (2000, 0), (2001, 1)] {
            assert_eq!(question(true, max).faults(&["en".to_owned()]).len(), faults, "{max}");
        }
    }
}
