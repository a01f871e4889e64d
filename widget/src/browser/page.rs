//! What is read from and done to the page: a form's values, the focus, the clock.

use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::bootstrap::QuestionView;
use gloo::timers::callback::Timeout;
use js_sys::Date;
use leptos::ev::SubmitEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement};

use crate::model::{Given, map};

/// What a form says to each question.
pub(super) fn given(event: &SubmitEvent, questions: &[QuestionView]) -> Given {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else { return Given::new() };
    let values = |question: &QuestionView| {
        let values = data.get_all(&["q.", question.id.as_str()].concat());
        (question.id.to_string(), values.iter().filter_map(|value| value.as_string()).collect())
    };
    map(questions.iter().map(values))
}

/// Moves the focus into a section, once it is drawn: to the first field at fault, else to what says what happened.
pub(super) fn focus(root: &Element, activity: &str) {
    // In quotes: an id may begin with a digit.
    let section = ["[data-ff-activity=\"", activity, "\"] "].concat();
    let root = root.clone();
    let find = move || {
        let targets = ["[data-ff-invalid] [name]", "[data-ff-focus]"];
        let mut found =
            targets.iter().filter_map(|target| root.query_selector(&[&section, *target].concat()).ok()?);
        if let Some(element) = found.next().and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // It may have been taken out again: then there is nothing to focus.
            let _ = element.focus();
        }
    };
    Timeout::new(0, find).forget();
}

/// The device's clock.
pub(super) fn clock() -> Timestamp {
    Timestamp::from_millis(Date::now())
}
