//! The bridge to `embed/core.js`, which owns storage, keys, the outbox and every request.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::model::Given;

#[wasm_bindgen]
extern "C" {
    /// The exports of `core.js`.
    #[derive(Clone)]
    pub type Core;

    /// Sends an act; settles with what came of it.
    #[wasm_bindgen(method)]
    pub fn send(
        this: &Core,
        server: &str,
        activity: &str,
        fields: &Object,
        want: &str,
        lang: &str,
    ) -> Promise;

    /// Calls back when an act that had to wait settles; returns how to stop it.
    #[wasm_bindgen(method, js_name = onSettled)]
    pub fn on_settled(this: &Core, activity: &str, call: &Function) -> Function;

    /// Calls back with newer tallies; returns how to stop it.
    #[wasm_bindgen(method)]
    pub fn live(this: &Core, server: &str, activities: &Array, call: &Function) -> Function;

    /// One's last accepted act, or null.
    #[wasm_bindgen(method)]
    pub fn mine(this: &Core, server: &str, activity: &str) -> JsValue;

    /// One's act that waits in the outbox, or null.
    #[wasm_bindgen(method)]
    pub fn pending(this: &Core, server: &str, activity: &str) -> JsValue;

    /// Saves the receipt as a file.
    #[wasm_bindgen(method)]
    pub fn download(this: &Core, server: &str, activity: &str);

    /// Tries everything that waits, now.
    #[wasm_bindgen(method)]
    pub fn retry(this: &Core);

    /// Saves everything the server knows as a file.
    #[wasm_bindgen(method)]
    pub fn export(this: &Core, server: &str) -> Promise;

    /// Has the participant erased, there and here.
    #[wasm_bindgen(method)]
    pub fn erase(this: &Core, server: &str) -> Promise;
}

/// What is done when a promise settles.
type After = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// Waits for a promise. Boxed, so that there is one such future in the bundle and not one for each use.
pub(super) fn after(promise: Promise, then: After) {
    spawn_local(async move { then(JsFuture::from(promise).await) });
}

/// The fields of an act as `core.js` wants them.
pub(super) fn fields(act: &str, given: &Given) -> Object {
    let fields = Object::new();
    let set = |name: &str, value: &JsValue| {
        // A plain object takes any property.
        let _ = Reflect::set(&fields, &name.into(), value);
    };
    set("act", &act.into());
    for (question, values) in given {
        let values: Array = values.iter().map(JsValue::from).collect();
        set(&["q.", question].concat(), &values);
    }
    fields
}
