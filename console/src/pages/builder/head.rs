//! The top of the builder: what this is, whether it is saved, back and forth, what else can be done, and Publish.

use leptos::prelude::*;

use super::device::time_of_day;
use super::files::More;
use super::publish::Publish;
use super::saving::State;
use super::state::builder;
use crate::parts::chip::Chip;
use crate::parts::icon::{Icon, icon};

/// Whether it is a new campaign, or the next version of one in force.
#[component]
pub(super) fn Kind() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let next = Memo::new(move |_| builder.force.with(Option::is_some));
    move || {
        let (tone, key) = if next.get() { ("good", "draft.next") } else { ("", "draft.new") };
        view! { <Chip tone text=words.t(key) /> }
    }
}

/// What can be done.
#[component]
pub(super) fn Acts() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let none = move |back: bool| {
        let (before, after) = builder.steps.get();
        (!if back { before } else { after }).then_some("true")
    };
    view! {
        <Saved />
        <div class="acts tight">
            <button type="button" class="tool" aria-label=words.t("undo") title=words.t("undo.keys") aria-disabled=move || none(true) on:click=move |_| builder.step(true)>
                {icon(Icon::Undo)}
            </button>
            <button type="button" class="tool" aria-label=words.t("redo") title=words.t("redo.keys") aria-disabled=move || none(false) on:click=move |_| builder.step(false)>
                {icon(Icon::Redo)}
            </button>
            <More />
        </div>
        <Publish />
    }
}

/// Where saving stands, in a quiet line.
#[component]
fn Saved() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    move || match builder.saving.state.get() {
        State::Saved(at) => {
            let text = words.fill("save.at", &[("time", &time_of_day(at))]);
            view! { <span class="soft saved">{text}</span> }.into_any()
        }
        State::Untouched => view! { <span class="soft saved">{words.t("save.nothing")}</span> }.into_any(),
        State::Saving => view! { <span class="soft saved">{words.t("save.now")}</span> }.into_any(),
        State::Overtaken => view! { <span class="saved bad">{words.t("save.held")}</span> }.into_any(),
        State::Failed(fault) => {
            let text = words.fill("save.failed", &[("why", &fault.text(words))]);
            view! {
                <span class="saved bad">
                    {text}
                    <button type="button" class="btn small" on:click=move |_| builder.save()>
                        {words.t("fault.again")}
                    </button>
                </span>
            }
            .into_any()
        }
    }
}
