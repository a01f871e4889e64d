//! Which leaves may stand where: all that must be refused, by the step named for it, and all that must be accepted.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

mod support;

use data_encoding::HEXLOWER;
use fanfare_shared::log::leaf::{RegistryLeaf, Seal};
use fanfare_shared::verify::{LogState, Step};
use serde_json::Value;
use support::{text, vectors};

/// The state after the first leaves of a base.
fn after(vectors: &Value, case: &Value) -> LogState {
    let mut state = LogState::new();
    if let Some(after) = case["after"].as_array() {
        let leaves = vectors[text(&after[0])]["bundle"]["log"]["leaves"].as_array().unwrap();
        let count = usize::try_from(after[1].as_u64().unwrap()).unwrap();
        for leaf in &leaves[..count] {
            state.apply_bytes(text(leaf).as_bytes()).unwrap();
        }
    }
    state
}

fn bytes(case: &Value) -> Vec<u8> {
    match case["hex"].as_str() {
        Some(hex) => HEXLOWER.decode(hex.as_bytes()).unwrap(),
        None => text(&case["text"]).as_bytes().to_vec(),
    }
}

#[test]
fn every_leaf_that_must_be_refused_is_refused_by_its_step_and_changes_nothing() {
    let vectors = vectors();
    let cases = vectors["refused"].as_array().unwrap();
    assert_eq!(cases.len(), 130);
    for case in cases {
        let (name, step) = (text(&case["name"]), text(&case["step"]));
        if case["log"] == "registry" {
            assert!(RegistryLeaf::decode(&bytes(case)).is_err() && step == "grammar", "{name}");
            continue;
        }
        let mut state = after(&vectors, case);
        let before = format!("{state:?}");
        let refusal = state.apply_bytes(&bytes(case)).unwrap_err();
        assert_eq!(refusal.step.name(), step, "{name}: {refusal}");
        assert_eq!(format!("{state:?}"), before, "{name}");
    }
}

#[test]
fn the_odd_leaves_that_must_be_accepted_are() {
    let vectors = vectors();
    for case in vectors["accepted"].as_array().unwrap() {
        let mut state = after(&vectors, case);
        state.apply_bytes(&bytes(case)).unwrap_or_else(|refusal| panic!("{}: {refusal}", case["name"]));
    }
}

#[test]
fn whole_logs_are_accepted_and_counted() {
    let vectors = vectors();
    let whole = |base: &str| {
        let leaves = vectors[base]["bundle"]["log"]["leaves"].as_array().unwrap().len();
        after(&vectors, &serde_json::json!({ "after": [base, leaves] }))
    };
    let contest = whole("contest");
    assert_eq!(contest.seal_counts(), Some(Seal::Entries { entries: 39, holders: 29, tickets: 76, void: 6 }));
    assert_eq!(contest.sealed(), Some(43));
    let poll = whole("poll");
    assert_eq!(poll.sealed(), Some(22));
    assert_eq!(poll.poll().unwrap().live_holders(&|index| poll.is_void(index)), 12);
    let board = whole("board");
    for idea in board.board().unwrap().count(&|index| board.is_void(index)) {
        let expected = &vectors["board"]["supports_client_server"][&idea.subject];
        assert_eq!(serde_json::json!([idea.client, idea.server]), *expected, "{}", idea.subject);
    }
}

#[test]
fn steps_have_the_names_of_the_catalogue() {
    let vectors = vectors();
    let known: Vec<&str> = Step::ALL.iter().map(|step| step.name()).collect();
    let named = vectors["tamper"].as_array().unwrap().iter().map(|case| &case["caught_by"]);
    for name in named.chain(vectors["refused"].as_array().unwrap().iter().map(|case| &case["step"])) {
        assert!(known.contains(&text(name)), "{name}");
    }
}
