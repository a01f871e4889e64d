//! Items that can be put in another order: by dragging their handle, by the buttons beside them, and by Alt with the
//! arrow keys from anywhere inside one.

use leptos::ev::{DragEvent, KeyboardEvent};
use leptos::prelude::*;

use super::device;
use super::state::{Builder, builder};
use crate::browser;
use crate::parts::chip::Chip;
use crate::parts::icon::{Icon, icon};

/// A list whose items can change places. Free to copy into every closure.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    builder: Builder,
    /// The pointer of the list.
    list: StoredValue<String>,
    pub(crate) length: Signal<usize>,
    /// Nothing moves any more.
    pub(crate) fixed: Signal<bool>,
    shift: Callback<(usize, usize)>,
    remove: Callback<usize>,
}

impl Rows {
    pub(crate) fn new(
        list: String,
        length: impl Fn() -> usize + Send + Sync + 'static,
        fixed: impl Fn() -> bool + Send + Sync + 'static,
        shift: impl Fn(usize, usize) + Send + Sync + 'static,
        remove: impl Fn(usize) + Send + Sync + 'static,
    ) -> Self {
        let (length, fixed) = (Memo::new(move |_| length()), Memo::new(move |_| fixed()));
        Self {
            builder: builder(),
            list: StoredValue::new(list),
            length: length.into(),
            fixed: fixed.into(),
            shift: Callback::new(move |(from, to)| shift(from, to)),
            remove: Callback::new(remove),
        }
    }

    /// The pointer of an item.
    pub(crate) fn at(self, at: usize) -> String {
        self.list.with_value(|list| format!("{list}/{at}"))
    }

    /// Takes an item to another place. Whatever was focused in it stays so, and the new place is said.
    fn take(self, from: usize, to: usize) {
        let (length, words) = (self.length.get_untracked(), self.builder.words);
        if from == to || to >= length || self.fixed.get_untracked() {
            return;
        }
        let focused = device::focused().map(|element| element.id());
        self.shift.run((from, to));
        let (here, there) = (self.at(from), self.at(to));
        if let Some(rest) = focused.as_deref().and_then(|id| id.strip_prefix(&here)) {
            browser::focus(["[id=\"", &there, rest, "\"]"].concat());
        }
        let place = [("n", (to + 1).to_string()), ("of", length.to_string())];
        let place: Vec<(&str, &str)> = place.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.builder.saving.announcer.say(words.fill("rows.place", &place));
    }

    /// Takes an item out, and leads to what stands in its place now.
    pub(crate) fn drop(self, at: usize) {
        self.remove.run(at);
        let left = self.length.get_untracked();
        let next = if left == 0 { None } else { Some(self.at(at.min(left - 1))) };
        if let Some(next) = next {
            browser::focus(["[id^=\"", &next, "\"]:not([aria-disabled=true]):is(input, button)"].concat());
        }
        self.builder.saving.announcer.say(self.builder.words.t("rows.removed"));
    }

    fn key(self, at: usize, event: &KeyboardEvent) {
        let up = event.key() == "ArrowUp";
        if event.alt_key() && (up || event.key() == "ArrowDown") {
            event.prevent_default();
            event.stop_propagation();
            let to = if up { at.checked_sub(1) } else { Some(at + 1) };
            self.take(at, to.unwrap_or(at));
        }
    }

    /// Where the item that is dragged comes from, if it is one of this list.
    fn dragged(self) -> Option<usize> {
        let dragged = self.builder.dragged.get();
        dragged.filter(|(list, _)| self.list.with_value(|own| own == list)).map(|(_, from)| from)
    }

    fn begin(self, at: usize, event: &DragEvent) {
        event.stop_propagation();
        if let Some(data) = event.data_transfer() {
            // Some browsers drag nothing that carries nothing.
            let _ = data.set_data("text/plain", "");
            data.set_effect_allowed("move");
        }
        self.builder.dragged.set(Some((self.list.get_value(), at)));
    }

