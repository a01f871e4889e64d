//! Free text: a field that grows with what is written, how long it may be, and who reads it.

use fanfare_shared::questions::AnswerRefusal;
use fanfare_shared::wire::bootstrap::QuestionView;

use super::{Element, Field, Input, el};

/// See the module.
pub(super) struct Text;

impl Input for Text {
    /// Only whether there is one. How long it is while it is written `count.js` says, and the server in the end: its rule would
    /// bring Unicode's tables into the browser.
    fn check(&self, _question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        Ok(values.concat())
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        let Field { scene, question, .. } = field;
        let max = scene.context.format.number(question.max);
        let (words, brand) = (&scene.context.words, &scene.context.frame.brand_name);
        // No `maxlength`: it cuts off what is pasted without a word. What is too long is told, and stays.
        let written = el("textarea", "ff-opt ff-text")
            .attr("name", &field.name)
            .attr("rows", "3")
            .attr("dir", "auto")
            .attr("aria-label", &question.text)
            .flag("required", question.required)
            .maybe("aria-invalid", field.invalid.then_some("true"))
            .text(&field.values.concat());
        // Filled by `count.js` once room becomes scarce.
        let left = el("p", "ff-note")
            .attr("role", "status")
            .attr("data-ff-max", &question.max.to_string())
            .attr("data-ff-left", &scene.t("text.left"))
            .attr("data-ff-over", &scene.t("text.over"));
        let note = el("p", "ff-note").text(&words.fill("text.note", &[("n", &max), ("brand", brand)]));
        vec![written, note, left]
    }

    fn required(&self) -> &'static str {
        "refused.required.text"
    }

    fn values(&self, answer: &str) -> Vec<String> {
        vec![answer.to_owned()]
    }

    fn said(&self, _question: &QuestionView, values: &[String]) -> String {
        values.concat()
    }
}
