//! The views, the same on the server and in the browser: a function of plain data, a few signals for what moves
//! (the tally, the clock), and one callback for what a visitor does.
#![allow(unreachable_pub, reason = "`#[component]` writes public items inside private modules")]

mod campaign;
#[cfg(feature = "ssr")]
mod contact;
#[cfg(feature = "ssr")]
mod contest;
#[cfg(feature = "ssr")]
mod draw;
mod element;
mod form;
pub mod format;
mod mine;
#[cfg(feature = "ssr")]
mod pages;
mod poll;
pub mod questions;
mod receipt;
mod results;
mod time;
#[cfg(feature = "ssr")]
mod verify;

use std::sync::Arc;

use fanfare_shared::ids::ActivityId;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::tally::Tally;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

pub use campaign::{Campaign, direction};
#[cfg(feature = "ssr")]
pub(crate) use contact::{Contact, LettersEnd, Talk};
#[cfg(feature = "ssr")]
pub(crate) use contest::contest;
#[cfg(feature = "ssr")]
pub(crate) use draw::draw;
#[cfg(feature = "ssr")]
pub(crate) use pages::{Hosted, Message, You};
pub use poll::Poll;
#[cfg(feature = "ssr")]
pub(crate) use verify::verify;

use self::element::{Element, el};
use crate::model::{ActivityModel, Frame};
use crate::words::Words;
use format::Formatter;

/// What every view needs.
#[derive(Clone)]
pub struct Context {
    /// Language, addresses, place.
    pub frame: Arc<Frame>,
    /// The texts.
    pub words: Words,
    /// Numbers and moments.
    pub format: Formatter,
    /// Where a visitor's doings go; nowhere on the server.
    pub emit: Option<Emit>,
}

/// Takes what a visitor wants of an activity.
pub type Emit = Arc<dyn Fn(&ActivityId, Intent) + Send + Sync>;

/// What a visitor wants. Forms carry their event, so that the browser can read them.
#[derive(Debug, Clone)]
pub enum Intent {
    /// Send the form.
    Ballot(SubmitEvent),
    /// Take the answer back.
    Withdraw,
    /// Save the receipt as a file.
    Download,
    /// Save everything the server knows about the participant.
    Export,
    /// Be forgotten.
    Erase,
    /// Send what waits, now.
    Retry,
}

/// What moves while a section stands. One signal for all of it: a text that stays the same is not written again.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// The newest tally this visitor may see.
    pub tally: Option<Tally>,
    /// The present.
    pub now: Timestamp,
    /// Whether an act is under way.
    pub sending: bool,
}

/// One activity on stage.
#[derive(Clone)]
pub struct Scene {
    /// What every view needs.
    pub context: Context,
    /// What is shown.
    pub model: Arc<ActivityModel>,
    /// What moves.
    pub live: RwSignal<Live>,
}

impl Scene {
    /// The text of a key.
    fn t(&self, key: &str) -> String {
        self.context.words.t(key)
    }

    /// A number with its plural form.
    fn plural(&self, key: &str, n: u64) -> String {
        self.context.words.plural(key, n, &self.context.format.number(n))
    }

    /// Tells the browser what the visitor wants.
    fn emit(&self, intent: Intent) {
        if let Some(emit) = &self.context.emit {
            emit(&self.model.view.id, intent);
        }
    }

    /// Address of the acts of this activity.
    fn acts(&self) -> String {
        [&self.context.frame.base, "/api/v1/activities/", self.model.view.id.as_str(), "/acts"].concat()
    }

    /// An element id, unique in the page.
    fn id(&self, part: &str) -> String {
        ["ff-", self.model.view.id.as_str(), "-", part].concat()
    }
}

/// A button that is no form's: `core.js` takes it by its name, the compiled widget by its handler.
fn action(scene: &Scene, intent: Intent, name: &str, label: &str) -> Element {
    let here = scene.clone();
    el("button", "ff-btn ff-quiet")
        .attr("type", "button")
        .attr("data-ff-do", name)
        .on_click(Box::new(move || here.emit(intent.clone())))
        .text(&scene.t(label))
}
