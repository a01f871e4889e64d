//! Which secrets does an installation have, and where? A folder beside the data, in no backup of the log:
//!
//! | file | what |
//! |---|---|
//! | `signing.key` | seed of the Ed25519 key that signs checkpoints |
//! | `signer-state` | what was signed last for each log ([`signer_state`]) |
//! | `people.keys` | one key for each holder, destroyed at erasure ([`people`]); backed up apart, for 30 days at most |
//! | `installation.secret` | for tokens and deterministic participants |
//! | `owner.hash` | SHA-256 of the owner's token; delete it, and the next start makes and prints a new token |
//!
//! Mode 700, its files 600. Made at the first start; after that a missing one is an error, never silently made again.

pub mod people;
pub mod signer_state;

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use fanfare_shared::draw::beacon::DemoSecret;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::note::NoteSigner;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::entropy::Entropy;
use crate::store::files::write_whole;
use crate::store::journal::segment::sync_folder;
use people::People;
use signer_state::SignerState;

/// The secrets of an installation.
#[derive(Debug)]
pub struct Keys {
    signer: NoteSigner,
    signed: Mutex<SignerState>,
    people: People,
    secret: [u8; 32],
    owner: Hash,
    new_owner_token: Option<String>,
}

/// Whose keys a folder holds, and what was signed with them: for those who only compare.
#[derive(Debug)]
pub struct Identity {
    /// The public signing key.
    pub public: [u8; 32],
    /// What was signed last; none where the file is gone.
    pub signed: Option<SignerState>,
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The system refused.
    #[error("{path}: {error}", path = .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Not there, although the installation is not new.
    #[error(
        "{path} is missing. Without it this installation cannot go on; bring the folder of keys back from where \
         you keep it, or name it with --keys",
        path = .0.display()
    )]
    Missing(PathBuf),
    /// The keys of persons are gone.
    #[error(
        "{path} is missing: without it nobody can see, change or withdraw their answers, and an erasure cannot be \
         repeated. Bring it back from where you keep it. If it is lost for good, make an empty file of that name: \
         every answer stays counted",
        path = .0.display()
    )]
    PeopleMissing(PathBuf),
    /// Nobody knows what was signed last.
    #[error(
        "{path} is missing: it keeps the server from signing a second history after a restore. Bring it back from the \
         machine that signed last. If that machine is lost for good and no newer data exists anywhere, make an empty \
         file of that name: from then on, receipts given after the restored copy was made prove a fork",
        path = .0.display()
    )]
    SignedMissing(PathBuf),
    /// Not what it should be.
    #[error("{path} is damaged ({what}); bring it back from where you keep a copy", path = .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// Where the keys of a data folder are kept unless told otherwise: beside it, so that no copy of it holds them.
#[must_use]
pub fn default_dir(data: &Path) -> PathBuf {
    let name = data.file_name().map(|name| name.to_string_lossy().into_owned());
    data.with_file_name(format!("{}.keys", name.unwrap_or_else(|| "data".to_owned())))
}

