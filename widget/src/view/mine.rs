//! "Your answers": what one said, and one's four rights over it: take it back, take it along, be forgotten, and
//! (in the form above it) change it. What cannot be undone asks once more, in place.

use fanfare_shared::wire::bootstrap::QuestionView;
use leptos::prelude::*;

use super::form::Hidden;
use super::{Intent, Scene};
use crate::model::Place;

/// The answer to a question in words.
fn answer(scene: &Scene, question: &QuestionView) -> String {
    let values = scene.model.own_values(question.id.as_str());
    let chosen =
        question.options.iter().filter(|option| values.iter().any(|value| value == option.id.as_str()));
    let texts: Vec<&str> = chosen.map(|option| option.text.as_str()).collect();
    if texts.is_empty() { scene.t("given.nothing") } else { texts.join(", ") }
}

/// What one answered, question by question.
#[component]
pub(super) fn Given(scene: Scene) -> impl IntoView {
    let questions = scene.model.view.questions.iter().map(|question| {
        view! {
            <dt>{question.text.clone()}</dt>
            <dd>{answer(&scene, question)}</dd>
        }
    });
    view! { <dl class="ff-facts">{questions.collect_view()}</dl> }.into_any()
}

/// The panel.
#[component]
pub(super) fn Mine(scene: Scene) -> impl IntoView {
    let note = match scene.context.frame.place {
        Place::Shadow => "mine.note",
        Place::Hosted { .. } => "mine.note.page",
    };
    let given = scene.model.own.as_ref().map(|_| {
        view! {
            <Given scene=scene.clone() />
            <Withdraw scene=scene.clone() />
        }
    });
    view! {
        <details class="ff-mine">
            <summary>{scene.t("mine")}</summary>
            <div class="ff-panel">
                {given} <Export scene=scene.clone() /> <Erase scene=scene.clone() />
                <p class="ff-note">{scene.t(note)}</p>
            </div>
        </details>
    }
    .into_any()
}

/// Takes the answer back.
#[component]
pub(super) fn Withdraw(scene: Scene) -> impl IntoView {
    let here = scene.clone();
    view! {
        <details class="ff-ask">
            <summary>{scene.t("withdraw")}</summary>
            <form
                class="ff-panel"
                method="post"
                action=scene.acts()
                data-ff-form="withdraw"
                on:submit=move |event| {
                    event.prevent_default();
                    here.emit(Intent::Withdraw);
                }
            >
                <Hidden scene=scene.clone() act="withdraw" />
                <p class="ff-note">{scene.t("withdraw.note")}</p>
                <button class="ff-btn ff-quiet ff-bad">{scene.t("withdraw.confirm")}</button>
            </form>
        </details>
    }
    .into_any()
}

/// A form about the participant; where there is JavaScript it carries nothing but its name.
fn about_me(scene: &Scene, name: &'static str, intent: Intent, inside: AnyView) -> AnyView {
    let frame = &scene.context.frame;
    let fields = match &frame.place {
        Place::Shadow => None,
        Place::Hosted { participant } => Some(view! {
            <input type="hidden" name="participant" value=participant.clone() />
            <input type="hidden" name="campaign" value=frame.campaign.to_string() />
            <input type="hidden" name="lang" value=frame.lang.clone() />
            <input type="hidden" name="reply" value="page" />
        }),
    };
    let here = scene.clone();
    view! {
        <form
            class="ff-panel"
            method="post"
            action=[&frame.base, "/api/v1/participants/", name].concat()
            data-ff-form=name
            on:submit=move |event| {
                event.prevent_default();
                here.emit(intent.clone());
            }
        >
            {fields}
            {inside}
        </form>
    }
    .into_any()
}

/// Takes everything along.
#[component]
pub(super) fn Export(scene: Scene) -> impl IntoView {
    let button = view! { <button class="ff-btn ff-quiet">{scene.t("export")}</button> };
    about_me(&scene, "export", Intent::Export, button.into_any())
}

/// Is forgotten.
#[component]
pub(super) fn Erase(scene: Scene) -> impl IntoView {
    let inside = view! {
        <p class="ff-note">{scene.t("erase.note")}</p>
        <button class="ff-btn ff-quiet ff-bad">{scene.t("erase.confirm")}</button>
    };
    view! {
        <details class="ff-ask">
            <summary>{scene.t("erase")}</summary>
            {about_me(&scene, "erase", Intent::Erase, inside.into_any())}
        </details>
    }
    .into_any()
}
