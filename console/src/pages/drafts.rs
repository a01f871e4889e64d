//! The drafts above the campaigns: what is being written, by whom, since when.

use fanfare_shared::team::Right;
use fanfare_shared::wire::draft::{DraftList, DraftSummary};
use leptos::prelude::*;

use crate::api::api;
use crate::browser;
use crate::session::session;
use crate::time::distance;
use crate::words::{Words, words};

/// The list; nothing where there are none.
#[component]
pub(crate) fn Drafts() -> impl IntoView {
    let (words, session) = (words(), session());
    if !untrack(|| session.may_somewhere(Right::Edit)) {
        return ().into_any();
    }
    let api = api();
    let list = api.read::<DraftList>(move || {
        api.draft_saved.track();
        String::from("/api/v1/drafts")
    });
    let list = move || match list.get() {
        Some(Ok(list)) if !list.drafts.is_empty() => {
            let rows = list.drafts.iter().map(|draft| row(words, draft)).collect_view();
            Some(view! {
                <section class="part">
                    <h2>{words.t("drafts")}</h2>
                    <ul class="list">{rows}</ul>
                </section>
            })
        }
        // Whoever came for the campaigns is not stopped by this.
        _ => None,
    };
    list.into_any()
}

fn row(words: Words, draft: &DraftSummary) -> impl IntoView + use<> {
    let address = ["/console/drafts/", &draft.id.to_hex()].concat();
    let title = if draft.title.trim().is_empty() { words.t("draft.untitled") } else { &draft.title };
    let who = draft.changed_by.as_deref().unwrap_or(words.t("drafts.somebody"));
    let when = distance(words, draft.changed, browser::now());
    let text = words.fill("drafts.changed", &[("who", who), ("when", &when)]);
    view! {
        <li class="campaign">
            <div class="what">
                <a class="title" href=address>{title.to_owned()}</a>
                <p>{text}</p>
            </div>
        </li>
    }
}
