//! "Your answers": what one said, and one's four rights over it: take it back, take it along, be forgotten, and
//! (in the form above it) change it. What cannot be undone asks once more, in place.

use fanfare_shared::wire::bootstrap::QuestionView;
use leptos::prelude::*;

use super::form::Hidden;
use super::{Action, Intent, Scene};
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
                data-ff-form
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

/// A form about the participant for where there is no JavaScript.
fn about_me(scene: &Scene, participant: &str, route: &str, button: AnyView) -> AnyView {
    let frame = &scene.context.frame;
    view! {
        <form method="post" action=[&frame.base, "/api/v1/participants/", route].concat()>
            <input type="hidden" name="participant" value=participant.to_owned() />
            <input type="hidden" name="campaign" value=frame.campaign.to_string() />
            <input type="hidden" name="lang" value=frame.lang.clone() />
            <input type="hidden" name="reply" value="page" />
            {button}
        </form>
    }
    .into_any()
}

/// Takes everything along.
#[component]
pub(super) fn Export(scene: Scene) -> impl IntoView {
    match &scene.context.frame.place {
        Place::Shadow => {
            view! { <Action scene=scene.clone() intent=Intent::Export name="export" label="export" /> }
                .into_any()
        }
        Place::Hosted { participant } => {
            let button = view! { <button class="ff-btn ff-quiet">{scene.t("export")}</button> }.into_any();
            about_me(&scene, participant, "export", button)
        }
    }
}

/// Is forgotten.
#[component]
pub(super) fn Erase(scene: Scene) -> impl IntoView {
    let confirm = match &scene.context.frame.place {
        Place::Shadow => {
            view! { <Action scene=scene.clone() intent=Intent::Erase name="erase" label="erase.confirm" /> }
                .into_any()
        }
        Place::Hosted { participant } => {
            let button = view! { <button class="ff-btn ff-quiet ff-bad">{scene.t("erase.confirm")}</button> };
            about_me(&scene, participant, "erase", button.into_any())
        }
    };
    view! {
        <details class="ff-ask">
            <summary>{scene.t("erase")}</summary>
            <div class="ff-panel">
                <p class="ff-note">{scene.t("erase.note")}</p>
                {confirm}
            </div>
        </details>
    }
    .into_any()
}
