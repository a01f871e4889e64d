//! The mark: three rising bars and a note, drawn in the accent.

use leptos::prelude::*;

/// The mark and the name.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <rect x="2" y="13" width="5" height="8" rx="2" />
            <rect x="9.5" y="8" width="5" height="13" rx="2" />
            <rect x="17" y="3" width="5" height="18" rx="2" />
        </svg>
        <span>"Fanfare"</span>
    }
}
