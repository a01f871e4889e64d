//! A poll on stage: what a visitor sees of one activity, from "opens soon" to "closed".

use fanfare_shared::campaign::Results;
use fanfare_shared::time::State;
use fanfare_shared::wire::act::ActKind;
use leptos::prelude::*;

use super::element::{Element, bare, el};
use super::form::ballot;
use super::mine::{given, mine};
use super::receipt::receipt;
use super::results::{answers, results};
use super::time::{countdown, time_left};
use super::{Intent, Scene, action};
use crate::model::{Outcome, Stage};

/// The section of one poll.
#[component]
pub fn Poll(
    /// The poll on stage.
    scene: Scene,
) -> impl IntoView {
    let stage = scene.model.stage();
    let section = el("section", "ff-card")
        .attr("data-ff-activity", scene.model.view.id.as_str())
        .attr("data-ff-stage", stage.name());
    let section = match stage {
        Stage::Scheduled => scheduled(&scene, section),
        Stage::Answer => answer(&scene, section),
        Stage::Waiting => waiting(&scene, section),
        Stage::Answered => answered(&scene, section),
        Stage::Withdrawn => withdrawn(&scene, section),
        Stage::Closed => closed(&scene, section),
    };
    AnyView::from(section)
}

/// The small line on top: a live dot where there is life, a few words, and at its end a receipt.
pub(super) fn eyebrow(scene: &Scene, live: bool, words: Vec<Element>) -> Element {
    let dot = live.then(|| el("span", "ff-live").attr("aria-hidden", "true"));
    let own = scene.model.own.as_ref();
    el("div", "ff-row ff-top")
        .child(el("p", "ff-eyebrow").opt(dot).children(words.into_iter()))
        .opt(own.map(|own| receipt(scene, own)))
}

/// Words in the small line.
pub(super) fn words(text: &str) -> Vec<Element> {
    vec![bare("span").text(text)]
}

pub(super) fn note(text: &str) -> Element {
    el("p", "ff-note").text(text)
}

pub(super) fn title(text: &str) -> Element {
    el("h2", "ff-title").text(text)
}

/// What came of the last act, in words; takes the focus after a transition.
pub(super) fn notice(scene: &Scene) -> Option<Element> {
    let words = &scene.context.words;
    let changed = scene.model.own.as_ref().is_some_and(|own| own.revision > 1);
    let (text, good) = match &scene.model.outcome {
        Outcome::None | Outcome::Waiting { .. } | Outcome::Draft { .. } => return None,
        Outcome::Erased => (words.t("erased"), true),
        Outcome::Done(ActKind::Ballot) => {
            (words.t(if changed { "done.change" } else { "done.ballot" }), true)
        }
        Outcome::Done(ActKind::Entry) => (words.t("done.entry"), true),
        Outcome::Done(ActKind::Withdraw) => (words.t("done.withdraw"), true),
        Outcome::Refused { .. } => (words.problem("refused"), false),
        Outcome::Problem { slug, .. } => (words.problem(slug), false),
    };
    let notice = el("p", if good { "ff-notice ff-good" } else { "ff-notice ff-bad" });
    let notice = notice.attr("role", "status").attr("tabindex", "-1").flag("data-ff-focus", true);
    Some(notice.text(&text).opt(elsewhere(scene)))
}

/// Where a page may not send answers, the way to the one that always may.
fn elsewhere(scene: &Scene) -> Option<Element> {
    let frame = &scene.context.frame;
    let refused =
        matches!(&scene.model.outcome, Outcome::Problem { slug, .. } if slug == "origin-not-allowed");
    refused.then(|| {
        let address = [&frame.hosted, "?lang=", &frame.lang].concat();
        let link = bare("a").attr("href", &address).attr("target", "_blank").attr("rel", "noopener");
        bare("span").text(" ").child(link.word(scene, "elsewhere"))
    })
}

/// The question texts as titles, where neither form nor results carry them.
fn titles(scene: &Scene) -> impl Iterator<Item = Element> + use<'_> {
    scene.model.view.questions.iter().map(|question| title(&question.text))
}

/// The results, or when and for whom they are.
fn outlook(scene: &Scene, section: Element) -> Element {
    let model = &scene.model;
    if model.view.tally.is_some() {
        return section.children(results(scene));
    }
    let words = &scene.context.words;
    let when = match (model.view.results, &model.closes_text) {
        (Results::Close, Some(when)) => words.fill("results.close.when", &[("when", when)]),
        (Results::Close, None) => words.t("results.close"),
        (Results::Staff, _) => words.fill("results.staff", &[("brand", &scene.context.frame.brand_name)]),
        (Results::Always | Results::Voted, _) => words.t("results.loading"),
    };
    let section =
        if model.own.is_some() { section.child(given(scene)) } else { section.children(titles(scene)) };
    section.child(note(&when))
}

