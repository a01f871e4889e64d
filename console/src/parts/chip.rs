//! A status in one word, never by colour alone.

use fanfare_shared::time::State;
use leptos::prelude::*;

use crate::words::words;

/// One word on a tint.
#[component]
pub(crate) fn Chip(
    /// `good`, `warn`, `bad` or nothing.
    #[prop(default = "")]
    tone: &'static str,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! { <span class=["chip ", tone].concat()>{text}</span> }
}

/// Where an activity stands.
#[component]
pub(crate) fn StateChip(state: State) -> impl IntoView {
    let (tone, key) = match state {
        State::Scheduled => ("warn", "state.scheduled"),
        State::Open => ("good dot", "state.open"),
        State::Closed => ("", "state.closed"),
    };
    view! { <Chip tone text=words().t(key) /> }
}
