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
use crate::pages::{campaigns, nothing, sign_in};
use crate::parts::announce::{Announcer, LiveRegion};
use crate::parts::frame::Frame;
use crate::parts::load::{Skeleton, Trouble};
use crate::pieces::{self, later};
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
    path.with_untracked(|path| pieces::begin(path));
    let door = Memo::new(move |_| match path.with(|path| path.trim_end_matches('/').to_owned()).as_str() {
        "/console/join" => Some(Door::Join),
        "/console/reset" => Some(Door::Reset),
        _ => None,
    });
    let phase = Memo::new(move |_| session.phase());
    move || {
        match door.get() {
            Some(Door::Join) => return later(pieces::join)(),
            Some(Door::Reset) => return later(pieces::reset)(),
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
            <Route path=path!("/new") view=later(pieces::new) />
            <Route path=path!("/drafts/:id") view=later(pieces::draft) />
            <Route path=path!("/campaigns/:id/edit") view=later(pieces::edit) />
            <Route path=path!("/campaigns/:id") view=later(pieces::overview) />
            <Route path=path!("/campaigns/:id/install") view=later(pieces::install) />
            <Route path=path!("/campaigns/:id/measure") view=later(pieces::measure) />
            <Route path=path!("/queue") view=later(pieces::queue) />
            <Route path=path!("/queue/settings") view=later(pieces::queue_settings) />
            <Route path=path!("/team") view=later(pieces::team) />
            <Route path=path!("/audit") view=later(pieces::audit) />
            <Route path=path!("/operate") view=later(pieces::operate) />
            <Route path=path!("/operate/mail") view=later(pieces::mail) />
            <Route path=path!("/account") view=later(pieces::account) />
        </FlatRoutes>
    }
    .into_any()
}
