//! Publishing: what becomes a promise is said in words before it does, once.

use fanfare_shared::campaign::{Activity, Openings, Results};
use fanfare_shared::wire::draft::{Draft, DraftVersion};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use serde_json::Value;

use super::saving::State;
use super::schedule::window_in_words;
use super::state::{Builder, builder};
use crate::api::Fault;
use crate::draft::faults::said;
use crate::draft::place::place;
use crate::draft::promises::Promised;
use crate::form::Form;
use crate::parts::button::FormTrouble;
use crate::parts::chip::Chip;
use crate::parts::dialog::Dialog;

/// The button, and the question behind it.
#[component]
pub(super) fn Publish() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let open = RwSignal::new(false);
    let begin = move |_| {
        builder.save();
        open.set(true);
    };
    let touched = move || builder.saving.state.with(|state| *state != State::Untouched);
    let whole = move || builder.faults.with(|faults| faults.is_empty());
    view! {
        <button type="button" class="btn go" on:click=begin>{words.t("publish")}</button>
        <Dialog open title=words.t("publish.title")>
            <Show when=touched fallback=move || nothing(builder, open)>
                <Show when=whole fallback=move || to_mend(builder, open)>
                    <Promises open />
                </Show>
            </Show>
        </Dialog>
    }
}

/// What is in force already is not published again.
fn nothing(builder: Builder, open: RwSignal<bool>) -> impl IntoView {
    let words = builder.words;
    view! {
        <p>{words.t("publish.nothing")}</p>
        <div class="acts">
            <button type="button" class="btn" on:click=move |_| open.set(false)>{words.t("close")}</button>
        </div>
    }
}

/// What has to be mended first, each with a way there.
fn to_mend(builder: Builder, open: RwSignal<bool>) -> impl IntoView {
    let words = builder.words;
    let list = move || {
        let faults = builder.faults.get();
        let one = |(pointer, detail): (&String, &String)| {
            let text = [&place(words, pointer), ": ", &said(words, pointer, detail)].concat();
            let there = pointer.clone();
            let go = move |_| {
                open.set(false);
                builder.show(&there);
            };
            view! { <li><button type="button" class="link" on:click=go>{text}</button></li> }
        };
        faults.iter().take(MOST).map(one).collect_view()
    };
    let count = move || words.plural("publish.mend", builder.faults.with(|faults| faults.len() as u64));
    view! {
        <p>{count}</p>
        <ul class="stack">{list}</ul>
        <div class="acts">
            <button type="button" class="btn" on:click=move |_| open.set(false)>{words.t("close")}</button>
        </div>
    }
}

/// Most faults in the list: who has mended these sees the others.
const MOST: usize = 8;

#[component]
fn Promises(open: RwSignal<bool>) -> impl IntoView {
    let builder = builder();
    let (words, form, navigate) = (builder.words, Form::new(), StoredValue::new_local(use_navigate()));
    let saved = move || builder.is_saved();
    let waiting = move || (form.busy.get() || !saved()).then_some("true");
    let failed =
        move || builder.saving.state.with(|state| matches!(state, State::Failed(_) | State::Overtaken));
    let publish = move |_| {
        if !untrack(saved) {
            builder.save();
            return;
        }
        let Some(id) = builder.id.get_untracked() else { return };
        let address = ["/api/v1/drafts/", &id, "/publish"].concat();
        let body = DraftVersion { version: builder.saving.version.get_value() };
        let campaign = builder.document.with_untracked(|it| it.campaign.to_string());
        let api = builder.saving.api;
        let request = async move {
            let answer = api.post::<Value>(&address, &body).await;
            if let Err(Fault::Problem(problem, _)) = &answer {
                let faults =
                    problem.errors.iter().map(|it| (it.pointer.clone(), it.detail.clone())).collect();
                builder.there.try_set(faults);
            }
            if answer.as_ref().is_err_and(|fault| fault.slug() == Some("changed-meanwhile")) {
                let theirs = api.get::<Draft>(&["/api/v1/drafts/", &id].concat()).await;
                if let Ok(theirs) = theirs {
                    builder.saving.theirs.try_set(Some(theirs));
                    builder.saving.state.try_set(State::Overtaken);
                    open.try_set(false);
                }
            }
            answer
        };
        form.send(request, move |_| {
            builder.forget();
            builder.saving.announcer.say(words.t("publish.done"));
            let there = ["/campaigns/", &campaign, "/install"].concat();
            navigate.with_value(|go| go(&there, Default::default()));
        });
    };
    let activities = move || {
        let all = builder.read(|it| it.activities.clone());
        all.iter().enumerate().map(|(at, it)| promise(builder, at, it)).collect_view()
    };
    view! {
        <p>{move || words.t(if builder.force.with(Option::is_some) { "publish.next" } else { "publish.first" })}</p>
        <ul class="promises">{activities}</ul>
        <p>{words.t("publish.answers")}</p>
        <FormTrouble form />
        {move || failed().then(|| view! { <p class="note bad">{words.t("publish.unsaved")}</p> })}
        <div class="acts">
            <button type="button" class="btn" on:click=move |_| open.set(false)>{words.t("publish.wait")}</button>
            <button
                type="button"
                class="btn go"
                aria-busy=waiting
                aria-disabled=waiting
                on:click=publish
            >
                {words.t("publish.now")}
            </button>
        </div>
    }
}

/// What is promised of one activity.
fn promise(builder: Builder, at: usize, activity: &Activity) -> impl IntoView + use<> {
    let words = builder.words;
    let (tone, key) = match untrack(|| builder.promised(at)) {
        Promised::Nothing => ("warn", "publish.fixed"),
        Promised::Rules => ("good", "publish.rules"),
        Promised::All => ("good", "publish.all"),
    };
    let chip = if tone == "warn" { "publish.new" } else { "activities.in-force" };
    let seen = match activity.results {
        Results::Always => "seen.always",
        Results::Voted => "seen.voted",
        Results::Close => "seen.close",
        Results::Staff => "seen.staff",
    };
    let opened = match activity.openings {
        Openings::Close => "opened.close",
        Openings::Never => "opened.never",
    };
    let ended = activity.ended.then(|| view! { <p class="error">{words.t("publish.ended")}</p> });
    view! {
        <li>
            <p class="chips"><strong>{activity.name.to_string()}</strong><Chip tone text=words.t(chip) /></p>
            <p class="soft">{words.t(key)}</p>
            <dl>
                <div><dt>{words.t("publish.window")}</dt><dd>{untrack(|| window_in_words(builder, activity))}</dd></div>
                <div><dt>{words.t("seen")}</dt><dd>{words.t(seen)}</dd></div>
                <div><dt>{words.t("opened")}</dt><dd>{words.t(opened)}</dd></div>
            </dl>
            {ended}
        </li>
    }
}
