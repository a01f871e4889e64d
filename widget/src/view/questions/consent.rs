//! A consent: one box, never ticked beforehand.

use fanfare_shared::questions::AnswerRefusal;
use fanfare_shared::wire::bootstrap::QuestionView;

use super::{Element, Field, Input, bare, el, element};

/// See the module.
pub(super) struct Consent;

impl Input for Consent {
    fn check(&self, _question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        Ok(values.concat())
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        let mut attributes = vec![("type", "checkbox"), ("name", field.name.as_str()), ("value", "yes")];
        // What was ticked in a form that was refused stays ticked.
        if !field.values.is_empty() {
            attributes.push(("checked", ""));
        }
        if field.question.required {
            attributes.push(("required", ""));
        }
        if field.invalid {
            attributes.push(("aria-invalid", "true"));
        }
        let agreed = bare("span").word(field.scene, "consent.yes");
        vec![el("label", "ff-opt").child(element::input(&attributes)).child(agreed)]
    }

    fn required(&self) -> &'static str {
        "refused.required.consent"
    }

    fn values(&self, answer: &str) -> Vec<String> {
        vec![answer.to_owned()]
    }

    /// Which version was agreed to is for the team; who agreed reads that they did.
    fn said(&self, _question: &QuestionView, values: &[String]) -> String {
        if values.is_empty() { String::new() } else { "\u{2713}".to_owned() }
    }
}
