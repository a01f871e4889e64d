//! The top of a page: its one h1, what it belongs to, what can be done here. A new page takes the focus, so that
//! whoever hears the page hears where they are.

use leptos::prelude::*;

use crate::browser;

/// Whether a page was shown before: the first one leaves the focus to the browser.
#[derive(Clone, Copy)]
pub(crate) struct Moved(pub(crate) StoredValue<bool>);

/// Title and actions.
#[component]
pub(crate) fn Header(
    #[prop(into)] title: Signal<String>,
    /// Which part of it this page is: the browser's tabs and history tell them apart.
    #[prop(optional, into)]
    part: String,
    /// What it belongs to.
    #[prop(optional)]
    above: Option<AnyView>,
    /// One soft line under it.
    #[prop(optional, into)]
    below: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    Effect::new(move |_| {
        title.with(|title| browser::set_title(&[&part, title]));
    });
    if let Some(Moved(moved)) = use_context()
        && moved.try_update_value(|moved| std::mem::replace(moved, true)) == Some(true)
    {
        browser::focus("h1");
    }
    view! {
        <header class="head">
            <div>
                {above.map(|above| view! { <div class="above">{above}</div> })}
                <h1 tabindex="-1">{title}</h1>
                {(!below.is_empty()).then(|| view! { <p class="soft">{below}</p> })}
            </div>
            {children.map(|children| view! { <div class="acts">{children()}</div> })}
        </header>
    }
}
