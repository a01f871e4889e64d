//! Fanfare server.

pub mod assets;
pub mod clock;
pub mod engine;
pub mod entropy;
pub mod keys;
pub mod store;
mod sequencer;
