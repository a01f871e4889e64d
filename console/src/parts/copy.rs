//! A button that copies, and says so where the eyes are.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::announce::announcer;
use crate::browser;
use crate::words::words;

/// Copies a text.
#[component]
pub(crate) fn Copy(
    #[prop(into)] text: String,
    /// What it copies, for those who hear the page ("Copy the tag").
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let (words, announcer) = (words(), announcer());
    let said = RwSignal::new("copy");
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let key = if browser::copy(&text).await { "copy.done" } else { "copy.refused" };
            said.try_set(key);
            announcer.say(words.t(key));
            let rest = move || {
                said.try_set("copy");
            };
            set_timeout(rest, Duration::from_secs(3));
        });
    };
    view! {
        <button type="button" class="btn small" aria-label=what on:click=copy>
            {move || words.t(said.get())}
        </button>
    }
}

/// A text to paste somewhere, with its button.
#[component]
pub(crate) fn Snippet(#[prop(into)] text: String, #[prop(into)] what: String) -> impl IntoView {
    view! {
        <div class="snippet">
            <pre tabindex="0">
                <code>{text.clone()}</code>
            </pre>
            <Copy text what />
        </div>
    }
}
