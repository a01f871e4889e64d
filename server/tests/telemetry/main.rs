//! What the operator sees of the real program, over HTTP and its standard error: nothing of a person in any of it, and
//! every figure that `ops/` and `docs/OPERATE.md` speak of.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod ops;
mod privacy;
mod secrets;
mod server;
mod visitors;
