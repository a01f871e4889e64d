//! Results: one bar for each option, one's own marked, numbers that move with the live tally.
//!
//! Bars are attributes of an `<svg>`: a strict content security policy forbids `style` attributes.

use std::sync::Arc;

use fanfare_shared::wire::bootstrap::{OptionView, QuestionView};
use fanfare_shared::wire::tally::{QuestionTally, Tally};
use leptos::prelude::*;

use super::Scene;
use super::element::{Element, Reactive, bare, el};
use super::questions::input;

/// The part of a tally that belongs to a question.
fn of<'a>(tally: Option<&'a Tally>, question: &str) -> Option<&'a QuestionTally> {
    tally?.questions.iter().find(|tally| tally.id.as_str() == question)
}

/// "2,481 answers", as they come in.
pub(super) fn answers(scene: &Scene) -> Element {
    counted(scene, "").flag("data-ff-ballots", true)
}

/// The same for one question; for all of the poll where it has no name.
fn counted(scene: &Scene, question: &str) -> Element {
    let (live, scene, question) = (scene.live, scene.clone(), question.to_owned());
    let counted =
        move |tally: &Tally| of(Some(tally), &question).map_or(tally.ballots, |tally| tally.answered);
    let counted = move || live.with(|live| live.tally.as_ref().map_or(0, &counted));
    bare("span").live_text(Box::new(move || scene.plural("answers", counted())))
}

/// The results of every question.
pub(super) fn results(scene: &Scene) -> impl Iterator<Item = Element> + use<'_> {
    scene.model.view.questions.iter().map(|asked| question(scene, asked))
}

/// The results of one question.
fn question(scene: &Scene, question: &QuestionView) -> Element {
    let id = question.id.as_str();
    let mine = scene.model.own_values(id);
    let rows = question.options.iter().map(|option| {
        let mine = mine.iter().any(|value| value == option.id.as_str());
        row(scene, id, option, mine)
    });
    let section = el("div", "ff-q")
        .attr("data-ff-results", id)
        .child(el("h2", "ff-title").text(&question.text))
        .opt(figure(scene, question));
    if question.options.is_empty() {
        return section.child(el("p", "ff-note").child(counted(scene, id)));
    }
    section.child(el("ul", "ff-bars").children(rows))
}

/// The figure over the bars, for types that have one.
fn figure(scene: &Scene, question: &QuestionView) -> Option<Element> {
    let kind = input(question)?;
    let label = kind.figure_label(scene, question)?;
    let (format, id, live) = (scene.context.format.clone(), question.id.clone(), scene.live);
    let figure = move || {
        let tenths = live.with(|live| kind.figure(of(live.tally.as_ref(), id.as_str())?));
        tenths.map_or_else(|| "–".to_owned(), |tenths| format.tenths(tenths))
    };
    let figure = bare("b").live_text(Box::new(figure));
    Some(el("p", "ff-figure").child(figure).text(" ").child(el("span", "ff-note").text(&label)))
}

/// One option: its bar, its text, its figures.
fn row(scene: &Scene, question: &str, option: &OptionView, mine: bool) -> Element {
    let (live, format) = (scene.live, scene.context.format.clone());
    let place = Arc::new((question.to_owned(), option.id.clone()));
    let counts = move || {
        live.with(|live| {
            let tally = of(live.tally.as_ref(), &place.0)?;
            let count = tally.options.iter().find(|found| found.id == place.1)?.count;
            Some((tally.percent(count), count))
        })
        .unwrap_or((0, 0))
    };
    let again = counts.clone();
    let percent = move || [&again().0.to_string(), "%"].concat();
    let width = percent.clone();
    let yours = mine.then(|| bare("small").text(&scene.t("yours")));
    el("li", if mine { "ff-opt ff-res ff-own" } else { "ff-opt ff-res" })
        .attr("data-ff-option", option.id.as_str())
        .child(bar(Box::new(move || Some(width()))))
        .child(bare("span").text(&option.text).text(" ").opt(yours))
        .child(
            bare("span")
                .child(bare("strong").live_text(Box::new(percent)))
                .text(" ")
                .child(bare("small").live_text(Box::new(move || format.number(counts().1)))),
        )
}

/// Drawn by attributes.
fn bar(width: Reactive<Option<String>>) -> AnyView {
    view! {
        <svg class="ff-bar" aria-hidden="true">
            <rect height="100%" width=width />
        </svg>
    }
    .into_any()
}