    /// One item: its place as a drop, and what moves it.
    pub(crate) fn item(self, at: usize, class: &'static str, content: AnyView) -> AnyView {
        let over = RwSignal::new(false);
        let mine = move || untrack(|| self.dragged()).is_some();
        view! {
            <li
                class=class
                class:over=move || over.get() && self.dragged().is_some_and(|from| from != at)
                class:gone=move || self.dragged() == Some(at)
                on:keydown=move |event| self.key(at, &event)
                on:dragover=move |event| if mine() {
                    event.prevent_default();
                    event.stop_propagation();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=move |event| if let Some(from) = untrack(|| self.dragged()) {
                    event.prevent_default();
                    event.stop_propagation();
                    over.set(false);
                    self.builder.dragged.set(None);
                    self.take(from, at);
                }
            >
                {content}
            </li>
        }
        .into_any()
    }

    /// The handle to drag an item by. The buttons do the same for whoever drags nothing.
    pub(crate) fn handle(self, at: usize) -> impl IntoView {
        view! {
            <span
                class="grip"
                draggable="true"
                hidden=move || self.fixed.get()
                aria-hidden="true"
                on:dragstart=move |event| self.begin(at, &event)
                on:dragend=move |_| self.builder.dragged.set(None)
            >
                {icon(Icon::Grip)}
            </span>
        }
    }

    /// The line of an item that folds: its handle, what it is, what has to be mended in it, the buttons.
    pub(crate) fn lid(
        self,
        at: usize,
        (open, toggle): (Memo<bool>, impl Fn() + Send + 'static),
        name: Signal<String>,
        summary: impl IntoView + 'static,
        chip: impl IntoView + 'static,
        buttons: impl IntoView + 'static,
    ) -> AnyView {
        let (builder, prefix) = (self.builder, [&self.at(at), "/"].concat());
        let faults = Memo::new(move |_| {
            builder.faults.with(|all| all.keys().filter(|pointer| pointer.starts_with(&prefix)).count())
        });
        let badge = move || {
            let n = faults.get();
            let text = move || builder.words.plural("section.faults", n as u64);
            (n > 0).then(|| view! { <Chip tone="warn" text=text() /> })
        };
        view! {
            <div class="lid">
                {self.handle(at)}
                <button
                    type="button"
                    class="fold"
                    id=[&self.at(at), "#open"].concat()
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| toggle()
                >
                    <strong>{name}</strong>
                    <span class="soft">{summary}</span>
                </button>
                <span class="chips">{badge}{chip}</span>
                {buttons}
            </div>
        }
        .into_any()
    }

    /// Up, down, away. `name` says of what, `stays` whether it cannot be taken out.
    pub(crate) fn buttons(
        self,
        at: usize,
        name: Signal<String>,
        remove: Option<Callback<()>>,
        stays: Signal<bool>,
    ) -> impl IntoView {
        let words = self.builder.words;
        let label = move |key: &'static str| name.with(|name| words.fill(key, &[("what", name)]));
        let step = move |part: &str, key, picture, end: Signal<bool>, to: usize| {
            view! {
                <button
                    type="button"
                    class="tool"
                    id=[&self.at(at), part].concat()
                    aria-label=move || label(key)
                    aria-disabled=move || end.get().then_some("true")
                    on:click=move |_| self.take(at, to)
                >
                    {icon(picture)}
                </button>
            }
        };
        let last = Signal::derive(move || at + 1 >= self.length.get());
        let away = move |_| remove.map_or_else(|| self.drop(at), |remove| remove.run(()));
        view! {
            <div class="moves" hidden=move || self.fixed.get()>
                {step("#up", "rows.up", Icon::Up, Signal::stored(at == 0), at.saturating_sub(1))}
                {step("#down", "rows.down", Icon::Down, last, at + 1)}
                <button
                    type="button"
                    class="tool"
                    id=[&self.at(at), "#away"].concat()
                    hidden=move || stays.get()
                    aria-label=move || label("rows.remove")
                    on:click=away
                >
                    {icon(Icon::Remove)}
                </button>
            </div>
        }
    }
}
