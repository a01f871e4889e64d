//! An e-mail address. Asked in contests, which the server's fragment takes care of: there is nothing to check here.

use fanfare_shared::questions::AnswerRefusal;
use fanfare_shared::wire::bootstrap::QuestionView;

use super::{Element, Field, Input};

/// See the module.
pub(super) struct Email;

impl Input for Email {
    fn check(&self, _question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        Ok(values.concat())
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        vec![field.line("email", "email")]
    }

    fn required(&self) -> &'static str {
        "refused.required.email"
    }

    fn values(&self, answer: &str) -> Vec<String> {
        vec![answer.to_owned()]
    }

    fn said(&self, _question: &QuestionView, values: &[String]) -> String {
        values.concat()
    }
}
