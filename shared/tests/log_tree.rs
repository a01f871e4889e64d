//! The Merkle tree, its proofs and its tiles against known answers, and against each other.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

use data_encoding::HEXLOWER;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle::{
    self, ProofError, check_consistency, check_inclusion, consistency_proof, empty_root, inclusion_proof,
    leaf_hash,
};
use fanfare_shared::log::tile::{TileId, encode_entries, encode_hashes};
use fanfare_shared::log::tree::{TileSource, Tree, WholeTree};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/rfc6962.json")).unwrap()
}

fn log_vectors() -> Value {
    serde_json::from_str(include_str!("vectors/log_v1.json")).unwrap()
}

fn hex(value: &Value) -> Hash {
    value.as_str().unwrap().parse().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hex).collect()
}

/// A base64 hash; none when it has not 32 bytes.
fn base64(value: &Value) -> Option<Hash> {
    Hash::from_base64(value.as_str().unwrap()).ok()
}

/// A base64 path; none when a hash has not 32 bytes.
fn path(value: &Value) -> Option<Vec<Hash>> {
    value.as_array().map_or_else(|| Some(Vec::new()), |list| list.iter().map(base64).collect())
}

/// A tree over leaves that say their number.
fn numbered(size: u64) -> WholeTree {
    WholeTree::from_leaves((0..size).map(|n| leaf_hash(&n.to_be_bytes())))
}

#[test]
fn hashes_and_roots_are_those_of_the_rfc() {
    let vectors = vectors();
    assert_eq!(empty_root(), hex(&vectors["hasher"]["empty_root"]));
    assert_eq!(leaf_hash(b""), hex(&vectors["hasher"]["empty_leaf"]));
    assert_eq!(leaf_hash(b"L123456"), hex(&vectors["hasher"]["leaf L123456"]));
    let mut tree = Tree::new();
    let mut roots = vec![tree.root()];
    for leaf in vectors["leaves_hex"].as_array().unwrap() {
        let leaf = HEXLOWER.decode(leaf.as_str().unwrap().as_bytes()).unwrap();
        tree.append(leaf_hash(&leaf));
        roots.push(tree.root());
    }
    assert_eq!(roots, hashes(&vectors["roots_hex_by_size_0_to_8"]));
}

#[test]
fn known_proofs_are_made() {
    let vectors = vectors();
    let leaves = vectors["leaves_hex"].as_array().unwrap().iter();
    let leaves = leaves.map(|leaf| leaf_hash(&HEXLOWER.decode(leaf.as_str().unwrap().as_bytes()).unwrap()));
    let tree = WholeTree::from_leaves(leaves);
    for case in vectors["inclusion_kat"].as_array().unwrap() {
        let (index, size) = (case["index"].as_u64().unwrap(), case["size"].as_u64().unwrap());
        assert_eq!(inclusion_proof(&tree.reader(), index, size).unwrap(), hashes(&case["proof_hex"]));
    }
    for case in vectors["consistency_kat"].as_array().unwrap() {
        let (first, second) = (case["size1"].as_u64().unwrap(), case["size2"].as_u64().unwrap());
        assert_eq!(consistency_proof(&tree.reader(), first, second).unwrap(), hashes(&case["proof_hex"]));
    }
}

#[test]
fn inclusion_is_accepted_and_refused_as_the_cases_say() {
    for case in vectors()["inclusion_cases_incl_negative"].as_array().unwrap() {
        let (index, size) = (case["leafIdx"].as_u64().unwrap(), case["treeSize"].as_u64().unwrap());
        let parts = (base64(&case["root"]), base64(&case["leafHash"]), path(&case["proof"]));
        let holds = match parts {
            (Some(root), Some(leaf), Some(path)) => check_inclusion(&leaf, index, size, &path, &root).is_ok(),
            _ => false,
        };
        assert_eq!(!holds, case["wantErr"].as_bool().unwrap(), "{}", case["desc"]);
    }
}

#[test]
fn consistency_is_accepted_and_refused_as_the_cases_say() {
    for case in vectors()["consistency_cases_incl_negative"].as_array().unwrap() {
        let (first, second) = (case["size1"].as_u64().unwrap(), case["size2"].as_u64().unwrap());
        let parts = (base64(&case["root1"]), base64(&case["root2"]), path(&case["proof"]));
        let holds = match parts {
            (Some(old), Some(new), Some(path)) => check_consistency(first, second, &old, &new, &path).is_ok(),
            _ => false,
        };
        // The one case where the text (roots of 32 bytes) wins over the vector (12 bytes).
        let short = case["desc"] == "sizes are equal (one) and proof is empty";
        assert_eq!(!holds, short || case["wantErr"].as_bool().unwrap(), "{}", case["desc"]);
    }
    for case in log_vectors()["consistency"].as_array().unwrap() {
        let (first, second) = (case["first"].as_u64().unwrap(), case["second"].as_u64().unwrap());
        let (old, new) = (hex(&case["first_root"]), hex(&case["second_root"]));
        let holds = check_consistency(first, second, &old, &new, &hashes(&case["path"])).is_ok();
        assert_eq!(holds, case["valid"].as_bool().unwrap(), "{case}");
    }
}

