//! What is read from and done to the page: focus, title, clock, storage, clipboard, files.
//!
//! Whatever a browser may refuse (storage, clipboard) ends quietly: the caller learns it and says what to do instead.

use fanfare_shared::time::Timestamp;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Date, Object, Reflect};
use leptos::ev::SubmitEvent;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, FormData, HtmlAnchorElement, HtmlElement, HtmlFormElement, Url, Window,
};

const LANGUAGE: &str = "fanfare:console:language";
const KEYS_OFF: &str = "fanfare:console:keys-off";

fn window() -> Window {
    leptos::prelude::window()
}

/// The page.
pub(crate) fn document() -> Document {
    leptos::prelude::document()
}

/// The device's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(Date::now())
}

/// A moment as the browser writes it in a language, to the minute.
pub(crate) fn moment(at: Timestamp, lang: &str) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 stay far below 2^53")]
    let date = Date::new(&(at.0 as f64 * 1000.0).into());
    let options = Object::new();
    let wanted = [("day", "numeric"), ("month", "short"), ("year", "numeric"), ("hour", "2-digit")];
    for (name, value) in wanted.into_iter().chain([("minute", "2-digit"), ("hourCycle", "h23")]) {
        // A plain object takes any property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    // English without a country writes "12 December", as the server does.
    date.to_locale_string(if lang == "en" { "en-GB" } else { lang }, &options).into()
}

/// A day of a calendar, counted from 1970, as the browser writes it in a language.
pub(crate) fn day(day: u32, lang: &str, year: bool) -> String {
    // In its own zone it is that day everywhere.
    let date = Date::new(&(f64::from(day) * 86_400_000.0).into());
    let options = Object::new();
    let year = year.then_some(("year", "numeric"));
    let wanted = [("day", "numeric"), ("month", "short"), ("timeZone", "UTC")];
    for (name, value) in wanted.into_iter().chain(year) {
        // A plain object takes any property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_date_string(if lang == "en" { "en-GB" } else { lang }, &options).into()
}

/// Whether somebody can see the page now.
pub(crate) fn visible() -> bool {
    !document().hidden()
}

/// The languages the browser asks for, the best first.
pub(crate) fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The language chosen here before.
pub(crate) fn stored_language() -> Option<String> {
    window().local_storage().ok()??.get_item(LANGUAGE).ok()?
}

/// Keeps the language; where storage is blocked it lasts as long as the page.
pub(crate) fn store_language(lang: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(LANGUAGE, lang);
    }
}

/// Whether single keys count on this device.
pub(crate) fn single_keys() -> bool {
    let off = window().local_storage().ok().flatten().and_then(|it| it.get_item(KEYS_OFF).ok().flatten());
    off.is_none()
}

/// Keeps whether they count; where storage is blocked they do.
pub(crate) fn set_single_keys(on: bool) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = if on { storage.remove_item(KEYS_OFF) } else { storage.set_item(KEYS_OFF, "1") };
    }
}

/// Titles the page by what is not empty of this, the smallest thing first.
pub(crate) fn set_title(parts: &[&str]) {
    let parts = parts.iter().chain(&["Fanfare"]).filter(|part| !part.is_empty());
    document().set_title(&parts.copied().collect::<Vec<_>>().join(" · "));
}

/// Says the page's language to the browser.
pub(crate) fn set_language(lang: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", lang);
    }
}

/// Takes the focus away from where a key was pressed.
pub(crate) fn leave(event: &web_sys::KeyboardEvent) {
    if let Some(element) = event.target().and_then(|at| at.dyn_into::<HtmlElement>().ok()) {
        let _ = element.blur();
    }
}

/// Moves the focus to the first element that matches, once what is being drawn is there.
pub(crate) fn focus(selector: impl Into<String>) {
    let selector = selector.into();
    let find = move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    };
    Timeout::new(0, find).forget();
}

/// The same where the focus is lost: what had it is gone, or out of sight.
pub(crate) fn focus_if_lost(selector: &'static str) {
    let look = move || {
        let active = document().active_element().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if active.is_none_or(|it| it.offset_parent().is_none()) {
            focus(selector);
        }
    };
    Timeout::new(0, look).forget();
}

/// Takes the fragment out of the address, so that what it carries stays out of the history; without the `#`.
pub(crate) fn take_fragment() -> String {
    let location = window().location();
    let fragment = location.hash().unwrap_or_default();
    if let (false, Ok(path)) = (fragment.is_empty(), location.pathname()) {
        replace_address(&path);
    }
    fragment.trim_start_matches('#').to_owned()
}

/// Gives the page that stands another address; nothing is drawn anew.
pub(crate) fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Copies a text; whether the browser allowed it.
pub(crate) async fn copy(text: &str) -> bool {
    // Pages on plain http have no clipboard.
    let navigator = window().navigator();
    let there = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| !it.is_undefined());
    there && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Saves a text as a file.
pub(crate) fn download(name: &str, text: &str) {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let save = || {
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        let link = document().create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // The browser has taken the file up when the click returns; the address only holds memory.
        Url::revoke_object_url(&address).ok()
    };
    let _ = save();
}

/// Loads an address anew, with nothing of this page left.
pub(crate) fn leave_for(address: &str) {
    let _ = window().location().set_href(address);
}

/// Loads this address anew.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// What a form holds when it is sent.
pub(crate) struct Values(Option<FormData>);

impl Values {
    /// The values of the form that the event is about; the browser does not send it itself.
    pub(crate) fn of(event: &SubmitEvent) -> Self {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        Self(form.and_then(|form| FormData::new_with_form(&form).ok()))
    }

    /// The value of a field; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> String {
        self.0.as_ref().and_then(|data| data.get(name).as_string()).unwrap_or_default()
    }

    /// The same without space around it: nobody means the blank that a phone's keyboard adds.
    pub(crate) fn trimmed(&self, name: &str) -> String {
        self.get(name).trim().to_owned()
    }
}
