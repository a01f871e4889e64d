//! Results: one bar for each option, one's own marked, numbers that move with the live tally.
//!
//! Bars are attributes of an `<svg>`: a strict content security policy forbids `style` attributes.

use fanfare_shared::wire::bootstrap::QuestionView;
use fanfare_shared::wire::tally::{QuestionTally, Tally};
use leptos::prelude::*;

use super::Scene;
use super::questions::input;

/// The part of a tally that belongs to a question.
fn of<'a>(tally: Option<&'a Tally>, question: &str) -> Option<&'a QuestionTally> {
    tally?.questions.iter().find(|tally| tally.id.as_str() == question)
}

/// "2,481 answers", as they come in.
#[component]
pub(super) fn Answers(scene: Scene) -> impl IntoView {
    let tally = scene.live.tally;
    let ballots = Memo::new(move |_| tally.with(|tally| tally.as_ref().map_or(0, |tally| tally.ballots)));
    view! { <span data-ff-ballots>{move || scene.plural("answers", ballots.get())}</span> }.into_any()
}

/// The results of every question.
#[component]
pub(super) fn Results(scene: Scene) -> impl IntoView {
    let question = |question| view! { <Question scene=scene.clone() question /> };
    scene.model.view.questions.iter().map(question).collect_view().into_any()
}

/// The results of one question.
#[component]
fn Question<'a>(scene: Scene, question: &'a QuestionView) -> impl IntoView {
    let id = question.id.to_string();
    let mine = scene.model.own_values(&id);
    let rows = question.options.iter().map(|option| {
        let option_id = option.id.to_string();
        let mine = mine.contains(&option_id);
        view! { <Row scene=scene.clone() question=id.clone() option=option_id text=option.text.clone() mine /> }
    });
    let rows = rows.collect_view();
    let figure = {
        let (scene, question, tally) = (scene.clone(), question.clone(), scene.live.tally);
        move || {
            let (figure, label) = tally.with(|tally| {
                input(&question)?.figure(&scene, &question, of(tally.as_ref(), question.id.as_str())?)
            })?;
            Some(view! {
                <p class="ff-figure">
                    <b>{figure}</b>
                    " "
                    <span class="ff-note">{label}</span>
                </p>
            })
        }
    };
    view! {
        <div class="ff-q" data-ff-results=id>
            <h2 class="ff-title">{question.text.clone()}</h2>
            {figure}
            <ul class="ff-bars">{rows}</ul>
        </div>
    }
    .into_any()
}

/// One option: its bar, its text, its figures.
#[component]
fn Row(scene: Scene, question: String, option: String, text: String, mine: bool) -> impl IntoView {
    let tally = scene.live.tally;
    let counts = {
        let option = option.clone();
        Memo::new(move |_| {
            tally
                .with(|tally| {
                    let tally = of(tally.as_ref(), &question)?;
                    let count = tally.options.iter().find(|found| found.id.as_str() == option)?.count;
                    Some((tally.percent(count), count))
                })
                .unwrap_or((0, 0))
        })
    };
    let percent = move || [&counts.get().0.to_string(), "%"].concat();
    let format = scene.context.format.clone();
    view! {
        <li class="ff-opt ff-res" class:ff-own=mine data-ff-option=option>
            <svg class="ff-bar" aria-hidden="true" focusable="false">
                <rect height="100%" width=percent />
            </svg>
            <span>
                {text}
                {mine.then(|| view! { " " <small>{scene.t("yours")}</small> })}
            </span>
            <span>
                <strong>{percent}</strong>
                " "
                <small>{move || format.number(counts.get().1)}</small>
            </span>
        </li>
    }
    .into_any()
}
