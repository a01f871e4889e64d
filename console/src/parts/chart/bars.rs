//! Bars beside each other's names: shares of a whole, or of the greatest.

use leptos::prelude::*;

use super::geometry::PLANE;
use crate::amount::permille;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    /// What it is.
    pub(crate) label: String,
    /// How long it is, against `most`.
    pub(crate) value: u64,
    /// The number, as it is read.
    pub(crate) figure: String,
    /// What it means.
    pub(crate) note: String,
}

/// Where the bars stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// On the left, as counts do.
    Left,
    /// In the middle, above each other, as the steps of a pyramid.
    Middle,
}

/// One bar's drawing: its share of the place it has.
pub(crate) fn drawing(value: u64, most: u64, stand: Stand) -> impl IntoView {
    let width = permille(value, most).min(PLANE);
    // What is there is seen, however little it is.
    let width = if value > 0 { width.max(6) } else { width };
    let x = match stand {
        Stand::Left => 0,
        Stand::Middle => (PLANE - width) / 2,
    };
    let percent = |n: u64| [&(n / 10).to_string(), ".", &(n % 10).to_string(), "%"].concat();
    view! {
        <svg class="span" aria-hidden="true">
            <rect x=percent(x) width=percent(width) height="100%" rx="5" />
        </svg>
    }
}

/// The bars, as a list that is read as it is seen.
pub(crate) fn bars(rows: Vec<Bar>, most: u64, stand: Stand) -> impl IntoView {
    let row = |Bar { label, value, figure, note }: Bar| {
        view! {
            <li>
                <span class="of">{label}</span>
                {drawing(value, most, stand)}
                <span class="figure"><b>{figure}</b>" "<span class="soft">{note}</span></span>
            </li>
        }
    };
    view! { <ul class="spans">{rows.into_iter().map(row).collect_view()}</ul> }
}
