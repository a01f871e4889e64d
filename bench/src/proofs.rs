//! What does it cost that each ballot can be proven? The work that is done for it and for nothing else, without a server,
//! a disk or a network: in groups as the one writer makes them, on a log that is large already.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fanfare_shared::ids::{ActivityId, HolderTag, LockKey};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::commitment::{self, Salt};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Ballot, Body, Custody, Held, Leaf};
use fanfare_shared::log::merkle::{self, HashReader};
use fanfare_shared::log::note::NoteSigner;
use fanfare_shared::log::tree::Tree;
use fanfare_shared::receipt::{Open, Private, Receipt};
use fanfare_shared::time::Timestamp;

/// Leaves of the log before: paths are 20 hashes long.
const LEAVES: u64 = 1_000_000;
/// Ballots under one signature.
pub(crate) const GROUP: u64 = 256;
/// Groups; the median of each step counts.
const GROUPS: u64 = 101;
const ORIGIN: &str = "fan.example.org/log/a/svxf4gt2yvqr2g2edjnppks6ky";

/// A step and its microseconds for each ballot.
pub(crate) struct Step(pub(crate) &'static str, pub(crate) f64);

/// All complete subtrees of a log, by level, so that a path is look-ups: as the server keeps them of the tiles at hand.
#[derive(Default)]
struct Nodes(Vec<Vec<Hash>>);

impl Nodes {
    fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for level in 0.. {
            if self.0.len() == level {
                self.0.push(Vec::new());
            }
            let Some(nodes) = self.0.get_mut(level) else { return };
            nodes.push(hash);
            match nodes.as_slice() {
                [.., left, right] if nodes.len().is_multiple_of(2) => hash = merkle::node_hash(left, right),
                _ => return,
            }
        }
    }
}

impl HashReader for Nodes {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        self.0.get(usize::from(level))?.get(usize::try_from(index).ok()?).copied()
    }
}

/// Measures each step.
pub(crate) fn run() -> anyhow::Result<Vec<Step>> {
    let activity: ActivityId = ORIGIN.rsplit('/').next().unwrap_or_default().parse()?;
    let signer = NoteSigner::from_seed(&[7; 32]);
    let (mut tree, mut nodes) = (Tree::new(), Nodes::default());
    for n in 0..LEAVES {
        let leaf = merkle::leaf_hash(&n.to_le_bytes());
        tree.append(leaf);
        nodes.append(leaf);
    }
    let mut times: [Vec<Duration>; 6] = Default::default();
    for _ in 0..GROUPS {
        let first = tree.size();
        let (leaves, commit) =
            timed(|| (first..first + GROUP).map(|n| leaf(&activity, n)).collect::<Vec<_>>());
        let (hashes, append) = timed(|| {
            let hashes: Vec<_> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect();
            for hash in &hashes {
                black_box(tree.append(*hash));
            }
            hashes
        });
        let size = tree.size();
        let (root, rooted) = timed(|| tree.root());
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root };
        let (note, signed) = timed(|| checkpoint.sign(&signer));
        let note = note?;
        // Each answer brings the path of the rules, leaf 0, along with the ballot's own.
        let (paths, proven) = timed(|| {
            hashes.iter().for_each(|hash| nodes.append(*hash));
            (first..size)
                .map(|index| {
                    black_box(merkle::inclusion_proof(&nodes, 0, size)?);
                    merkle::inclusion_proof(&nodes, index, size)
                })
                .collect::<Result<Vec<_>, _>>()
        });
        let paths = paths?;
        let ((), written) = timed(|| {
            for ((leaf, path), index) in leaves.into_iter().zip(paths).zip(first..) {
                black_box(receipt(leaf, path, index, &note).to_string());
            }
        });
        for (times, time) in times.iter_mut().zip([commit, append, rooted, signed, proven, written]) {
            times.push(time);
        }
    }
    let names = [
        "commitment, lock and leaf text",
        "leaf hash and append",
        "root",
        "signature",
        "inclusion paths, its own and that of the rules",
        "receipt text",
    ];
    let steps = names.into_iter().zip(times).map(|(name, mut times)| {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        Step(name, median.as_secs_f64() * 1e6 / GROUP as f64)
    });
    Ok(steps.collect())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = black_box(work());
    (done, started.elapsed())
}

/// A ballot on one question, as it stands in a log. Not random: hashing takes no longer for that.
fn leaf(activity: &ActivityId, n: u64) -> Vec<u8> {
    let lock = commitment::lock(activity, &LockKey::new(secret(n)));
    let answer = commitment::answer(activity, "gusto", &Salt::new(secret(n)), b"pistacchio");
    let commit = commitment::ballot(activity, &Hash::new(secret(0)), &[answer]);
    let mut tag = [0; 16];
    tag.copy_from_slice(&u128::from(n).to_le_bytes());
    let held = Held { holder: HolderTag::new(tag), unlock: None, lock, custody: Custody::Client };
    let body = Body::Ballot(Ballot { held, revision: 1, commit });
    Leaf { activity: activity.clone(), at: Timestamp(1_800_000_000), body }.encode()
}

fn receipt(leaf: Vec<u8>, path: Vec<Hash>, index: u64, note: &str) -> Receipt {
    let open =
        Open { name: "gusto".to_owned(), salt: Salt::new(secret(index)), bytes: b"pistacchio".to_vec() };
    let private = Some(Private { opens: vec![open], key: None });
    let rules = Hash::new(secret(0));
    Receipt { leaf, rules, open_index: 0, private, index, path, checkpoint: note.to_owned() }
}

fn secret(n: u64) -> [u8; 32] {
    let mut secret = [0; 32];
    for (to, from) in secret.iter_mut().zip(n.to_le_bytes()) {
        *to = from;
    }
    secret
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_measured_is_a_receipt_that_holds() {
        let (mut tree, mut nodes) = (Tree::new(), Nodes::default());
        let leaves: Vec<_> = (0..700_u64).map(|n| merkle::leaf_hash(&n.to_le_bytes())).collect();
        for leaf in &leaves {
            tree.append(*leaf);
            nodes.append(*leaf);
            let size = tree.size();
            let path = merkle::inclusion_proof(&nodes, size - 1, size).unwrap();
            merkle::check_inclusion(leaf, size - 1, size, &path, &tree.root()).unwrap();
        }
    }
}
