//! One's own account: name and address, password, authenticator, passkeys, sessions, language.

mod authenticator;
mod passkeys;
mod sessions;
mod tokens;

use fanfare_shared::limits::PASSWORD_CHARS;
use fanfare_shared::wire::account::{Me, ProfileChange};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use self::authenticator::Authenticator;
use self::passkeys::Passkeys;
use self::sessions::Sessions;
use self::tokens::Tokens;
use super::join::NewPassword;
use crate::api::{Fault, api};
use crate::app::Language;
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::{Field, Password};
use crate::parts::header::Header;
use crate::session::session;
use crate::words::{Lang, words};

/// The page.
#[component]
pub(crate) fn Account() -> impl IntoView {
    let (words, session) = (words(), session());
    // As it was when the page was opened: a saved name must not empty the other fields.
    let me = session.me_now();
    let profile = me.map(|me| view! { <Profile me /> });
    view! {
        <Header title=words.t("account.title").to_owned() />
        {profile}
        <NewSecret />
        <Authenticator />
        <Passkeys />
        <Sessions />
        <Tokens />
        <Speech />
    }
}

#[component]
fn Profile(me: Me) -> impl IntoView {
    let (words, api, session, announcer, form) = (words(), api(), session(), announcer(), Form::new());
    let typed = RwSignal::new(me.email.clone());
    let moved = move || typed.with(|typed| session.me().is_some_and(|me| me.email != typed.trim()));
    let save = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let moves = untrack(moved);
        let mut wanted = vec![("name", "join.name.missing"), ("email", "signin.email.missing")];
        if moves {
            wanted.push(("current_password", "account.proof.missing"));
        }
        if !form.demand(&values, &wanted) {
            return;
        }
        let change = ProfileChange {
            name: Some(values.trimmed("name")),
            email: moves.then(|| values.trimmed("email")),
            current_password: moves.then(|| values.get("current_password")),
            new_password: None,
        };
        form.send(async move { api.patch("/api/v1/me", &change).await }, move |me: Me| {
            session.changed(me);
            announcer.say(words.t("saved"));
        });
    };
    let proof = move || {
        moved().then(|| {
            view! {
                <Password
                    form
                    name="current_password"
                    label=words.t("account.proof")
                    help=words.t("account.proof.email")
                    autocomplete="current-password"
                />
            }
        })
    };
    view! {
        <section class="set">
            <div><h2>{words.t("account.you")}</h2><p class="soft">{words.t("account.you.text")}</p></div>
            <form class="form" novalidate on:submit=save>
                <Field form name="name" label=words.t("join.name") autocomplete="name" value=me.name />
                <Field form name="email" kind="email" label=words.t("signin.email") autocomplete="username" value=me.email typed />
                {proof}
                <FormTrouble form />
                <Submit form label=words.t("save") class="btn" />
            </form>
        </section>
    }
}

#[component]
fn NewSecret() -> impl IntoView {
    let (words, api, session, announcer, form) = (words(), api(), session(), announcer(), Form::new());
    let typed = RwSignal::new(String::new());
    // Drawn anew after each change: what was typed is of no use any more.
    let round = RwSignal::new(0_u32);
    let save = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let wanted = [("current_password", "account.proof.missing"), ("new_password", "password.missing")];
        if !form.demand(&values, &wanted) {
            return;
        }
        let chosen = values.get("new_password");
        if chosen.chars().count() < PASSWORD_CHARS {
            form.refuse(Fault::fields(vec![form.lack("new_password", "password.short")]));
            return;
        }
        let change = ProfileChange {
            current_password: Some(values.get("current_password")),
            new_password: Some(chosen),
            ..ProfileChange::default()
        };
        form.send(async move { api.patch("/api/v1/me", &change).await }, move |me: Me| {
            session.changed(me);
            typed.set(String::new());
            round.update(|round| *round += 1);
            announcer.say(words.t("account.password.changed"));
        });
    };
    let done = move || {
        (round.get() > 0).then(|| view! { <p class="note good">{words.t("account.password.changed")}</p> })
    };
    view! {
        <section class="set">
            <div><h2>{words.t("account.password")}</h2><p class="soft">{words.t("account.password.text")}</p></div>
            <form class="form" novalidate on:submit=save>
                <For each=move || [round.get()] key=|round| *round let:_round>
                    <Password
                        form
                        name="current_password"
                        label=words.t("account.proof")
                        autocomplete="current-password"
                    />
                    <NewPassword form name="new_password" label=words.t("account.password.new") typed />
                </For>
                {done}
                <FormTrouble form />
                <Submit form label=words.t("account.password.go") class="btn" />
            </form>
        </section>
    }
}

#[component]
fn Speech() -> impl IntoView {
    let words = words();
    let language = use_context::<Language>();
    let choose = move |lang: Lang| {
        browser::store_language(lang.tag());
        if let Some(Language(signal)) = language {
            signal.set(lang);
        }
    };
    let option = |(lang, name): (Lang, &'static str)| {
        view! {
            <label class="option">
                <input
                    type="radio"
                    name="language"
                    value=lang.tag()
                    checked=lang == words.lang
                    on:change=move |_| choose(lang)
                />
                <strong lang=lang.tag()>{name}</strong>
            </label>
        }
    };
    view! {
        <section class="set">
            <div><h2 id="speech">{words.t("account.language")}</h2><p class="soft">{words.t("account.language.text")}</p></div>
            <div class="options grid" role="radiogroup" aria-labelledby="speech">{Lang::ALL.map(option).collect_view()}</div>
        </section>
    }
}