#[test]
fn every_proof_made_is_accepted_and_no_other_index_fits_it() {
    let tree = numbered(70);
    let root = |size| merkle::root(&tree.reader(), size).unwrap();
    for size in 1..=70 {
        for index in 0..size {
            let path = inclusion_proof(&tree.reader(), index, size).unwrap();
            let leaf = leaf_hash(&index.to_be_bytes());
            assert!(check_inclusion(&leaf, index, size, &path, &root(size)).is_ok());
            assert!(
                check_inclusion(&leaf, (index + 1) % size, size, &path, &root(size)).is_err() || size == 1
            );
        }
        for first in 1..=size {
            let path = consistency_proof(&tree.reader(), first, size).unwrap();
            assert!(check_consistency(first, size, &root(first), &root(size), &path).is_ok());
            if first < size {
                assert!(check_consistency(first, size, &root(size), &root(size), &path).is_err());
            }
        }
    }
    assert_eq!(inclusion_proof(&tree.reader(), 70, 70), Err(ProofError::OutsideTree));
    assert_eq!(consistency_proof(&tree.reader(), 0, 70), Err(ProofError::OutsideTree));
}

#[test]
fn a_tree_of_three_tile_levels_proves_from_its_tiles_alone() {
    let size = 65_536 + 700;
    let mut tree = Tree::new();
    let mut stored = std::collections::BTreeMap::new();
    for n in 0..size {
        for tile in tree.append(leaf_hash(&u64::to_be_bytes(n))) {
            stored.insert(tile.id, tile.hashes);
        }
    }
    assert_eq!(stored.len(), 256 + 2 + 1);
    let older = |level, n| stored.get(&TileId::full(level, n)).cloned();
    let reader = tree.over(older);
    assert_eq!(merkle::root(&reader, size).unwrap(), tree.root());
    for index in [0, 255, 256, 65_535, 65_536, 66_047, size - 1] {
        let path = inclusion_proof(&reader, index, size).unwrap();
        assert!(check_inclusion(&leaf_hash(&index.to_be_bytes()), index, size, &path, &tree.root()).is_ok());
    }
    let first = 40_000;
    let old = merkle::root(&reader, first).unwrap();
    let path = consistency_proof(&reader, first, size).unwrap();
    assert!(check_consistency(first, size, &old, &tree.root(), &path).is_ok());

    // What a restart has: the edge as stored, or only the published tiles.
    assert_eq!(Tree::from_parts(size, tree.edge().to_vec()).unwrap(), tree);
    assert!(Tree::from_parts(size + 1, tree.edge().to_vec()).is_err());
    let whole = numbered(size);
    let from_tiles = Tree::from_tiles(size, &&whole).unwrap();
    assert_eq!(from_tiles.root(), tree.root());
    assert!(Tree::from_tiles(size, &older).is_err());
}

#[test]
fn tiles_are_those_of_the_vectors() {
    let vectors = log_vectors();
    let leaves: Vec<&str> = vectors["contest"]["bundle"]["log"]["leaves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leaf| leaf.as_str().unwrap())
        .collect();
    let expected = |path: &str| hex(&vectors["contest"]["tiles_sha256"][path]);
    let entries = encode_entries(&leaves).unwrap();
    assert_eq!(Hash::of(&entries), expected("tile/entries/000.p/49"));
    let tree = WholeTree::from_leaves(leaves.iter().map(|leaf| leaf_hash(leaf.as_bytes())));
    let tile = (&tree).tile(0, 0).unwrap().to_vec();
    assert_eq!(Hash::of(&encode_hashes(&tile)), expected("tile/0/000.p/49"));
}

#[test]
fn roots_of_every_size_are_those_of_the_vectors() {
    let vectors = log_vectors();
    for base in ["contest", "poll", "board"] {
        let mut tree = Tree::new();
        let mut roots = vec![tree.root()];
        for leaf in vectors[base]["bundle"]["log"]["leaves"].as_array().unwrap() {
            tree.append(leaf_hash(leaf.as_str().unwrap().as_bytes()));
            roots.push(tree.root());
        }
        assert_eq!(roots, hashes(&vectors[base]["roots_by_size"]), "{base}");
    }
}
