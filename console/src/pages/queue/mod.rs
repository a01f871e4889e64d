//! What waits for a person: one list, one case beside it, and everything by keys too. On a phone the one or the other.

mod case;
mod compose;
mod filters;
mod forget;
mod keys;
mod list;
mod settings;
mod view;

use std::time::Duration;

use fanfare_shared::team::Right;
use fanfare_shared::wire::queue::{CaseRow, QueuePage};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::nothing::Forbidden;
use crate::api::{Answer, Read, api};
use crate::browser;
use crate::form::Form;
use crate::parts::header::Header;
use crate::session::session;
use crate::words::words;
pub(crate) use settings::Settings;
use view::View;

/// How often the list is read again while somebody looks at it.
const AGAIN: Duration = Duration::from_secs(30);

/// Goes to an address below the console.
type Go = Box<dyn Fn(&str)>;

/// The page's parts, as they see each other. Free to copy into every closure.
#[derive(Clone, Copy)]
struct Desk {
    view: Memo<View>,
    /// The case that is open, by id.
    open: Memo<Option<String>>,
    first: Read<QueuePage>,
    /// The first page, which a network that is gone for a moment does not empty.
    known: Memo<Option<Answer<QueuePage>>>,
    /// What was read after it.
    older: RwSignal<Vec<CaseRow>>,
    next: RwSignal<Option<String>>,
    more: Form,
    go: StoredValue<Go, LocalStorage>,
}

impl Desk {
    /// Every case that is listed, in order.
    fn cases(self) -> Vec<CaseRow> {
        let Some(Ok(page)) = self.known.get() else { return Vec::new() };
        page.cases.into_iter().chain(self.older.get()).collect()
    }

    /// Opens a case, or closes the one that is open.
    fn open(self, case: Option<&str>) {
        let address = self.view.with_untracked(|view| view.address(case));
        self.go.with_value(|go| go(&address));
    }

    /// Something was changed: the list tells it.
    fn again(self) {
        self.first.again();
    }

    /// Reads a page more.
    fn read_on(self) {
        let Some(after) = self.next.get_untracked() else { return };
        let asked = self.view.get_untracked();
        let read = {
            let asked = asked.clone();
            let address = move |after: String| asked.asked(Some(&after));
            let on = |page: &QueuePage| page.next.clone().filter(|_| page.cases.is_empty());
            api().further(after, address, on)
        };
        self.more.send(read, move |page| {
            // Not the cases of a view that somebody has left meanwhile.
            if self.view.with_untracked(|view| *view == asked) {
                self.older.update(|older| older.extend(page.cases));
                self.next.set(page.next);
            }
        });
    }
}

/// The page.
#[component]
pub(crate) fn Queue() -> impl IntoView {
    let session = session();
    let mine = Memo::new(move |_| session.may_somewhere(Right::Answer));
    move || if mine.get() { view! { <Room /> }.into_any() } else { view! { <Forbidden /> }.into_any() }
}

#[component]
fn Room() -> impl IntoView {
    let (words, query, navigate) = (words(), use_query_map(), use_navigate());
    let view = Memo::new(move |_| query.with(|query| View::of(|name| query.get_str(name))));
    let open = Memo::new(move |_| query.with(|query| query.get_str("case").map(str::to_owned)));
    let first = api().read::<QueuePage>(move || view.with(|view| view.asked(None)));
    let go = move |address: &str| {
        navigate(address, NavigateOptions { scroll: false, ..Default::default() });
    };
    let go: Go = Box::new(go);
    let desk = Desk {
        view,
        open,
        first,
        known: first.kept(),
        older: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        more: Form::new(),
        go: StoredValue::new_local(go),
    };
    // Another first page begins anew what comes after it.
    Effect::new(move |_| {
        let page = desk.known.get().and_then(Result::ok);
        desk.older.set(Vec::new());
        desk.next.set(page.as_ref().and_then(|page| page.next.clone()));
        // What is rare lies further back.
        if page.is_some_and(|page| page.cases.is_empty()) {
            desk.read_on();
        }
    });
    // What had the focus in a case is gone with it: back at the top of the list.
    Effect::new(move |before: Option<bool>| {
        let open = desk.open.get().is_some();
        if before == Some(true) && !open {
            browser::focus_if_lost("h1");
        }
        open
    });
    let look = move || {
        // Whoever has read further on keeps their place.
        let far = desk.older.with_untracked(|older| !older.is_empty());
        if browser::visible() && !far && !api().expired.get_untracked() {
            desk.again();
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, AGAIN) {
        on_cleanup(move || timer.clear());
    }
    let help = RwSignal::new(false);
    keys::listen(desk, help);
    let one = move || desk.open.get().map(|id| view! { <case::Case desk id /> });
    let waiting = move || match desk.known.get() {
        Some(Ok(page)) => words.plural("queue.waiting", page.open.into()),
        _ => String::new(),
    };
    view! {
        <div class="queue" class:opened=move || desk.open.get().is_some()>
            <div class="listed">
                <Header title=words.t("queue.title").to_owned()>
                    <span class="soft">{waiting}</span>
                    <button type="button" class="btn" on:click=move |_| help.set(true)>{words.t("queue.keys")}</button>
                    <a class="btn" href="/console/queue/settings">{words.t("queue.settings")}</a>
                </Header>
                <filters::Views desk />
                <list::List desk />
            </div>
            {one}
        </div>
        <keys::Help open=help />
    }
}
