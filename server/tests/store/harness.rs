//! An installation to test on, with a clock that stands still, and an audit of everything at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fanfare::clock::ManualClock;
use fanfare::engine::{
    Act, ActProposal, Actor, Applied, Apply, ApplyError, Committed, Engine, LogId, Open, OpenError, Parts,
    Resolved, SpaceLimits, StoreLimits, SubmitError,
};
use fanfare::entropy::Entropy;
use fanfare::keys::Keys;
use fanfare::store::documents::Documents;
use fanfare::store::embedded::Embedded;
use fanfare::store::journal::Journal;
use fanfare::store::memory::{FaultPlan, MemoryDisk, MemoryJournal, MemoryRows};
use fanfare_shared::campaign::Campaign;
use fanfare_shared::ids::{ActivityId, IdempotencyKey, Lock, LockKey, Participant};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::Leaf;
use fanfare_shared::log::merkle;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::time::{State, Timestamp, Window};
use fanfare_shared::verify::LogState;

/// The host of every origin.
pub const HOST: &str = "polls.example";
/// The moment at which every test begins.
pub const START: Timestamp = Timestamp(1_800_000_000);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Memory,
    Embedded,
}

/// One installation over all its starts.
pub struct Installation {
    pub backend: Backend,
    pub clock: Arc<ManualClock>,
    pub faults: FaultPlan,
    pub space: SpaceLimits,
    folder: tempfile::TempDir,
    disk: MemoryDisk,
    documents: Arc<Documents>,
    engine: Option<Engine>,
}

impl Installation {
    pub fn new(backend: Backend) -> Self {
        let mut installation = Self {
            backend,
            clock: Arc::new(ManualClock::at(START)),
            faults: FaultPlan::default(),
            space: SpaceLimits { ballast_bytes: 0, ..SpaceLimits::default() },
            folder: tempfile::tempdir().unwrap(),
            disk: MemoryDisk::default(),
            documents: Arc::new(Documents::in_memory()),
            engine: None,
        };
        installation.start().unwrap();
        installation
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub fn start(&mut self) -> Result<(), OpenError> {
        let engine = match self.backend {
            Backend::Memory => self.start_in_memory(),
            Backend::Embedded => self.start_on_disk(),
        };
        self.engine = Some(engine?);
        Ok(())
    }

    fn start_on_disk(&self) -> Result<Engine, OpenError> {
        let space = self.space.clone();
        let limits = StoreLimits { segment_bytes: 256 * 1024, space, ..StoreLimits::default() };
        let (data, keys) = (self.data(), self.keys());
        let open = Open { data, keys, base: Some(HOST.to_owned()), first_base: None, limits };
        Engine::open(open, Arc::clone(&self.clock) as _)
    }

    fn start_in_memory(&self) -> Result<Engine, OpenError> {
        let entropy = Arc::new(Entropy::new().unwrap());
        let journal = MemoryJournal::open(&self.disk, &self.faults).unwrap();
        let keys = Arc::new(Keys::open(&self.keys(), journal.head().0 == 1, &entropy).unwrap());
        let rows = Arc::new(MemoryRows::new(&self.faults));
        let mut store = Embedded::new(journal, rows, Arc::clone(&self.documents));
        store.recover(keys.people())?;
        let parts = Parts {
            keys,
            keys_folder: self.keys(),
            clock: Arc::clone(&self.clock) as _,
            entropy,
            base: Some(HOST.to_owned()),
            notes: Vec::new(),
            queue: 4096,
        };
        Engine::with_store(store, parts)
    }

    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    pub async fn stop(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.shutdown().await;
        }
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().unwrap();
    }

    /// The end of every test: all is well, live and after a start from the journal alone.
    pub async fn end(mut self) {
        for campaign in self.engine().campaigns() {
            for poll in &self.engine().campaign(&campaign).unwrap().activities {
                let tally = self.engine().tally(poll).unwrap();
                let contest = self.engine().activity(poll).unwrap().contest.is_some();
                if tally.state == State::Closed && !contest {
                    closed(&self, poll).await;
                }
            }
        }
        self.clock.advance(60);
        let before = audit(self.engine());
        self.stop().await;
        if self.backend == Backend::Embedded {
            std::fs::remove_dir_all(self.data().join("state")).unwrap();
        }
        self.start().unwrap();
        assert_eq!(audit(self.engine()), before, "the journal makes the same state again");
        self.stop().await;
    }

    /// Brings in the sample campaign, changed as wished.
    pub async fn apply(&self, change: impl FnOnce(&mut Campaign)) -> Result<Applied, ApplyError> {
        self.apply_within(Window { opens: START.minute(), closes: Timestamp(0) }, change).await
    }

