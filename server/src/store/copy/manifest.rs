//! What does a copy hold, byte for byte? One JSON file, written last: what it names is there and whole, what it does not
//! name is no part of the copy. It carries its own hash, so that no byte of it can change unnoticed either.
//!
//! Deliberately absent: a signature. The roots in it are those of the published checkpoints; who doubts it compares them.

use std::fs;
use std::io;
use std::path::Path;

use fanfare_shared::log::hash::Hash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::history::{LogHead, Place};
use super::{CopyError, damaged, io_at};
use crate::store::files::write_whole;

/// The name of the file.
pub const FILE: &str = "manifest.json";
/// The format of a backup of the data.
pub const BACKUP: &str = "fanfare-backup/v1";
/// The format of a copy of the keys.
pub const KEYS: &str = "fanfare-keys/v1";

/// A backup of the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// [`BACKUP`].
    pub format: String,
    /// Host of every origin.
    pub host: String,
    /// The installation's public key.
    pub key: Hash,
    /// When it was made, Unix seconds.
    pub made: u64,
    /// Where its journal ends.
    pub last: Place,
    /// The journal, oldest first.
    pub segments: Vec<Segment>,
    /// The heads of all logs at that place.
    pub logs: Vec<LogHead>,
    /// The documents that records name, by hash: the name is the checksum.
    pub documents: Vec<Document>,
}

/// A segment of the journal, as far as whole frames reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Its number, from 1.
    pub number: u64,
    /// Sequence number of the last record in it or before it.
    pub last_seq: u64,
    /// Its length.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Hash,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its hash and name.
    pub sha256: Hash,
    /// Its length.
    pub bytes: u64,
}

/// A copy of the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// [`KEYS`].
    pub format: String,
    /// Host of every origin.
    pub host: String,
    /// The installation's public key.
    pub key: Hash,
    /// When it was made, Unix seconds.
    pub made: u64,
    /// The files.
    pub files: Vec<KeyFile>,
}

/// One file of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Its name in the folder of keys.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Hash,
}

impl Segment {
    /// Its file in the backup: a longer copy of the same segment gets another name, so that the manifest before stays
    /// true until the next one is there.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{:010}-{:012}.seg", self.number, self.last_seq)
    }
}

impl KeyFile {
    /// Its file in the copy: other bytes have another name.
    #[must_use]
    pub fn file(&self) -> String {
        let hash = self.sha256.to_hex();
        format!("{}.{}", self.name, hash.get(..16).unwrap_or_default())
    }
}

/// The file: the manifest and the hash of its compact JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole<T> {
    sha256: Hash,
    manifest: T,
}

/// Writes a manifest, which makes the copy what it says.
///
/// # Errors
/// The disk refuses; the manifest before stays.
pub fn write<T: Serialize>(folder: &Path, manifest: &T) -> Result<(), CopyError> {
    let path = folder.join(FILE);
    let bytes = encode(manifest).map_err(|error| CopyError::Io { path: path.clone(), error })?;
    write_whole(&path, &bytes).map_err(io_at(&path))
}

/// Reads the manifest of a folder; none where there is none.
///
/// # Errors
/// It is not what was written, or of another format than `format`.
pub fn read<T: Serialize + DeserializeOwned>(folder: &Path, format: &str) -> Result<Option<T>, CopyError> {
    let path = folder.join(FILE);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CopyError::Io { path, error }),
    };
    let found: Option<String> = serde_json::from_slice::<Whole<serde_json::Value>>(&bytes)
        .ok()
        .and_then(|whole| Some(whole.manifest.get("format")?.as_str()?.to_owned()));
    let found = found.ok_or_else(|| damaged(&path, "it cannot be read"))?;
    if found != format {
        return Err(CopyError::UnknownVersion { place: path.display().to_string(), format: found });
    }
    let manifest = serde_json::from_slice::<Whole<T>>(&bytes).map(|whole| whole.manifest);
    let manifest = manifest.map_err(|error| damaged(&path, error.to_string()))?;
    // One spelling, and its hash in it: the same bytes, or none.
    if encode(&manifest).map_err(io_at(&path))? != bytes {
        return Err(damaged(&path, "it is not what was written"));
    }
    Ok(Some(manifest))
}

fn encode<T: Serialize>(manifest: &T) -> io::Result<Vec<u8>> {
    let sha256 = Hash::of(&serde_json::to_vec(manifest)?);
    let mut bytes = serde_json::to_vec_pretty(&Whole { sha256, manifest })?;
    bytes.push(b'\n');
    Ok(bytes)
}
