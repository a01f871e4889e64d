//! The document as a file, out and in; what was left unsaved in this tab; and throwing the draft away.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::wire::draft::DraftVersion;
use gloo::net::http::Method;
use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

use super::device;
use super::state::builder;
use crate::browser;
use crate::form::Form;
use crate::parts::button::FormTrouble;
use crate::parts::dialog::Dialog;
use crate::parts::menu::Menu;

/// A document as a file.
pub(crate) fn export(campaign: &Campaign) {
    let text = serde_json::to_string_pretty(campaign).unwrap_or_default();
    browser::download(&[campaign.campaign.as_str(), ".json"].concat(), &text);
}

/// What else can be done with a draft.
#[component]
pub(super) fn More() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let file: NodeRef<html::Input> = NodeRef::new();
    let discarding = RwSignal::new(false);
    let strange = RwSignal::new(None::<String>);
    let refused = RwSignal::new(false);
    let import = move |event: Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let Some(chosen) = input.as_ref().and_then(|it| it.files()?.get(0)) else { return };
        if let Some(input) = input {
            // The same file can be chosen again.
            input.set_value("");
        }
        spawn_local(async move {
            let text = JsFuture::from(chosen.text()).await.ok().and_then(|text| text.as_string());
            match serde_json::from_str::<Campaign>(&text.unwrap_or_default()) {
                Ok(campaign) => {
                    // A draft stays with its brand.
                    let brand = builder.document.with_untracked(|it| it.brand.clone());
                    builder.replace(Campaign { brand, ..campaign });
                    builder.saving.announcer.say(words.t("import.done"));
                }
                Err(error) => {
                    strange.set(Some(error.to_string()));
                    refused.set(true);
                }
            }
        });
    };
    let begun = move || builder.id.with(Option::is_some);
    let choose = move |_| {
        if let Some(input) = file.get_untracked() {
            input.click();
        }
    };
    view! {
        <Menu label=words.t("draft.more").to_owned()>
            <button type="button" on:click=move |_| builder.document.with_untracked(export)>{words.t("export")}</button>
            <button type="button" on:click=choose>{words.t("import")}</button>
            {begun().then(|| view! {
                <button type="button" class="grave" on:click=move |_| discarding.set(true)>{words.t("discard")}</button>
            })}
        </Menu>
        <input type="file" accept=".json,application/json" hidden node_ref=file aria-label=words.t("import") on:change=import />
        <Dialog open=refused title=words.t("import.strange")>
            <p>{words.t("import.strange.text")}</p>
            <p class="soft">{move || strange.get()}</p>
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| refused.set(false)>{words.t("close")}</button>
            </div>
        </Dialog>
        <Discard open=discarding />
    }
}

#[component]
fn Discard(open: RwSignal<bool>) -> impl IntoView {
    let builder = builder();
    let (words, form, navigate) = (builder.words, Form::new(), StoredValue::new_local(use_navigate()));
    let discard = move |_| {
        let Some(id) = builder.id.get_untracked() else { return };
        let address = ["/api/v1/drafts/", &id, "/discard"].concat();
        let body = DraftVersion { version: builder.saving.version.get_value() };
        let api = builder.saving.api;
        form.send(async move { api.done(Method::POST, &address, &body).await }, move |()| {
            builder.forget();
            builder.saving.announcer.say(words.t("discard.done"));
            navigate.with_value(|go| go("/", Default::default()));
        });
    };
    let next = move || builder.force.with(Option::is_some);
    view! {
        <Dialog open title=words.t("discard.title")>
            <p>{move || words.t(if next() { "discard.text.next" } else { "discard.text" })}</p>
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{words.t("discard.keep")}</button>
                <button
                    type="button"
                    class="btn grave"
                    aria-busy=move || form.busy.get().then_some("true")
                    on:click=discard
                >
                    {words.t("discard")}
                </button>
            </div>
        </Dialog>
    }
}

/// What was written in this tab and did not get to the server: taken up again, or forgotten.
#[component]
pub(super) fn Found(campaign: Campaign) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let kept = device::kept(&builder.kept_as());
    let kept = kept.and_then(|it| Some((Campaign::deserialize(it.document).ok()?, it.version)));
    let kept = RwSignal::new(kept.filter(|(document, _)| *document != campaign));
    move || {
        kept.get().map(|(document, made_from)| {
            let take = move |_| {
                kept.set(None);
                builder.take_up(document.clone(), made_from);
                browser::focus("h1");
            };
            let forget = move |_| {
                device::forget(&builder.kept_as());
                kept.set(None);
                browser::focus("h1");
            };
            view! {
                <section class="note overtaken" role="status">
                    <h2>{words.t("found.title")}</h2>
                    <p>{words.t("found.text")}</p>
                    <div class="acts">
                        <button type="button" class="btn" on:click=take>{words.t("found.take")}</button>
                        <button type="button" class="btn" on:click=forget>{words.t("found.forget")}</button>
                    </div>
                </section>
            }
        })
    }
}
