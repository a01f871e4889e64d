//! How are the keys kept twice? In a copy of their own, never beside the data: whoever has both can sign what never
//! happened, and can read who answered what.
//!
//! | file | why |
//! |---|---|
//! | `signing.key` | without it the logs cannot go on under their names |
//! | `installation.secret`, `owner.hash` | tokens stay valid |
//! | `people.keys` | without it participants cannot see or change their answers |
//!
//! `signer-state` is left out: an old one says that old data is the newest, and would let a server sign a second
//! history. The copy is replaced as a whole by each run, so that a destroyed key is gone from it, too.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;
use fanfare_shared::time::Timestamp;

use super::history::History;
use super::manifest::{self, KeyFile};
use super::restore::whole;
use super::{CopyError, damaged, folders, io_at};
use crate::keys::Keys;
use crate::keys::people::{Slots, slots};
use crate::store::files::write_whole;
use crate::store::journal;
use crate::store::journal::scan::Scan;

/// What is copied.
const FILES: [&str; 4] = ["signing.key", "installation.secret", "owner.hash", "people.keys"];
const PEOPLE: &str = "people.keys";

/// Brings the copy in `to` up to the keys of the store in `data`. Gives how many keys of persons are in it.
///
/// # Errors
/// [`CopyError`]; the copy that was there stays as it was.
pub fn backup(data: &Path, keys: &Path, to: &Path, now: Timestamp) -> Result<u64, CopyError> {
    let earlier: Option<manifest::Keys> = manifest::read(to, manifest::KEYS)?;
    if earlier.is_none() {
        folders::empty_but_for(to, &["lock", "manifest.json.new"])?;
    }
    let identity = Keys::identity(keys)?.ok_or_else(|| CopyError::Nothing(keys.to_owned()))?;
    // The keys first: a key that is destroyed meanwhile has its record in the journal that is read after.
    let mut contents = Vec::new();
    for name in FILES {
        let path = keys.join(name);
        contents.push((name, fs::read(&path).map_err(io_at(&path))?));
    }
    let history = read_journal(data)?;
    let installation = history.installation.clone().ok_or_else(|| CopyError::Nothing(data.to_owned()))?;
    let (key, host) = (Hash::new(installation.key), installation.base);
    let foreign = |place: &Path, theirs: &str| CopyError::Foreign {
        place: place.display().to_string(),
        theirs: theirs.to_owned(),
        ours: host.clone(),
    };
    if installation.key != identity.public {
        return Err(foreign(keys, "another signing key"));
    }
    if let Some(earlier) = earlier.as_ref().filter(|earlier| earlier.key != key) {
        return Err(foreign(to, &earlier.host));
    }
    let mut alive = 0;
    for (_, bytes) in contents.iter_mut().filter(|(name, _)| *name == PEOPLE) {
        let before = match earlier.as_ref().and_then(|earlier| entry(earlier, PEOPLE)) {
            Some(entry) => fs::read(to.join(entry.file())).unwrap_or_default(),
            None => Vec::new(),
        };
        alive = people(&keys.join(PEOPLE), bytes, &before, &history)?;
    }
    folders::private_folder(to)?;
    let _held = folders::hold(to)?;
    let mut entries = Vec::new();
    for (name, bytes) in &contents {
        let entry = KeyFile { name: (*name).to_owned(), bytes: bytes.len() as u64, sha256: Hash::of(bytes) };
        let path = to.join(entry.file());
        write_whole(&path, bytes).map_err(io_at(&path))?;
        entries.push(entry);
    }
    let format = manifest::KEYS.to_owned();
    let manifest = manifest::Keys { format, host: host.clone(), key, made: now.0, files: entries };
    manifest::write(to, &manifest)?;
    forget(to, &manifest)?;
    Ok(alive)
}

/// Brings a copy of keys back into `keys`, which must be empty.
///
/// # Errors
/// [`CopyError`].
pub fn restore(from: &Path, keys: &Path) -> Result<manifest::Keys, CopyError> {
    folders::empty_but_for(keys, &[])?;
    let manifest: Option<manifest::Keys> = manifest::read(from, manifest::KEYS)?;
    let path = from.join(manifest::FILE);
    let manifest = manifest.ok_or_else(|| damaged(&path, "it is missing: this is no copy of keys"))?;
    let mut contents = Vec::new();
    for name in FILES {
        let file = entry(&manifest, name).ok_or_else(|| damaged(&path, format!("it names no `{name}`")))?;
        contents.push((name, whole(&from.join(file.file()), file.bytes, &file.sha256)?));
    }
    folders::private_folder(keys)?;
    for (name, bytes) in contents {
        let path = keys.join(name);
        write_whole(&path, &bytes).map_err(io_at(&path))?;
    }
    Ok(manifest)
}

fn entry<'a>(manifest: &'a manifest::Keys, name: &str) -> Option<&'a KeyFile> {
    manifest.files.iter().find(|file| file.name == name)
}

fn read_journal(data: &Path) -> Result<History, CopyError> {
    let folder = data.join("journal");
    if !folder.is_dir() {
        return Err(CopyError::Nothing(data.to_owned()));
    }
    let headers = journal::headers(&folder)?;
    let mut history = History::default();
    for (at, header) in headers.iter().enumerate() {
        let scan = match headers.get(at + 1) {
            Some(next) => Scan::open(&folder, *header, Some(*next))?,
            None => Scan::open_live(&folder, *header)?,
        };
        for raw in scan {
            history.read(&raw?)?;
        }
    }
    Ok(history)
}

/// Looks at every slot before an intact copy is given up for it: a key may be gone only where its person was erased.
/// Cuts off a block that is half written, which no record uses yet.
fn people(path: &Path, bytes: &mut Vec<u8>, before: &[u8], history: &History) -> Result<u64, CopyError> {
    // Erased, and not yet destroyed in the file: the copy is not where it lives on.
    for slot in &history.erased {
        let begin = Slots::offset(*slot);
        bytes.get_mut(begin..begin.saturating_add(64)).unwrap_or_default().fill(0);
    }
    let Some(Slots { alive, broken, end }) = slots(bytes) else {
        return Err(damaged(path, "it does not begin with `fanfare-people/v1`"));
    };
    if let Some(slot) = broken.iter().find(|slot| **slot < history.slots) {
        let what = format!("the key in slot {slot} is not what it was; the copy was left as it is");
        return Err(damaged(path, what));
    }
    let before = slots(before).map(|slots| slots.alive).unwrap_or_default();
    let gone: Vec<_> = before.difference(&alive).filter(|slot| !history.erased.contains(slot)).collect();
    if let Some(slot) = gone.first() {
        let what = format!(
            "{} keys are gone that nobody erased (the first is in slot {slot}); the copy was left as it is",
            gone.len()
        );
        return Err(damaged(path, what));
    }
    bytes.truncate(broken.first().map_or(end, |slot| Slots::offset(*slot)));
    Ok(alive.len() as u64)
}

/// Removes the files of the copy before.
fn forget(to: &Path, manifest: &manifest::Keys) -> Result<(), CopyError> {
    let named: BTreeSet<PathBuf> = manifest.files.iter().map(|file| to.join(file.file())).collect();
    for entry in to.read_dir().map_err(io_at(to))? {
        let path = entry.map_err(io_at(to))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let ours = FILES.iter().any(|file| name.starts_with(file));
        if ours && !named.contains(&path) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(CopyError::Io { path, error });
                }
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}
