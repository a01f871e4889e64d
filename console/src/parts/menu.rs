//! A button with a few more things to do behind it. Escape, a choice, or going elsewhere closes it.

use leptos::ev::FocusEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon::{Icon, icon};

/// The button, and what is behind it.
#[component]
pub(crate) fn Menu(
    /// What it is about ("More of Summer").
    #[prop(into)]
    label: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let button: NodeRef<html::Button> = NodeRef::new();
    let place: NodeRef<html::Div> = NodeRef::new();
    // The focus that leaves the menu closes it; a click on what takes no focus leaves it open.
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<HtmlElement>().ok());
        // What is taken away while it has the focus loses it too, when nothing of this is there any more.
        let place = place.try_get_untracked().flatten();
        let inside = place.is_none_or(|place| place.contains(to.as_deref().map(AsRef::as_ref)));
        if to.is_some() && !inside {
            open.set(false);
        }
    };
    let close = move || {
        open.set(false);
        if let Some(button) = button.try_get_untracked().flatten() {
            let _ = button.focus();
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let at = event.target().and_then(|at| at.dyn_into::<web_sys::Node>().ok());
        let inside = place.get_untracked().is_some_and(|place| place.contains(at.as_ref()));
        if !inside && open.get_untracked() {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    view! {
        <div
            class="menu"
            node_ref=place
            on:focusout=left
            on:keydown=move |event| if event.key() == "Escape" && open.try_get_untracked() == Some(true) {
                event.stop_propagation();
                close();
            }
        >
            <button
                type="button"
                class="tool"
                node_ref=button
                aria-label=label
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {icon(Icon::More)}
            </button>
            <Show when=move || open.get()>
                <div class="choices-of" on:click=move |_| close()>{children()}</div>
            </Show>
        </div>
    }
}
