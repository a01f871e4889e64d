//! Buttons: what sends a form, and what does one thing at once.

use leptos::prelude::*;

use crate::form::Form;

/// What sends a form. While that lasts it stays where it is, says so, and takes no second press.
#[component]
pub(crate) fn Submit(
    form: Form,
    /// A verb the person would say.
    #[prop(into)]
    label: String,
    /// How it looks: the one thing to do here, unless said otherwise.
    #[prop(default = "btn go")]
    class: &'static str,
) -> impl IntoView {
    let busy = move || form.busy.get().then_some("true");
    view! {
        <button type="submit" class=class aria-busy=busy aria-disabled=busy>
            {label}
        </button>
    }
}

/// What is wrong with the form as a whole.
#[component]
pub(crate) fn FormTrouble(form: Form) -> impl IntoView {
    view! {
        <div role="alert">{move || form.trouble().map(|text| view! { <p class="note bad">{text}</p> })}</div>
    }
}
