//! How does somebody who does not see the page learn what an action came to? One live region, always there.

use std::time::Duration;

use leptos::prelude::*;

/// Says things to whoever listens.
#[derive(Clone, Copy)]
pub(crate) struct Announcer(RwSignal<String>);

/// The page's announcer.
pub(crate) fn announcer() -> Announcer {
    use_context().unwrap_or_else(Announcer::new)
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// Says it once. Emptied first, so that the same words are said again.
    pub(crate) fn say(self, text: impl Into<String>) {
        let text = text.into();
        self.0.try_set(String::new());
        let say = move || {
            self.0.try_set(text);
        };
        set_timeout(say, Duration::from_millis(60));
    }
}

/// Where it is said.
#[component]
pub(crate) fn LiveRegion() -> impl IntoView {
    let Announcer(text) = announcer();
    view! { <div class="unseen" role="status" aria-live="polite">{text}</div> }
}
