//! What does the browser do about passkeys? It makes one, or signs with one, and asks its owner each time. Options and
//! answers are JSON that it reads and writes itself.

use js_sys::{JSON, Object, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn creation_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn request_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"])]
    fn create(options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"])]
    fn get(options: &Object) -> Result<Promise, JsValue>;
}

/// Whether this browser has passkeys for this page, and reads the options.
pub(crate) fn able() -> bool {
    let class = Reflect::get(&js_sys::global(), &"PublicKeyCredential".into());
    let reads = class.and_then(|class| Reflect::get(&class, &"parseCreationOptionsFromJSON".into()));
    reads.is_ok_and(|reads| reads.is_function())
}

/// Makes a passkey; none where its owner or the device did not want to.
pub(crate) async fn make(options: &Value) -> Option<Value> {
    asked(creation_options(&parsed(options)?), create).await
}

/// Signs with a passkey; likewise.
pub(crate) async fn sign(options: &Value) -> Option<Value> {
    asked(request_options(&parsed(options)?), get).await
}

fn parsed(options: &Value) -> Option<JsValue> {
    JSON::parse(&options.to_string()).ok()
}

async fn asked(
    options: Result<JsValue, JsValue>,
    ask: fn(&Object) -> Result<Promise, JsValue>,
) -> Option<Value> {
    let question = Object::new();
    Reflect::set(&question, &"publicKey".into(), &options.ok()?).ok()?;
    let credential = JsFuture::from(ask(&question).ok()?).await.ok()?;
    // By its own `toJSON`.
    let text = String::from(JSON::stringify(&credential).ok()?);
    serde_json::from_str(&text).ok()
}
