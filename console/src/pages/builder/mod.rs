//! The builder: a campaign is written on the left, and seen on the right as visitors will see it. Everything typed is
//! saved by itself; publishing is the one thing to do on purpose.
//!
//! A campaign in force is edited without a draft until something of it is changed: who only looks leaves nothing behind.

mod activities;
mod activity;
mod basics;
mod contest;
pub(crate) mod device;
pub(crate) mod fields;
pub(crate) mod files;
mod head;
mod look;
mod overtaken;
mod places;
mod preview;
mod publish;
mod question;
pub(crate) mod rows;
mod saving;
mod schedule;
pub(crate) mod state;
mod terms;

use std::pin::Pin;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::team::Right;
use fanfare_shared::wire::draft::Draft;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use serde_json::Value;

use self::device::before_leaving;
use self::state::{Builder, builder};
use super::nothing::Forbidden;
use crate::api::{Answer, Api, Fault, api};
use crate::draft::faults::{Section, count};
use crate::parts::empty::Empty;
use crate::parts::header::Header;
use crate::parts::load::{Skeleton, Trouble};
use crate::session::session;
use crate::words::words;

/// What is opened to be written on: a draft, or the document of a campaign in force.
#[derive(Clone)]
enum Opened {
    Draft(Draft),
    InForce(Value),
}

impl Opened {
    fn document(&self) -> &Value {
        match self {
            Self::Draft(draft) => &draft.document,
            Self::InForce(document) => document,
        }
    }
}

type Reading = Pin<Box<dyn Future<Output = Answer<Opened>>>>;

/// The page of a draft.
#[component]
pub(crate) fn DraftPage() -> impl IntoView {
    page(|api, id| {
        Box::pin(async move { api.get(&["/api/v1/drafts/", &id].concat()).await.map(Opened::Draft) })
    })
}

/// The page of a campaign's next version.
#[component]
pub(crate) fn EditPage() -> impl IntoView {
    page(|api, id| {
        let address = ["/api/v1/campaigns/", &id, "/document"].concat();
        Box::pin(async move { api.get(&address).await.map(Opened::InForce) })
    })
}

fn page(open: fn(Api, String) -> Reading) -> impl IntoView {
    let (words, api, session) = (words(), api(), session());
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = RwSignal::new(None::<Answer<Opened>>);
    let read = move || {
        let opened = open(api, id.get_untracked());
        spawn_local(async move {
            found.try_set(Some(opened.await));
        });
    };
    // Read once: whatever is written from then on must not be drawn over. Again only if it was not to be had.
    Effect::new(move |_| {
        id.track();
        found.set(None);
        read();
    });
    Effect::new(move |_| {
        api.renewed.track();
        if matches!(found.get_untracked(), Some(Err(_))) {
            read();
        }
    });
    move || match found.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Err(Fault::Expired)) => ().into_any(),
        Some(Err(fault)) => view! { <Trouble fault again=read /> }.into_any(),
        Some(Ok(opened)) => match Campaign::deserialize(opened.document()) {
            // Who may read a campaign may not always change it.
            Ok(campaign) if !untrack(|| session.may(Right::Edit, Some(&campaign.brand))) => {
                view! { <Forbidden /> }.into_any()
            }
            Ok(campaign) => view! { <Workbench opened campaign /> }.into_any(),
            Err(error) => {
                view! { <Empty title=words.t("draft.strange") text=error.to_string() /> }.into_any()
            }
        },
    }
}

#[component]
fn Workbench(opened: Opened, campaign: Campaign) -> impl IntoView {
    let draft = if let Opened::Draft(draft) = &opened { Some(draft) } else { None };
    let builder = Builder::new(draft, campaign.clone());
    provide_context(builder);
    builder.save_when_renewed();
    let leaving = StoredValue::new_local(Some(before_leaving(move || !untrack(|| builder.is_saved()))));
    let keys = window_event_listener(ev::keydown, move |event| key(builder, &event));
    on_cleanup(move || {
        keys.remove();
        leaving.try_set_value(None);
        builder.leave();
    });
    let words = builder.words;
    let title = Signal::derive(move || {
        let title =
            builder.read(|it| it.title.get(it.languages.first().map_or("", String::as_str)).to_owned());
        if title.trim().is_empty() { words.t("draft.untitled").to_owned() } else { title }
    });
    let above = view! {
        <a href="/console">{words.t("campaigns.title")}</a>
        <span aria-hidden="true">"/"</span>
        <span>{move || builder.read(|it| it.brand_name.clone())}</span>
        <head::Kind />
    };
    view! {
        <div class="builder">
            <Header title above=above.into_any()><head::Acts /></Header>
            <overtaken::Overtaken />
            <files::Found campaign />
            <div class="bench">
                <div class="desk">
                    <Sections />
                    {move || section(builder.section.get())}
                </div>
                <preview::Preview />
            </div>
        </div>
    }
}

/// Undo and redo outside of text, and saving anywhere for those whose hands do it by themselves.
fn key(builder: Builder, event: &ev::KeyboardEvent) {
    if !(event.ctrl_key() || event.meta_key()) {
        return;
    }
    match event.key().as_str() {
        "s" => {
            event.prevent_default();
            builder.save();
        }
        "z" | "Z" if !device::in_text(event) => {
            event.prevent_default();
            builder.step(!event.shift_key());
        }
        "y" if !device::in_text(event) => {
            event.prevent_default();
            builder.step(false);
        }
        _ => {}
    }
}

/// The way through the sections, with what has to be mended in each.
#[component]
fn Sections() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let one = move |(section, word, name, _): (Section, &'static str, &'static str, &'static str)| {
        let current = move || (builder.section.get() == section).then_some("true");
        let faults = Memo::new(move |_| builder.faults.with(|faults| count(faults, section)));
        let badge = move || {
            let n = faults.get();
            (n > 0).then(|| {
                let text = words.plural("section.faults", n as u64);
                view! { <b aria-hidden="true">{n}</b><span class="unseen">{text}</span> }
            })
        };
        view! {
            <button
                type="button"
                id=["section-", word].concat()
                aria-current=current
                on:click=move |_| builder.section.set(section)
            >
                {words.t(name)}
                {badge}
            </button>
        }
    };
    view! { <nav class="sections" aria-label=words.t("sections")>{Section::ALL.map(one).collect_view()}</nav> }
}

fn section(section: Section) -> impl IntoView {
    let words = words();
    let found = Section::ALL.into_iter().find(|(this, ..)| *this == section);
    let (name, text) = found.map_or(("", ""), |(_, _, name, text)| (name, text));
    let content = match section {
        Section::Basics => view! { <basics::Basics /> }.into_any(),
        Section::Activities => view! { <activities::Activities /> }.into_any(),
        Section::Look => view! { <look::Look /> }.into_any(),
        Section::Schedule => view! { <schedule::Schedule /> }.into_any(),
        Section::Places => view! { <places::Places /> }.into_any(),
        Section::Terms => view! { <terms::Terms /> }.into_any(),
    };
    view! {
        <section class="section">
            <div class="top"><h2>{words.t(name)}</h2><p class="soft">{words.t(text)}</p></div>
            {content}
        </section>
    }
}
