//! The public log, byte by byte: hashes, the Merkle tree, tiles, checkpoints, leaves and commitments.
//!
//! The normative text is `docs/PROTOCOL.md`. Nothing here decides whether a leaf may stand at a place in a log
//! (that is `verify`), and nothing reads or writes anything: the server's sequencer and the verifier bring the bytes.

pub mod bundle;
pub mod certificate;
pub mod checkpoint;
pub mod commitment;
pub mod hash;
pub mod leaf;
pub mod lines;
pub mod merkle;
pub mod note;
pub mod opening;
pub mod origin;
pub mod tile;
pub mod tree;
