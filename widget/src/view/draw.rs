//! The page of a draw: the countdown, the code of the sealed list, the numbers as they come, and who was drawn for
//! what. Everything stands in it without JavaScript; `draw.js` counts, looks again when the round is out, and lets the
//! slots fill one by one.

use leptos::prelude::*;

use super::Context;
use super::pages::document;
use crate::render::draw::{CallView, DrawModel, DrawnView, Ended, SlotView};
use crate::words::Words;

/// The document.
pub(crate) fn draw(context: &Context, model: &DrawModel) -> AnyView {
    let words = &context.words;
    let (stage, line) = match (&model.seal_code, &model.drawn) {
        (_, Some(_)) => ("drawn", "contest.drawn"),
        (Some(_), None) => ("sealed", "draw.sealed"),
        (None, None) => ("open", "draw.open"),
    };
    let demonstration = model.contest.demonstration.then(|| {
        view! { <p class="ff-flag"><span class="ff-chip ff-warn">{words.t("contest.demonstration")}</span></p> }
    });
    let stage_view = match &model.drawn {
        Some(drawn) => winners(words, model, drawn),
        None => waiting(words, model),
    };
    let main = view! {
        <article class="ff ff-draw" data-stage=stage data-due=model.due.0.to_string()>
            <div class="ff-card">
                <p class="ff-eyebrow">{words.t(line)}</p>
                <h1>{model.page.campaign.title.clone()}</h1>
                {demonstration}
                {stage_view}
            </div>
            {seal(words, model)}
            {model.drawn.as_ref().map(|drawn| worth(words, model, drawn))}
        </article>
        {share(words, model)}
    };
    document(context, &model.page, &model.address, true, main.into_any())
}

/// What is still to come.
fn waiting(words: &Words, model: &DrawModel) -> AnyView {
    let prizes = model.contest.prizes.iter().map(|prize| {
        let times = (prize.count > 1).then(|| [&prize.count.to_string(), " \u{d7} "].concat());
        view! { <li><b>{times}{prize.title.clone()}</b></li> }
    });
    view! {
        <p class="ff-due" data-ff-countdown data-now=words.t("draw.now")>
            <span data-ff-left></span>
            <span class="ff-note">{words.fill("draw.when", &[("when", &model.contest.draw)])}</span>
        </p>
        <ul class="ff-prizes">{prizes.collect_view()}</ul>
        <p class="ff-note">{words.t(if model.contest.demonstration { "draw.how.demo" } else { "draw.how" })}</p>
    }
    .into_any()
}

/// The slots, and the numbers that filled them.
fn winners(words: &Words, model: &DrawModel, drawn: &DrawnView) -> AnyView {
    let slots = drawn.slots.iter().map(|slot| winner(words, slot)).collect_view();
    let calls = drawn.calls.iter().map(|call| number(words, call)).collect_view();
    let empty = drawn.slots.is_empty().then(|| view! { <p class="ff-note">{words.t("draw.nobody")}</p> });
    view! {
        <p class="ff-note">{words.fill("contest.draw.done", &[("when", &model.contest.draw)])}</p>
        <ol class="ff-slots" aria-label=words.t("draw.slots")>{slots}</ol>
        {empty}
        <details class="ff-change">
            <summary>{words.t("draw.numbers")}</summary>
            <p class="ff-note">{words.t("draw.numbers.note")}</p>
            <ol class="ff-calls">{calls}</ol>
        </details>
        <p class="ff-note">{words.t("draw.yours")}</p>
    }
    .into_any()
}

fn winner(words: &Words, slot: &SlotView) -> impl IntoView + use<> {
    let ticket = words.fill("draw.ticket", &[("n", &slot.ticket)]);
    let prize = slot.prize.clone().unwrap_or_else(|| words.t("draw.reserve"));
    let moved = match slot.ended {
        Ended::Holds => None,
        Ended::Moved => Some(words.t("draw.moved")),
        Ended::Skipped => Some(words.t("draw.skipped")),
    };
    let class = if slot.prize.is_some() { "ff-slot" } else { "ff-slot ff-spare" };
    view! {
        <li class=class>
            <b>{prize}</b>
            <span>{ticket}</span>
            <code>{slot.holder.clone()}</code>
            {moved.map(|text| view! { <span class="ff-note">{text}</span> })}
        </li>
    }
}

fn number(words: &Words, call: &CallView) -> impl IntoView + use<> {
    let text = words.fill(&["draw.call.", call.outcome].concat(), &[("n", &call.ticket)]);
    view! { <li>{text}</li> }
}

/// The code of the sealed list, and what it is good for.
fn seal(words: &Words, model: &DrawModel) -> Option<AnyView> {
    let code = model.seal_code.as_ref()?;
    let size = words.fill("draw.size", &[("entries", &model.entries), ("tickets", &model.tickets)]);
    let meaning = if model.contest.demonstration { "draw.code.note.demo" } else { "draw.code.note" };
    let meaning = words.fill(meaning, &[("when", &model.seal_before)]);
    Some(
        view! {
            <section class="ff-card">
                <h2>{words.t("draw.code")}</h2>
                <p class="ff-code">{code.clone()}</p>
                <p class="ff-note">{size}</p>
                <p class="ff-note">{meaning}</p>
            </section>
        }
        .into_any(),
    )
}

/// What the draw is worth, how to check it, and what nothing proves.
fn worth(words: &Words, model: &DrawModel, drawn: &DrawnView) -> AnyView {
    let never = ["people", "everyone", "skips", "prizes", "sold", "order"];
    let never = never.map(|key| view! { <li>{words.t(&["never.", key].concat())}</li> }).collect_view();
    let grade = words.fill(&["grade.", drawn.grade].concat(), &[("when", &model.seal_before)]);
    let otherwise = (drawn.grade == "seal").then(|| {
        let unproven = words.t("grade.unproven");
        view! { <p class="ff-note">{words.t("draw.otherwise")} " " {unproven}</p> }
    });
    let round = words.fill("draw.round", &[("round", &drawn.round)]);
    view! {
        <section class="ff-card">
            <h2>{words.t("draw.worth")}</h2>
            <p>{grade}</p>
            {otherwise}
            <p class="ff-note">{round}</p>
            <div class="ff-buttons">
                <a class="ff-btn" href=model.verify.clone()>{words.t("draw.check")}</a>
                <a class="ff-btn ff-quiet" href=model.certificate.clone() download=[&model.id, ".certificate.json"].concat()>
                    {words.t("draw.certificate")}
                </a>
                <a class="ff-btn ff-quiet" href=model.bundle.clone() download=[&model.id, ".bundle.json"].concat()>
                    {words.t("draw.bundle")}
                </a>
            </div>
            <details class="ff-change">
                <summary>{words.t("draw.never")}</summary>
                <ul>{never}</ul>
            </details>
        </section>
    }
    .into_any()
}

/// Where the browser can share, a button; else the address to copy.
fn share(words: &Words, model: &DrawModel) -> AnyView {
    let campaign = model.page.campaign.frame.hosted.clone();
    view! {
        <p class="ff-more">
            <button class="ff-link" data-ff-share=model.address.clone() data-ff-copied=words.t("draw.copied") hidden>{words.t("draw.share")}</button>
            " " <a href=campaign>{words.t("draw.back")}</a>
        </p>
    }
    .into_any()
}
