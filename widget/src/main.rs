//! What JavaScript calls of the compiled widget.

use fanfare_widget::browser::{self, Core, Handover};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// A mounted widget, to be kept by its element.
#[wasm_bindgen]
pub struct Handle(#[expect(dead_code, reason = "held to be dropped")] browser::Running);

#[wasm_bindgen]
impl Handle {
    /// Takes the widget out of the page and stops everything it does.
    pub fn unmount(self) {}
}

/// Mounts a widget into `root`: bootstrap, catalogue and typed answers as JSON texts, and the exports of `core.js`.
///
/// # Errors
/// When the bootstrap cannot be read; the fragment then stays.
#[wasm_bindgen]
pub fn mount(
    root: HtmlElement,
    bootstrap: &str,
    strings: &str,
    core: JsValue,
    draft: &str,
) -> Result<Handle, JsValue> {
    let handover = Handover { bootstrap, strings, draft };
    let running = browser::mount(root, handover, core.unchecked_into::<Core>());
    running.map(Handle).ok_or_else(|| JsValue::from_str("the bootstrap cannot be read"))
}

fn main() {}
