//! Which page is shown? The route table, and around it: the language, the session, the frame.
//!
//! Signing in has no address: whoever is not signed in sees it in the place of any page, and then the page itself.

use fanfare_shared::wire::account::SessionReply;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::api::Api;
use crate::browser;
use crate::pages::{
    account, audit, builder, campaigns, install, join, mail, measure, new, nothing, operate, overview, queue,
    reset, sign_in, team,
};
use crate::parts::announce::{Announcer, LiveRegion};
use crate::parts::frame::Frame;
use crate::parts::load::{Skeleton, Trouble};
use crate::session::{Phase, Session};
use crate::words::{Lang, Words};

/// The language of the page; setting it draws everything anew.
#[derive(Clone, Copy)]
pub(crate) struct Language(pub(crate) RwSignal<Lang>);

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    let lang = Lang::first(browser::stored_language().as_deref(), &browser::languages());
    let lang = RwSignal::new(lang);
    let api = Api::new();
    let session = Session::new(api);
    provide_context(Language(lang));
    provide_context(api);
    provide_context(session);
    provide_context(Announcer::new());
    spawn_local(async move { session.take(api.get::<SessionReply>("/api/v1/session").await) });
    view! {
        <Router base="/console">
            {move || {
                let lang = lang.get();
                browser::set_language(lang.tag());
                provide_context(Words::of(lang));
                view! { <Page /> }
            }}
            <LiveRegion />
        </Router>
    }
}

/// Pages that somebody who is not signed in opens by a link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Join,
    Reset,
}

#[component]
fn Page() -> impl IntoView {
    let session = crate::session::session();
    let path = use_location().pathname;
    let door = Memo::new(move |_| match path.with(|path| path.trim_end_matches('/').to_owned()).as_str() {
        "/console/join" => Some(Door::Join),
        "/console/reset" => Some(Door::Reset),
        _ => None,
    });
    let phase = Memo::new(move |_| session.phase());
    move || {
        match door.get() {
            Some(Door::Join) => return view! { <join::Join /> }.into_any(),
            Some(Door::Reset) => return view! { <reset::Reset /> }.into_any(),
            None => {}
        }
        match phase.get() {
            Phase::Unknown => view! { <Skeleton /> }.into_any(),
            Phase::Failed(fault) => view! {
                <main class="door">
                    <Trouble fault again=|| browser::leave_for("") />
                </main>
            }
            .into_any(),
            Phase::Nobody { empty } => view! { <sign_in::SignInPage empty /> }.into_any(),
            Phase::Member => view! { <Frame>{rooms()}</Frame> }.into_any(),
        }
    }
}

/// The route table: one line a page.
fn rooms() -> AnyView {
    view! {
        <FlatRoutes fallback=nothing::Nothing>
            <Route path=path!("/") view=campaigns::Campaigns />
            <Route path=path!("/new") view=new::New />
            <Route path=path!("/drafts/:id") view=builder::DraftPage />
            <Route path=path!("/campaigns/:id") view=overview::Overview />
            <Route path=path!("/campaigns/:id/install") view=install::Install />
            <Route path=path!("/campaigns/:id/measure") view=measure::Measure />
            <Route path=path!("/queue") view=queue::Queue />
            <Route path=path!("/queue/settings") view=queue::Settings />
            <Route path=path!("/team") view=team::Team />
            <Route path=path!("/audit") view=audit::Audit />
            <Route path=path!("/operate") view=operate::Operate />
            <Route path=path!("/operate/mail") view=mail::Mail />
            <Route path=path!("/account") view=account::Account />
        </FlatRoutes>
    }
    .into_any()
}
