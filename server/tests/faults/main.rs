//! The promises under attack: the real program, over HTTP, while the process is killed, the power is cut, the disk is
//! full, fails or rots, and requests come twice or are cut off. Each file is one attack; `harness` is what they share,
//! with one history checker for all.
//!
//! The short form of each takes seconds. With `FANFARE_LONG=1` (`cargo xtask test --long`) each does what its file says,
//! and `FANFARE_CYCLES` sets another number of cycles. Both write a row into `target/faults-report.md`; what could not
//! run on this machine says so there and on standard error.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    unreachable_pub,
    reason = "a test may stop at the first surprise"
)]

mod backup;
mod damage;
mod disk_errors;
mod full_disk;
mod harness;
mod kill;
mod power_cut;
mod repeats;