    pub async fn apply_within(
        &self,
        window: Window,
        change: impl FnOnce(&mut Campaign),
    ) -> Result<Applied, ApplyError> {
        let mut campaign = sample();
        change(&mut campaign);
        let resolved = campaign.activities.iter().map(|activity| Resolved {
            candidate: activity
                .id
                .clone()
                .unwrap_or_else(|| ActivityId::from_random(self.engine().entropy().bytes())),
            window,
            explicit: (false, false),
            contest: None,
        });
        let activities = resolved.collect();
        self.engine().apply(Apply { campaign, activities, by: Actor::Server }).await
    }

    /// The one activity of the sample campaign.
    pub async fn poll(&self) -> ActivityId {
        self.apply(|_| {}).await.unwrap().activities.remove(0).1
    }
}

/// A small campaign: a single choice, and an optional multiple choice.
pub fn sample() -> Campaign {
    serde_json::from_str(
        r#"{"format":1,"campaign":"summer","brand":"aurora","brand_name":"Aurora",
        "title":{"en":"Summer"},"languages":["en"],"time_zone":"Europe/Rome","origins":["https://a.example"],
        "terms":{"en":"Be kind."},"activities":[{"name":"flavour","kind":"poll","results":"always","questions":[
        {"id":"flavour","type":"single","text":{"en":"Which?"},
         "options":[{"id":"fig","text":{"en":"Fig"}},{"id":"lemon","text":{"en":"Lemon"}}]},
        {"id":"places","type":"multiple","required":false,"max":2,"text":{"en":"Where?"},
         "options":[{"id":"sea","text":{"en":"Sea"}},{"id":"hill","text":{"en":"Hill"}},{"id":"town","text":{"en":"Town"}}]}]}]}"#,
    )
    .unwrap()
}

/// A visitor with a client that keeps keys.
#[derive(Clone)]
pub struct Visitor {
    pub participant: Participant,
    pub key: Option<LockKey>,
    acts: u32,
    number: u32,
}

impl Visitor {
    pub fn number(number: u32) -> Self {
        let secret = *Hash::of(format!("visitor {number}").as_bytes()).bytes();
        Self { participant: Participant::new(secret), key: None, acts: 0, number }
    }

    fn next_key(&mut self) -> IdempotencyKey {
        self.acts += 1;
        format!("visitor-{:06}-act-{:06}", self.number, self.acts).parse().unwrap()
    }

    /// A ballot under the client's own custody; remembers the new key.
    pub fn ballot(&mut self, poll: &ActivityId, answers: [&str; 2]) -> Act {
        let unlock = self.key;
        let key = LockKey::new(*Hash::of(format!("key {} {}", self.number, self.acts).as_bytes()).bytes());
        self.key = Some(key);
        self.act(poll, answers, Some(commitment::lock(poll, &key)), unlock)
    }

    /// A ballot whose key the server keeps.
    pub fn plain_ballot(&mut self, poll: &ActivityId, answers: [&str; 2]) -> Act {
        self.act(poll, answers, None, None)
    }

    pub fn act(
        &mut self,
        poll: &ActivityId,
        answers: [&str; 2],
        lock: Option<Lock>,
        unlock: Option<LockKey>,
    ) -> Act {
        let answers = answers.map(str::to_owned).to_vec();
        self.propose(poll, ActProposal::Ballot { answers, lock, unlock })
    }

    pub fn withdraw(&mut self, poll: &ActivityId) -> Act {
        let unlock = self.key.take();
        self.propose(poll, ActProposal::Withdraw { unlock })
    }

    pub fn propose(&mut self, poll: &ActivityId, kind: ActProposal) -> Act {
        let key = self.next_key();
        let request = Hash::of(format!("{} {kind:?}", key.as_str()).as_bytes());
        Act { activity: poll.clone(), key, request, participant: self.participant, kind }
    }
}

/// Asks for a ballot of a new visitor.
pub async fn vote(engine: &Engine, poll: &ActivityId, n: u32) -> Result<Committed, SubmitError> {
    let answers = [["fig", "lemon"][n as usize % 2], ["", "sea", "sea,town"][n as usize % 3]];
    engine.submit(Visitor::number(n).ballot(poll, answers)).await
}

/// Counts by option, for short assertions.
pub fn counts(engine: &Engine, poll: &ActivityId) -> BTreeMap<String, u64> {
    let tally = engine.tally(poll).unwrap();
    let options = tally.questions.into_iter().flat_map(|question| question.options);
    options.map(|option| (option.id.to_string(), option.count)).collect()
}

