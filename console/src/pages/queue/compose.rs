//! What is written: an answer to the visitor, or a note that only the team sees. A prepared reply can be taken and changed.

use fanfare_shared::text::fill;
use fanfare_shared::wire::queue::{
    CaseChange, CaseKind, CaseState, Desk as BrandDesk, MESSAGE_CHARS, Prepared,
};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use super::case::Opened;
use crate::api::api;
use crate::browser;
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::session::{brand_name, session};
use crate::words::words;

/// The form.
#[component]
pub(super) fn Compose(opened: Opened) -> impl IntoView {
    let (words, form) = (words(), Form::new());
    let text = RwSignal::new(String::new());
    // Whoever answers a question leaves no address.
    let nowhere = opened.now().is_some_and(|case| case.case.kind == CaseKind::Answer);
    let note = RwSignal::new(nowhere);
    form.shows("/reply".to_owned());
    form.shows("/note".to_owned());
    let send = move |close: bool| {
        let typed = text.get_untracked();
        if typed.trim().is_empty() {
            let field = if note.get_untracked() { "note" } else { "reply" };
            form.refuse(crate::api::Fault::fields(vec![form.lack(field, "queue.write.missing")]));
            return;
        }
        let change = if note.get_untracked() {
            CaseChange { note: Some(typed), ..CaseChange::default() }
        } else {
            let state = close.then_some(CaseState::Done);
            CaseChange { reply: Some(typed), state, ..CaseChange::default() }
        };
        let said = if note.get_untracked() { "queue.said.noted" } else { "queue.said.sent" };
        opened.change(form, change, said, move || {
            text.try_set(String::new());
            // The next thing that is written is for the visitor again, unless somebody says otherwise.
            note.try_set(nowhere);
        });
    };
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        send(true);
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send(true);
        } else if event.key() == "Escape" {
            // Out of the text, where single keys are letters.
            browser::leave(&event);
        }
    };
    let fault = move || form.error("/reply").or_else(|| form.error("/note"));
    let choose = move |is_note: bool, key: &'static str, shortcut: &'static str, id: &'static str| {
        view! {
            <button
                type="button"
                id=id
                aria-pressed=move || (note.get() == is_note).to_string()
                aria-keyshortcuts=shortcut.to_ascii_lowercase()
                on:click=move |_| {
                    note.set(is_note);
                    browser::focus("#write");
                }
            >
                {words.t(key)}
                <kbd>{shortcut}</kbd>
            </button>
        }
    };
    let id = form.id("field", "write");
    let error_id = form.id("error", "write");
    let described = {
        let error_id = error_id.clone();
        move || fault().map(|_| error_id.clone())
    };
    view! {
        <form class="form write" class:noted=note novalidate on:submit=submitted>
            <div class="choices" role="group" aria-label=words.t("queue.write.as")>
                {(!nowhere).then(|| choose(false, "queue.write.reply", "R", "reply"))}
                {choose(true, "queue.write.note", "N", "note")}
            </div>
            <PreparedReplies opened text note />
            <div class="field">
                <label class="unseen" for="write">
                    {move || words.t(if note.get() { "queue.write.note" } else { "queue.write.reply" })}
                </label>
                <textarea
                    id="write"
                    data-field=id
                    rows="5"
                    dir="auto"
                    maxlength=MESSAGE_CHARS.to_string()
                    prop:value=text
                    aria-invalid=move || fault().map(|_| "true")
                    aria-describedby=described
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=keys
                ></textarea>
                {move || fault().map(|text| view! { <p class="error" id=error_id.clone()>{text}</p> })}
            </div>
            <FormTrouble form />
            <div class="acts">
                <Show
                    when=move || note.get()
                    fallback=move || view! {
                        <Submit form label=words.t("queue.write.close") />
                        <button type="button" class="btn" on:click=move |_| send(false)>
                            {words.t("queue.write.send")}
                        </button>
                    }
                >
                    <Submit form label=words.t("queue.write.keep") />
                </Show>
                <span class="soft"><kbd>"Ctrl"</kbd> " " <kbd>"Enter"</kbd></span>
            </div>
        </form>
    }
}

/// Replies written beforehand, with the visitor's name in them.
#[component]
fn PreparedReplies(opened: Opened, text: RwSignal<String>, note: RwSignal<bool>) -> impl IntoView {
    let words = words();
    let Some(case) = opened.now() else { return ().into_any() };
    let brand = case.case.brand.clone();
    let address = ["/api/v1/brands/", brand.as_str(), "/desk"].concat();
    let desk = api().read::<BrandDesk>(move || address.clone());
    let called = session().me_now().map(|me| brand_name(&me, &brand)).unwrap_or_default();
    let name = case.case.name;
    let taken = move |prepared: &[Prepared], title: &str| {
        let Some(found) = prepared.iter().find(|it| it.title == title) else { return };
        let filled = fill(&found.text, &[("name", &name), ("brand", &called)]);
        text.update(|text| {
            if !text.trim().is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&filled);
        });
        browser::focus("#write");
    };
    let list = move || {
        let prepared = desk.get().and_then(Result::ok).map(|desk| desk.prepared).unwrap_or_default();
        if prepared.is_empty() || note.get() {
            return ().into_any();
        }
        let titles = prepared.iter().map(|it| view! { <option>{it.title.clone()}</option> }).collect_view();
        let taken = taken.clone();
        view! {
            <div class="field">
                <label for="prepared">{words.t("queue.prepared")}</label>
                <select
                    id="prepared"
                    on:change=move |event| taken(&prepared, &event_target_value(&event))
                >
                    <option value="">{words.t("queue.prepared.choose")}</option>
                    {titles}
                </select>
            </div>
        }
        .into_any()
    };
    list.into_any()
}