impl Keys {
    /// Opens the folder; makes what is missing when the installation is `new`.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn open(folder: &Path, new: bool, entropy: &Entropy) -> Result<Self, KeysError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        if new {
            builder.create(folder).map_err(|error| io_error(folder, error))?;
        }
        let seed = secret_file(&folder.join("signing.key"), new, entropy)?;
        let secret = secret_file(&folder.join("installation.secret"), new, entropy)?;
        let (owner, new_owner_token) = owner(&folder.join("owner.hash"), entropy)?;
        let signed = folder.join("signer-state");
        if !new && !signed.exists() {
            return Err(KeysError::SignedMissing(signed));
        }
        let signed = SignerState::open(&signed)?;
        let people = folder.join("people.keys");
        if !new && !people.exists() {
            return Err(KeysError::PeopleMissing(people));
        }
        let people = People::open(&people)?;
        if new {
            // Before the first record: from then on a missing file is a loss.
            sync_folder(folder).map_err(|error| io_error(folder, error))?;
        }
        let signer = NoteSigner::from_seed(&seed);
        Ok(Self { signer, signed: Mutex::new(signed), people, secret, owner, new_owner_token })
    }

    /// Whose keys a folder holds; none where there is no such folder. Changes nothing.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn identity(folder: &Path) -> Result<Option<Identity>, KeysError> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let path = folder.join("signing.key");
        if !path.exists() {
            return Err(KeysError::Missing(path));
        }
        let bytes = fs::read(&path).map_err(|error| io_error(&path, error))?;
        let public = NoteSigner::from_seed(&secret_of(&path, &bytes)?).public();
        let signed = folder.join("signer-state");
        let signed = signed.exists().then(|| SignerState::read_only(&signed)).transpose()?;
        Ok(Some(Identity { public, signed }))
    }

    /// Destroys keys of persons that a folder of keys still holds, where it has any.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn destroy(folder: &Path, slots: &[u64]) -> Result<(), KeysError> {
        let path = folder.join("people.keys");
        if !path.exists() {
            return Ok(());
        }
        People::open(&path)?.destroy(slots).map_err(|error| io_error(&path, io::Error::other(error)))
    }

    /// What would keep an installation with this public key from starting, without changing anything.
    #[must_use]
    pub fn inspect(folder: &Path, public: &[u8; 32]) -> Vec<KeysError> {
        let file = |name: &str| {
            let path = folder.join(name);
            let read = fs::read(&path).map_err(|error| io_error(&path, error));
            read.and_then(|bytes| secret_of(&path, &bytes))
        };
        let signing = file("signing.key").and_then(|seed| {
            let same = NoteSigner::from_seed(&seed).public() == *public;
            let other = "it is not the key that this installation began with";
            if same { Ok(seed) } else { Err(damaged(&folder.join("signing.key"), other)) }
        });
        let people = People::read_only(&folder.join("people.keys"));
        // No file of the owner's token is no fault: the next start makes one.
        let owner = Some(file("owner.hash")).filter(|_| folder.join("owner.hash").exists());
        let secrets = [Some(signing), Some(file("installation.secret")), owner];
        secrets.into_iter().flatten().filter_map(Result::err).chain(people.err()).collect()
    }

    /// Signs checkpoints.
    pub const fn signer(&self) -> &NoteSigner {
        &self.signer
    }

    /// What was signed last.
    pub fn signed(&self) -> MutexGuard<'_, SignerState> {
        self.signed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys of persons.
    pub const fn people(&self) -> &People {
        &self.people
    }

    /// The owner's token, only in the run that made it.
    #[must_use]
    pub fn new_owner_token(&self) -> Option<&str> {
        self.new_owner_token.as_deref()
    }

    /// Whether this is the owner's token; takes the same time whatever it is.
    #[must_use]
    pub fn check_owner(&self, token: &str) -> bool {
        Hash::of(token.as_bytes()).bytes().ct_eq(self.owner.bytes()).into()
    }

    /// A secret for one purpose: HMAC-SHA256 of its name under the installation's secret.
    #[must_use]
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        hmac(&self.secret, purpose.as_bytes())
    }

    /// HMAC-SHA-256 under a key of this installation, for one purpose.
    #[must_use]
    pub fn mac(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.secret(purpose), bytes)
    }

    /// The beacon of this installation's demonstrations. Whoever has the keys knows its rounds beforehand.
    #[must_use]
    pub fn demonstration(&self) -> DemoSecret {
        let mut random = [0; 64];
        let (low, high) = random.split_at_mut(32);
        low.copy_from_slice(&self.mac("demonstration beacon", b"low"));
        high.copy_from_slice(&self.mac("demonstration beacon", b"high"));
        DemoSecret::new(&random)
    }
}

fn hmac(key: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length, so this never fails.
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key) else { return *key };
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

const NOT_A_SECRET: &str = "not 64 lower-case hex digits, or not those that its checksum was made of";

/// 32 bytes as they stand in a file: hex, a space, the crc32c of the bytes in hex, a line feed.
fn line(bytes: &[u8; 32]) -> String {
    format!("{} {:08x}\n", HEXLOWER.encode(bytes), crc32c::crc32c(bytes))
}

