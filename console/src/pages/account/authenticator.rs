//! The second key: an authenticator that shows six digits, and the recovery codes that stand in for it.

use fanfare_shared::wire::account::{
    AuthenticatorOffer, AuthenticatorProof, Me, PasswordProof, RecoveryCodes,
};
use gloo::net::http::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::api;
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::chip::Chip;
use crate::parts::copy::{Copy, Snippet};
use crate::parts::field::{Field, Password};
use crate::session::session;
use crate::words::words;

/// What is being done here.
#[derive(Clone, PartialEq)]
enum Step {
    Rest,
    SetUp(AuthenticatorOffer),
    Renew,
    Remove,
    Codes(Vec<String>),
}

/// The section.
#[component]
pub(super) fn Authenticator() -> impl IntoView {
    let (words, session) = (words(), session());
    let step = RwSignal::new(Step::Rest);
    let content = move || match step.get() {
        Step::Rest => view! { <Rest step /> }.into_any(),
        Step::SetUp(offer) => view! { <SetUp offer step /> }.into_any(),
        Step::Renew => view! { <Renew step /> }.into_any(),
        Step::Remove => view! { <Remove step /> }.into_any(),
        Step::Codes(codes) => view! { <Codes codes step /> }.into_any(),
    };
    let on = move || session.me().is_some_and(|me| me.authenticator);
    let chip =
        move || on().then(|| view! { <p><Chip tone="good dot" text=words.t("authenticator.on") /></p> });
    view! {
        <section class="set">
            <div>
                <h2>{words.t("authenticator.title")}</h2>
                <p class="soft">{words.t("authenticator.text")}</p>
                {chip}
            </div>
            <div class="part">{content}</div>
        </section>
    }
}

/// What can be done.
#[component]
fn Rest(step: RwSignal<Step>) -> impl IntoView {
    let (words, api, session, form) = (words(), api(), session(), Form::new());
    let set_up = move |_| {
        let request = async move { api.post::<AuthenticatorOffer>("/api/v1/me/authenticator", &()).await };
        form.send(request, move |offer| step.set(Step::SetUp(offer)));
    };
    let busy = move || form.busy.get().then_some("true");
    move || {
        let Some(me) = session.me() else { return ().into_any() };
        if !me.authenticator {
            return view! {
                <div class="acts">
                    <button type="button" class="btn" aria-busy=busy on:click=set_up>{words.t("authenticator.go")}</button>
                </div>
                <FormTrouble form />
            }
            .into_any();
        }
        let left = words.plural("authenticator.left", u64::from(me.recovery_codes));
        let few = me.recovery_codes < 3;
        view! {
            <p class:note=few class:warn=few>{left}</p>
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| step.set(Step::Renew)>
                    {words.t("authenticator.renew")}
                </button>
                <button type="button" class="btn grave" on:click=move |_| step.set(Step::Remove)>
                    {words.t("authenticator.remove")}
                </button>
            </div>
        }
        .into_any()
    }
}

/// An SVG document as an address for an image: scripts in it would never run.
fn picture(svg: &str) -> String {
    let mut address = String::from("data:image/svg+xml,");
    for byte in svg.bytes() {
        match byte {
            b'#' | b'%' | b'"' | b'<' | b'>' | b'&' | 0..=32 | 127.. => {
                address.push_str(&format!("%{byte:02X}"))
            }
            _ => address.push(char::from(byte)),
        }
    }
    address
}

#[component]
fn SetUp(offer: AuthenticatorOffer, step: RwSignal<Step>) -> impl IntoView {
    let (words, api, session, form) = (words(), api(), session(), Form::new());
    let secret = offer.secret.clone();
    let confirm = move |event: SubmitEvent| {
        let values = Values::of(&event);
        if !form.demand(&values, &[("code", "signin.code.missing"), ("password", "account.proof.missing")]) {
            return;
        }
        let proof = AuthenticatorProof {
            secret: secret.clone(),
            code: values.trimmed("code"),
            password: values.get("password"),
        };
        let request = async move { api.put("/api/v1/me/authenticator", &proof).await };
        form.send(request, move |codes: RecoveryCodes| {
            if let Some(me) = session.me_now() {
                let recovery_codes = count(&codes);
                session.changed(Me { authenticator: true, recovery_codes, ..me });
            }
            step.set(Step::Codes(codes.codes));
        });
    };
    view! {
        <ol class="steps">
            <li>
                <div class="part">
                    <p>{words.t("authenticator.scan")}</p>
                    <img class="picture" src=picture(&offer.picture) alt=words.t("authenticator.picture") />
                    <details>
                        <summary>{words.t("authenticator.type")}</summary>
                        <Snippet text=offer.secret.clone() what=words.t("authenticator.secret.copy") />
                    </details>
                </div>
            </li>
            <li>
                <form class="form" novalidate on:submit=confirm>
                    <Field
                        form
                        name="code"
                        label=words.t("authenticator.code")
                        autocomplete="one-time-code"
                        inputmode="numeric"
                    />
                    <Password form name="password" label=words.t("account.proof") autocomplete="current-password" />
                    <FormTrouble form />
                    <div class="acts">
                        <Submit form label=words.t("authenticator.confirm") />
                        <Leave step />
                    </div>
                </form>
            </li>
        </ol>
    }
}

