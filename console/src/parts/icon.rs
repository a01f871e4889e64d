//! Small drawings on buttons, in the colour of the text; the button itself says what it does.

use leptos::prelude::*;

/// What is drawn, on a square of 16.
#[derive(Clone, Copy)]
pub(crate) enum Icon {
    Up,
    Down,
    Remove,
    Undo,
    Redo,
    More,
    Grip,
    Phone,
    Desktop,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Up => "M8 13V3M3.5 7.5 8 3l4.5 4.5",
            Self::Down => "M8 3v10M3.5 8.5 8 13l4.5-4.5",
            Self::Remove => "m4 4 8 8m0-8-8 8",
            Self::Undo => "M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H6",
            Self::Redo => "m10 3 3.5 3.5L10 10m3.5-3.5H6a3.5 3.5 0 0 0 0 7h4",
            Self::More => "M3 8h.01M8 8h.01M13 8h.01",
            Self::Grip => "M6 3.5h.01M6 8h.01M6 12.5h.01M10 3.5h.01M10 8h.01M10 12.5h.01",
            Self::Phone => {
                "M5 1.5h6a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1ZM7.5 12h1"
            }
            Self::Desktop => {
                "M2 2.5h12a.5.5 0 0 1 .5.5v8a.5.5 0 0 1-.5.5H2a.5.5 0 0 1-.5-.5V3a.5.5 0 0 1 .5-.5ZM5.5 14h5M8 11.5V14"
            }
        }
    }
}

/// The drawing.
pub(crate) fn icon(icon: Icon) -> impl IntoView {
    let class = if matches!(icon, Icon::More | Icon::Grip) { "icon dots" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
}
