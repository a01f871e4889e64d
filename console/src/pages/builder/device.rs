//! What does the builder ask of the browser? Clocks and time zones, what is focused, and a place for what is not saved
//! yet: it lasts as long as the tab.

use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::draft::DraftChange;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BeforeUnloadEvent, Event, HtmlElement, KeyboardEvent, Storage};

use crate::browser::document;

/// Milliseconds, for measuring pauses.
pub(crate) fn clock() -> f64 {
    Date::now()
}

/// The time of day here, "12:03".
pub(crate) fn time_of_day(at: Timestamp) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 stay far below 2^53")]
    let date = Date::new(&(at.0 as f64 * 1000.0).into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// Nine in the morning, some days from now, as a local time.
pub(crate) fn morning_in(days: u32) -> String {
    let date = Date::new_0();
    date.set_date(date.get_date() + days);
    format!("{:04}-{:02}-{:02}T09:00", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// A local time, wherever that is, as it is read in a language: "1 Dec 2026, 09:00".
pub(crate) fn day_and_hour(local: &str, lang: &str) -> String {
    // Taken for a moment of UTC and written as one: no zone comes between.
    let date = Date::new(&[local, ":00Z"].concat().into());
    if date.get_time().is_nan() {
        return local.to_owned();
    }
    let options = Object::new();
    let wanted = [("day", "numeric"), ("month", "short"), ("year", "numeric"), ("hour", "2-digit")];
    for (name, value) in
        wanted.into_iter().chain([("minute", "2-digit"), ("hourCycle", "h23"), ("timeZone", "UTC")])
    {
        // A plain object takes any property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string(if lang == "en" { "en-GB" } else { lang }, &options).into()
}

/// The time zone here.
pub(crate) fn time_zone() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let zone = Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string());
    zone.unwrap_or_else(|| String::from("UTC"))
}

/// All time zones the browser knows; none where it does not tell.
pub(crate) fn time_zones() -> Vec<String> {
    let list = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let list = Reflect::get(&intl, &"supportedValuesOf".into()).ok()?.dyn_into::<Function>().ok()?;
        list.call1(&intl, &"timeZone".into()).ok()?.dyn_into::<Array>().ok()
    };
    list().iter().flat_map(Array::iter).filter_map(|zone| zone.as_string()).collect()
}

/// What is focused.
pub(crate) fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Whether a key was pressed where it belongs to what is being typed.
pub(crate) fn in_text(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| {
        matches!(target.tag_name().as_str(), "TEXTAREA" | "SELECT")
            || (target.tag_name() == "INPUT"
                && !matches!(
                    target.get_attribute("type").as_deref(),
                    Some("checkbox" | "radio" | "range" | "button")
                ))
    })
}

/// Asks before the page is left, as long as `ask` says so. Lasts as long as what is returned.
pub(crate) fn before_leaving(ask: impl Fn() -> bool + 'static) -> Leaving {
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if ask() {
            event.prevent_default();
            if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                // What older browsers go by.
                event.set_return_value("unsaved");
            }
        }
    });
    // Only a closed window refuses a listener.
    let _ = leptos::prelude::window()
        .add_event_listener_with_callback("beforeunload", closure.as_ref().unchecked_ref());
    Leaving(closure)
}

/// The question before the page is left.
pub(crate) struct Leaving(Closure<dyn FnMut(Event)>);

impl Drop for Leaving {
    fn drop(&mut self) {
        let _ = leptos::prelude::window()
            .remove_event_listener_with_callback("beforeunload", self.0.as_ref().unchecked_ref());
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().session_storage().ok()?
}

fn key(draft: &str) -> String {
    ["fanfare:draft:", draft].concat()
}

/// Keeps what is not saved yet; where storage is blocked it lasts as long as the page.
pub(crate) fn keep(draft: &str, unsaved: &DraftChange) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(unsaved)) {
        let _ = storage.set_item(&key(draft), &text);
    }
}

/// What was not saved, with the version it was made from.
pub(crate) fn kept(draft: &str) -> Option<DraftChange> {
    let text = storage()?.get_item(&key(draft)).ok()??;
    serde_json::from_str(&text).ok()
}

/// It is saved, or not wanted any more.
pub(crate) fn forget(draft: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(draft));
    }
}
