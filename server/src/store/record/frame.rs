//! The body of a frame: the records of one commit, and the roots they led to.

use serde::{Deserialize, Serialize};

use super::{Bytes32, LogId, Record};

/// The version of this encoding.
pub const BODY_VERSION: u16 = 3;
/// Version 1 knew no [`Record::Team`], no [`Record::Measure`] and no [`Record::Written`], version 2 no contests; the rest
/// is the same.
const EARLIER: [u16; 2] = [1, 2];

/// The body of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Frame {
    /// What happened, in order. The first has the frame's sequence number, each next one more.
    pub records: Vec<Record>,
    /// Every log that grew, with its size and root after the frame: what is signed once it is durable.
    pub heads: Vec<Head>,
}

/// A log's size and root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which log.
    pub log: LogId,
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Bytes32,
}

impl Frame {
    /// The body's bytes.
    ///
    /// # Errors
    /// None in practice: everything here has an encoding.
    pub fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(self)
    }

    /// Reads a body of a version.
    ///
    /// # Errors
    /// Another version, or not such a body.
    pub fn decode(version: u16, bytes: &[u8]) -> Result<Self, FrameError> {
        if version != BODY_VERSION && !EARLIER.contains(&version) {
            return Err(FrameError::UnknownVersion(version));
        }
        postcard::from_bytes(bytes).map_err(|error| FrameError::Malformed(error.to_string()))
    }
}

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Written by a later program.
    #[error("its body has version {0}, which this program does not know; start the program that wrote it")]
    UnknownVersion(u16),
    /// Not a body.
    #[error("its body cannot be read: {0}")]
    Malformed(String),
}
