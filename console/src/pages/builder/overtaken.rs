//! Somebody else saved another version meanwhile: which stands is decided by a person, with both in view.

use fanfare_shared::wire::draft::Draft;
use leptos::prelude::*;

use super::device::time_of_day;
use super::saving::json;
use super::schedule::{closes, opens};
use super::state::{Builder, builder};
use crate::browser;
use crate::draft::differences::differences;
use crate::draft::place::{place, value};
use crate::parts::table::Table;
use crate::words::Words;

/// The question, as long as it is open.
#[component]
pub(super) fn Overtaken() -> impl IntoView {
    let builder = builder();
    move || builder.saving.theirs.get().map(|theirs| question(builder, theirs))
}

fn question(builder: Builder, theirs: Draft) -> impl IntoView {
    let words = builder.words;
    let who = theirs.summary.changed_by.clone().unwrap_or_else(|| words.t("drafts.somebody").to_owned());
    let when = time_of_day(theirs.summary.changed);
    let text = words.fill("overtaken.text", &[("who", &who), ("when", &when)]);
    let kept = StoredValue::new(theirs);
    let comparing = RwSignal::new(false);
    let decide = move |how: fn(Builder, &Draft)| {
        how(builder, &kept.get_value());
        // The question, and the button in it, are gone.
        browser::focus("h1");
    };
    let table = move || comparing.get().then(|| compared(builder, &kept.get_value()));
    view! {
        <section class="note overtaken" role="alert">
            <h2>{text}</h2>
            <p>{words.t("overtaken.what")}</p>
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| decide(Builder::insist)>
                    {words.t("overtaken.mine")}
                </button>
                <button type="button" class="btn" on:click=move |_| decide(Builder::take)>
                    {words.t("overtaken.theirs")}
                </button>
                <button
                    type="button"
                    class="btn"
                    aria-expanded=move || comparing.get().to_string()
                    on:click=move |_| comparing.update(|it| *it = !*it)
                >
                    {words.t("overtaken.compare")}
                </button>
            </div>
            {table}
        </section>
    }
}

fn compared(builder: Builder, theirs: &Draft) -> impl IntoView + use<> {
    let words = builder.words;
    let found = differences(&json(&builder.document.get_untracked()), &theirs.document);
    let rows = found.into_iter().map(move |it| {
        view! {
            <tr>
                <td>{place(words, &it.pointer)}</td>
                <td>{stands(words, &it.pointer, &it.mine)}</td>
                <td>{stands(words, &it.pointer, &it.theirs)}</td>
            </tr>
        }
    });
    let heads = vec![words.t("overtaken.place"), words.t("overtaken.here"), words.t("overtaken.there")];
    view! { <Table caption=words.t("overtaken.compare") heads>{rows.collect_view()}</Table> }
}

/// What stands at a place, as the builder says it elsewhere.
fn stands(words: Words, pointer: &str, text: &str) -> String {
    match pointer.rsplit('/').next() {
        Some("opens") if !text.is_empty() => opens(words, Some(text)),
        Some("closes") if !text.is_empty() => closes(words, Some(text)),
        _ => value(words, pointer, text),
    }
}
