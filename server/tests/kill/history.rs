//! The history checker: every attempt ever made beside what the server shows in the end.

use std::collections::{BTreeMap, BTreeSet};

use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::leaf::{Body, Leaf};
use fanfare_shared::log::merkle;
use fanfare_shared::log::note::VerifierKey;
use fanfare_shared::log::tile::{self, TilePath};
use fanfare_shared::log::tree::WholeTree;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::verify::LogState;
use serde_json::Value;

use crate::client::{Attempt, Outcome};
use crate::server::{POLL, Server};

pub fn check(server: &Server, history: BTreeMap<String, Vec<Attempt>>) {
    let origin = format!("{}/log/a/{POLL}", server.base().trim_start_matches("http://"));
    let key: VerifierKey = server.get(&format!("/log/key?origin={origin}")).trim_end().parse().unwrap();
    let leaves = leaves(server, &origin, &key);

    // Every leaf in its place: no gap, no order but this one, each lock once.
    let mut state = LogState::new();
    let mut tree = WholeTree::default();
    let mut roots = vec![merkle::empty_root()];
    let mut by_lock: BTreeMap<String, (usize, &[u8])> = BTreeMap::new();
    for (index, bytes) in leaves.iter().enumerate() {
        state.apply_bytes(bytes).unwrap_or_else(|refusal| panic!("leaf {index}: {refusal:?}"));
        tree.append(merkle::leaf_hash(bytes));
        roots.push(tree.tree().root());
        if let Body::Ballot(ballot) = Leaf::decode(bytes).unwrap().body {
            assert!(by_lock.insert(ballot.held.lock.to_hex(), (index, bytes)).is_none());
        }
    }

    let mut shown = BTreeSet::new();
    let (mut successes, mut unknown) = (0, 0);
    for (act, attempts) in &history {
        let found = by_lock.get(&attempts[0].lock);
        let replies: Vec<&Value> = attempts
            .iter()
            .filter_map(|attempt| match &attempt.outcome {
                Outcome::Success(reply) => Some(reply),
                Outcome::Refused(_) | Outcome::Unknown => None,
            })
            .collect();
        let unsure = attempts.iter().any(|attempt| attempt.outcome == Outcome::Unknown);
        match replies.split_first() {
            Some((first, others)) => {
                let (index, leaf) = found.unwrap_or_else(|| panic!("{act} was acknowledged and is lost"));
                assert_eq!(first["index"], *index, "{act}");
                assert!(
                    others.iter().all(|reply| reply["receipt"] == first["receipt"]),
                    "{act}: another receipt"
                );
                shown.insert(receipt(first["receipt"].as_str().unwrap(), leaf, &origin, &key));
                successes += 1;
            }
            None if unsure => unknown += usize::from(found.is_some()),
            None => assert!(found.is_none(), "{act} was refused and stands in the log"),
        }
    }
    let known: BTreeSet<&str> = history.values().map(|attempts| attempts[0].lock.as_str()).collect();
    assert!(by_lock.keys().all(|lock| known.contains(lock.as_str())), "the log holds an act nobody made");
    assert_eq!(by_lock.len(), successes + unknown);
    assert!(successes > 100, "a history of {successes} acts proves little");

    // Every checkpoint anybody was shown is a state of this one log.
    for (size, root) in shown {
        assert_eq!(roots[usize::try_from(size).unwrap()].to_hex(), root, "at size {size}");
    }
    let locks = by_lock.iter().map(|(lock, (index, _))| (*index as u64, lock.as_str())).collect();
    recount(server, &history, &state, &locks);
}

/// The counts shown, beside a fold over what the clients know they answered.
fn recount(
    server: &Server,
    history: &BTreeMap<String, Vec<Attempt>>,
    state: &LogState,
    locks: &BTreeMap<u64, &str>,
) {
    let options: BTreeMap<&str, &str> =
        history.values().map(|attempts| (attempts[0].lock.as_str(), attempts[0].option)).collect();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let poll = state.poll().unwrap();
    for (index, _) in poll.highest() {
        *counts.entry(options[locks[&index]]).or_default() += 1;
    }
    let tally: Value =
        serde_json::from_str(&server.get(&format!("/api/v1/activities/{POLL}/tally"))).unwrap();
    assert_eq!(tally["ballots"], poll.highest().count());
    for option in tally["questions"][0]["options"].as_array().unwrap() {
        let id = option["id"].as_str().unwrap();
        assert_eq!(option["count"], counts.get(id).copied().unwrap_or(0), "{id}");
    }
}

/// All leaves, from the tiles, under the checkpoint shown.
fn leaves(server: &Server, origin: &str, key: &VerifierKey) -> Vec<Vec<u8>> {
    let note = server.get(&format!("/log/a/{POLL}/checkpoint"));
    let checkpoint = Checkpoint::open(&note, origin, key.key()).unwrap();
    let mut leaves = Vec::new();
    for id in tile::TileId::of_level(0, checkpoint.size) {
        let bytes = server.get_bytes(&format!("/log/a/{POLL}/{}", TilePath::Entries(id)));
        leaves.extend(tile::decode_entries(&bytes).unwrap());
    }
    let tree = WholeTree::from_leaves(leaves.iter().map(|leaf| merkle::leaf_hash(leaf)));
    assert_eq!((leaves.len() as u64, tree.tree().root()), (checkpoint.size, checkpoint.root));
    leaves
}

/// Checks a receipt; gives the size and root it was made under.
fn receipt(text: &str, leaf: &[u8], origin: &str, key: &VerifierKey) -> (u64, String) {
    let receipt: Receipt = text.parse().unwrap();
    let checkpoint = Checkpoint::open(&receipt.checkpoint, origin, key.key()).unwrap();
    assert_eq!(receipt.leaf, leaf);
    let hash = merkle::leaf_hash(leaf);
    merkle::check_inclusion(&hash, receipt.index, checkpoint.size, &receipt.path, &checkpoint.root).unwrap();
    (checkpoint.size, checkpoint.root.to_hex())
}
