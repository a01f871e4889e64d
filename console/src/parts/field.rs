//! A field with its label, its help and its error: whoever hears the page hears all three together.

use leptos::prelude::*;

use crate::form::Form;
use crate::words::words;

/// A line to type into.
#[component]
pub(crate) fn Field(
    form: Form,
    /// Its name in the form, and its place in the body that is sent.
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] value: String,
    #[prop(default = "")] inputmode: &'static str,
    #[prop(default = "")] placeholder: &'static str,
    /// Another place in the body than the name.
    #[prop(default = "")]
    pointer: &'static str,
    /// Told at every change.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = form.id("field", name);
    let shown = Shown::new(form, name, pointer, &help);
    let input = view! {
        <input
            id=id.clone()
            name=name
            type=kind
            value=value
            autocomplete=autocomplete
            inputmode=inputmode
            placeholder=placeholder
            autocapitalize=if kind == "text" { "sentences" } else { "none" }
            spellcheck="false"
            aria-invalid=move || shown.invalid()
            aria-describedby=move || shown.described()
            on:input=move |event| {
                if let Some(typed) = typed {
                    typed.set(event_target_value(&event));
                }
            }
        />
    };
    view! { <div class="field"><label for=id>{label}</label>{input}{shown.lines(help)}</div> }
}

/// A password, hidden until its owner wants to see it.
#[component]
pub(crate) fn Password(
    form: Form,
    name: &'static str,
    #[prop(into)] label: String,
    /// `current-password` or `new-password`: what a password manager goes by.
    autocomplete: &'static str,
    #[prop(optional, into)] help: String,
    #[prop(optional)] typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let words = words();
    let id = form.id("field", name);
    let shown = Shown::new(form, name, "", &help);
    let open = RwSignal::new(false);
    let input = view! {
        <input
            id=id.clone()
            name=name
            type=move || if open.get() { "text" } else { "password" }
            autocomplete=autocomplete
            autocapitalize="none"
            spellcheck="false"
            aria-invalid=move || shown.invalid()
            aria-describedby=move || shown.described()
            on:input=move |event| {
                if let Some(typed) = typed {
                    typed.set(event_target_value(&event));
                }
            }
        />
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="secret">
                {input}
                <button
                    type="button"
                    aria-controls=id
                    aria-pressed=move || open.get().to_string()
                    aria-label=words.t("password.show")
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {move || words.t(if open.get() { "password.hide" } else { "password.look" })}
                </button>
            </div>
            {shown.lines(help)}
        </div>
    }
}

/// The six digits of an authenticator, or a recovery code, as a door asks for them.
#[component]
pub(crate) fn Code(form: Form) -> impl IntoView {
    let words = words();
    view! {
        <Field
            form
            name="code"
            label=words.t("signin.code")
            help=words.t("signin.code.help")
            autocomplete="one-time-code"
            inputmode="numeric"
        />
    }
}

/// One of a few.
#[component]
pub(crate) fn Choice(
    form: Form,
    name: &'static str,
    #[prop(into)] label: String,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(default = "")] pointer: &'static str,
) -> impl IntoView {
    let id = form.id("field", name);
    let shown = Shown::new(form, name, pointer, "");
    let options = options.into_iter().map(|(key, text)| {
        let chosen = key == value;
        view! { <option value=key selected=chosen>{text}</option> }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name aria-invalid=move || shown.invalid() aria-describedby=move || shown.described()>
                {options.collect_view()}
            </select>
            {shown.lines(String::new())}
        </div>
    }
}

/// What stands under a field.
#[derive(Clone, Copy)]
struct Shown {
    form: Form,
    name: &'static str,
    pointer: StoredValue<String>,
    help: bool,
}

impl Shown {
    fn new(form: Form, name: &'static str, pointer: &'static str, help: &str) -> Self {
        let pointer = if pointer.is_empty() { ["/", name].concat() } else { pointer.to_owned() };
        form.shows(pointer.clone());
        Self { form, name, pointer: StoredValue::new(pointer), help: !help.is_empty() }
    }

    fn error(self) -> Option<String> {
        self.pointer.with_value(|pointer| self.form.error(pointer))
    }

    fn invalid(self) -> Option<&'static str> {
        self.error().map(|_| "true")
    }

    fn described(self) -> Option<String> {
        let error = self.error().map(|_| self.form.id("error", self.name));
        let help = self.help.then(|| self.form.id("help", self.name));
        match (error, help) {
            (Some(error), Some(help)) => Some([&error, " ", &help].concat()),
            (one, other) => one.or(other),
        }
    }

    fn lines(self, help: String) -> impl IntoView {
        let help = self.help.then(|| view! { <p class="help" id=self.form.id("help", self.name)>{help}</p> });
        let error = move || {
            let id = self.form.id("error", self.name);
            self.error().map(|text| view! { <p class="error" id=id>{text}</p> })
        };
        (error, help)
    }
}
