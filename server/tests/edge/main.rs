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
    reason = "a test may stop at the first surprise"
)]

mod drain;
mod garbage;
mod http;
mod overload;
mod program;
mod senders;
mod slow;
mod tls;

/// Whether tests may take minutes.
pub(crate) fn long() -> bool {
    std::env::var("FANFARE_LONG").is_ok_and(|value| value == "1")
}
