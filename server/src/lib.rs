//! Fanfare server.

pub mod assets;
