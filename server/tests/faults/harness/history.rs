//! The history checker: everything that clients ever saw beside what the server shows in the end.
//!
//! Each success is there exactly once, what is unknown once at most, what was refused not at all, and nothing else; the
//! log has no gap and each leaf fits its place; counts equal a recount; receipts verify; and every checkpoint that
//! anybody was ever shown is a state of the one log, so that any two of them are consistent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::leaf::{Body, Leaf};
use fanfare_shared::log::merkle;
use fanfare_shared::log::note::VerifierKey;
use fanfare_shared::log::tile::{self, TilePath};
use fanfare_shared::log::tree::WholeTree;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::verify::LogState;
use serde_json::Value;

use super::Server;
use super::client::{Asked, Outcome, Seen};
use super::server::POLL;

/// All that became of one act.
#[derive(Debug, Clone)]
pub struct Kept {
    pub asked: Asked,
    /// Index and receipt of every success that differs from the others: one at most, where all is well.
    pub receipts: BTreeSet<(u64, String)>,
    pub unknown: u64,
    pub refused: u64,
}

/// All that was seen.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub acts: BTreeMap<String, Kept>,
    checkpoints: BTreeSet<String>,
    /// Whether what is seen now need not be there in the end.
    doubtful: bool,
    pub attempts: u64,
    /// The longest that anybody waited for a refusal.
    pub slowest_refusal: Duration,
}

/// What a history came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub attempts: u64,
    pub acknowledged: usize,
    /// Acts without an answer, and how many of them are in the log.
    pub unknown: usize,
    pub unknown_kept: usize,
    pub checkpoints: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attempts, acknowledged, unknown, unknown_kept, checkpoints } = self;
        write!(
            f,
            "{attempts} requests, {acknowledged} acts acknowledged: 0 lost, 0 doubled; {unknown} never answered \
             ({unknown_kept} of them kept); {checkpoints} checkpoints of one log"
        )
    }
}

impl History {
    /// From here on what is seen proves nothing: what is looked at in the end was copied before.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Keeps what a client saw; gives the outcome of an attempt.
    pub fn add(&mut self, seen: Seen) -> Option<Outcome> {
        let (asked, outcome, took) = match seen {
            Seen::Attempt(asked, outcome, took) => (asked, outcome, took),
            Seen::Checkpoint(_) if self.doubtful => return None,
            Seen::Checkpoint(note) => {
                self.checkpoints.insert(note);
                return None;
            }
        };
        self.attempts += 1;
        let new = || Kept { asked: asked.clone(), receipts: BTreeSet::new(), unknown: 0, refused: 0 };
        let kept = self.acts.entry(asked.key.clone()).or_insert_with(new);
        match &outcome {
            _ if self.doubtful => kept.unknown += 1,
            Outcome::Success(reply) => {
                let receipt = reply["receipt"].as_str().unwrap_or_default().to_owned();
                kept.receipts.insert((reply["index"].as_u64().unwrap_or(u64::MAX), receipt));
            }
            Outcome::Unknown => kept.unknown += 1,
            Outcome::Refused(_) => {
                kept.refused += 1;
                self.slowest_refusal = self.slowest_refusal.max(took);
            }
        }
        Some(outcome)
    }

    /// Goes through everything; every fault that was found, in words.
    pub fn faults(&self, server: &Server) -> Result<Figures, Vec<String>> {
        let log = Log::read(server).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let (mut acknowledged, mut unknown, mut unknown_kept) = (0, 0, 0);
        let mut shown: BTreeSet<(u64, String)> = BTreeSet::new();
        for (key, kept) in &self.acts {
            let found = log.by_lock.get(&kept.asked.lock).copied();
            if kept.receipts.len() > 1 {
                faults.push(format!("{key}: one act and {} receipts", kept.receipts.len()));
            }
            if kept.receipts.is_empty() && kept.unknown == 0 && found.is_some() {
                faults.push(format!("{key} was refused and stands in the log"));
            } else if kept.receipts.is_empty() && kept.unknown > 0 {
                unknown += 1;
                unknown_kept += usize::from(found.is_some());
            }
            acknowledged += usize::from(!kept.receipts.is_empty());
            for (index, receipt) in &kept.receipts {
                match log.check(found, *index, receipt) {
                    Ok(checkpoint) => drop(shown.insert(checkpoint)),
                    Err(fault) => faults.push(format!("{key}: {fault}")),
                }
            }
        }
        let known: BTreeSet<&str> = self.acts.values().map(|kept| kept.asked.lock.as_str()).collect();
        faults.extend(
            log.by_lock
                .keys()
                .filter(|lock| !known.contains(lock.as_str()))
                .map(|lock| format!("the log holds an act nobody made: lock {lock}")),
        );
        for note in &self.checkpoints {
            match Checkpoint::open(note, &log.origin, log.key.key()) {
                Ok(checkpoint) => drop(shown.insert((checkpoint.size, checkpoint.root.to_hex()))),
                Err(error) => faults.push(format!("a checkpoint that was shown: {error}")),
            }
        }
        for (size, root) in &shown {
            if log.roots.get(usize::try_from(*size).unwrap()).is_none_or(|found| found != root) {
                faults.push(format!("a checkpoint of size {size} was shown that is none of this log"));
            }
        }
        faults.extend(self.recount(server, &log));
        let checkpoints = shown.len();
        let attempts = self.attempts;
        let figures = Figures { attempts, acknowledged, unknown, unknown_kept, checkpoints };
        if faults.is_empty() { Ok(figures) } else { Err(faults) }
    }

