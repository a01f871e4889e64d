//! How visitors will see it: the real widget in a frame, as it was saved last. A new version is loaded behind the one
//! that is shown and takes its place when it is there: nothing flickers, and whoever scrolled stays where they were.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlIFrameElement};

use super::state::builder;
use crate::borrowed::fixed;
use crate::draft::tongues;
use crate::parts::icon::{Icon, icon};

/// The width of a desktop page, made smaller to fit.
const DESKTOP: f64 = 1080.0;

const PHASES: [(&str, &str); 4] = [
    ("before", "preview.before"),
    ("open", "preview.open"),
    ("after", "preview.after"),
    ("closed", "preview.closed"),
];

/// The preview.
#[component]
pub(super) fn Preview() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let phase = RwSignal::new("open");
    let phone = RwSignal::new(true);
    let wanted = RwSignal::new(None::<String>);
    // The chosen language as long as there is one, else the campaign's own.
    let lang = Memo::new(move |_| {
        builder.languages.with(|all| {
            let wanted = wanted.get().filter(|wanted| all.contains(wanted));
            wanted.or_else(|| all.first().cloned()).unwrap_or_default()
        })
    });
    let source = Memo::new(move |_| {
        let v = builder.saving.round.get().to_string();
        let what =
            builder.id.get().unwrap_or_else(|| builder.of.with_value(|of| ["campaigns/", of].concat()));
        ["/console/preview/", &what, "?phase=", phase.get(), "&lang=", &lang.get(), "&v=", &v].concat()
    });
    let phases = PHASES.map(|(word, key)| {
        view! {
            <button
                type="button"
                aria-pressed=move || (phase.get() == word).to_string()
                on:click=move |_| phase.set(word)
            >
                {words.t(key)}
            </button>
        }
    });
    let widths = [(true, Icon::Phone, "preview.phone"), (false, Icon::Desktop, "preview.desktop")];
    let widths = widths.map(|(width, drawn, key)| {
        view! {
            <button
                type="button"
                aria-label=words.t(key)
                title=words.t(key)
                aria-pressed=move || (phone.get() == width).to_string()
                on:click=move |_| phone.set(width)
            >
                {icon(drawn)}
            </button>
        }
    });
    let languages = move || {
        builder.languages.with(|all| {
            (all.len() > 1).then(|| {
                let one = |tag: &String| {
                    let (tag, chosen) = (tag.clone(), tag.clone());
                    let name = tongues::name(&tag).to_owned();
                    view! { <option value=tag prop:selected=move || lang.get() == chosen>{name}</option> }
                };
                let options = all.iter().map(one).collect_view();
                view! {
                    <select
                        aria-label=words.t("preview.language")
                        on:change=move |event| wanted.set(Some(event_target_value(&event)))
                    >
                        {options}
                    </select>
                }
            })
        })
    };
    view! {
        <aside class="preview" aria-label=words.t("preview")>
            <div class="controls">
                <div class="switch" role="group" aria-label=words.t("preview.width")>{widths.collect_view()}</div>
                <div class="switch" role="group" aria-label=words.t("preview.phase")>{phases.collect_view()}</div>
                {languages}
            </div>
            <Stage source phone />
            <p class="help">{words.t("preview.text")}</p>
        </aside>
    }
}

/// Two frames: the one that is shown, and behind it the one that is loading.
#[component]
fn Stage(source: Memo<String>, phone: RwSignal<bool>) -> impl IntoView {
    let words = builder().words;
    let sources = [source.get_untracked(), String::new()].map(RwSignal::new);
    let front = RwSignal::new(0_usize);
    let nodes: [NodeRef<html::Iframe>; 2] = [NodeRef::new(), NodeRef::new()];
    let stage: NodeRef<html::Div> = NodeRef::new();
    let scale = RwSignal::new(1.0_f64);
    Effect::new(move |before: Option<()>| {
        let source = source.get();
        if before.is_some() {
            let back = usize::from(front.get_untracked() == 0);
            if let Some(behind) = sources.get(back) {
                behind.set(source);
            }
        }
    });
    let measure = move || {
        if let Some(width) = stage.get_untracked().map(|stage| f64::from(stage.client_width())) {
            scale.set((width / DESKTOP).clamp(0.2, 1.0));
        }
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        phone.track();
        stage.track();
        measure();
    });
    let loaded = move |at: usize, event: &Event| {
        let shown = front.get_untracked();
        let waited = sources.get(at).is_some_and(|it| it.with_untracked(|it| *it == source.get_untracked()));
        if at == shown || !waited {
            return;
        }
        let frame = event.target().and_then(|target| target.dyn_into::<HtmlIFrameElement>().ok());
        let before = nodes.get(shown).and_then(|node| node.get_untracked()).and_then(|it| root(&it));
        if let (Some(new), Some(old)) = (frame.and_then(|it| root(&it)), before) {
            new.set_scroll_top(old.scroll_top());
        }
        front.set(at);
    };
    let frame = move |at: usize| {
        let (node, from) = (nodes.get(at).copied()?, sources.get(at).copied()?);
        let hidden = move || front.get() != at;
        Some(view! {
            <iframe
                node_ref=node
                title=words.t("preview")
                src=move || from.with(|from| (!from.is_empty()).then(|| from.clone()))
                class:behind=hidden
                aria-hidden=move || hidden().then_some("true")
                tabindex=move || hidden().then_some("-1")
                on:load=move |event| loaded(at, &event)
            ></iframe>
        })
    };
    view! {
        <div class="stage" class:phone=move || phone.get() node_ref=stage style:--scale=move || fixed(scale.get(), 4)>
            {[0, 1].map(frame).into_iter().collect_view()}
        </div>
    }
}

/// What scrolls in a frame.
fn root(frame: &HtmlIFrameElement) -> Option<HtmlElement> {
    frame.content_document()?.document_element()?.dyn_into().ok()
}
