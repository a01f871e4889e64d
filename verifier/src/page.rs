//! The page: what somebody brings, whom they believe, and the report.

use fanfare_shared::verify::Trust;
use fanfare_shared::verify::report::NEVER_CLAIMED;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlElement, HtmlInputElement, UrlSearchParams};

use crate::gather;
use crate::report::report;
use crate::subject::{Evidence, Own};
use crate::words::Words;

/// Files larger than this are none of ours: a bundle of a hundred thousand entries has half of it.
const MOST_BYTES: f64 = 256e6;

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    Fetching,
    /// Nothing came: the key of the sentence that says so.
    Failed(&'static str),
}

#[component]
pub fn App() -> impl IntoView {
    let words = Words::of_page();
    let (evidence, doing) = (RwSignal::new(Evidence::default()), RwSignal::new(Doing::Nothing));
    let (key, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let bring = move |texts: Vec<String>| {
        let mut now = evidence.get_untracked();
        let mut known = false;
        for text in texts {
            known |= now.take(text);
        }
        if !known {
            doing.set(Doing::Failed("failed.unknown"));
            return;
        }
        doing.set(Doing::Fetching);
        leptos::task::spawn_local(async move {
            show(evidence, doing, gather::complete(now).await);
        });
    };
    arrive(evidence, doing);
    let trust = Memo::new(move |_| (read_key(&key.get()), code.get()));
    let judged = move || {
        let (key, code) = trust.get();
        let trust = Trust { key: key.flatten(), seal_code: code.parse().ok(), ..Trust::default() };
        evidence.with(|evidence| {
            let found = evidence.judge(&trust)?;
            Some(report(words, &found, &evidence.stakes(&found)))
        })
    };
    let state = move || match doing.get() {
        Doing::Nothing => ().into_any(),
        Doing::Fetching => view! { <p class="ff-note" role="status">{words.t("fetching")}</p> }.into_any(),
        Doing::Failed(why) => {
            view! { <p class="ff-notice ff-bad" role="alert">{words.t(why)}</p> }.into_any()
        }
    };
    let everything = move || {
        let light = evidence.with(|it| it.certificate.is_some() && it.bundle.is_none());
        light.then(|| {
            view! {
                <div class="ff-card">
                    <button class="ff-btn ff-quiet" on:click=move |_| read_all(evidence, doing)>{words.t("all")}</button>
                </div>
            }
        })
    };
    let never = (0..NEVER_CLAIMED.len())
        .map(|at| view! { <li>{words.t(&["never.", &at.to_string()].concat())}</li> });
    view! {
        <div class="ff ff-draw">
            {state}
            {judged}
            {everything}
            <section class="ff-card">
                <h2>{words.t("bring")}</h2>
                <p class="ff-note">{words.t("bring.text")}</p>
                <label class="ff-drop">
                    <span>{words.t("files")}</span>
                    <input type="file" multiple on:change=move |event| files(event, bring) />
                </label>
                <Field label=words.t("code.yours") help=words.t("code.yours.text") value=code
                    wrong=Memo::new(move |_| { let code = code.get(); !code.trim().is_empty() && code.parse::<fanfare_shared::draw::seal_code::SealCode>().is_err() })
                    says=words.t("code.yours.wrong") />
                <Field label=words.t("key") help=words.t("key.text") value=key
                    wrong=Memo::new(move |_| trust.get().0.is_none()) says=words.t("key.wrong") />
            </section>
        </div>
        <details class="ff-more">
            <summary>{words.t("never")}</summary>
            <ul>{never.collect_view()}</ul>
        </details>
        <p class="ff-more">
            {words.t("otherwise")} " " <a href="/docs/verify">{words.t("otherwise.link")}</a>
        </p>
    }
}

/// A text to type, with what is wrong about it.
#[component]
fn Field(
    label: String,
    help: String,
    value: RwSignal<String>,
    wrong: Memo<bool>,
    says: String,
) -> impl IntoView {
    view! {
        <div class="ff-field">
            <label>
                <span>{label}</span> <small class="ff-note">{help}</small>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || wrong.get().then_some("true")
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </label>
            {move || wrong.get().then(|| view! { <p class="ff-note ff-bad" role="alert">{says.clone()}</p> })}
        </div>
    }
}

/// A public key in hex or the verifier key that ends in it; nothing typed is no key. None where it is neither.
fn read_key(text: &str) -> Option<Option<[u8; 32]>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if let Ok(key) = text.parse::<fanfare_shared::log::note::VerifierKey>() {
        return Some(Some(*key.key()));
    }
    text.parse::<fanfare_shared::log::hash::Hash>().ok().map(|bytes| Some(*bytes.bytes()))
}

/// Shows what was found, and moves the reader there.
fn show(evidence: RwSignal<Evidence>, doing: RwSignal<Doing>, found: Evidence) {
    let nothing = found.certificate.is_none() && found.bundle.is_none();
    doing.set(if nothing { Doing::Failed("failed.fetch") } else { Doing::Nothing });
    evidence.set(found);
    request_animation_frame(move || {
        let verdict =
            document().get_element_by_id("verdict").and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(verdict) = verdict {
            let _refused = verdict.focus();
        }
    });
}

/// Who comes with an address comes with a question: `?contest=<id>`, and `entry=<index>` for an entry of theirs.
fn arrive(evidence: RwSignal<Evidence>, doing: RwSignal<Doing>) {
    let search = window().location().search().unwrap_or_default();
    let Ok(search) = UrlSearchParams::new_with_str(&search) else { return };
    let Some(activity) = search.get("contest") else { return };
    doing.set(Doing::Fetching);
    leptos::task::spawn_local(async move {
        let mut found = Evidence { certificate: gather::certificate(&activity).await, ..Evidence::default() };
        if found.certificate.is_none() {
            found.bundle = gather::bundle(&activity).await;
        }
        if let Some(index) = search.get("entry") {
            let receipt = gather::receipt(&activity, &index).await;
            found.receipts.extend(receipt.map(|brought| Own { brought, sealed: None }));
        }
        show(evidence, doing, found);
    });
}

/// The whole list, in place of the certificate.
fn read_all(evidence: RwSignal<Evidence>, doing: RwSignal<Doing>) {
    let mut now = evidence.get_untracked();
    doing.set(Doing::Fetching);
    leptos::task::spawn_local(async move {
        if let Some(activity) = now.activity() {
            now.bundle = gather::bundle(&activity).await;
        }
        let whole = now.bundle.is_some();
        show(evidence, doing, now);
        if !whole {
            doing.set(Doing::Failed("failed.bundle"));
        }
    });
}

/// Reads the files somebody chose.
fn files(event: Event, bring: impl Fn(Vec<String>) + 'static) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(files) = input.and_then(|input| input.files()) else { return };
    leptos::task::spawn_local(async move {
        let mut texts = Vec::new();
        for at in 0..files.length() {
            let Some(file) = files.get(at).filter(|file| file.size() <= MOST_BYTES) else { continue };
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            texts.extend(text);
        }
        bring(texts);
    });
}