fn count(codes: &RecoveryCodes) -> u32 {
    u32::try_from(codes.codes.len()).unwrap_or(u32::MAX)
}

#[component]
fn Leave(step: RwSignal<Step>) -> impl IntoView {
    let words = words();
    view! { <button type="button" class="btn" on:click=move |_| step.set(Step::Rest)>{words.t("cancel")}</button> }
}

/// Says what will be done and asks for the password before it is.
#[component]
fn Proof(
    form: Form,
    step: RwSignal<Step>,
    text: &'static str,
    go: &'static str,
    #[prop(default = "btn go")] class: &'static str,
    /// Does it.
    then: impl Fn(PasswordProof) + 'static,
) -> impl IntoView {
    let words = words();
    let prove = move |event: SubmitEvent| {
        let values = Values::of(&event);
        if form.demand(&values, &[("password", "account.proof.missing")]) {
            then(PasswordProof { password: values.get("password") });
        }
    };
    view! {
        <form class="form" novalidate on:submit=prove>
            <p>{words.t(text)}</p>
            <Password form name="password" label=words.t("account.proof") autocomplete="current-password" />
            <FormTrouble form />
            <div class="acts">
                <Submit form label=words.t(go) class />
                <Leave step />
            </div>
        </form>
    }
}

#[component]
fn Renew(step: RwSignal<Step>) -> impl IntoView {
    let (api, session, form) = (api(), session(), Form::new());
    let then = move |proof: PasswordProof| {
        let request = async move { api.post("/api/v1/me/recovery-codes", &proof).await };
        form.send(request, move |codes: RecoveryCodes| {
            if let Some(me) = session.me_now() {
                session.changed(Me { recovery_codes: count(&codes), ..me });
            }
            step.set(Step::Codes(codes.codes));
        });
    };
    view! { <Proof form step text="authenticator.renew.text" go="authenticator.renew" then /> }
}

#[component]
fn Remove(step: RwSignal<Step>) -> impl IntoView {
    let (words, api, session, announcer, form) = (words(), api(), session(), announcer(), Form::new());
    let then = move |proof: PasswordProof| {
        let request = async move { api.done(Method::POST, "/api/v1/me/authenticator/remove", &proof).await };
        form.send(request, move |()| {
            if let Some(me) = session.me_now() {
                session.changed(Me { authenticator: false, recovery_codes: 0, ..me });
            }
            announcer.say(words.t("authenticator.removed"));
            step.set(Step::Rest);
        });
    };
    view! {
        <Proof form step text="authenticator.remove.text" go="authenticator.remove" class="btn grave" then />
    }
}

/// Recovery codes, shown once.
#[component]
fn Codes(codes: Vec<String>, step: RwSignal<Step>) -> impl IntoView {
    let words = words();
    let text = codes.join("\n");
    let file = text.clone();
    let save = move |_| browser::download("fanfare-recovery-codes.txt", &file);
    let codes = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    browser::focus("#codes");
    view! {
        <h3 id="codes" tabindex="-1">{words.t("codes.title")}</h3>
        <p>{words.t("codes.text")}</p>
        <ul class="codes">{codes}</ul>
        <div class="acts">
            <Copy text what=words.t("codes.copy") />
            <button type="button" class="btn small" on:click=save>{words.t("codes.save")}</button>
            <button type="button" class="btn small" on:click=move |_| step.set(Step::Rest)>{words.t("codes.done")}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn a_picture_becomes_an_address_that_no_character_breaks() {
        let address = picture("<svg a=\"#1\">è</svg>");
        assert_eq!(address, "data:image/svg+xml,%3Csvg%20a=%22%231%22%3E%C3%A8%3C/svg%3E");
    }
}
