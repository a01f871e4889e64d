//! What was sent, or would have been? The outbox, for operators: without a mail server it is where letters are read.

use fanfare_shared::team::Right;
use fanfare_shared::wire::mail::{LetterState, LetterText, LetterView, Outbox};
use gloo::net::http::Method;
use leptos::prelude::*;

use super::nothing::Forbidden;
use crate::api::{Read, api};
use crate::browser;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
use crate::parts::chip::Chip;
use crate::parts::empty::Empty;
use crate::parts::header::Header;
use crate::parts::load::loaded;
use crate::session::session;
use crate::words::{Words, words};

/// The page.
#[component]
pub(crate) fn Mail() -> impl IntoView {
    let session = session();
    let mine = Memo::new(move |_| session.may(Right::Operate, None));
    move || if mine.get() { view! { <Letters /> }.into_any() } else { view! { <Forbidden /> }.into_any() }
}

#[component]
fn Letters() -> impl IntoView {
    let words = words();
    let read = api().read::<Outbox>(|| String::from("/api/v1/mail"));
    let form = Form::new();
    let body = loaded(read, move |outbox: Outbox| {
        let Outbox { sends, letters } = outbox;
        let note = (!sends).then(|| view! { <p class="note warn">{words.t("mail.unsent")}</p> });
        let list = if letters.is_empty() {
            view! { <Empty title=words.t("mail.none") text=words.t("mail.none.text") /> }.into_any()
        } else {
            let rows = letters.into_iter().map(|letter| row(words, form, read, sends, letter)).collect_view();
            view! { <ul class="list">{rows}</ul> }.into_any()
        };
        view! {
            {note}
            {list}
        }
    });
    let above = view! { <a href="/console/operate">{words.t("operate.title")}</a> }.into_any();
    view! {
        <Header title=words.t("mail.title").to_owned() below=words.t("mail.text") above />
        <FormTrouble form />
        {body}
    }
}

fn row(words: Words, form: Form, read: Read<Outbox>, sends: bool, letter: LetterView) -> impl IntoView {
    let (api, say) = (api(), announcer());
    let LetterView { id, to, subject, kept, made, state, tries, reason } = letter;
    let (tone, key) = match state {
        LetterState::Waiting if !sends => ("warn", "mail.here"),
        LetterState::Waiting => ("warn", "mail.waiting"),
        LetterState::Sent => ("good", "mail.sent"),
        LetterState::Failed => ("bad", "mail.failed"),
    };
    let address = ["/api/v1/mail/", &id.to_hex()].concat();
    let retry = {
        let address = [&address, "/retry"].concat();
        move |_| {
            let address = address.clone();
            form.send(async move { api.done(Method::POST, &address, &()).await }, move |()| {
                say.say(words.t("mail.said.retry"));
                read.again();
            });
        }
    };
    let opened = RwSignal::new(None::<String>);
    let open = {
        let address = [&address, "/open"].concat();
        move |_| {
            let address = address.clone();
            form.send(async move { api.post(&address, &()).await }, move |LetterText { text }| {
                opened.set(Some(text));
                say.say(words.t("mail.said.open"));
            });
        }
    };
    let open = kept.then(|| {
        view! {
            <button type="button" class="btn" hidden=move || opened.get().is_some() on:click=open>
                {words.t("mail.read")}
            </button>
        }
    });
    let discard = move |_| {
        let address = address.clone();
        form.send(async move { api.delete(&address).await }, move |()| {
            say.say(words.t("mail.said.gone"));
            read.again();
        });
    };
    let failed = (state == LetterState::Failed).then(|| {
        view! { <button type="button" class="btn" on:click=retry>{words.t("mail.retry")}</button> }
    });
    let tried = (tries > 0).then(|| words.plural("mail.tries", tries.into()));
    let facts = [Some(browser::moment(made, words.lang.tag())), tried, reason];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <li class="part">
            <div class="line stack">
                <div class="what">
                    <strong>{subject}</strong>
                    <p>
                        <Chip tone text=words.t(key) />
                        <span>{to}</span>
                    </p>
                    <p>{facts}</p>
                </div>
                <div class="acts">
                    {open}
                    {failed}
                    <button type="button" class="btn" on:click=discard>
                        {words.t("mail.discard")}
                    </button>
                </div>
            </div>
            {move || opened.get().map(|text| view! { <pre class="letter" tabindex="0">{text}</pre> })}
        </li>
    }
}
