//! Multiple choice: rows of check boxes, and how many may be ticked.

use fanfare_shared::questions::{AnswerRefusal, Multiple as Rule, QuestionType};
use fanfare_shared::wire::bootstrap::QuestionView;

use super::{Element, Field, Input, Scene, options};

/// See the module.
pub(super) struct Multiple;

impl Input for Multiple {
    fn check(&self, question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        let number = |n| usize::try_from(n).unwrap_or(usize::MAX);
        let rule =
            Rule { options: options(question), min: number(question.min), max: Some(number(question.max)) };
        rule.encode(values)
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        field.choices("checkbox", "ff-opt")
    }

    fn hint(&self, scene: &Scene, question: &QuestionView) -> Option<String> {
        let QuestionView { min, max, options, .. } = question;
        let key = match (*min, *max) {
            (min, max) if min == max => "pick.exactly",
            (1, max) if usize::try_from(max) == Ok(options.len()) => return None,
            (1, _) => "pick.upto",
            _ => "pick.range",
        };
        let number = |n| scene.context.format.number(n);
        Some(scene.context.words.fill(key, &[("min", &number(*min)), ("n", &number(*max))]))
    }
}
