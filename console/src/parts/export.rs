//! Taking figures out of the house: one link a format, saved by the browser itself.

use leptos::prelude::*;

use crate::words::words;

/// What the server writes, and what each is called.
const FORMATS: [(&str, &str); 3] = [("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON")];

/// The links.
#[component]
pub(crate) fn Exports(
    /// What is taken out ("Export the reach").
    #[prop(into)]
    label: String,
    /// The address without a query.
    #[prop(into)]
    base: String,
    /// What else is asked, with its `?`; or nothing.
    #[prop(optional, into)]
    query: String,
) -> impl IntoView {
    let words = words();
    let glue = if query.is_empty() { "?" } else { "&" };
    let link = |(format, name): (&'static str, &'static str)| {
        let address = [&base, &query, glue, "format=", format].concat();
        let what = words.fill("export.as", &[("what", &label), ("format", name)]);
        view! { <a class="btn small" href=address download="" aria-label=what>{name}</a> }
    };
    view! {
        <div class="exports" role="group" aria-label=label.clone()>
            <span class="soft" aria-hidden="true">{label.clone()}</span>
            {FORMATS.map(link).collect_view()}
        </div>
    }
}
