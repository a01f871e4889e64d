//! How does an installation start? Journal, keys, documents, state, replay; then the checks that make it safe to sign;
//! then the committer. Every refusal says which file, what happened, and what to do.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use fanfare_shared::time::Timestamp;

use super::counters::Counters;
use super::published::Published;
use super::start::{activities, check_signed, destroy_again, installation, trees};
use super::{Engine, Inner, ReadError};
use crate::clock::Clock;
use crate::entropy::{Entropy, EntropyError};
use crate::keys::{Keys, KeysError};
use crate::sequencer::{Desk, Sequencer};
use crate::store::documents::Documents;
use crate::store::embedded::{Embedded, RecoverError, Recovered, lost_links};
use crate::store::journal::{FileJournal, Journal, JournalError, Opened};
use crate::store::rebuild::{self, State};
use crate::store::record::Head;
use crate::store::sled::SledRows;
use crate::store::space::{Space, SpaceLimits};
use crate::store::{CommitError, Store, View};
use crate::telemetry::{self, Telemetry};

/// What to open.
#[derive(Debug, Clone)]
pub struct Open {
    /// The data folder.
    pub data: PathBuf,
    /// The folder of keys, outside it.
    pub keys: PathBuf,
    /// Host of every origin; none: the one fixed at the first start.
    pub base: Option<String>,
    /// Host to fix at the first start where `base` is none.
    pub first_base: Option<String>,
    /// Sizes.
    pub limits: StoreLimits,
}

/// Sizes of the store. Configuration, with these defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreLimits {
    /// Bytes of a journal segment (64 MiB).
    pub segment_bytes: u64,
    /// Proposals that may wait for the committer (4,096); more are refused as busy.
    pub queue: usize,
    /// Room that is kept free on the disk.
    pub space: SpaceLimits,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { segment_bytes: 64 * 1024 * 1024, queue: 4096, space: SpaceLimits::default() }
    }
}

/// Why an installation does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{} is in use by another process; stop that server first", .0.display())]
    InUse(PathBuf),
    /// The system refused.
    #[error("{path}: {error}", path = .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal or the state do not fit.
    #[error(transparent)]
    Recover(#[from] RecoverError),
    /// The host is missing or cannot be one.
    #[error("the public address is not known yet: start the server once with --url")]
    NoBase,
    /// Not a host.
    #[error("`{0}` is not a host of a public address")]
    BadBase(String),
    /// Another host than at the first start.
    #[error(
        "this installation was begun as `{fixed}`, not `{given}`: its logs carry that name for ever. Start it with \
         the address it had, or begin a new data folder"
    )]
    OtherBase {
        /// At the first start.
        fixed: String,
        /// Now.
        given: String,
    },
    /// Another signing key than at the first start.
    #[error("the signing key in {} is not the one this installation began with; name the right folder with --keys", .0.display())]
    OtherKey(PathBuf),
    /// Leaves are missing that somebody may hold a receipt for.
    #[error(
        "the log `{origin}` has {have} leaves, but {signed} were signed: leaves that somebody may hold a receipt for \
         are missing. Signing now would fork the log. Restore the journal from a newer backup or a standby"
    )]
    SignerAhead {
        /// Which log.
        origin: String,
        /// Leaves in the store.
        have: u64,
        /// Leaves that were signed.
        signed: u64,
    },
    /// The leaves are others than those that were signed.
    #[error(
        "the log `{origin}` has other leaves than were signed at size {signed}. Signing now would fork the log. \
         Restore the journal that belongs to these keys"
    )]
    Forked {
        /// Which log.
        origin: String,
        /// The size.
        signed: u64,
    },
    /// The state could not be read.
    #[error("{0}; the next start makes the state again from the journal")]
    Read(#[from] ReadError),
    /// The first record could not be written, or the signer's state.
    #[error("the first record could not be written: {0}")]
    Write(String),
}

