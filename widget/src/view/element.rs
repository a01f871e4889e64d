//! One type for every element, by Leptos's builder syntax.
//!
//! With `view!` each distinct element, attribute and closure is a type of its own, compiled again: the same widget is
//! twice as large. Here a section of markup costs little more than its texts.

use leptos::ev::{self, MouseEvent, SubmitEvent};
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::event::on;
use leptos::tachys::view::iterators::StaticVec;

use super::Scene;

/// Something that is computed again when a signal in it changes.
pub(super) type Reactive<T> = Box<dyn FnMut() -> T + Send>;

/// An element under construction. Boxed: what is handed from call to call is one word.
pub(super) struct Element(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element without a class.
pub(super) fn bare(tag: &'static str) -> Element {
    Element(Box::new(Parts { tag, attributes: Vec::new(), children: Vec::new() }))
}

/// An element with a class.
pub(super) fn el(tag: &'static str, class: &str) -> Element {
    bare(tag).attr("class", class)
}

impl Element {
    /// An attribute.
    #[inline(never)]
    pub(super) fn attr(mut self, name: &'static str, value: &str) -> Self {
        self.0.attributes.push(custom_attribute(name, value.to_owned()).into_any_attr());
        self
    }

    /// An attribute that may not be there.
    pub(super) fn maybe(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// An attribute that is there or not.
    pub(super) fn flag(self, name: &'static str, there: bool) -> Self {
        self.maybe(name, there.then_some(""))
    }

    /// An attribute that moves.
    pub(super) fn live(mut self, name: &'static str, value: Reactive<Option<String>>) -> Self {
        self.0.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// What happens when a form is sent. Its own sending, and the loader's, are stopped: the handler sees to it.
    pub(super) fn on_submit(mut self, mut handler: Box<dyn FnMut(SubmitEvent) + Send>) -> Self {
        let handler: Box<dyn FnMut(SubmitEvent) + Send> = Box::new(move |event| {
            event.prevent_default();
            event.stop_propagation();
            handler(event);
        });
        self.0.attributes.push(on(ev::submit, handler).into_any_attr());
        self
    }

    /// What happens when it is pressed.
    pub(super) fn on_click(mut self, mut handler: Box<dyn FnMut() + Send>) -> Self {
        let handler: Box<dyn FnMut(MouseEvent) + Send> = Box::new(move |event| {
            event.stop_propagation();
            handler();
        });
        self.0.attributes.push(on(ev::click, handler).into_any_attr());
        self
    }

    /// A text inside.
    #[inline(never)]
    pub(super) fn text(mut self, text: &str) -> Self {
        // On the server nothing would become a space, which a field would take for what was written.
        if !text.is_empty() {
            self.0.children.push(text.to_owned().into_any());
        }
        self
    }

    /// The text of a key inside.
    #[inline(never)]
    pub(super) fn word(self, scene: &Scene, key: &str) -> Self {
        self.text(&scene.t(key))
    }

    /// A text inside that moves.
    pub(super) fn live_text(mut self, text: Reactive<String>) -> Self {
        self.0.children.push(text.into_any());
        self
    }

    /// An element or view inside.
    pub(super) fn child(mut self, child: impl Into<AnyView>) -> Self {
        self.0.children.push(child.into());
        self
    }

    /// Adds an element inside.
    #[inline(never)]
    pub(super) fn push(&mut self, child: Self) {
        self.0.children.push(child.into());
    }

    /// An element inside that may not be there.
    pub(super) fn opt(self, child: Option<Self>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Elements inside.
    pub(super) fn children(mut self, children: impl Iterator<Item = Self>) -> Self {
        for child in children {
            self.push(child);
        }
        self
    }
}

impl From<Element> for AnyView {
    #[inline(never)]
    fn from(element: Element) -> Self {
        let Parts { tag, attributes, children } = *element.0;
        custom(tag).add_any_attr(attributes).child(StaticVec::from(children)).into_any()
    }
}

/// Several views, one after the other.
pub(super) fn group(views: Vec<AnyView>) -> AnyView {
    StaticVec::from(views).into_any()
}

/// An `<input>`: it has no end tag, so it is a type of its own.
pub(super) fn input(attributes: &[(&'static str, &str)]) -> AnyView {
    let attribute =
        |(name, value): &(&'static str, &str)| custom_attribute(*name, (*value).to_owned()).into_any_attr();
    let attributes: Vec<AnyAttribute> = attributes.iter().map(attribute).collect();
    leptos::html::input().add_any_attr(attributes).into_any()
}
