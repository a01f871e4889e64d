//! The form of a poll: its questions, what went wrong where, and one button.

use fanfare_shared::wire::bootstrap::QuestionView;
use leptos::prelude::*;

use super::questions::{Field, input, refusal};
use super::{Intent, Scene};
use crate::model::Place;

/// The fields that say what a form is, whose, and in which language it is answered.
#[component]
pub(super) fn Hidden(
    scene: Scene,
    /// `ballot` or `withdraw`.
    act: &'static str,
) -> impl IntoView {
    let own = match &scene.context.frame.place {
        Place::Shadow => None,
        Place::Hosted { participant } => {
            // Two forms may stand on one page: each needs a key of its own.
            let key =
                scene.model.key.clone().map(|key| if act == "ballot" { key } else { [&key, "-w"].concat() });
            Some(view! {
                <input type="hidden" name="key" value=key />
                <input type="hidden" name="participant" value=participant.clone() />
            })
        }
    };
    view! {
        <input type="hidden" name="act" value=act />
        <input type="hidden" name="lang" value=scene.context.frame.lang.clone() />
        {own}
    }
    .into_any()
}

/// The form.
#[component]
pub(super) fn Ballot(scene: Scene) -> impl IntoView {
    let model = &scene.model;
    let questions = &model.view.questions;
    let changes = model.own.is_some();
    let button = match (changes, questions.len()) {
        (true, _) => "change.send",
        (false, 0 | 1) => "send",
        (false, _) => "send.many",
    };
    let note = if model.view.closes.0 == 0 { "change.note.open" } else { "change.note" };
    let fields = questions.iter().map(|question| view! { <Fields scene=scene.clone() question /> });
    let fields = fields.collect_view();
    let sending = scene.live.sending;
    let (idle, busy) = (scene.t(button), scene.t("sending"));
    let here = scene.clone();
    view! {
        <form
            class="ff-form"
            method="post"
            action=scene.acts()
            data-ff-form="ballot"
            novalidate=scene.context.emit.is_some()
            on:submit=move |event| here.emit(Intent::Ballot(event))
        >
            <Hidden scene=scene.clone() act="ballot" />
            {fields}
            <div class="ff-row">
                <button class="ff-btn" aria-disabled=move || sending.get().then_some("true")>
                    {move || if sending.get() { busy.clone() } else { idle.clone() }}
                </button>
                <span class="ff-note">{scene.t(note)}</span>
            </div>
        </form>
    }
    .into_any()
}

/// One question: asked, explained, answered, and what is wrong with the answer.
#[component]
fn Fields<'a>(scene: Scene, question: &'a QuestionView) -> impl IntoView {
    let id = question.id.as_str();
    let error_id = scene.id(id);
    let input = input(question);
    let error = match input {
        Some(_) => scene.model.error(id).map(|error| refusal(&scene, question, &error.slug)),
        None => Some(scene.t("refused.unsupported")),
    };
    let invalid = error.is_some();
    let optional = (!question.required).then(|| view! { " " <small>{scene.t("optional")}</small> });
    let help = question.help.clone().or_else(|| input?.hint(&scene, question));
    let controls = input.map(|input| {
        input.controls(&Field {
            question,
            name: ["q.", id].concat(),
            values: scene.model.values(id),
            invalid,
        })
    });
    let described = invalid.then(|| error_id.clone());
    view! {
        <fieldset
            class="ff-q"
            data-ff-question=id.to_owned()
            aria-describedby=described
            data-ff-invalid=invalid
        >
            <legend>{question.text.clone()} {optional}</legend>
            {help.map(|help| view! { <p class="ff-note">{help}</p> })}
            {error.map(|error| view! { <p class="ff-error" id=error_id>{error}</p> })}
            {controls}
        </fieldset>
    }
    .into_any()
}
