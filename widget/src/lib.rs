//! The visitor's widget: Leptos views that the server renders (`ssr`) and the browser mounts (`csr`).
//!
//! `model` is what a view shows, `view` shows it, `render` makes texts of it on the server, `state` moves it in the
//! browser, `browser` joins that to the page. The two features are never built in one cargo invocation.
//!
//! Deliberately absent: storage, keys, posting and checking of receipts. `embed/core.js` owns them for every tier.

pub mod model;
pub mod state;
pub mod view;
pub mod words;

#[cfg(feature = "csr")]
pub mod browser;
#[cfg(feature = "ssr")]
pub mod render;
