//! Where am I signed in? Each session with a way to end it, and this one too.

use fanfare_shared::wire::account::{SessionList, SessionView};
use leptos::prelude::*;

use crate::api::{Fault, api};
use crate::browser;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
use crate::parts::chip::Chip;
use crate::parts::load::loaded;
use crate::session::session;
use crate::time::distance;
use crate::words::words;

/// The list.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let (words, api) = (words(), api());
    let sessions = api.read::<SessionList>(|| String::from("/api/v1/me/sessions"));
    let rows = loaded(sessions, move |list: SessionList| {
        let row = move |it: SessionView| view! { <Row it again=move || sessions.again() /> };
        view! { <ul class="list">{list.sessions.into_iter().map(row).collect_view()}</ul> }
    });
    view! {
        <section class="set">
            <div><h2>{words.t("sessions.title")}</h2><p class="soft">{words.t("sessions.text")}</p></div>
            <div class="part">{rows}</div>
        </section>
    }
}

#[component]
fn Row(it: SessionView, again: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let (words, api, session, announcer, form) = (words(), api(), session(), announcer(), Form::new());
    let now = browser::now();
    let facts = words.fill(
        "sessions.facts",
        &[("began", &distance(words, it.began, now)), ("seen", &distance(words, it.seen, now))],
    );
    let this = it.this;
    let address = ["/api/v1/me/sessions/", &it.id.to_hex()].concat();
    let end = move |_| {
        let address = address.clone();
        let request = async move {
            if this { api.delete("/api/v1/session").await } else { api.delete(&address).await }
        };
        form.send(request, move |()| {
            if this {
                session.take(Err(Fault::Expired));
            } else {
                announcer.say(words.t("sessions.ended"));
                again();
            }
        });
    };
    let busy = move || form.busy.get().then_some("true");
    view! {
        <li>
            <div class="line stack">
                <div class="what">
                    <p>
                        <strong>{it.device.clone()}</strong>
                        {this.then(|| view! { <Chip tone="good" text=words.t("sessions.this") /> })}
                    </p>
                    <p>{facts}</p>
                </div>
                <button type="button" class="btn small" aria-busy=busy on:click=end>{words.t("sessions.end")}</button>
            </div>
            <FormTrouble form />
        </li>
    }
}
