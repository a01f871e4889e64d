//! The activities of the campaign, in the order visitors see them.

use fanfare_shared::campaign::{Activity, Campaign};
use fanfare_shared::limits;
use leptos::prelude::*;

use super::activity::Form;
use super::fields::fault_line;
use super::rows::Rows;
use super::schedule::window_in_words;
use super::state::{Builder, builder};
use crate::browser;
use crate::draft::change::{add_activity, add_contest, shift};
use crate::draft::promises::Promised;
use crate::parts::chip::Chip;
use crate::parts::dialog::Dialog;

/// The section.
#[component]
pub(super) fn Activities() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let leaving = RwSignal::new(0_usize);
    let asking = RwSignal::new(false);
    let rows = Rows::new(
        String::from("/activities"),
        move || builder.read(|it| it.activities.len()),
        || false,
        move |from, to| {
            builder.change("/activities", |it| shift(&mut it.activities, from, to));
            builder.activity.set(None);
        },
        move |at| {
            builder.change("/activities", |it| {
                if at < it.activities.len() {
                    it.activities.remove(at);
                }
            });
            builder.activity.set(None);
        },
    );
    let row = move |at: usize| {
        let ask = Callback::new(move |()| {
            leaving.set(at);
            asking.set(true);
        });
        rows.item(at, "panel", card(builder, rows, at, ask))
    };
    let add = move |new: fn(&mut Campaign)| {
        builder.change("/activities", new);
        let at = rows.length.get_untracked().saturating_sub(1);
        builder.activity.set(Some(at));
        builder.question.set(Some(0));
        browser::focus(format!("[id=\"/activities/{at}/name\"]"));
    };
    let full = move || rows.length.get() >= limits::ACTIVITIES;
    let remove = move |_| {
        asking.set(false);
        rows.drop(leaving.get_untracked());
    };
    let name = move || part(builder, leaving.get(), |it| it.name.to_string()).unwrap_or_default();
    view! {
        <ol class="panels" id="/activities">
            <For each=move || 0..rows.length.get() key=|at| *at children=row />
        </ol>
        {fault_line(builder, "/activities")}
        <div class="acts">
            <button type="button" class="btn" aria-disabled=move || full().then_some("true") on:click=move |_| if !untrack(full) { add(add_activity) }>
                {words.t("activities.add")}
            </button>
            <button type="button" class="btn" aria-disabled=move || full().then_some("true") on:click=move |_| if !untrack(full) { add(add_contest) }>
                {words.t("activities.add-contest")}
            </button>
            <span class="help">{words.t("rows.keys")}</span>
        </div>
        <Dialog open=asking title=words.t("activities.remove")>
            <p>{move || words.fill("activities.remove.text", &[("name", &name())])}</p>
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| asking.set(false)>{words.t("cancel")}</button>
                <button type="button" class="btn grave" on:click=remove>{words.t("remove")}</button>
            </div>
        </Dialog>
    }
}

/// A part of an activity.
pub(super) fn part<T>(builder: Builder, at: usize, part: impl FnOnce(&Activity) -> T) -> Option<T> {
    builder.read(|it| it.activities.get(at).map(part))
}

/// One activity: a line that says what it is, and when it is open, everything about it.
fn card(builder: Builder, rows: super::rows::Rows, at: usize, ask: Callback<()>) -> AnyView {
    let words = builder.words;
    let open = Memo::new(move |_| builder.activity.get() == Some(at));
    let name = Signal::derive(move || part(builder, at, |it| it.name.to_string()).unwrap_or_default());
    let summary = move || {
        part(builder, at, |it| {
            let questions = words.plural("activities.questions", it.questions.len() as u64);
            [&questions, " · ", &window_in_words(builder, it)].concat()
        })
    };
    let promised = Memo::new(move |_| builder.promised(at));
    // What was published stays in its campaign: it can be ended, not taken out.
    let stays = Signal::derive(move || promised.get() > Promised::Nothing);
    let state = move || match promised.get() {
        Promised::Nothing => None,
        Promised::Rules | Promised::All => {
            Some(view! { <Chip tone="good" text=words.t("activities.in-force") /> })
        }
    };
    let toggle = move || {
        builder.activity.set((!open.get_untracked()).then_some(at));
        builder.question.set(Some(0));
    };
    view! {
        {rows.lid(at, (open, toggle), name, summary, state, rows.buttons(at, name, Some(ask), stays))}
        {move || open.get().then(|| view! { <Form at /> })}
    }
    .into_any()
}
