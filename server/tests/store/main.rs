//! The conformance suite of stores: every test runs on the embedded backend (real files) and in memory, over the whole
//! engine, and every test ends with an audit of all logs and counts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "a test may stop at the first surprise"
)]

mod acts;
mod backup;
mod campaigns;
mod close;
mod contests;
mod erasure;
mod faults;
mod golden;
mod harness;
mod machine;
mod model;
mod packed;
mod recovery;
mod repair;
mod replay;
#[path = "../faults/harness/report.rs"]
#[allow(dead_code, reason = "nothing is ever skipped here")]
mod report;
mod start;
mod team;
mod text;
mod transfer;
mod twin;
