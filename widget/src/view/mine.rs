//! "Your answers": what one said, and one's four rights over it: take it back, take it along, be forgotten, and
//! (in the form above it) change it. What cannot be undone asks once more, in place.

use fanfare_shared::time::State;
use fanfare_shared::wire::bootstrap::QuestionView;

use super::element::{Element, bare, el, input};
use super::form::hidden;
use super::questions::input as input_of;
use super::{Intent, Scene};
use crate::model::Place;

/// The answer to a question in words.
fn answer(scene: &Scene, question: &QuestionView) -> String {
    let values = scene.model.own_values(question.id.as_str());
    let said = input_of(question).map(|kind| kind.said(question, &values)).unwrap_or_default();
    if said.is_empty() { scene.t("given.nothing") } else { said }
}

/// What one answered, question by question.
pub(super) fn given(scene: &Scene) -> Element {
    scene.model.view.questions.iter().fold(el("dl", "ff-facts"), |list, question| {
        list.child(bare("dt").text(&question.text)).child(bare("dd").text(&answer(scene, question)))
    })
}

/// The panel.
pub(super) fn mine(scene: &Scene) -> Element {
    let note = match scene.context.frame.place {
        Place::Shadow => "mine.note",
        Place::Hosted { .. } => "mine.note.page",
    };
    let own = scene.model.own.as_ref();
    let panel = el("div", "ff-panel")
        .opt(own.map(|_| given(scene)))
        .opt(own.filter(|_| scene.model.view.state == State::Open).map(|_| withdraw(scene)))
        .child(export(scene))
        .child(erase(scene))
        .child(el("p", "ff-note").word(scene, note));
    el("details", "ff-mine").child(bare("summary").word(scene, "mine")).child(panel)
}

/// A question asked in place, before something that cannot be undone.
fn ask(scene: &Scene, label: &str, form: Element) -> Element {
    let confirm = el("button", "ff-btn ff-quiet ff-bad").word(scene, &[label, ".confirm"].concat());
    let note = el("p", "ff-note").word(scene, &[label, ".note"].concat());
    el("details", "ff-ask").child(bare("summary").word(scene, label)).child(form.child(note).child(confirm))
}

/// A form without fields to fill.
fn form(scene: &Scene, name: &str, action: &str, intent: Intent) -> Element {
    let here = scene.clone();
    el("form", "ff-panel")
        .attr("method", "post")
        .attr("action", action)
        .attr("data-ff-form", name)
        .on_submit(Box::new(move |_| here.emit(intent.clone())))
}

/// Takes the answer back.
pub(super) fn withdraw(scene: &Scene) -> Element {
    let form = form(scene, "withdraw", &scene.acts(), Intent::Withdraw);
    ask(scene, "withdraw", form.child(hidden(scene, "withdraw")))
}

/// A form about the participant; where there is JavaScript it carries nothing but its name.
fn about_me(scene: &Scene, name: &str, intent: Intent) -> Element {
    let frame = &scene.context.frame;
    let form = form(scene, name, &[&frame.base, "/api/v1/participants/", name].concat(), intent);
    let Place::Hosted { participant } = &frame.place else { return form };
    let fields = [
        ("participant", participant.as_str()),
        ("campaign", frame.campaign.as_str()),
        ("lang", &frame.lang),
        ("reply", "page"),
    ];
    fields.iter().fold(form, |form, (name, value)| {
        form.child(input(&[("type", "hidden"), ("name", name), ("value", value)]))
    })
}

/// Takes everything along.
pub(super) fn export(scene: &Scene) -> Element {
    let button = el("button", "ff-btn ff-quiet").word(scene, "export");
    about_me(scene, "export", Intent::Export).child(button)
}

/// Is forgotten.
pub(super) fn erase(scene: &Scene) -> Element {
    ask(scene, "erase", about_me(scene, "erase", Intent::Erase))
}
