//! Signing in: e-mail and password, and a code where an authenticator is set up; or a passkey.

use fanfare_shared::wire::account::{SessionReply, SignIn};
use fanfare_shared::wire::passkey::{PasskeyOffer, PasskeySignIn};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::{Fault, api};
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::{Code, Field, Password};
use crate::parts::mark::Mark;
use crate::passkey;
use crate::session::session;
use crate::words::words;

/// The page in the place of any other until somebody is signed in.
#[component]
pub(crate) fn SignInPage(
    /// Nobody belongs to the team yet.
    empty: bool,
) -> impl IntoView {
    let (words, session) = (words(), session());
    browser::set_title(&[words.t("signin.title")]);
    view! {
        <main class="door">
            <p class="name"><Mark /></p>
            <div class="card">
                <h1>{words.t("signin.title")}</h1>
                {empty.then(|| view! { <p class="note">{words.t("signin.empty")}</p> })}
                <SignInForm then=move |reply| session.take(Ok(reply)) />
            </div>
            // A page of the server, which needs nothing of this one.
            <p class="soft"><a href="/console/lost" rel="external">{words.t("signin.lost")}</a></p>
        </main>
    }
}

/// The form alone: also in front of a page whose session has ended.
#[component]
pub(crate) fn SignInForm(
    #[prop(optional, into)] email: String,
    /// Whether the brand's directory opens beside this page, which is to stay as it is.
    #[prop(optional)]
    beside: bool,
    then: impl Fn(SessionReply) + Clone + Send + 'static,
) -> impl IntoView {
    let (words, api, form) = (words(), api(), Form::new());
    // What was typed in the first step, while the second asks for the code.
    let proven = RwSignal::new(None::<(String, String)>);
    let by_passkey = {
        let then = then.clone();
        move |_| {
            let request = async move {
                let offer: PasskeyOffer = api.post("/api/v1/session/passkey/offer", &()).await?;
                let credential = passkey::sign(&offer.options).await;
                let none = || Fault::fields(vec![form.lack("credential", "problem.passkey-refused")]);
                let answer = PasskeySignIn { token: offer.token, credential: credential.ok_or_else(none)? };
                api.post::<SessionReply>("/api/v1/session/passkey", &answer).await
            };
            form.send(request, then.clone());
        }
    };
    let passkey = passkey::able().then(|| {
        view! { <button type="button" class="btn" on:click=by_passkey>{words.t("signin.passkey")}</button> }
    });
    let directory = session().elsewhere;
    let elsewhere = move || {
        let name = directory.get()?;
        let text = words.fill("signin.oidc", &[("name", &name)]);
        let told = beside.then(|| view! { <p class="soft">{words.t("again.beside")}</p> });
        let target = if beside { "_blank" } else { "_self" };
        // The server's own page, which goes on to the directory.
        let link =
            view! { <a class="btn" href="/console/oidc?to=/console" rel="external" target=target>{text}</a> };
        Some((link, told))
    };
    let sign_in = move |credentials: SignIn| {
        let kept = (credentials.email.clone(), credentials.password.clone());
        let then = then.clone();
        let request = async move {
            let answer = api.post::<SessionReply>("/api/v1/session", &credentials).await;
            match answer {
                Err(fault) if fault.slug() == Some("code-required") && credentials.code.is_none() => Ok(None),
                answer => answer.map(Some),
            }
        };
        form.send(request, move |reply| match reply {
            Some(reply) => then(reply),
            None => {
                proven.set(Some(kept));
                browser::focus("form:not([hidden]) [name=code]");
            }
        });
    };
    let first = {
        let sign_in = sign_in.clone();
        move |event: SubmitEvent| {
            let values = Values::of(&event);
            if form.demand(
                &values,
                &[("email", "signin.email.missing"), ("password", "signin.password.missing")],
            ) {
                sign_in(SignIn {
                    email: values.trimmed("email"),
                    password: values.get("password"),
                    code: None,
                });
            }
        }
    };
    let second = move |event: SubmitEvent| {
        let values = Values::of(&event);
        if let (true, Some((email, password))) =
            (form.demand(&values, &[("code", "signin.code.missing")]), proven.get_untracked())
        {
            sign_in(SignIn { email, password, code: Some(values.trimmed("code")) });
        }
    };
    let back = move |_| {
        proven.set(None);
        form.fault.set(None);
    };
    view! {
        // Both steps stay in the page, so that going back finds what was typed.
        <form class="form" novalidate hidden=move || proven.get().is_some() on:submit=first>
            <Field form name="email" kind="email" label=words.t("signin.email") autocomplete="username" value=email />
            <Password form name="password" label=words.t("signin.password") autocomplete="current-password" />
            <FormTrouble form />
            <Submit form label=words.t("signin.go") />
            {passkey}
            {elsewhere}
        </form>
        <form class="form" novalidate hidden=move || proven.get().is_none() on:submit=second>
            <Code form />
            <FormTrouble form />
            <Submit form label=words.t("signin.go") />
            <button type="button" class="link" on:click=back>{words.t("signin.back")}</button>
        </form>
    }
}
