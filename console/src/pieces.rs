//! Which pages are fetched only when they are opened? All but the first that a member sees: what they need,
//! and it does not, are pieces of the program beside the main one. `cargo xtask build` takes them out; any
//! other build links them in.
//!
//! What two pieces share is one more, and the build finds out what that is: so there are few. Each is fetched
//! once, at the latest a moment after the first page stands (`embed/start.js`).

use std::pin::Pin;

use fanfare_shared::wire::account::SessionReply;
use futures_util::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
#[cfg(feature = "split")]
use leptos::wasm_split::wasm_split;

use crate::api::{Answer, Api, Fault, api};
use crate::pages;
use crate::pages::campaign_menu::Use;
use crate::parts::load::{Skeleton, Trouble};

/// A piece and its pages. A new page is a line here and one in the route table.
macro_rules! piece {
    ($piece:ident: $($page:ident => $view:path,)+) => {$(
        pub(crate) fn $page() -> Piece {
            #[cfg(feature = "split")]
            #[wasm_split($piece, wasm_split_path = ::leptos::wasm_split, fallible, preload(fetched))]
            fn $page() -> Fetched<AnyView> {
                Ok($view().into_any())
            }
            #[cfg(not(feature = "split"))]
            async fn fetched() -> Fetched<()> {
                Ok(())
            }
            #[cfg(not(feature = "split"))]
            async fn $page() -> Fetched<AnyView> {
                Ok($view().into_any())
            }
            Piece { fetched: || Box::pin(fetched()), drawn: || Box::pin($page()) }
        }
    )+};
}

piece! { write: new => pages::new::New, draft => pages::builder::DraftPage, edit => pages::builder::EditPage, }
piece! { rest:
    overview => pages::overview::Overview,
    install => pages::install::Install,
    measure => pages::measure::Measure,
    queue => pages::queue::Queue,
    queue_settings => pages::queue::Settings,
    team => pages::team::Team,
    audit => pages::audit::Audit,
    operate => pages::operate::Operate,
    mail => pages::mail::Mail,
    account => pages::account::Account,
    join => pages::join::Join,
    reset => pages::reset::Reset,
}

/// What the menu of a campaign does with its document.
pub(crate) async fn used(api: Api, base: String, wanted: Use, taken: Vec<String>) -> Answer<Option<String>> {
    type Using = Pin<Box<dyn Future<Output = Answer<Option<String>>>>>;
    #[cfg_attr(feature = "split", wasm_split(write, wasm_split_path = ::leptos::wasm_split, fallible))]
    fn using(api: Api, base: String, wanted: Use, taken: Vec<String>) -> Fetched<Using> {
        Ok(pages::campaign_menu::used(api, base, wanted, taken))
    }
    let using = using(api, base, wanted, taken);
    #[cfg(feature = "split")]
    let using = using.await;
    match using {
        Ok(using) => using.await,
        Err(_) => Err(why(api).await),
    }
}

type Fetched<T> = Result<T, SplitLoaderError>;
type Awaited<T> = Pin<Box<dyn Future<Output = Fetched<T>>>>;

/// How a page is come by. Where its piece is there, drawing it takes no time.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    fetched: fn() -> Awaited<()>,
    drawn: fn() -> Awaited<AnyView>,
}

impl Piece {
    /// The page, if its piece is there.
    fn now(self) -> Option<AnyView> {
        // What the page reads while it is drawn must not draw it again.
        untrack(|| (self.drawn)().now_or_never()?.ok())
    }
}

/// A page of the route table: itself, or what stands in its place until its piece is there.
pub(crate) const fn later(page: fn() -> Piece) -> impl Fn() -> AnyView + Copy + Send + 'static {
    move || awaited(page())
}

/// Begins to fetch what an address needs, while the server is still asked who is there.
pub(crate) fn begin(path: &str) {
    let path = path.trim_start_matches("/console").trim_matches('/');
    let piece = match path.split('/').next().unwrap_or_default() {
        "" => return,
        "new" | "drafts" => draft(),
        "campaigns" if path.ends_with("/edit") => draft(),
        _ => team(),
    };
    spawn_local(async move {
        // What does not come is asked for again, and told, where it is needed.
        let _ = (piece.fetched)().await;
    });
}

fn awaited(piece: Piece) -> AnyView {
    if let Some(page) = piece.now() {
        return page;
    }
    let api = api();
    let arrived = RwSignal::new(None::<Answer<()>>);
    let fetch = move || {
        spawn_local(async move {
            let answer = match (piece.fetched)().await {
                Ok(()) => Ok(()),
                Err(_) => Err(why(api).await),
            };
            // Whoever went on to another page waits for nothing here.
            arrived.try_set(Some(answer));
        });
    };
    let again = move || {
        arrived.set(None);
        fetch();
    };
    fetch();
    let view = move || match arrived.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Err(fault)) => view! { <Trouble fault again /> }.into_any(),
        Some(Ok(())) => piece.now().into_any(),
    };
    view.into_any()
}

/// Why a piece did not come. A server that answers has it no more: it is another version by now.
async fn why(api: Api) -> Fault {
    api.get::<SessionReply>("/api/v1/session").await.err().unwrap_or(Fault::Renewed)
}
