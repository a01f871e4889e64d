//! One case: what was said, and what can be done about it. What is being written stays when the case is read again.

use fanfare_shared::ids::MemberId;
use fanfare_shared::wire::queue::{
    Assign, CaseChange, CaseEntry, CaseKind, CaseRow, CaseState, CaseView, Colleague, Voice,
};
use leptos::prelude::*;

use super::compose::Compose;
use super::forget::ForgetPerson;
use super::{Desk, list};
use crate::api::{Answer, Fault, Read, api};
use crate::browser;
use crate::form::Form;
use crate::parts::announce::{Announcer, announcer};
use crate::parts::button::FormTrouble;
use crate::parts::chip::Chip;
use crate::parts::load::{Skeleton, Trouble};
use crate::session::{brand_name, session};
use crate::words::{Words, words};

/// The case that is open, as its parts see it. Free to copy into every closure.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) desk: Desk,
    pub(super) address: StoredValue<String>,
    pub(super) case: Memo<Option<Answer<CaseView>>>,
    read: Read<CaseView>,
    /// As the last change left it.
    changed: RwSignal<Option<CaseView>>,
    say: Announcer,
}

impl Opened {
    /// The case, if it is there.
    pub(super) fn now(self) -> Option<CaseView> {
        self.case.get_untracked().and_then(Result::ok)
    }

    /// Sends a change, made from the case as it is shown; then says so.
    pub(super) fn change(
        self,
        form: Form,
        change: CaseChange,
        said: &'static str,
        then: impl FnOnce() + 'static,
    ) {
        let Some(case) = self.now() else { return };
        let change = CaseChange { version: case.version, ..change };
        let (api, address) = (api(), self.address.get_value());
        let request = async move {
            let answer = api.patch::<CaseView>(&address, &change).await;
            // Somebody was quicker: their change is shown, and what was written stays.
            if answer.as_ref().err().and_then(Fault::slug) == Some("changed-meanwhile") {
                self.read_again();
            }
            answer
        };
        form.send(request, move |case| {
            self.changed.try_set(Some(case));
            self.say.say(words().t(said));
            self.desk.again();
            then();
        });
    }

    fn read_again(self) {
        self.changed.try_set(None);
        self.read.again();
    }
}

/// The case.
#[component]
pub(super) fn Case(desk: Desk, id: String) -> impl IntoView {
    let words = words();
    let address = ["/api/v1/queue/", &id].concat();
    let read = {
        let address = address.clone();
        api().read::<CaseView>(move || address.clone())
    };
    let changed = RwSignal::new(None::<CaseView>);
    let kept = read.kept();
    let case = Memo::new(move |_| changed.get().map(Ok).or_else(|| kept.get()));
    let say = announcer();
    let opened = Opened { desk, address: StoredValue::new(address), case, read, changed, say };
    let phase = Memo::new(move |_| case.with(|case| case.as_ref().map(|it| it.as_ref().err().cloned())));
    let body = move || match phase.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Some(fault)) => view! { <Trouble fault again=move || opened.read_again() /> }.into_any(),
        Some(None) => view! { <Known opened /> }.into_any(),
    };
    let back = move || desk.view.with(|view| ["/console", &view.address(None)].concat());
    view! {
        <article class="one" aria-label=words.t("queue.case")>
            <a class="btn back" href=back>{words.t("queue.back")}</a>
            {body}
        </article>
    }
}

#[component]
fn Known(opened: Opened) -> impl IntoView {
    let words = words();
    // On a phone the list, and in it what was chosen, is out of sight now.
    browser::focus_if_lost("#case");
    let with = move |view: &dyn Fn(&CaseView) -> AnyView| match opened.case.get() {
        Some(Ok(case)) => view(&case),
        _ => ().into_any(),
    };
    let head = move || with(&|case| head(words, case));
    let said = move || with(&|case| said(words, case));
    let others = move || with(&|case| others(words, opened.desk, &case.others));
    view! {
        {head}
        <Acts opened />
        {said}
        <Compose opened />
        {others}
        <ForgetPerson opened />
    }
}

fn head(words: Words, case: &CaseView) -> AnyView {
    let row = &case.case;
    let name = if row.name.is_empty() { words.t("queue.somebody") } else { &row.name };
    let place = session().me_now().map(|me| brand_name(&me, &row.brand)).unwrap_or_default();
    let mail = match (case.email.is_empty(), case.quiet) {
        (true, _) if row.kind == CaseKind::Answer => words.t("queue.answer").to_owned(),
        (true, _) => words.t("queue.no-mail").to_owned(),
        (false, true) => words.fill("queue.quiet", &[("email", &case.email)]),
        (false, false) => case.email.clone(),
    };
    let lang = words.fill("queue.reads", &[("lang", &case.lang)]);
    let lang = (!case.lang.is_empty()).then_some(lang);
    let facts = [Some(place), Some(row.campaign.to_string()), Some(mail), lang];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let state = (row.state == CaseState::Done)
        .then(|| view! { <Chip tone="good" text=words.t("queue.state.done") /> });
    view! {
        <header class="about">
            <h2 tabindex="-1" id="case">
                <bdi>{name.to_owned()}</bdi>
            </h2>
            <p class="chips">{list::kind(words, row.kind)} {state} {list::waited(words, row)}</p>
            <p class="soft">{facts}</p>
        </header>
    }
    .into_any()
}

