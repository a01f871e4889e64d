//! The HTTP edge against the real program over real sockets: senders that dribble, stall, shout and talk nonsense, a
//! writer that cannot keep up, certificates that change, and an end in the middle of work.
//!
//! Short by default; `FANFARE_LONG=1` (set by `cargo xtask test --long`) brings the numbers of senders, and the limits of
//! time that only an otherwise idle machine can be held to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test may stop at the first surprise"
)]

mod drain;
mod garbage;
mod http;
mod overload;
mod program;
#[path = "../faults/harness/report.rs"]
#[allow(dead_code, reason = "nothing here goes in cycles")]
mod report;
mod senders;
mod slow;
mod tls;

pub(crate) use report::is_long as long;
