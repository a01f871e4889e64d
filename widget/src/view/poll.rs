//! A poll on stage: what a visitor sees of one activity, from "opens soon" to "closed".

use fanfare_shared::campaign::Results as Shown;
use fanfare_shared::time::State;
use fanfare_shared::wire::act::ActKind;
use leptos::prelude::*;

use super::form::Ballot;
use super::mine::{Given, Mine};
use super::receipt::Receipt;
use super::results::{Answers, Results};
use super::time::{Countdown, TimeLeft};
use super::{Action, Intent, Scene};
use crate::model::{Outcome, Stage};

/// The section of one poll.
#[component]
pub fn Poll(
    /// The poll on stage.
    scene: Scene,
) -> impl IntoView {
    let stage = scene.model.stage();
    let body = match stage {
        Stage::Scheduled => view! { <Scheduled scene=scene.clone() /> }.into_any(),
        Stage::Answer => view! { <Answer scene=scene.clone() /> }.into_any(),
        Stage::Waiting => view! { <Waiting scene=scene.clone() /> }.into_any(),
        Stage::Answered => view! { <Answered scene=scene.clone() /> }.into_any(),
        Stage::Withdrawn => view! { <Withdrawn scene=scene.clone() /> }.into_any(),
        Stage::Closed => view! { <Closed scene=scene.clone() /> }.into_any(),
    };
    let id = scene.model.view.id.to_string();
    view! {
        <section class="ff-card" data-ff-activity=id data-ff-stage=stage.name()>
            {body}
        </section>
    }
    .into_any()
}

/// The small line on top: a live dot where there is life, a few words, and at its end a receipt.
#[component]
fn Eyebrow(scene: Scene, live: bool, children: Children) -> impl IntoView {
    let dot = live.then(|| view! { <span class="ff-live" aria-hidden="true"></span> });
    let receipt = scene.model.own.as_ref().map(|own| view! { <Receipt scene=scene.clone() own /> });
    view! {
        <div class="ff-row ff-top">
            <p class="ff-eyebrow">{dot} {children()}</p>
            {receipt}
        </div>
    }
    .into_any()
}

/// What came of the last act, in words; takes the focus after a transition.
#[component]
fn Notice(scene: Scene) -> impl IntoView {
    let words = &scene.context.words;
    let changed = scene.model.own.as_ref().is_some_and(|own| own.revision > 1);
    let (text, class) = match &scene.model.outcome {
        Outcome::None | Outcome::Waiting { .. } => return ().into_any(),
        Outcome::Done(ActKind::Ballot) if changed => (words.t("done.change"), "ff-good"),
        Outcome::Done(ActKind::Ballot) => (words.t("done.ballot"), "ff-good"),
        Outcome::Done(ActKind::Withdraw) => (words.t("done.withdraw"), "ff-good"),
        Outcome::Refused { .. } => (words.problem("refused"), "ff-bad"),
        Outcome::Problem { slug, .. } => (words.problem(slug), "ff-bad"),
    };
    view! { <p class=["ff-notice ", class].concat() role="status" tabindex="-1" data-ff-focus>{text}</p> }
        .into_any()
}

/// The question texts as titles, where neither form nor results carry them.
fn titles(scene: &Scene) -> impl IntoView + use<> {
    let title = |text: &String| view! { <h2 class="ff-title">{text.clone()}</h2> };
    scene.model.view.questions.iter().map(|question| title(&question.text)).collect_view()
}

/// The results, or when and for whom they are.
#[component]
fn Outlook(scene: Scene) -> impl IntoView {
    let model = &scene.model;
    if model.view.tally.is_some() {
        return view! { <Results scene=scene.clone() /> }.into_any();
    }
    let words = &scene.context.words;
    let note = match (model.view.results, &model.closes_text) {
        (Shown::Close, Some(when)) => words.fill("results.close.when", &[("when", when)]),
        (Shown::Close, None) => words.t("results.close"),
        (Shown::Staff, _) => words.fill("results.staff", &[("brand", &scene.context.frame.brand_name)]),
        (Shown::Always | Shown::Voted, _) => words.t("results.loading"),
    };
    let given = model.own.is_some().then(|| view! { <Given scene=scene.clone() /> });
    view! {
        {titles(&scene)}
        {given}
        <p class="ff-note">{note}</p>
    }
    .into_any()
}

#[component]
fn Scheduled(scene: Scene) -> impl IntoView {
    let words = &scene.context.words;
    let opens = match &scene.model.opens_text {
        Some(when) => words.fill("opens", &[("when", when)]),
        None => words.t("opens.soon"),
    };
    view! {
        <Eyebrow scene=scene.clone() live=false>
            {opens}
        </Eyebrow>
        {titles(&scene)}
        <Countdown scene=scene.clone() />
        <p class="ff-note">{words.t("opens.note")}</p>
        <Notice scene=scene.clone() />
    }
    .into_any()
}

