//! `/log/…`: what strangers verify from.

use axum::http::StatusCode;
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::note::VerifierKey;
use fanfare_shared::log::tile;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::time::Timestamp;

use crate::app::{NOON, POLL, TestApp};

const ORIGIN: &str = "fan.example/log/a/svxf4gt2yvqr2g2edjnppks6ky";

#[tokio::test]
async fn the_public_view_advances_once_a_minute_at_most() {
    let app = TestApp::demo().await;
    let size = async || -> u64 {
        let note = app.get(&format!("/log/a/{POLL}/checkpoint")).await.text();
        note.lines().nth(1).unwrap().parse().unwrap()
    };
    let before = size().await;
    app.vote("fico").await;
    app.vote("limone").await;
    assert_eq!(size().await, before, "still inside the minute");
    app.clock.set(Timestamp(NOON + 61));
    assert_eq!(size().await, 3);
}

#[tokio::test]
async fn leaves_read_from_tiles_hash_to_the_signed_root() {
    let app = TestApp::demo().await;
    for _ in 0..5 {
        app.vote("fico").await;
    }
    app.clock.set(Timestamp(NOON + 61));
    let note = app.get(&format!("/log/a/{POLL}/checkpoint")).await.text();
    let key: VerifierKey =
        app.get(&format!("/log/key?origin={ORIGIN}")).await.text().trim_end().parse().unwrap();
    assert!(key.to_string().starts_with(ORIGIN));
    let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();
    let entries = app.get(&format!("/log/a/{POLL}/tile/entries/000.p/{size}")).await;
    assert_eq!(entries.status, StatusCode::OK);
    assert!(entries.header("cache-control").contains("immutable"));
    let leaves = tile::decode_entries(&entries.bytes).unwrap();
    let hashes = app.get(&format!("/log/a/{POLL}/tile/0/000.p/{size}")).await;
    let expected: Vec<u8> =
        leaves.iter().flat_map(|leaf| *fanfare_shared::log::merkle::leaf_hash(leaf).bytes()).collect();
    assert_eq!(hashes.bytes, expected);
    let rules = String::from_utf8(leaves[0].to_vec()).unwrap();
    assert!(rules.starts_with("fanfare-log/v1 rules\n"));
    assert!(note.parse::<fanfare_shared::log::note::Note>().unwrap().text.parse::<Checkpoint>().is_ok());
}

#[tokio::test]
async fn documents_are_served_by_hash_and_only_those_that_the_log_names() {
    let app = TestApp::demo().await;
    let entries = app.get(&format!("/log/a/{POLL}/tile/entries/000.p/1")).await;
    let rules = entries.text();
    for line in ["definition ", "terms "] {
        let hash = rules.split(line).nth(1).unwrap().lines().next().unwrap();
        let document = app.get(&format!("/log/a/{POLL}/doc/{hash}")).await;
        assert_eq!(Hash::of(&document.bytes).to_string(), hash);
    }
    for other in ["0".repeat(64), "nonsense".to_owned(), "..%2F..%2Fetc%2Fpasswd".to_owned()] {
        assert_eq!(app.get(&format!("/log/a/{POLL}/doc/{other}")).await.problem(), "not-found");
    }
}

#[tokio::test]
async fn the_registry_holds_the_opening_of_every_activity() {
    let app = TestApp::demo().await;
    let entries = app.get("/log/registry/aurora/tile/entries/000.p/1").await.text();
    assert!(entries.contains("fanfare-registry/v1 open"));
    let note = app.get("/log/registry/aurora/checkpoint").await.text();
    assert!(note.starts_with("fan.example/log/registry/aurora\n"));
}

#[tokio::test]
async fn tiles_beyond_the_public_view_and_strange_paths_are_not_found() {
    let app = TestApp::demo().await;
    for path in ["0/000", "0/000.p/9", "entries/000.p/2", "9/000", "0/0", "0/000.p/0", "entries/000.p/01"] {
        assert_eq!(app.get(&format!("/log/a/{POLL}/tile/{path}")).await.problem(), "not-found", "{path}");
    }
    assert_eq!(app.get("/log/key").await.problem(), "bad-parameter");
    assert_eq!(app.get("/log/key?origin=other.example/log/a/x").await.problem(), "not-found");
}

#[tokio::test]
async fn a_public_receipt_holds_no_openings() {
    let app = TestApp::demo().await;
    let reply = app.vote("fico").await;
    app.clock.set(Timestamp(NOON + 61));
    let receipt = app.get(&format!("/api/v1/activities/{POLL}/receipts/{}", reply["index"])).await;
    let receipt: fanfare_shared::receipt::Receipt = receipt.text().parse().unwrap();
    assert!(receipt.private.is_none());
    assert_eq!(app.get(&format!("/api/v1/activities/{POLL}/receipts/99")).await.problem(), "not-found");
}

#[tokio::test]
async fn after_the_seal_a_receipt_stands_under_the_sealed_checkpoint() {
    let app = TestApp::demo().await;
    for _ in 0..10 {
        app.vote("fico").await;
    }
    app.clock.set(Timestamp(NOON + 61));
    let receipt = async || -> u64 {
        let text = app.get(&format!("/api/v1/activities/{POLL}/receipts/1")).await.text();
        let receipt: Receipt = text.parse().unwrap();
        receipt.checkpoint.lines().nth(1).unwrap().parse().unwrap()
    };
    let log = async || -> u64 {
        let note = app.get(&format!("/log/a/{POLL}/checkpoint")).await.text();
        note.lines().nth(1).unwrap().parse().unwrap()
    };
    assert_eq!(receipt().await, 11, "rules and ten ballots");
    app.end().await;
    // Openings and tally follow the seal; a receipt does not move with them.
    while log().await < 14 {
        tokio::task::yield_now().await;
    }
    assert_eq!(receipt().await, 12);
}
