//! Installations that differ in nothing but the backend: the same clock, the same randomness, the same failing commits.
//! What one answers the other has to answer, to the last byte of every log.

use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::sync::{Arc, Mutex};

use fanfare::clock::ManualClock;
use fanfare::engine::{Engine, Parts};
use fanfare::entropy::Entropy;
use fanfare::keys::Keys;
use fanfare::store::documents::Documents;
use fanfare::store::embedded::{Embedded, Rows};
use fanfare::store::index::Indexed;
use fanfare::store::journal::frame::RawFrame;
use fanfare::store::journal::{AppendError, FileJournal, Journal, JournalError};
use fanfare::store::memory::{Fault, FaultPlan, MemoryDisk, MemoryJournal, MemoryRows, Step};
use fanfare::store::packed::Packed;
use fanfare::store::sled::SledRows;
use fanfare::store::state::key::Key;
use fanfare::store::state::overlay::Changes;
use fanfare::store::{ReadError, Row, View};
use fanfare_shared::log::hash::Hash;

use crate::harness::{Backend, HOST, START};

/// The fault of the next commit, on any backend.
type Next = Arc<Mutex<Option<Fault>>>;

pub struct Twin {
    pub backend: Backend,
    pub clock: Arc<ManualClock>,
    next: Next,
    folder: tempfile::TempDir,
    disk: MemoryDisk,
    documents: Arc<Documents>,
    starts: u8,
    engine: Option<Engine>,
}

impl Twin {
    pub fn new(backend: Backend) -> Self {
        // No power is cut here: where the system keeps files in memory, a case takes a tenth of the time.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let mut twin = Self {
            backend,
            clock: Arc::new(ManualClock::at(START)),
            next: Next::default(),
            folder: folder.unwrap(),
            disk: MemoryDisk::default(),
            documents: Arc::new(Documents::in_memory()),
            starts: 0,
            engine: None,
        };
        twin.start();
        twin
    }

    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// Lets the next commit fail.
    pub fn fail(&self, fault: Fault) {
        *self.next.lock().unwrap() = Some(fault);
    }

    /// Whether the fault has struck; it will not any more.
    pub fn has_struck(&self) -> bool {
        self.next.lock().unwrap().take().is_none()
    }

    pub async fn stop(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.shutdown().await;
        }
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start();
    }

    fn start(&mut self) {
        // Other bytes at each start, and the same ones on every backend.
        self.starts += 1;
        let engine = match self.backend {
            Backend::Embedded => {
                let data = self.folder.path().join("data");
                let journal = FileJournal::open(&data.join("journal"), 64 * 1024).unwrap().journal;
                let rows = Packed::over(SledRows::open(&data.join("state")).unwrap());
                let rows = Indexed::with_hasher(rows, OnePrint).unwrap();
                let documents = Documents::in_folder(&data.join("documents")).unwrap();
                self.engine_on(journal, rows, Arc::new(documents))
            }
            Backend::Memory => {
                let none = FaultPlan::default();
                let journal = MemoryJournal::open(&self.disk, &none).unwrap();
                self.engine_on(journal, MemoryRows::new(&none), Arc::clone(&self.documents))
            }
        };
        self.engine = Some(engine);
    }

    fn engine_on<J: Journal + 'static, R: Rows>(
        &self,
        journal: J,
        rows: R,
        documents: Arc<Documents>,
    ) -> Engine {
        let entropy = Arc::new(Entropy::seeded([self.starts; 32]));
        let keys_folder = self.folder.path().join("keys");
        let keys = Arc::new(Keys::open(&keys_folder, journal.head().0 == 1, &entropy).unwrap());
        let journal = Failing { inner: journal, next: Arc::clone(&self.next) };
        let rows = Failing { inner: rows, next: Arc::clone(&self.next) };
        let mut store = Embedded::new(journal, Arc::new(rows), documents);
        store.recover(keys.people()).unwrap();
        let (clock, base, notes) = (Arc::clone(&self.clock) as _, Some(HOST.to_owned()), Vec::new());
        Engine::with_store(store, Parts { keys, keys_folder, clock, entropy, base, notes, queue: 64 })
            .unwrap()
    }
}

/// Lets all entries of the index look alike, as two in four thousand million do.
struct OnePrint;

impl BuildHasher for OnePrint {
    type Hasher = Constant;

    fn build_hasher(&self) -> Constant {
        Constant
    }
}

struct Constant;

impl Hasher for Constant {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, _bytes: &[u8]) {}
}

/// A journal or rows that fail when they are told to.
struct Failing<T> {
    inner: T,
    next: Next,
}

impl<T> Failing<T> {
    fn strike(&self, at: Step) -> Option<Fault> {
        self.next.lock().unwrap().take_if(|fault| fault.step() == at)
    }
}

impl<J: Journal> Journal for Failing<J> {
    fn append(&mut self, count: u32, version: u16, body: &[u8]) -> Result<Hash, AppendError> {
        let unknown = || AppendError::Unknown("input/output error".to_owned());
        match self.strike(Step::Append) {
            Some(Fault::BeforeWrite) => Err(AppendError::NotWritten("the disk is full".to_owned())),
            Some(Fault::AtWrite { stored: false } | Fault::AtSync { stored: false }) => Err(unknown()),
            Some(Fault::AtWrite { stored: true } | Fault::AtSync { stored: true }) => {
                self.inner.append(count, version, body)?;
                Err(unknown())
            }
            Some(Fault::AtApply | Fault::AtRead) | None => self.inner.append(count, version, body),
        }
    }

    fn head(&self) -> (u64, Hash) {
        self.inner.head()
    }

    fn frames(&self, after: u64) -> Box<dyn Iterator<Item = Result<RawFrame, JournalError>> + '_> {
        self.inner.frames(after)
    }
}

impl<R: Rows> View for Failing<R> {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        match self.strike(Step::Read) {
            Some(_) => Err(ReadError("input/output error".to_owned())),
            None => self.inner.get(key),
        }
    }

    fn scan<'a>(&'a self, prefix: &Key, from: &Key) -> Box<dyn Iterator<Item = Result<Row, ReadError>> + 'a> {
        self.inner.scan(prefix, from)
    }
}

impl<R: Rows> Rows for Failing<R> {
    fn write(&self, changes: Changes) -> Result<(), String> {
        if self.strike(Step::Apply).is_some() {
            return Err("out of memory".to_owned());
        }
        self.inner.write(changes)
    }

    fn sync(&self) -> Result<(), String> {
        self.inner.sync()
    }

    fn distrust(&self) -> std::io::Result<()> {
        self.inner.distrust()
    }
}
