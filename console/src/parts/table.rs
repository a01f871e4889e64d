//! A table that scrolls in itself where it is wider than its place.

use leptos::prelude::*;

/// Rows of cells under headings; the caption is heard and not seen.
#[component]
pub(crate) fn Table(
    #[prop(into)] caption: String,
    heads: Vec<&'static str>,
    children: Children,
) -> impl IntoView {
    let label = caption.clone();
    let heads = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view();
    view! {
        <div class="scroll" role="region" aria-label=label tabindex="0">
            <table>
                <caption class="unseen">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
