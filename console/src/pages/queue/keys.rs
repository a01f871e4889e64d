//! Everything in the queue by single keys, while nothing is being written; whoever speaks to their computer turns them off.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Desk;
use crate::browser;
use crate::parts::dialog::Dialog;
use crate::words::words;

/// The keys, and the key of what each does.
const KEYS: [(&str, &str); 9] = [
    ("J", "queue.key.next"),
    ("K", "queue.key.before"),
    ("A", "queue.key.take"),
    ("R", "queue.key.reply"),
    ("N", "queue.key.note"),
    ("E", "queue.key.done"),
    ("U", "queue.key.back"),
    ("Ctrl + Enter", "queue.key.send"),
    ("?", "queue.key.help"),
];

/// Listens while the page is shown.
pub(super) fn listen(desk: Desk, help: RwSignal<bool>) {
    let listening = window_event_listener(leptos::ev::keydown, move |event| {
        if browser::single_keys()
            && !with_others(&event)
            && !writing(&event)
            && pressed(desk, help, &event.key())
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

fn with_others(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// Whether a key belongs to what has the focus.
fn writing(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|at| at.dyn_into::<Element>().ok());
    at.is_some_and(|at| {
        at.closest("input, textarea, select, dialog, [contenteditable]").ok().flatten().is_some()
    })
}

/// Does what a key stands for; whether there is such a key.
fn pressed(desk: Desk, help: RwSignal<bool>, key: &str) -> bool {
    match key {
        "j" => step(desk, 1),
        "k" => step(desk, -1),
        "a" => press("#take"),
        "r" => press("#reply"),
        "n" => press("#note"),
        "e" => press("#state"),
        "u" => desk.open(None),
        "?" => help.set(true),
        _ => return false,
    }
    true
}

fn press(selector: &str) {
    let found = browser::document().query_selector(selector).ok().flatten();
    if let Some(button) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// Opens the next case, or the one before.
fn step(desk: Desk, by: isize) {
    let cases = untrack(|| desk.cases());
    let ids: Vec<String> = cases.iter().map(|case| case.id.to_hex()).collect();
    if let Some(id) = next(&ids, desk.open.get_untracked().as_deref(), by) {
        desk.open(Some(id));
        browser::focus(["#case-", id].concat());
    }
}

/// Which comes next; the first where none is open, or what was open is not listed any more.
fn next<'a>(ids: &'a [String], open: Option<&str>, by: isize) -> Option<&'a String> {
    let at = open.and_then(|open| ids.iter().position(|id| id == open));
    at.map_or_else(|| ids.first(), |at| ids.get(at.saturating_add_signed(by)))
}

/// All keys, and whether they count.
#[component]
pub(super) fn Help(open: RwSignal<bool>) -> impl IntoView {
    let words = words();
    let rows = move || {
        let rows = KEYS.map(|(key, does)| {
            view! {
                <div>
                    <dt>
                        <kbd>{key}</kbd>
                    </dt>
                    <dd>{words.t(does)}</dd>
                </div>
            }
        });
        rows.collect_view()
    };
    view! {
        <Dialog open title=words.t("queue.keys")>
            <dl class="keys">{rows}</dl>
            <label class="check">
                <input
                    type="checkbox"
                    checked=browser::single_keys()
                    on:change=move |event| browser::set_single_keys(event_target_checked(&event))
                />
                {words.t("queue.keys.on")}
            </label>
            <div class="acts">
                <button type="button" class="btn go" on:click=move |_| open.set(false)>
                    {words.t("queue.keys.close")}
                </button>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn the_keys_go_through_the_list_and_stop_at_its_ends() {
        let ids = ["a", "b", "c"].map(String::from);
        let go = |open: Option<&str>, by| next(&ids, open, by).map(String::as_str);
        assert_eq!(go(None, 1), Some("a"));
        assert_eq!(go(Some("a"), 1), Some("b"));
        assert_eq!(go(Some("c"), 1), None);
        assert_eq!(go(Some("b"), -1), Some("a"));
        assert_eq!(go(Some("a"), -1), Some("a"));
        assert_eq!(go(Some("gone"), 1), Some("a"));
    }
}