fn scheduled(scene: &Scene, section: Element) -> Element {
    let opens = match &scene.model.opens_text {
        Some(when) => scene.context.words.fill("opens", &[("when", when)]),
        None => scene.t("opens.soon"),
    };
    section
        .child(eyebrow(scene, false, words(&opens)))
        .children(titles(scene))
        .child(countdown(scene))
        .child(note(&scene.t("opens.note")))
        .opt(notice(scene))
}

fn answer(scene: &Scene, section: Element) -> Element {
    let until = match &scene.model.closes_text {
        Some(when) => scene.context.words.fill("open.until", &[("when", when)]),
        None => scene.t("open"),
    };
    let mut line = words(&until);
    line.extend(time_left(scene));
    let peek = scene.model.view.tally.is_some().then(|| {
        let panel =
            el("div", "ff-panel").child(el("p", "ff-note").child(answers(scene))).children(results(scene));
        el("details", "ff-peek").child(bare("summary").word(scene, "results")).child(panel)
    });
    section.child(eyebrow(scene, true, line)).opt(notice(scene)).child(ballot(scene)).opt(peek)
}

fn waiting(scene: &Scene, section: Element) -> Element {
    let memory = matches!(scene.model.outcome, Outcome::Waiting { memory: true, .. });
    let safe = note(&scene.t(if memory { "waiting.note.memory" } else { "waiting.note" }));
    let row = el("div", "ff-row").child(el("span", "ff-chip ff-warn").word(scene, "waiting")).child(action(
        scene,
        Intent::Retry,
        "retry",
        "try",
    ));
    section
        .child(eyebrow(scene, false, words(&scene.t("offline"))))
        .child(title(&scene.t("waiting.title")).attr("tabindex", "-1").flag("data-ff-focus", true))
        .child(safe.attr("role", "status"))
        .child(row)
}

/// "2,481 answers, live", where the tally may be seen.
fn count(scene: &Scene) -> Vec<Element> {
    let live = scene.model.view.state == State::Open;
    if scene.model.view.tally.is_none() {
        return words(&scene.t(if live { "open" } else { "closed" }));
    }
    let count = bare("span").child(answers(scene));
    vec![if live { count.text(", ").word(scene, "live") } else { count }]
}

/// The form behind a button, for those who answered before.
fn again(scene: &Scene, label: &str, open: bool) -> Element {
    el("details", "ff-change")
        .flag("open", open)
        .child(el("summary", "ff-btn ff-quiet").word(scene, label))
        .child(el("div", "ff-panel").child(ballot(scene)))
}

fn answered(scene: &Scene, section: Element) -> Element {
    let unsent = !matches!(scene.model.outcome, Outcome::None | Outcome::Done(_));
    let section = section.child(eyebrow(scene, true, count(scene))).opt(notice(scene));
    outlook(scene, section).child(again(scene, "change", unsent)).child(mine(scene))
}

fn withdrawn(scene: &Scene, section: Element) -> Element {
    let section = section.child(eyebrow(scene, false, count(scene))).opt(notice(scene));
    let shown = scene.model.view.tally.is_some();
    let section = if shown { section.children(results(scene)) } else { section.children(titles(scene)) };
    let open = scene.model.view.state == State::Open;
    section.opt(open.then(|| again(scene, "again", false))).child(mine(scene))
}

fn closed(scene: &Scene, section: Element) -> Element {
    let (model, context) = (&scene.model, &scene.context);
    let when = if model.ended_early(scene.live.with_untracked(|live| live.now)) && model.view.closes.0 != 0 {
        context.words.fill("closed.ended", &[("brand", &context.frame.brand_name)])
    } else {
        match &model.closes_text {
            Some(when) => context.words.fill("closed.since", &[("when", when)]),
            None => context.words.t("closed"),
        }
    };
    let mut line = words(&when);
    if model.view.tally.is_some() {
        line.push(bare("span").text("· ").child(answers(scene)));
    }
    let section = section.child(eyebrow(scene, false, line)).opt(notice(scene));
    let nothing = model.view.tally.is_none() && model.own.is_none() && model.view.results != Results::Staff;
    let section = if nothing {
        section.children(titles(scene)).child(note(&scene.t("closed.title")))
    } else {
        outlook(scene, section)
    };
    section.opt(model.own.as_ref().map(|_| mine(scene)))
}
