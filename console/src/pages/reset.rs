//! Choosing a new password by a link that an owner handed over, or that came by mail.
//!
//! What opens it stands in the address's fragment, which no server sees; it is taken out of the address at once.

use fanfare_shared::wire::account::{NewPassword as Choosing, SessionReply};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::join::{NewPassword, short};
use crate::api::{Fault, api};
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::Code;
use crate::parts::mark::Mark;
use crate::session::session;
use crate::words::words;

/// The page.
#[component]
pub(crate) fn Reset() -> impl IntoView {
    let (words, api, session, form) = (words(), api(), session(), Form::new());
    browser::set_title(&[words.t("reset.title")]);
    let token = StoredValue::new(browser::take_fragment());
    let navigate = use_navigate();
    let password = RwSignal::new(String::new());
    // The server says only when the link is used whether it is still open.
    let gone = Memo::new(move |_| {
        let refused =
            form.fault.with(|fault| fault.as_ref().and_then(Fault::slug) == Some("invitation-gone"));
        refused || token.with_value(String::is_empty)
    });
    // A link that came by mail does not stand for the authenticator.
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        if form.fault.with(|fault| fault.as_ref().and_then(Fault::slug) == Some("code-required")) {
            asked.set(true);
            form.fault.set(None);
            browser::focus("[name=code]");
        }
    });
    let choose = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let password = values.get("password");
        let mut faults = form.missing(&values, &[("password", "password.missing")]);
        faults.extend(short(form, &password));
        if !form.is_right(faults) {
            return;
        }
        let code = Some(values.trimmed("code")).filter(|code| !code.is_empty());
        let choosing = Choosing { token: token.get_value(), password, code };
        let navigate = navigate.clone();
        let request = async move { api.post::<SessionReply>("/api/v1/session/password", &choosing).await };
        form.send(request, move |reply| {
            session.take(Ok(reply));
            navigate("/", NavigateOptions { replace: true, ..NavigateOptions::default() });
        });
    };
    view! {
        <main class="door">
            <p class="name"><Mark /></p>
            <div class="card" hidden=move || gone.get()>
                <h1>{words.t("reset.title")}</h1>
                <p class="soft">{words.t("reset.title.text")}</p>
                <form class="form" novalidate on:submit=choose>
                    <NewPassword form name="password" label=words.t("account.password.new") typed=password />
                    <div hidden=move || !asked.get()>
                        <Code form />
                    </div>
                    <FormTrouble form />
                    <Submit form label=words.t("reset.go") />
                </form>
            </div>
            <div class="card" hidden=move || !gone.get() role="status">
                <h1>{words.t("reset.gone")}</h1>
                <p>{words.t("reset.gone.text")}</p>
                <p><a class="btn" href="/console">{words.t("join.signin")}</a></p>
            </div>
        </main>
    }
}