    /// All is well, with at least so many acknowledged acts, for fewer prove little.
    pub fn check(&self, server: &Server, least: usize) -> Figures {
        let figures = self.faults(server).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
        assert!(figures.acknowledged >= least, "a history of {} acts proves little", figures.acknowledged);
        figures
    }

    /// The counts shown, beside a fold over what the clients know they answered.
    fn recount(&self, server: &Server, log: &Log) -> Vec<String> {
        let options: BTreeMap<&str, &str> =
            self.acts.values().map(|kept| (kept.asked.lock.as_str(), kept.asked.option)).collect();
        let locks: BTreeMap<u64, &str> =
            log.by_lock.iter().map(|(lock, index)| (*index, lock.as_str())).collect();
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        let Some(poll) = log.state.poll() else { return vec!["the log is none of a poll".to_owned()] };
        for (index, _) in poll.highest() {
            let option = locks.get(&index).and_then(|lock| options.get(lock));
            *counts.entry(option.copied().unwrap_or("of nobody")).or_default() += 1;
        }
        let tally = server.try_get(&format!("/api/v1/activities/{POLL}/tally"));
        let tally: Value = match tally.map(|bytes| serde_json::from_slice(&bytes)) {
            Ok(Ok(tally)) => tally,
            other => return vec![format!("no tally: {other:?}")],
        };
        let mut faults = Vec::new();
        if tally["ballots"] != poll.highest().count() {
            faults.push(format!(
                "{} ballots are shown, {} are there",
                tally["ballots"],
                poll.highest().count()
            ));
        }
        for option in tally["questions"][0]["options"].as_array().unwrap() {
            let id = option["id"].as_str().unwrap();
            let counted = counts.get(id).copied().unwrap_or(0);
            if option["count"] != counted {
                faults.push(format!("{} are shown for {id}, {counted} are there", option["count"]));
            }
        }
        faults
    }
}

/// The log as the server shows it, every leaf in its place.
struct Log {
    origin: String,
    key: VerifierKey,
    leaves: Vec<Vec<u8>>,
    state: LogState,
    /// The root at each size.
    roots: Vec<String>,
    /// Index of the ballot with a lock.
    by_lock: BTreeMap<String, u64>,
}

impl Log {
    fn read(server: &Server) -> Result<Self, String> {
        let origin = format!("{}/log/a/{POLL}", server.base().trim_start_matches("http://"));
        let text = |path: &str| {
            let body = server.try_get(path).map_err(|error| format!("{path}: {error}"))?;
            String::from_utf8(body).map_err(|error| format!("{path}: {error}"))
        };
        let key = text(&format!("/log/key?origin={origin}"))?;
        let key: VerifierKey = key.trim_end().parse().map_err(|_| "the log's key is none".to_owned())?;
        let note = text(&format!("/log/a/{POLL}/checkpoint"))?;
        let checkpoint = Checkpoint::open(&note, &origin, key.key()).map_err(|error| error.to_string())?;
        let mut leaves = Vec::new();
        for id in tile::TileId::of_level(0, checkpoint.size) {
            let path = format!("/log/a/{POLL}/{}", TilePath::Entries(id));
            let bytes = server.try_get(&path).map_err(|error| format!("{path}: {error}"))?;
            leaves.extend(tile::decode_entries(&bytes).map_err(|error| format!("{path}: {error}"))?);
        }
        let mut state = LogState::new();
        let mut tree = WholeTree::default();
        let mut roots = vec![merkle::empty_root().to_hex()];
        let mut by_lock = BTreeMap::new();
        for (bytes, index) in leaves.iter().zip(0..) {
            state.apply_bytes(bytes).map_err(|refusal| format!("leaf {index}: {refusal:?}"))?;
            tree.append(merkle::leaf_hash(bytes));
            roots.push(tree.tree().root().to_hex());
            if let Body::Ballot(ballot) = Leaf::decode(bytes).map_err(|error| error.to_string())?.body
                && by_lock.insert(ballot.held.lock.to_hex(), index).is_some()
            {
                return Err(format!("leaf {index} has a lock that stands in the log already"));
            }
        }
        if (leaves.len() as u64, tree.tree().root()) != (checkpoint.size, checkpoint.root) {
            return Err(format!("the leaves shown are not those of the checkpoint at {}", checkpoint.size));
        }
        Ok(Self { origin, key, leaves, state, roots, by_lock })
    }

    /// Checks an acknowledged act; gives the size and root that its receipt was made under.
    fn check(&self, found: Option<u64>, index: u64, receipt: &str) -> Result<(u64, String), String> {
        match found {
            None => return Err("it was acknowledged and is lost".to_owned()),
            Some(found) if found != index => {
                return Err(format!("it was said to be leaf {index}, it is {found}"));
            }
            Some(_) => {}
        }
        let invalid = |error: &dyn fmt::Display| format!("its receipt does not verify: {error}");
        let receipt: Receipt = receipt.parse().map_err(|error| invalid(&error))?;
        let opened = Checkpoint::open(&receipt.checkpoint, &self.origin, self.key.key());
        let checkpoint = opened.map_err(|error| invalid(&error))?;
        let leaf = &self.leaves[usize::try_from(index).unwrap()];
        if (receipt.index, &receipt.leaf) != (index, leaf) {
            return Err(invalid(&"it is for another leaf"));
        }
        let hash = merkle::leaf_hash(leaf);
        merkle::check_inclusion(&hash, index, checkpoint.size, &receipt.path, &checkpoint.root)
            .map_err(|error| invalid(&error))?;
        Ok((checkpoint.size, checkpoint.root.to_hex()))
    }
}
