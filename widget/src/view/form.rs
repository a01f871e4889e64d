//! The form of a poll: its questions, what went wrong where, and one button.

use fanfare_shared::wire::bootstrap::QuestionView;
use leptos::prelude::*;

use super::element::{Element, bare, el, group, input};
use super::questions::{self, Field, refusal};
use super::{Intent, Scene};
use crate::model::Place;

/// The fields that say what a form is, whose, and in which language it is answered. The compiled widget has no need
/// of them: it sends nothing by the form itself.
pub(super) fn hidden(scene: &Scene, act: &str) -> AnyView {
    if scene.context.emit.is_some() {
        return group(Vec::new());
    }
    let field = |name: &str, value: &str| input(&[("type", "hidden"), ("name", name), ("value", value)]);
    let mut fields = vec![field("act", act), field("lang", &scene.context.frame.lang)];
    if let Place::Hosted { participant } = &scene.context.frame.place {
        // Two forms may stand on one page: each needs a key of its own.
        let key = scene.model.key.as_deref().unwrap_or_default();
        let key = if act == "withdraw" { [key, "-w"].concat() } else { key.to_owned() };
        fields.extend([field("key", &key), field("participant", participant)]);
    }
    group(fields)
}

/// The form of a poll.
pub(super) fn ballot(scene: &Scene) -> Element {
    let model = &scene.model;
    let asked = &model.view.questions;
    let button = match (model.own.is_some(), asked.len()) {
        (true, _) => "change.send",
        (false, 0 | 1) => "send",
        (false, _) => "send.many",
    };
    let note = if model.view.closes.0 == 0 { "change.note.open" } else { "change.note" };
    let (live, here) = (scene.live, scene.clone());
    let sending = move || live.with(|live| live.sending);
    let (idle, busy) = (scene.t(button), scene.t("sending"));
    let button = el("button", "ff-btn")
        .live("aria-disabled", Box::new(move || sending().then(|| "true".to_owned())))
        .live_text(Box::new(move || if sending() { busy.clone() } else { idle.clone() }));
    el("form", "ff-form")
        .attr("method", "post")
        .attr("action", &scene.acts())
        .attr("data-ff-form", "ballot")
        .flag("novalidate", scene.context.emit.is_some())
        .on_submit(Box::new(move |event| here.emit(Intent::Ballot(event))))
        .child(hidden(scene, "ballot"))
        .children(asked.iter().map(|question| fields(scene, question)))
        .child(el("div", "ff-row").child(button).child(el("span", "ff-note").word(scene, note)))
}

/// One question: asked, explained, answered, and what is wrong with the answer.
pub(super) fn fields(scene: &Scene, question: &QuestionView) -> Element {
    let id = question.id.as_str();
    let error_id = scene.id(id);
    let kind = questions::input(question);
    let error = match kind {
        Some(_) => scene.model.error(id).map(|error| refusal(scene, question, &error.slug)),
        None => Some(scene.t("refused.unsupported")),
    };
    let invalid = error.is_some();
    let optional = (!question.required).then(|| bare("small").word(scene, "optional"));
    let help = question.help.clone().or_else(|| kind?.hint(scene, question));
    let field = Field { scene, question, name: ["q.", id].concat(), values: scene.model.values(id), invalid };
    el("fieldset", "ff-q")
        .attr("data-ff-question", id)
        .flag("data-ff-invalid", invalid)
        .maybe("aria-describedby", invalid.then_some(error_id.as_str()))
        .child(bare("legend").text(&question.text).text(" ").opt(optional))
        .opt(help.map(|help| el("p", "ff-note").text(&help)))
        .opt(error.map(|error| el("p", "ff-error").attr("id", &error_id).text(&error)))
        .children(kind.map(|kind| kind.controls(&field)).into_iter().flatten())
}
