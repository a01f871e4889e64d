//! Where are the texts that leaves name by hash? Files `documents/<hash>`, written whole, synced and renamed before
//! the frame that names them, never changed after; checked against their name each time they are read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use fanfare_shared::definition::Definition;
use fanfare_shared::log::hash::Hash;

use super::journal::segment::sync_folder;
use super::{Definitions, ReadError};

/// The documents of a store.
#[derive(Debug)]
pub struct Documents {
    place: Place,
    /// Definitions already read: a few hundred at most, one for each activity.
    definitions: RwLock<BTreeMap<Hash, Arc<Definition>>>,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Memory(Mutex<BTreeMap<Hash, Vec<u8>>>),
}

impl Documents {
    /// In a folder, made where it is missing.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self::at(Place::Folder(folder.to_owned())))
    }

    /// In a folder that is only read.
    #[must_use]
    pub fn read_only(folder: &Path) -> Self {
        Self::at(Place::Folder(folder.to_owned()))
    }

    /// In memory: for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::at(Place::Memory(Mutex::default()))
    }

    const fn at(place: Place) -> Self {
        Self { place, definitions: RwLock::new(BTreeMap::new()) }
    }

    /// Keeps a document, durably, and gives its hash.
    ///
    /// # Errors
    /// The disk refuses; nothing stands under the hash then.
    pub fn put(&self, bytes: &[u8]) -> io::Result<Hash> {
        let hash = Hash::of(bytes);
        match &self.place {
            Place::Memory(documents) => {
                documents.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, bytes.to_vec());
            }
            Place::Folder(folder) => put_file(folder, &hash, bytes)?,
        }
        Ok(hash)
    }

    /// The document with this hash.
    ///
    /// # Errors
    /// It cannot be read, or its bytes are not what its name says.
    pub fn get(&self, hash: &Hash) -> Result<Option<Vec<u8>>, ReadError> {
        let folder = match &self.place {
            Place::Memory(documents) => {
                return Ok(documents.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned());
            }
            Place::Folder(folder) => folder,
        };
        let path = folder.join(hash.to_hex());
        match fs::read(&path) {
            Ok(bytes) if Hash::of(&bytes) == *hash => Ok(Some(bytes)),
            Ok(_) => Err(ReadError(format!(
                "{}: its bytes are not what its name says; restore this file from a backup",
                path.display()
            ))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReadError(format!("{}: {error}", path.display()))),
        }
    }
}

impl Definitions for Documents {
    fn definition(&self, hash: &Hash) -> Result<Arc<Definition>, ReadError> {
        if let Some(known) = self.definitions.read().unwrap_or_else(PoisonError::into_inner).get(hash) {
            return Ok(Arc::clone(known));
        }
        let bytes = self.get(hash)?.ok_or_else(|| ReadError(format!("document {hash} is missing")))?;
        let definition = Definition::decode(&bytes)
            .map_err(|_| ReadError(format!("document {hash} is not a definition of this version")))?;
        let definition = Arc::new(definition);
        let mut known = self.definitions.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(*hash, Arc::clone(&definition));
        Ok(definition)
    }
}

fn put_file(folder: &Path, hash: &Hash, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(hash.to_hex());
    // There already, and whole: the same bytes were kept before. Its name may still not be durable.
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return sync_folder(folder);
    }
    let temporary = folder.join(format!("{hash}.new"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_found_by_its_hash_and_a_changed_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::in_folder(folder.path()).unwrap();
        let hash = documents.put(b"terms").unwrap();
        assert_eq!(documents.get(&hash).unwrap().unwrap(), b"terms");
        assert_eq!(documents.get(&Hash::of(b"other")).unwrap(), None);
        fs::write(folder.path().join(hash.to_hex()), b"torms").unwrap();
        assert!(documents.get(&hash).is_err());
        documents.put(b"terms").unwrap();
        assert_eq!(documents.get(&hash).unwrap().unwrap(), b"terms");
    }
}
