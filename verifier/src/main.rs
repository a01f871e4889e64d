//! The page that checks: a certificate, a bundle or a receipt, in the visitor's own browser and with nothing but what
//! was published. The shell of `/verify` has an element `#verify`; everything else is drawn here.
//!
//! Deliberately absent: any decision of its own about what holds (that is `fanfare_shared::verify`), any request to
//! another origin, anything kept.
#![allow(unreachable_pub, reason = "`#[component]` writes a public item for each component's properties")]

mod gather;
mod page;
mod report;
mod subject;
mod words;

use leptos::mount::mount_to;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

fn main() {
    let root = leptos::prelude::document().get_element_by_id("verify");
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        mount_to(root, page::App).forget();
    }
}
