//! How does the server do? For those who look after it: its state, its store, its work, its logs, its settings. Read
//! again while somebody looks.

mod figures;
mod settings;
mod store;

use std::time::Duration;

use fanfare_shared::team::Right;
use fanfare_shared::wire::operate::{LogSummary, Operate as Server};
use leptos::prelude::*;

use self::figures::{AllFigures, Work};
use self::settings::Settings;
use self::store::Store;
use super::audit::grouped;
use super::nothing::Forbidden;
use crate::api::{Answer, api};
use crate::browser;
use crate::parts::chip::Chip;
use crate::parts::copy::Copy;
use crate::parts::header::Header;
use crate::parts::load::{Skeleton, Trouble};
use crate::parts::table::Table;
use crate::session::session;
use crate::time::{distance, number};
use crate::words::words;

/// How often it is read again while somebody looks.
const AGAIN: Duration = Duration::from_secs(10);

/// The server as it is known. Free to copy into every closure.
#[derive(Clone, Copy)]
struct Data(Memo<Option<Answer<Server>>>);

impl Data {
    /// Looks at it; nothing before there is something.
    fn with<T: Default>(self, look: impl FnOnce(&Server) -> T) -> T {
        self.0.with(|known| if let Some(Ok(server)) = known { look(server) } else { T::default() })
    }
}

/// The page.
#[component]
pub(crate) fn Operate() -> impl IntoView {
    let session = session();
    let mine = Memo::new(move |_| session.may(Right::Operate, None));
    move || if mine.get() { view! { <Page /> }.into_any() } else { view! { <Forbidden /> }.into_any() }
}

#[component]
fn Page() -> impl IntoView {
    let (words, api) = (words(), api());
    let read = api.read::<Server>(|| String::from("/api/v1/operate"));
    let data = Data(read.kept());
    let again = move || {
        if browser::visible() && !api.expired.get_untracked() {
            read.again();
        }
    };
    if let Ok(timer) = set_interval_with_handle(again, AGAIN) {
        on_cleanup(move || timer.clear());
    }
    let phase =
        Memo::new(move |_| data.0.with(|known| known.as_ref().map(|known| known.as_ref().err().cloned())));
    // A server that is gone is what this page is opened for: the last that is known stays, and says so.
    let lost = move || {
        let gone = matches!(read.get(), Some(Err(_))) && matches!(phase.get(), Some(None));
        gone.then(|| view! { <p class="note bad" role="alert">{words.t("operate.lost")}</p> })
    };
    let known = move || match phase.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Some(fault)) => view! { <Trouble fault again=move || read.again() /> }.into_any(),
        Some(None) => view! {
            <State data />
            <Store data />
            <Work data />
            <Logs data />
            <Settings data />
            <AllFigures data />
        }
        .into_any(),
    };
    view! {
        <Header title=words.t("operate.title").to_owned() below=words.t("operate.text")>
            <a class="btn" href="/console/operate/mail">{words.t("operate.mail")}</a>
        </Header>
        {lost}
        {known}
    }
}

/// Whether it takes acts, and what it is.
#[component]
fn State(data: Data) -> impl IntoView {
    let words = words();
    let state = move || match data.with(|server| server.failed.clone()) {
        None => view! { <p><Chip tone="good dot" text=words.t("operate.ready") /></p> }.into_any(),
        Some(why) => view! {
            <p class="note bad" role="alert">{words.fill("operate.failed", &[("why", &why)])}</p>
        }
        .into_any(),
    };
    let notes = move || {
        let notes = data.with(|server| server.notes.clone());
        (!notes.is_empty()).then(|| {
            let note = |note: String| view! { <li>{note}</li> };
            view! { <ul class="note warn notes">{notes.into_iter().map(note).collect_view()}</ul> }
        })
    };
    let moment = move |at| browser::moment(at, words.lang.tag());
    let facts = move || {
        data.with(|server| {
            let up = distance(words, server.started, server.now);
            // What the two clocks differ by, where a person would mind.
            let drift = server.now.0.abs_diff(browser::now().0);
            let drift = (drift > 60).then(|| words.t("operate.clock.drift"));
            let facts = [
                ("operate.version", server.version.clone()),
                ("operate.started", [&moment(server.started), " (", &up, ")"].concat()),
                ("operate.clock", [&moment(server.now), " ", drift.unwrap_or_default()].concat()),
                ("operate.url", server.url.clone()),
                ("operate.host", server.host.clone()),
            ];
            let fact =
                |(key, value): (&str, String)| view! { <dt>{words.t(key).to_owned()}</dt><dd>{value}</dd> };
            facts.map(fact).collect_view()
        })
    };
    let key = Memo::new(move |_| data.with(|server| server.key.clone()));
    let copy = move || view! { <Copy text=key.get() what=words.t("operate.key.copy") /> };
    view! {
        <section class="set">
            <div><h2>{words.t("operate.state")}</h2><p class="soft">{words.t("operate.state.text")}</p></div>
            <div class="part">
                {state}
                {notes}
                <dl class="facts">
                    {facts}
                    <dt>{words.t("operate.key")}</dt>
                    <dd class="keyed"><span class="hash">{move || grouped(&key.get())}</span>{copy}</dd>
                </dl>
            </div>
        </section>
    }
}

#[component]
fn Logs(data: Data) -> impl IntoView {
    let words = words();
    let logs = Memo::new(move |_| data.with(|server| server.logs.clone()));
    let rows = move || {
        let row = |log: LogSummary| {
            let (tone, key) = if log.sealed { ("", "logs.sealed") } else { ("good", "logs.grows") };
            view! {
                <tr>
                    <th scope="row">{log.origin}</th>
                    <td class="n">{number(words, log.size)}</td>
                    <td><Chip tone text=words.t(key) /></td>
                </tr>
            }
        };
        logs.get().into_iter().map(row).collect_view()
    };
    let heads = ["logs.origin", "logs.size", "logs.state"].map(|head| words.t(head)).to_vec();
    let table = move || {
        if logs.with(Vec::is_empty) {
            return view! { <p class="soft">{words.t("logs.none")}</p> }.into_any();
        }
        view! { <Table caption=words.t("logs.title") heads=heads.clone()>{rows}</Table> }.into_any()
    };
    view! {
        <section class="set">
            <div><h2>{words.t("logs.title")}</h2><p class="soft">{words.t("logs.text")}</p></div>
            <div class="part">{table}</div>
        </section>
    }
}
