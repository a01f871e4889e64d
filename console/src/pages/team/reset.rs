//! A link for somebody who has lost their password: what it does, then the link, shown once.

use fanfare_shared::wire::account::ResetLink;
use fanfare_shared::wire::team::MemberView;
use leptos::prelude::*;
use serde_json::json;

use crate::api::api;
use crate::browser;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
use crate::parts::copy::Snippet;
use crate::session::session;
use crate::time::distance;
use crate::words::words;

/// The question, and what came of it.
#[component]
pub(super) fn ResetForm(member: MemberView, close: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let made = RwSignal::new(None::<ResetLink>);
    let text = words.fill("reset.text", &[("name", &member.name)]);
    let address = ["/api/v1/members/", &member.id.to_hex(), "/reset"].concat();
    let itself = session().me_now().is_some_and(|me| me.id == member.id);
    let own = itself.then(|| view! { <p class="note">{words.t("reset.own")}</p> });
    let make = move |_| {
        let address = address.clone();
        form.send(async move { api.post(&address, &json!({})).await }, move |link: ResetLink| {
            announcer.say(words.t("reset.made"));
            made.set(Some(link));
            browser::focus("dialog[open] pre");
        });
    };
    let busy = move || form.busy.get().then_some("true");
    let before = view! {
        <div class="part" hidden=move || made.get().is_some()>
            <p>{text}</p>
            {own}
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
                <button type="button" class="btn go" aria-busy=busy on:click=make>{words.t("reset.make.go")}</button>
            </div>
        </div>
    };
    let after = move || {
        made.get().map(|made| {
            let when = distance(words, made.until, browser::now());
            view! {
                <p class="note good">{words.t("reset.made")}</p>
                <Snippet text=made.link what=words.t("invite.copy") />
                <p class="soft">{words.fill("invite.until", &[("when", &when)])}</p>
                <div class="acts">
                    <button type="button" class="btn" on:click=move |_| close()>{words.t("close")}</button>
                </div>
            }
        })
    };
    view! {
        {before}
        {after}
    }
}