/// Reads such a line. A file made by hand may have no checksum.
fn parse(line: &[u8]) -> Option<[u8; 32]> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let (hex, rest) = line.split_at_checked(64)?;
    let bytes: [u8; 32] = HEXLOWER.decode(hex).ok()?.try_into().ok()?;
    let whole = rest.is_empty() || format!(" {:08x}", crc32c::crc32c(&bytes)).as_bytes() == rest;
    whole.then_some(bytes)
}

/// 32 secret bytes in a file.
fn secret_file(path: &Path, make: bool, entropy: &Entropy) -> Result<[u8; 32], KeysError> {
    match fs::read(path) {
        Ok(bytes) => secret_of(path, &bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound && make => {
            let secret = entropy.bytes::<32>();
            write_new(path, line(&secret).as_bytes())?;
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeysError::Missing(path.to_owned())),
        Err(error) => Err(io_error(path, error)),
    }
}

fn secret_of(path: &Path, bytes: &[u8]) -> Result<[u8; 32], KeysError> {
    parse(bytes).ok_or_else(|| damaged(path, NOT_A_SECRET))
}

/// The hash of the owner's token, and the token where it was made just now.
fn owner(path: &Path, entropy: &Entropy) -> Result<(Hash, Option<String>), KeysError> {
    match fs::read(path) {
        Ok(bytes) => Ok((Hash::new(secret_of(path, &bytes)?), None)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = format!("owner-{}", HEXLOWER.encode(&entropy.bytes::<24>()));
            let hash = Hash::of(token.as_bytes());
            write_new(path, line(hash.bytes()).as_bytes())?;
            Ok((hash, Some(token)))
        }
        Err(error) => Err(io_error(path, error)),
    }
}

/// Writes a file of mode 600 whole and durable, or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    write_whole(path, bytes).map_err(|error| io_error(path, error))
}

fn io_error(path: &Path, error: io::Error) -> KeysError {
    KeysError::Io { path: path.to_owned(), error }
}

fn damaged(path: &Path, what: &str) -> KeysError {
    KeysError::Damaged { path: path.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_made_once_and_only_their_owner_can_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("keys");
        let entropy = Entropy::seeded([1; 32]);
        let first = Keys::open(&dir, true, &entropy).unwrap();
        let token = first.new_owner_token().unwrap().to_owned();
        let again = Keys::open(&dir, false, &entropy).unwrap();
        assert_eq!(again.signer().public(), first.signer().public());
        assert_eq!(again.secret("x"), first.secret("x"));
        assert_ne!(again.secret("x"), first.secret("y"));
        assert!(again.new_owner_token().is_none());
        assert!(again.check_owner(&token) && !again.check_owner("owner-guess"));
        assert_eq!(dir.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        for entry in dir.read_dir().unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        }
    }

    #[test]
    fn a_missing_signing_key_is_never_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let entropy = Entropy::seeded([1; 32]);
        Keys::open(folder.path(), true, &entropy).unwrap();
        fs::remove_file(folder.path().join("signing.key")).unwrap();
        assert!(matches!(Keys::open(folder.path(), false, &entropy), Err(KeysError::Missing(_))));
    }

    #[test]
    fn every_flipped_bit_of_a_secret_is_noticed_and_one_made_by_hand_is_taken() {
        let line = line(&[0x5a; 32]).into_bytes();
        assert_eq!(parse(&line), Some([0x5a; 32]));
        assert_eq!(parse(&line[..64]), Some([0x5a; 32]));
        for bit in 0..(line.len() - 1) * 8 {
            let mut flipped = line.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(parse(&flipped), None, "bit {bit}");
        }
    }

    #[test]
    fn the_default_folder_lies_beside_the_data() {
        assert_eq!(default_dir(Path::new("/srv/fanfare")), Path::new("/srv/fanfare.keys"));
        assert_eq!(default_dir(Path::new("data/")), Path::new("data.keys"));
    }
}
