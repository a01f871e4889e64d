//! The domain of Fanfare: what a campaign, an activity, an act, a log and a receipt are, and which acts are accepted.
//!
//! Deliberately absent: I/O, clocks, randomness, floats and hash-ordered iteration. The same code runs in the
//! server, in the browser (wasm32) and in the verifier, and must give the same bytes everywhere.

pub mod campaign;
pub mod contest;
pub mod definition;
pub mod draw;
pub mod ids;
pub mod limits;
pub mod log;
pub mod questions;
pub mod receipt;
pub mod refusal;
pub mod rules;
pub mod team;
pub mod text;
pub mod time;
pub mod verify;
pub mod wire;
