//! The draw of a contest: from a seal and a beacon's value to the winners, as a pure function of published bytes
//! (`docs/PROTOCOL.md`, 5).
//!
//! The same code draws in the server and checks in every verifier, native and wasm32. Deliberately absent: clocks,
//! floats, `usize` in what is drawn, any distribution of a library, and every way to draw again.

pub mod generator;
pub mod rounds;
pub mod seal_code;
pub mod select;
pub mod skips;
pub mod slots;
pub mod tickets;

#[cfg(feature = "signatures")]
pub mod beacon;
#[cfg(feature = "signatures")]
pub mod transcript;