fn said(words: Words, case: &CaseView) -> AnyView {
    let entries = case.entries.iter().map(|entry| {
        let CaseEntry { at, voice, by, text } = entry;
        let who = match voice {
            Voice::Visitor if case.case.name.is_empty() => words.t("queue.somebody").to_owned(),
            Voice::Visitor => case.case.name.clone(),
            Voice::Reply | Voice::Note => by.clone().unwrap_or_else(|| words.t("queue.left").to_owned()),
        };
        let class = match voice {
            Voice::Visitor => "said",
            Voice::Reply => "said ours",
            Voice::Note => "said noted",
        };
        let note = (*voice == Voice::Note).then(|| words.t("queue.note.only"));
        view! {
            <li class=class>
                <p class="soft">
                    <strong><bdi>{who}</bdi></strong>
                    " · "
                    {browser::moment(*at, words.lang.tag())}
                    {note.map(|note| view! { " · " {note} })}
                </p>
                <p class="words" dir="auto">
                    {text.clone()}
                </p>
            </li>
        }
    });
    view! { <ol class="talk" aria-label=words.t("queue.talk")>{entries.collect_view()}</ol> }.into_any()
}

fn others(words: Words, desk: Desk, others: &[CaseRow]) -> AnyView {
    if others.is_empty() {
        return ().into_any();
    }
    let rows = others.iter().map(|case| {
        let id = case.id.to_hex();
        let address = desk.view.with_untracked(|view| ["/console", &view.address(Some(&id))].concat());
        view! {
            <li>
                <a href=address>{case.excerpt.clone()}</a>
                " "
                {list::waited(words, case)}
            </li>
        }
    });
    view! {
        <section class="part">
            <h3>{words.t("queue.others")}</h3>
            <ul class="plain">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Who looks after it, and whether it still waits.
#[component]
fn Acts(opened: Opened) -> impl IntoView {
    let (words, form, session) = (words(), Form::new(), session());
    let me = session.me_now().map(|me| me.id);
    let assign = move |to: Option<MemberId>| {
        let change = CaseChange { assign: Some(Assign { to }), ..CaseChange::default() };
        opened.change(form, change, "queue.said.assigned", || {});
    };
    let who = move || match opened.case.get() {
        Some(Ok(case)) => {
            let now = case.case.assignee.as_ref().map(|it| it.id);
            let options = case.colleagues.iter().map(|Colleague { id, name }| {
                let name = name.clone().unwrap_or_default();
                let chosen = Some(*id) == now;
                view! { <option value=id.to_hex() selected=chosen>{name}</option> }
            });
            // Somebody who may not answer any more is named all the same.
            let left = case.case.assignee.filter(|it| case.colleagues.iter().all(|other| other.id != it.id));
            let left = left.map(|it| {
                let name = it.name.unwrap_or_else(|| words.t("queue.left").to_owned());
                view! { <option value=it.id.to_hex() selected=true>{name}</option> }
            });
            view! {
                <select
                    id="assignee"
                    on:change=move |event| assign(event_target_value(&event).parse().ok())
                >
                    <option value="" selected=now.is_none()>
                        {words.t("queue.nobody")}
                    </option>
                    {options.collect_view()}
                    {left}
                </select>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let mine = move || {
        let now = opened.case.get().and_then(Result::ok).and_then(|it| it.case.assignee).map(|it| it.id);
        now != me
    };
    let state = move || {
        opened.case.with(|case| case.as_ref().and_then(|it| it.as_ref().ok()).map(|it| it.case.state))
    };
    let toggle = move |_| set_state(opened, form);
    let busy = move || form.busy.get().then_some("true");
    let label = move || match state() {
        Some(CaseState::Done) => words.t("queue.reopen"),
        _ => words.t("queue.done"),
    };
    view! {
        <div class="row">
            <div class="field">
                <label for="assignee">{words.t("queue.assignee")}</label>
                {who}
            </div>
            <Show when=mine>
                <button
                    type="button"
                    class="btn"
                    id="take"
                    aria-keyshortcuts="a"
                    on:click=move |_| assign(me)
                >
                    {words.t("queue.take")}
                    <kbd>"A"</kbd>
                </button>
            </Show>
            <button type="button" class="btn" id="state" aria-keyshortcuts="e" aria-busy=busy on:click=toggle>
                {label}
                <kbd>"E"</kbd>
            </button>
        </div>
        <FormTrouble form />
    }
}

/// Lays the case aside, or takes it up again.
fn set_state(opened: Opened, form: Form) {
    let Some(case) = opened.now() else { return };
    let (state, said) = match case.case.state {
        CaseState::Open => (CaseState::Done, "queue.said.done"),
        CaseState::Done => (CaseState::Open, "queue.said.reopened"),
    };
    let change = CaseChange { state: Some(state), ..CaseChange::default() };
    opened.change(form, change, said, || {});
}