impl Engine {
    /// Opens an installation and starts its committer.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(open: Open, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let Open { data, keys, base, first_base, limits } = open;
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| OpenError::Io { path, error }
        };
        // Answers by holder, and keys kept for those who cannot: for the server's eyes only.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&data).map_err(io(&data))?;
        let lock = lock(&data)?;
        let entropy = Arc::new(Entropy::new()?);
        let Opened { journal, torn } = FileJournal::open(&data.join("journal"), limits.segment_bytes)?;
        let new = journal.head().0 == 1;
        let base = base.or(first_base.filter(|_| new));
        let keys_folder = keys;
        let keys = Arc::new(Keys::open(&keys_folder, new, &entropy)?);
        let documents = data.join("documents");
        let documents = Arc::new(Documents::in_folder(&documents).map_err(io(&documents))?);
        let (space, gave_up) = Space::open(&data, limits.space).map_err(io(&data))?;
        let mut notes: Vec<String> = torn.into_iter().chain(gave_up).collect();
        let sync_time = journal.sync_time();
        let (store, rebuilt) = recovered(&data, journal, &documents, &keys, &mut notes)?;
        for note in &notes {
            tracing::warn!("{note}");
        }
        // Shown at /readyz, where anybody may ask: without the machine's paths.
        let folder = format!("{}/", data.display());
        let notes = notes.iter().map(|note| note.replace(&folder, "")).collect();
        let parts = Parts { keys, keys_folder, clock, entropy, base, notes, queue: limits.queue };
        let store = store.with_space(space.clone());
        let engine = Self::with_store(Locked { store, _lock: lock }, parts).inspect_err(|error| {
            if matches!(error, OpenError::Read(_)) {
                // A row is missing or damaged: the next start makes the state again. It tries in vain where this fails.
                let _ = SledRows::forget(&data.join("state"));
            }
        })?;
        telemetry::installation(engine.telemetry(), &data, space, sync_time, rebuilt);
        Ok(engine)
    }

    /// Starts a committer on a store that is up to date with its journal.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn with_store<S: Store>(mut store: S, parts: Parts) -> Result<Self, OpenError> {
        let Parts { keys, keys_folder, clock, entropy, base, notes, queue } = parts;
        let view = store.view();
        let documents = store.documents();
        let host = installation(&mut store, &*view, &keys, &keys_folder, base)?;
        destroy_again(&*view, &keys)?;
        let published = Arc::new(Published::new(notes));
        let trees = trees(&*view)?;
        check_signed(&*view, &keys, &host, &trees)?;
        let heads: Vec<Head> = trees
            .iter()
            .map(|(log, tree)| Head { log: log.clone(), size: tree.size(), root: *tree.root().bytes() })
            .collect();
        published.sign(&keys, &host, &heads).map_err(OpenError::Write)?;
        for (log, tree) in &trees {
            published.grow(log, Arc::clone(tree));
        }
        published.refresh(&*view, &documents, &host, &activities(&*view)?)?;
        published.refresh_campaigns(&*view, &documents)?;
        published.lack(store.lacking());

        let telemetry = Arc::new(Telemetry::default());
        telemetry::picture(&telemetry, &published, queue);
        let (queue, inbox) = sync_channel(queue);
        let queue = Arc::new(queue);
        let desk = Desk {
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            keys: Arc::clone(&keys),
            documents: Arc::clone(&documents),
            host: host.clone(),
            trees,
            closings: published.closings(),
        };
        let counters = Arc::new(Counters::default());
        let sequencer = Sequencer {
            store,
            desk,
            published: Arc::clone(&published),
            telemetry: telemetry.writer.clone(),
            inbox,
            outbox: Arc::downgrade(&queue),
            closers: Vec::new(),
            unfinished: BTreeSet::new(),
            stop: Arc::new(AtomicBool::new(false)),
            settled: Timestamp(0),
            counters: Arc::clone(&counters),
            counted: clock.now(),
        };
        let committer = std::thread::Builder::new().name("committer".to_owned());
        let committer = committer.spawn(move || sequencer.run());
        let committer = committer.map_err(|error| OpenError::Write(error.to_string()))?;
        let committer = Mutex::new(Some(committer));
        let inner = Inner {
            view,
            documents,
            published,
            keys,
            clock,
            entropy,
            host,
            queue,
            telemetry,
            counters,
            committer,
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}

