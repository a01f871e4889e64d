//! A question in front of the page. The browser keeps the focus in it, closes it by Escape and gives the focus back.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

/// A dialog; what is in it is made when it opens, so that it always begins anew.
#[component]
pub(crate) fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    /// Whether the person may leave it without an answer.
    #[prop(default = true)]
    leave: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let (open, Some(dialog)) = (open.get(), node.get()) else { return };
        if open && !dialog.open() {
            // Refused only where it is open already.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    // A second Escape closes what the first may not: a question that must be answered comes back.
    let closed = move |_| {
        let again = !leave && open.get_untracked();
        if let Some(dialog) = node.get_untracked().filter(|_| again) {
            let _ = dialog.show_modal();
        } else {
            open.set(false);
        }
    };
    let label = title.clone();
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-label=label
            on:cancel=move |event: Event| if !leave { event.prevent_default() }
            on:close=closed
        >
            <Show when=move || open.get()>
                <h2>{title.clone()}</h2>
                {children()}
            </Show>
        </dialog>
    }
}
