//! What stands where something is on its way, or did not arrive? The style keeps skeletons out of sight for 400 ms:
//! what comes sooner needs none.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::api::{Fault, Read};
use crate::browser;
use crate::words::words;

/// The rough shape of what comes.
#[component]
pub(crate) fn Skeleton() -> impl IntoView {
    let lines = (0..4).map(|_| view! { <div class="bone"></div> }).collect_view();
    view! { <div class="skeleton" role="status" aria-label=words().t("loading")>{lines}</div> }
}

/// What went wrong instead, and how to try again: of a console that was renewed only the whole.
#[component]
pub(crate) fn Trouble(fault: Fault, again: impl Fn() + 'static) -> impl IntoView {
    let words = words();
    let renewed = fault == Fault::Renewed;
    let act = if renewed { "renewed.load" } else { "fault.again" };
    let title = match fault.slug() {
        _ if renewed => "renewed.title",
        Some("forbidden") => "forbidden.title",
        Some("not-found") => "nothing.title",
        _ => "fault.title",
    };
    view! {
        <div class="empty" role="alert">
            <h2>{words.t(title)}</h2>
            <p>{fault.text(words)}</p>
            <div class="acts">
                <button
                    type="button"
                    class="btn"
                    on:click=move |_| if renewed { browser::reload() } else { again() }
                >
                    {words.t(act)}
                </button>
            </div>
        </div>
    }
}

/// Something that is read from the server: its shape, its trouble, or itself.
pub(crate) fn loaded<T: DeserializeOwned + 'static, V: IntoView + 'static>(
    from: Read<T>,
    view: impl Fn(T) -> V + Send + 'static,
) -> impl Fn() -> AnyView + Send + 'static {
    move || match from.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Err(fault)) => view! { <Trouble fault again=move || from.again() /> }.into_any(),
        Some(Ok(value)) => view(value).into_any(),
    }
}
