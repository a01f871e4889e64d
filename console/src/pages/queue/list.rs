//! The list: a line a case, the longest waiting first.

use fanfare_shared::wire::queue::{Aside, CaseKind, CaseRow, CaseState};
use gloo::net::http::Method;
use leptos::prelude::*;

use super::Desk;
use crate::api::api;
use crate::browser;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
use crate::parts::chip::Chip;
use crate::parts::empty::Empty;
use crate::parts::load::{Skeleton, Trouble};
use crate::session::{brand_name, session};
use crate::time::distance;
use crate::words::{Words, words};

/// Most cases that are laid aside together.
const AT_ONCE: usize = 200;

/// The list and the way to more of it.
#[component]
pub(super) fn List(desk: Desk) -> impl IntoView {
    let words = words();
    let rows = move || match desk.known.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Err(fault)) => view! { <Trouble fault again=move || desk.again() /> }.into_any(),
        Some(Ok(_)) => {
            let cases = desk.cases();
            if cases.is_empty() {
                let looking = desk.next.with(Option::is_some) && desk.more.fault.with(Option::is_none);
                return if looking { view! { <Skeleton /> }.into_any() } else { empty(words, desk) };
            }
            let rows = cases.into_iter().map(|case| row(words, desk, case)).collect_view();
            view! { <ul class="list cases" aria-label=words.t("queue.title")>{rows}</ul> }.into_any()
        }
    };
    let more = move || {
        let busy = move || desk.more.busy.get().then_some("true");
        desk.next.get().map(|_| {
            view! {
                <div class="acts">
                    <button type="button" class="btn" aria-busy=busy on:click=move |_| desk.read_on()>
                        {words.t("queue.more")}
                    </button>
                </div>
            }
        })
    };
    view! {
        {rows}
        <FormTrouble form=desk.more />
        {more}
        <AllRead desk />
    }
}

/// Answers are read by the page: what is listed is laid aside together.
#[component]
fn AllRead(desk: Desk) -> impl IntoView {
    let (words, form, say) = (words(), Form::new(), announcer());
    let shown = Memo::new(move |_| {
        let answers = desk.view.with(|view| view.kind == CaseKind::Answer.word() && view.state.is_empty());
        let cases = if answers { desk.cases() } else { Vec::new() };
        cases.into_iter().map(|case| case.id).take(AT_ONCE).collect::<Vec<_>>()
    });
    let lay_aside = move |_| {
        let aside = Aside { cases: shown.get_untracked() };
        let api = api();
        form.send(async move { api.done(Method::POST, "/api/v1/queue/done", &aside).await }, move |()| {
            say.say(words.t("queue.said.done"));
            desk.again();
        });
    };
    let busy = move || form.busy.get().then_some("true");
    let label = move || words.plural("queue.read", u64::try_from(shown.get().len()).unwrap_or_default());
    view! {
        <Show when=move || !shown.with(Vec::is_empty)>
            <div class="acts">
                <button type="button" class="btn" aria-busy=busy on:click=lay_aside>
                    {label}
                </button>
            </div>
        </Show>
        <FormTrouble form />
    }
}

fn empty(words: Words, desk: Desk) -> AnyView {
    let usual = desk.view.with(|view| *view == super::view::View::default());
    let (title, text) =
        if usual { ("queue.none", "queue.none.text") } else { ("queue.none.view", "queue.none.view.text") };
    view! { <Empty title=words.t(title) text=words.t(text) /> }.into_any()
}

/// The word for why a case waits, with its tone.
pub(super) fn kind(words: Words, kind: CaseKind) -> impl IntoView {
    let tone = if kind.is_privacy() { "warn" } else { "" };
    view! { <Chip tone text=words.kind("kind.", kind.word()) /> }
}

/// How long it has waited, or since when it is done; red past its time.
pub(super) fn waited(words: Words, case: &CaseRow) -> AnyView {
    let now = browser::now();
    let late = case.state == CaseState::Open && now >= case.due;
    let text = distance(words, case.since, now);
    let note = late.then(|| view! { <span class="unseen">{words.t("queue.late")}</span> });
    view! { <span class="since" class:late=late>{text} {note}</span> }.into_any()
}

fn row(words: Words, desk: Desk, case: CaseRow) -> impl IntoView {
    let id = case.id.to_hex();
    let address = desk.view.with_untracked(|view| ["/console", &view.address(Some(&id))].concat());
    let current = {
        let id = id.clone();
        move || desk.open.with(|open| open.as_ref() == Some(&id)).then_some("true")
    };
    let name = if case.name.is_empty() { words.t("queue.somebody").to_owned() } else { case.name.clone() };
    let place = session().me_now().map(|me| brand_name(&me, &case.brand)).unwrap_or_default();
    let assignee = case.assignee.as_ref();
    let assignee = assignee.map(|it| it.name.clone().unwrap_or_else(|| words.t("queue.left").to_owned()));
    let facts =
        [Some(place), assignee].into_iter().flatten().map(|fact| [" · ", &fact].concat()).collect::<String>();
    view! {
        <li class="campaign case" aria-current=current>
            <div class="what">
                <a class="title" href=address id=["case-", &id].concat()>
                    {case.excerpt.clone()}
                </a>
                <p>{kind(words, case.kind)} <span><bdi>{name}</bdi>{facts}</span></p>
            </div>
            {waited(words, &case)}
        </li>
    }
}