/// Everything about a poll that a stranger needs, as `/log/a/{id}/bundle` gives it.
pub fn bundle(engine: &Engine, poll: &ActivityId) -> String {
    let state = engine.activity(poll).unwrap();
    let log = engine.log(&LogId::Activity(poll.clone())).unwrap();
    let registry = engine.log(&LogId::Registry(state.brand.clone())).unwrap();
    let texts = |leaves: Vec<Vec<u8>>| {
        leaves.into_iter().map(|leaf| String::from_utf8(leaf).unwrap()).collect::<Vec<_>>()
    };
    let documents: BTreeMap<String, String> = log
        .documents()
        .unwrap()
        .iter()
        .map(|hash| (hash.to_hex(), String::from_utf8(log.document(hash).unwrap().unwrap()).unwrap()))
        .collect();
    let key: fanfare_shared::log::note::VerifierKey =
        engine.verifier_key(&state.log_origin).unwrap().parse().unwrap();
    serde_json::json!({
        "format": "fanfare-bundle/v1",
        "key": Hash::new(*key.key()).to_hex(),
        "log": {"checkpoints": [log.checkpoint()], "leaves": texts(log.leaves(0..log.size()).unwrap())},
        "registry": {
            "checkpoints": [registry.checkpoint()],
            "leaves": texts(registry.leaves(0..registry.size()).unwrap()),
        },
        "beacon": null, "documents": documents, "receipts": [],
    })
    .to_string()
}

/// Waits until the files that follow a seal are named in the log, then lets the public see them.
pub async fn closed(it: &Installation, poll: &ActivityId) {
    let mut changes = it.engine().changes();
    it.engine().wake();
    loop {
        it.clock.advance(60);
        let log = it.engine().log(&LogId::Activity(poll.clone())).unwrap();
        if log.openings().unwrap().tally.is_some() {
            return;
        }
        changes.recv().await.unwrap();
    }
}

/// Checks a receipt as a client does: signature, inclusion, leaf 0, rules.
pub fn check_receipt(engine: &Engine, committed: &Committed) -> Leaf {
    let state = engine.activity(&committed.activity).unwrap();
    let receipt: Receipt = committed.receipt.parse().unwrap();
    let key = engine.verifier_key(&state.log_origin).unwrap();
    let key: fanfare_shared::log::note::VerifierKey = key.parse().unwrap();
    let checkpoint = Checkpoint::open(&receipt.checkpoint, &state.log_origin, key.key()).unwrap();
    let hash = merkle::leaf_hash(&receipt.leaf);
    merkle::check_inclusion(&hash, receipt.index, checkpoint.size, &receipt.path, &checkpoint.root).unwrap();
    let leaf0 = merkle::leaf_hash(&state.leaf0);
    merkle::check_inclusion(&leaf0, 0, checkpoint.size, &committed.leaf0_proof, &checkpoint.root).unwrap();
    assert_eq!(receipt.rules, Hash::of(&state.leaf0));
    assert_eq!(receipt.index, committed.index);
    Leaf::decode(&receipt.leaf).unwrap()
}

/// Re-reads every log of an installation and says what is in it; panics where something does not hold.
pub fn audit(engine: &Engine) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut brands = BTreeSet::new();
    for campaign in engine.campaigns() {
        let campaign = engine.campaign(&campaign).unwrap();
        brands.insert(campaign.campaign.brand.clone());
        for id in &campaign.activities {
            let tally = engine.tally(id).unwrap();
            found.insert(format!("tally {id}"), format!("{tally:?}"));
            found.insert(format!("log {id}"), log(engine, &LogId::Activity(id.clone())));
            let state = engine.activity(id).unwrap();
            found.insert(format!("activity {id}"), format!("{state:?}"));
        }
    }
    for brand in brands {
        found.insert(format!("registry {brand}"), log(engine, &LogId::Registry(brand)));
    }
    found
}

/// The newest leaves of a log under its checkpoint; the public view is made to advance first.
fn log(engine: &Engine, id: &LogId) -> String {
    let reader = engine.log(id).unwrap();
    let leaves = reader.leaves(0..reader.size()).unwrap();
    let tree =
        fanfare_shared::log::tree::WholeTree::from_leaves(leaves.iter().map(|it| merkle::leaf_hash(it)));
    let origin = reader.checkpoint().lines().next().unwrap().to_owned();
    let key: fanfare_shared::log::note::VerifierKey = engine.verifier_key(&origin).unwrap().parse().unwrap();
    let checkpoint = Checkpoint::open(reader.checkpoint(), &origin, key.key()).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (leaves.len() as u64, tree.tree().root()));
    if let LogId::Activity(_) = id {
        let mut state = LogState::new();
        for (index, leaf) in leaves.iter().enumerate() {
            state.apply_bytes(leaf).unwrap_or_else(|refusal| panic!("leaf {index}: {refusal:?}"));
        }
    }
    reader.checkpoint().to_owned()
}

/// Copies a folder of files, for tests that damage one.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir().unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Runs one test on every backend.
#[macro_export]
macro_rules! on_every_backend {
    ($($(#[$doc:meta])* async fn $name:ident($installation:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "each test takes what it needs")]
            use super::*;

            #[allow(unused_mut, reason = "not every test restarts")]
            async fn body(mut $installation: $crate::harness::Installation) {
                $body
                $installation.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_memory() {
                body($crate::harness::Installation::new($crate::harness::Backend::Memory)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn embedded() {
                body($crate::harness::Installation::new($crate::harness::Backend::Embedded)).await;
            }
        }
    )*};
}
