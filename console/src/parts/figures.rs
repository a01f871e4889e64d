//! Key figures: one strip, each number with what it means in words.

use leptos::prelude::*;

/// One figure.
pub(crate) struct Figure {
    /// What it counts.
    pub(crate) label: String,
    /// The number, as it is read; or a word.
    pub(crate) value: String,
    /// What it means.
    pub(crate) note: String,
}

/// The strip.
#[component]
pub(crate) fn Figures(#[prop(into)] label: String, figures: Vec<Figure>) -> impl IntoView {
    let figure = |Figure { label, value, note }| {
        let word = value.starts_with(|first: char| first.is_ascii_alphabetic());
        view! { <div><dt>{label}</dt><dd><b class:word=word>{value}</b><span class="soft">{note}</span></dd></div> }
    };
    view! { <dl class="figures" aria-label=label>{figures.into_iter().map(figure).collect_view()}</dl> }
}
