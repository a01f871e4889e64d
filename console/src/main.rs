//! What starts the console in a page? The server's shell has an element `#console`; everything else is drawn here.
//!
//! Deliberately absent: a global panic hook, anything that outlives the page but the chosen language, and any request
//! to another origin.
#![allow(unreachable_pub, reason = "`#[component]` writes a public item for each component's properties")]

mod amount;
mod api;
mod app;
mod borrowed;
mod browser;
mod draft;
mod form;
mod pages;
mod parts;
mod passkey;
mod pieces;
mod questions;
mod session;
mod time;
mod words;

use leptos::mount::mount_to;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

fn main() {
    let root = browser::document().get_element_by_id("console");
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        mount_to(root, app::App).forget();
    }
}
