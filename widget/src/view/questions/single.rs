//! Single choice: rows of radio buttons.

use fanfare_shared::questions::{AnswerRefusal, QuestionType, Single as Rule};
use fanfare_shared::wire::bootstrap::QuestionView;

use super::{Element, Field, Input, options};

/// See the module.
pub(super) struct Single;

impl Input for Single {
    fn check(&self, question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        Rule { options: options(question), eligible: None }.encode(values)
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        field.choices("radio", "ff-opt")
    }
}
