//! A contest on stage: what can be won, the entry form, and what became of one's entry.
//!
//! For the server alone: the compiled widget leaves contests to the server's fragment.

use fanfare_shared::time::State;
use leptos::prelude::*;

use super::Scene;
use super::element::{Element, bare, el};
use super::form::{fields, hidden};
use super::mine::mine;
use super::poll::{eyebrow, note, notice, title, words};
use super::time::{countdown, time_left};
use crate::model::{ContestView, PrizeView, Stage};

/// The section of one contest.
pub(crate) fn contest(scene: &Scene) -> AnyView {
    let (model, stage) = (&scene.model, scene.model.stage());
    let section = el("section", "ff-card")
        .attr("data-ff-activity", model.view.id.as_str())
        .attr("data-ff-stage", stage.name());
    let Some(contest) = &model.contest else { return AnyView::from(section) };
    let (line, live) = line(scene, contest, stage);
    let section = section
        .child(eyebrow(scene, live, line))
        .opt(notice(scene))
        .child(title(&scene.t("contest.title")))
        .child(prizes(scene, contest));
    let section = match stage {
        Stage::Scheduled => section.child(countdown(scene)).child(note(&scene.t("opens.note"))),
        Stage::Answer | Stage::Waiting => section.child(entry(scene)),
        Stage::Answered | Stage::Closed | Stage::Withdrawn => section.opt(own(scene)),
    };
    let page =
        [&scene.context.frame.base, "/d/", model.view.id.as_str(), "?lang=", &scene.context.frame.lang]
            .concat();
    let watch = bare("a").attr("href", &page).attr("target", "_blank").attr("rel", "noopener");
    let again = stage == Stage::Withdrawn && model.view.state == State::Open;
    let section = section
        .child(draw(scene, contest))
        .opt(contest.demonstration.then(|| note(&scene.t("contest.demonstration"))))
        .child(el("p", "ff-note").child(watch.word(scene, "draw.watch")))
        .opt(again.then(|| anew(scene)));
    let known = stage == Stage::Withdrawn || model.own.is_some();
    AnyView::from(section.opt(known.then(|| mine(scene))))
}

/// The small line on top, and whether the dot in it lives.
fn line(scene: &Scene, contest: &ContestView, stage: Stage) -> (Vec<Element>, bool) {
    let model = &scene.model;
    let fill = |key: &str, when: &Option<String>| {
        when.as_ref().map(|when| scene.context.words.fill(key, &[("when", when)]))
    };
    match stage {
        Stage::Scheduled => {
            (words(&fill("opens", &model.opens_text).unwrap_or_else(|| scene.t("opens.soon"))), false)
        }
        _ if contest.drawn => (words(&scene.t("contest.drawn")), false),
        Stage::Closed => {
            (words(&fill("closed.since", &model.closes_text).unwrap_or_else(|| scene.t("closed"))), false)
        }
        Stage::Answer | Stage::Waiting | Stage::Answered | Stage::Withdrawn => {
            let mut line = words(&fill("open.until", &model.closes_text).unwrap_or_else(|| scene.t("open")));
            line.extend(time_left(scene));
            (line, true)
        }
    }
}

/// What can be won.
fn prizes(scene: &Scene, contest: &ContestView) -> Element {
    let prize = |prize: &PrizeView| {
        let times = (prize.count > 1)
            .then(|| bare("b").text(&[&scene.context.format.number(prize.count), " \u{d7} "].concat()));
        let name = bare("span").opt(times).child(bare("b").text(&prize.title));
        let facts = [prize.text.as_deref(), prize.value.as_deref()].into_iter().flatten();
        bare("li").child(name).children(facts.map(|fact| el("span", "ff-note").text(fact)))
    };
    el("ul", "ff-prizes").children(contest.prizes.iter().map(prize))
}

/// The entry form.
fn entry(scene: &Scene) -> Element {
    let button = el("button", "ff-btn").word(scene, "contest.enter");
    el("form", "ff-form")
        .attr("method", "post")
        .attr("action", &scene.acts())
        .attr("data-ff-form", "entry")
        .child(hidden(scene, "entry"))
        .children(scene.model.view.questions.iter().map(|question| fields(scene, question)))
        .child(el("div", "ff-row").child(button).child(el("span", "ff-note").word(scene, "contest.once")))
}

/// The form behind a button, for those who took their entry back.
fn anew(scene: &Scene) -> Element {
    el("details", "ff-change")
        .child(el("summary", "ff-btn ff-quiet").word(scene, "contest.again"))
        .child(el("div", "ff-panel").child(entry(scene)))
}

/// "You are in the draw with tickets 41 to 43."
fn own(scene: &Scene) -> Option<Element> {
    let tickets = scene.model.own.as_ref()?.tickets?;
    // People count from 1; leaves and certificates from 0.
    let number = |n: u64| scene.context.format.number(n + 1);
    let (first, last) = (number(tickets.first), number(tickets.first + tickets.count.saturating_sub(1)));
    let text = if tickets.count == 1 {
        scene.context.words.fill("contest.ticket", &[("n", &first)])
    } else {
        scene.context.words.fill("contest.tickets", &[("first", &first), ("last", &last)])
    };
    Some(el("p", "ff-notice ff-good").text(&text))
}

/// When it is drawn, and from what.
fn draw(scene: &Scene, contest: &ContestView) -> Element {
    let key = if contest.drawn { "contest.draw.done" } else { "contest.draw" };
    let text = scene.context.words.fill(key, &[("when", &contest.draw)]);
    note(&text)
}
