//! The compiled widget in a page: Leptos views over the reducer of `state`, joined to `core.js` and the element.
//!
//! One instance of this module serves every widget of a page, so nothing here is static, and nothing panics.

mod core;
mod intl;
mod page;
mod read;
mod widget;

use std::any::Any;

use leptos::mount::mount_to;
use web_sys::HtmlElement;

pub use self::core::Core;

use self::read::Value;

/// A running widget. Dropping it takes the views away and stops everything.
#[expect(dead_code, reason = "held to be dropped")]
pub struct Running(Box<dyn Any>);

/// What the loader hands over, as texts.
#[derive(Debug, Clone, Copy)]
pub struct Handover<'a> {
    /// The bootstrap.
    pub bootstrap: &'a str,
    /// The catalogue of its language.
    pub strings: &'a str,
    /// What was typed into the fragment: values by question by activity.
    pub draft: &'a str,
}

/// Mounts the widget into `root`. Nothing when the bootstrap cannot be read: the fragment then stays.
#[must_use]
pub fn mount(root: HtmlElement, handover: Handover<'_>, core: Core) -> Option<Running> {
    let bootstrap = Value::parse(handover.bootstrap).bootstrap()?;
    let words = Value::parse(handover.strings).catalogue();
    let draft = Value::parse(handover.draft).draft();
    let parent = root.clone();
    let view = move || widget::start(root, bootstrap, words, &draft, core);
    Some(Running(Box::new(mount_to(parent, view))))
}
