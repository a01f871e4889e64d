//! What stands around every page of a member: the way through the console, and the question to sign in again.

use fanfare_shared::team::Right;
use fanfare_shared::wire::account::SessionReply;
use fanfare_shared::wire::queue::{COUNTED, QueuePage};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use super::dialog::Dialog;
use super::header::Moved;
use super::mark::Mark;
use crate::browser;
use crate::pages::campaigns::Known;
use crate::pages::sign_in::SignInForm;
use crate::session::session;
use crate::words::words;

/// The frame.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    let words = words();
    provide_context(Moved(StoredValue::new(false)));
    provide_context(Known::new(crate::api::api()));
    let open = RwSignal::new(false);
    let button: NodeRef<html::Button> = NodeRef::new();
    let path = use_location().pathname;
    // From the button or from among the links.
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            if let Some(button) = button.get_untracked() {
                let _ = button.focus();
            }
        }
    };
    // A chosen page is what the menu was opened for.
    Effect::new(move |_| {
        path.track();
        open.set(false);
    });
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        browser::focus("#main");
    };
    view! {
        <a class="skip" href="#main" on:click=skip>{words.t("skip")}</a>
        <div class="frame">
            <header class="bar" on:keydown=escape>
                <a class="name" href="/console"><Mark /></a>
                <button
                    type="button"
                    class="btn"
                    node_ref=button
                    aria-expanded=move || open.get().to_string()
                    aria-controls="way"
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {words.t("menu")}
                </button>
            </header>
            <Way open escape />
            <main id="main" tabindex="-1">{children()}</main>
        </div>
        <SignInAgain />
    }
}

/// A page that the menu leads to, and whether one is there or below it.
fn here(path: &str, room: &str) -> bool {
    let path = path.strip_prefix("/console").unwrap_or(path).trim_matches('/');
    match room {
        "" => {
            path.is_empty() || path == "new" || path.starts_with("campaigns/") || path.starts_with("drafts/")
        }
        room => path == room || path.strip_prefix(room).is_some_and(|rest| rest.starts_with('/')),
    }
}

#[component]
fn Way(open: RwSignal<bool>, escape: impl Fn(ev::KeyboardEvent) + 'static) -> impl IntoView {
    let (words, session) = (words(), session());
    let path = use_location().pathname;
    let link = move |room: &'static str, key: &'static str| {
        let current = move || path.with(|path| here(path, room)).then_some("page");
        let address = if room.is_empty() { String::from("/console") } else { ["/console/", room].concat() };
        view! { <a href=address aria-current=current>{words.t(key)}</a> }
    };
    let queue = move || session.may_somewhere(Right::Answer).then(|| view! { <Waiting /> });
    let team = move || session.may_somewhere(Right::Team).then(|| link("team", "nav.team"));
    let audit = move || session.may_somewhere(Right::Audit).then(|| link("audit", "nav.audit"));
    let operate = move || session.may(Right::Operate, None).then(|| link("operate", "nav.operate"));
    let house = move || session.may_somewhere(Right::Team) || session.may_somewhere(Right::Audit);
    view! {
        <nav
            id="way"
            class="way"
            class:open=open
            aria-label=words.t("nav")
            on:keydown=escape
        >
            <a class="name" href="/console"><Mark /></a>
            {link("", "nav.campaigns")}
            {queue}
            <Show when=house><h2>{words.t("nav.house")}</h2></Show>
            {team}
            {audit}
            {operate}
            <div class="self">
                {link("account", "nav.account")}
                <span class="soft">{move || session.me().map(|me| me.name)}</span>
            </div>
        </nav>
    }
}

/// The queue, with how much waits in it.
#[component]
fn Waiting() -> impl IntoView {
    let words = words();
    let path = use_location().pathname;
    let room = Memo::new(move |_| path.with(|path| here(path, "queue")));
    // Counted again on the way in and out: that is when it has changed by one's own hand.
    let count = crate::api::api().read::<QueuePage>(move || {
        room.track();
        String::from("/api/v1/queue?limit=1")
    });
    let badge = move || {
        let open = count.get().and_then(Result::ok).map(|page| page.open).filter(|open| *open > 0)?;
        let n = if open == COUNTED { [&open.to_string(), "+"].concat() } else { open.to_string() };
        let label = words.fill("nav.queue.waiting", &[("n", &n)]);
        Some(view! { <span class="chip" aria-label=label>{n}</span> })
    };
    view! {
        <a href="/console/queue" aria-current=move || room.get().then_some("page")>
            {words.t("nav.queue")}
            " "
            {badge}
        </a>
    }
}

/// The session has ended while the page was open: the page stays as it is behind the question.
#[component]
fn SignInAgain() -> impl IntoView {
    let (words, session) = (words(), session());
    let email = move || session.me_now().map(|me| me.email).unwrap_or_default();
    // The address is there already.
    Effect::new(move |_| {
        if session.api.expired.get() {
            browser::focus("dialog[open] [name=password]");
        }
    });
    let before = move || session.me_now().map(|me| me.id);
    let then = move |reply: SessionReply| {
        let other = reply.signed_in.as_ref().map(|me| me.id) != before();
        session.take(Ok(reply));
        session.api.renew();
        if other {
            browser::leave_for("/console");
        }
    };
    // Back from the directory, or from another tab: whoever has signed in there is signed in here.
    let back = window_event_listener(ev::focus, move |_| {
        if !session.api.expired.get_untracked() {
            return;
        }
        spawn_local(async move {
            let answer = session.api.get::<SessionReply>("/api/v1/session").await;
            if let Some(reply) = answer.ok().filter(|reply| reply.signed_in.is_some()) {
                then(reply);
            }
        });
    });
    on_cleanup(move || back.remove());
    view! {
        <Dialog open=session.api.expired title=words.t("again.title") leave=false>
            <p class="soft">{words.t("again.text")}</p>
            <SignInForm email=email() beside=true then />
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::here;

    #[test]
    fn a_room_is_current_on_its_own_pages_alone() {
        assert!(here("/console", "") && here("/console/", "") && here("/console/campaigns/aurora", ""));
        assert!(!here("/console/team", ""));
        assert!(here("/console/team", "team") && !here("/console/teamwork", "team"));
    }
}