/// What an engine needs beside a store.
#[derive(Debug)]
pub struct Parts {
    /// The keys.
    pub keys: Arc<Keys>,
    /// Where they come from, for messages.
    pub keys_folder: PathBuf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<Entropy>,
    /// Host of every origin; none: the one fixed at the first start.
    pub base: Option<String>,
    /// What an operator should know about the opening.
    pub notes: Vec<String>,
    /// Proposals that may wait.
    pub queue: usize,
}

/// A store whose folder nobody else can open meanwhile.
struct Locked<S> {
    store: S,
    _lock: File,
}

impl<S: Store> Store for Locked<S> {
    fn view(&self) -> Arc<dyn View> {
        self.store.view()
    }

    fn commit(&mut self, decide: &mut crate::store::Decide<'_>) -> Result<Option<u64>, CommitError> {
        self.store.commit(decide)
    }

    fn documents(&self) -> Arc<Documents> {
        self.store.documents()
    }

    fn settle(&mut self, wait: bool) -> Result<(), String> {
        self.store.settle(wait)
    }

    fn lacking(&self) -> Option<&str> {
        self.store.lacking()
    }
}

/// Takes the data folder for this process.
///
/// # Errors
/// [`OpenError::InUse`].
pub(crate) fn lock(data: &Path) -> Result<File, OpenError> {
    let path = data.join("lock");
    let io = |error| OpenError::Io { path: path.clone(), error };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Io { path, error }),
    }
}

/// The state brought up to the journal; made again where it cannot be used. Gives whether it was.
fn recovered(
    data: &Path,
    journal: FileJournal,
    documents: &Arc<Documents>,
    keys: &Keys,
    notes: &mut Vec<String>,
) -> Result<(Embedded<FileJournal, State>, bool), OpenError> {
    let folder = data.join("state");
    let (journal, reason) = match rebuild::usable(&folder) {
        Ok(rows) => {
            let mut store = Embedded::new(journal, Arc::new(rows), Arc::clone(documents));
            match store.recover(keys.people()) {
                Ok(Recovered { lost, .. }) => {
                    notes.extend(lost_links(lost));
                    return Ok((store, false));
                }
                Err(RecoverError::State(reason)) => (store.into_journal(), reason),
                // The journal alone tells whose fault it is.
                Err(error @ RecoverError::Apply { .. }) => (store.into_journal(), error.to_string()),
                Err(error @ (RecoverError::Journal(_) | RecoverError::StateAhead { .. })) => {
                    return Err(error.into());
                }
            }
        }
        Err(reason) => (journal, reason),
    };
    let begin = format!("{}: the state could not be used ({reason}); it", folder.display());
    let records = journal.head().0 - 1;
    tracing::warn!("{begin} is made again from {records} records of the journal, which may take minutes");
    let (journal, made) = rebuild::make(&folder, journal, documents, keys.people())?;
    let kept = rebuild::put_in_place(&folder, made.lost);
    let kept = kept.map_err(|error| OpenError::Io { path: folder.clone(), error })?;
    notes.extend(lost_links(made.lost));
    let kept =
        kept.map(|kept| format!("; the old one may know the lost links and is kept as {}", kept.display()));
    notes.push(format!(
        "{begin} was made again from the journal{}. Nothing that was acknowledged is lost",
        kept.unwrap_or_default()
    ));
    let rows = rebuild::open(&folder).map_err(RecoverError::State)?;
    let mut store = Embedded::new(journal, Arc::new(rows), Arc::clone(documents));
    store.recover(keys.people())?;
    Ok((store, true))
}