#[component]
fn Answer(scene: Scene) -> impl IntoView {
    let words = &scene.context.words;
    let until = match &scene.model.closes_text {
        Some(when) => words.fill("open.until", &[("when", when)]),
        None => words.t("open"),
    };
    let left = view! { <TimeLeft scene=scene.clone() /> };
    let peek = scene.model.view.tally.is_some().then(|| {
        view! {
            <details class="ff-peek">
                <summary>{words.t("results")}</summary>
                <div class="ff-panel">
                    <p class="ff-note"><Answers scene=scene.clone() /></p>
                    <Results scene=scene.clone() />
                </div>
            </details>
        }
    });
    view! {
        <Eyebrow scene=scene.clone() live=true>
            <span>{until}</span>
            {left}
        </Eyebrow>
        <Notice scene=scene.clone() />
        <Ballot scene=scene.clone() />
        {peek}
    }
    .into_any()
}

#[component]
fn Waiting(scene: Scene) -> impl IntoView {
    let offline = scene.t("offline");
    view! {
        <Eyebrow scene=scene.clone() live=false>
            {offline}
        </Eyebrow>
        <h2 class="ff-title" tabindex="-1" data-ff-focus>
            {scene.t("waiting.title")}
        </h2>
        <p class="ff-note" role="status">
            {scene.t("waiting.note")}
        </p>
        <div class="ff-row">
            <span class="ff-chip ff-warn">{scene.t("waiting")}</span>
            <Action scene=scene.clone() intent=Intent::Retry name="retry" label="try" />
        </div>
    }
    .into_any()
}

/// "2,481 answers, live", where the tally may be seen.
fn count(scene: &Scene) -> AnyView {
    let model = &scene.model;
    let live = model.view.state == State::Open;
    if model.view.tally.is_none() {
        return scene.t(if live { "open" } else { "closed" }).into_any();
    }
    let tail = live.then(|| [", ", &scene.t("live")].concat());
    view! {
        <span>
            <Answers scene=scene.clone() />
            {tail}
        </span>
    }
    .into_any()
}

#[component]
fn Answered(scene: Scene) -> impl IntoView {
    let count = count(&scene);
    let refused = matches!(scene.model.outcome, Outcome::Refused { .. } | Outcome::Problem { .. });
    view! {
        <Eyebrow scene=scene.clone() live=true>
            {count}
        </Eyebrow>
        <Notice scene=scene.clone() />
        <Outlook scene=scene.clone() />
        <details class="ff-change" open=refused>
            <summary class="ff-btn ff-quiet">{scene.t("change")}</summary>
            <div class="ff-panel">
                <Ballot scene=scene.clone() />
            </div>
        </details>
        <Mine scene=scene.clone() />
    }
    .into_any()
}

#[component]
fn Withdrawn(scene: Scene) -> impl IntoView {
    let count = count(&scene);
    let results = scene.model.view.tally.is_some().then(|| view! { <Results scene=scene.clone() /> });
    view! {
        <Eyebrow scene=scene.clone() live=false>
            {count}
        </Eyebrow>
        <Notice scene=scene.clone() />
        {results}
        <Mine scene=scene.clone() />
    }
    .into_any()
}

#[component]
fn Closed(scene: Scene) -> impl IntoView {
    let (model, words, frame) = (&scene.model, &scene.context.words, &scene.context.frame);
    let closed = if model.ended_early(frame.now) && model.view.closes.0 != 0 {
        words.fill("closed.ended", &[("brand", &frame.brand_name)])
    } else {
        match &model.closes_text {
            Some(when) => words.fill("closed.since", &[("when", when)]),
            None => words.t("closed"),
        }
    };
    let answers = model.view.tally.is_some().then(|| {
        view! {
            <span>
                <Answers scene=scene.clone() />
            </span>
        }
    });
    let hidden = model.view.tally.is_none() && model.own.is_none() && model.view.results != Shown::Staff;
    let body = if hidden {
        view! {
            {titles(&scene)}
            <p class="ff-note">{words.t("closed.title")}</p>
        }
        .into_any()
    } else {
        view! { <Outlook scene=scene.clone() /> }.into_any()
    };
    let mine = model.own.is_some().then(|| view! { <Mine scene=scene.clone() /> });
    view! {
        <Eyebrow scene=scene.clone() live=false>
            <span>{closed}</span>
            {answers}
        </Eyebrow>
        <Notice scene=scene.clone() />
        {body}
        {mine}
    }
    .into_any()
}
