//! One line to write in: an e-mail address, a date of birth. Asked in contests, which the server's fragment takes care of:
//! there is nothing to check here.

use fanfare_shared::questions::AnswerRefusal;
use fanfare_shared::wire::bootstrap::QuestionView;

use super::{Element, Field, Input, bare, element};

/// A type of question that is answered in one line.
pub(super) struct Line {
    /// What the browser asks for.
    kind: &'static str,
    /// What it may fill in by itself.
    complete: &'static str,
    /// The key of what is said where nothing was written.
    required: &'static str,
}

pub(super) const EMAIL: Line = Line { kind: "email", complete: "email", required: "refused.required.email" };
pub(super) const BIRTH: Line = Line { kind: "date", complete: "bday", required: "refused.required.birth" };

impl Input for Line {
    fn check(&self, _question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        Ok(values.concat())
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        let value = field.values.concat();
        let mut attributes = vec![
            ("class", "ff-opt ff-text"),
            ("type", self.kind),
            ("name", field.name.as_str()),
            ("autocomplete", self.complete),
            ("aria-label", field.question.text.as_str()),
            ("value", value.as_str()),
        ];
        if field.question.required {
            attributes.push(("required", ""));
        }
        if field.invalid {
            attributes.push(("aria-invalid", "true"));
        }
        vec![bare("div").child(element::input(&attributes))]
    }

    fn required(&self) -> &'static str {
        self.required
    }

    fn values(&self, answer: &str) -> Vec<String> {
        vec![answer.to_owned()]
    }

    fn said(&self, _question: &QuestionView, values: &[String]) -> String {
        values.concat()
    }
}
