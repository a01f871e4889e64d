//! Inviting somebody: a role, a place, a note; then the link, shown once.

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::{Grant, Role};
use fanfare_shared::wire::account::Me;
use fanfare_shared::wire::team::{Invite, Invited};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::api;
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::copy::Snippet;
use crate::parts::field::{Choice, Field};
use crate::session::brand_name;
use crate::time::distance;
use crate::words::{Words, words};

/// The form, and what came of it.
#[component]
pub(super) fn InviteForm(
    me: Me,
    places: Vec<Option<BrandId>>,
    invited: impl Fn() + Copy + Send + 'static,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let made = RwSignal::new(None::<Invited>);
    let options = options(words, &me, &places);
    let invite = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let Some(role) = Role::ALL.into_iter().find(|role| role.word() == values.get("role")) else {
            return;
        };
        let grant = Grant { brand: values.get("brand").parse().ok(), role };
        let email = Some(values.trimmed("email")).filter(|email| !email.is_empty());
        let invite = Invite { grant, note: values.trimmed("note"), email };
        form.send(async move { api.post("/api/v1/invitations", &invite).await }, move |link: Invited| {
            announcer.say(words.t("invite.made"));
            made.set(Some(link));
            browser::focus("[aria-labelledby=invite] pre");
            invited();
        });
    };
    browser::focus("#invite");
    view! {
        <section class="card" aria-labelledby="invite">
            <h2 id="invite" tabindex="-1">{words.t("invite.title")}</h2>
            {move || made.get().map(|made| link(words, &made, close))}
            <form class="form" novalidate hidden=move || made.get().is_some() on:submit=invite>
                <fieldset class="part">
                    <legend>{words.t("invite.role")}</legend>
                    <div class="options">{roles(words)}</div>
                </fieldset>
                <Choice form name="brand" pointer="/grant" label=words.t("invite.where") options />
                <Field form name="note" label=words.t("invite.note") help=words.t("invite.note.help") />
                <Field
                    form
                    name="email"
                    kind="email"
                    label=words.t("invite.email")
                    help=words.t("invite.email.help")
                />
                <FormTrouble form />
                <div class="acts">
                    <Submit form label=words.t("invite.go") />
                    <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
                </div>
            </form>
        </section>
    }
}

/// Each role with what it means, the one that harms least chosen.
fn roles(words: Words) -> impl IntoView {
    let role = |role: Role| {
        let word = role.word();
        view! {
            <label class="option">
                <input type="radio" name="role" value=word checked=role == Role::Viewer />
                <strong>{words.kind("role.", word)}</strong>
                <span>{words.kind("role.may.", word)}</span>
            </label>
        }
    };
    Role::ALL.map(role).collect_view()
}

/// Places as a list to choose from.
pub(super) fn options(words: Words, me: &Me, places: &[Option<BrandId>]) -> Vec<(String, String)> {
    let option = |place: &Option<BrandId>| match place {
        Some(brand) => (brand.to_string(), brand_name(me, brand)),
        None => (String::new(), words.t("invite.everywhere").to_owned()),
    };
    places.iter().map(option).collect()
}

fn link<F: Fn() + Copy + Send + 'static>(words: Words, made: &Invited, close: F) -> impl IntoView + use<F> {
    let until = words.fill("invite.until", &[("when", &distance(words, made.until, browser::now()))]);
    view! {
        <p class="note good">{words.t("invite.made")}</p>
        <Snippet text=made.link.clone() what=words.t("invite.copy") />
        <p class="soft">{until}</p>
        <div class="acts">
            <button type="button" class="btn" on:click=move |_| close()>{words.t("invite.close")}</button>
        </div>
    }
}
