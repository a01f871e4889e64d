//! The public API over HTTP, against a real engine in a folder of its own. The tests mirror the route table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod acts;
mod app;
mod campaigns;
mod certificate;
mod console;
mod contest;
mod contract;
mod device;
mod drafts;
mod export;
mod hosted;
mod install;
mod issuer;
mod live;
mod log;
mod mail;
mod measure;
mod oidc;
mod operate;
mod participants;
mod passkeys;
mod people;
mod queue;
mod requests;
mod rights;
mod sessions;
mod tally;
mod team;
mod text;
mod tokens;
