//! The independent verifier, `docs/verify.py`, agrees with this one: on the vectors and on every mutation of the poll.
#![cfg(all(feature = "signatures", not(target_family = "wasm")))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

mod support;

use std::path::PathBuf;
use std::process::{Command, Output};

use fanfare_shared::verify::{Trust, bundle, receipt};
use support::{decided, patch, pinned_key, text, vectors};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/verify.py");
const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/log_v1.json");
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/certificate_v1.json");

/// Runs the script; none where there is no Python.
fn verify_py(arguments: &[&str]) -> Option<Output> {
    match Command::new("python3").arg(SCRIPT).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("verify.py was not run: {error}. Install python3 to compare the two verifiers.");
            None
        }
    }
}

fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn its_self_test_passes() {
    let Some(output) = verify_py(&["--self-test", VECTORS, CERTIFICATE]) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn both_verifiers_give_every_bundle_of_a_poll_the_same_verdict() {
    let vectors = vectors();
    let key = text(&vectors["pinned"]["key"]);
    let trust = Trust { key: Some(pinned_key(&vectors)), ..Trust::default() };
    let poll = &vectors["poll"]["bundle"];
    let mutated =
        vectors["tamper"].as_array().unwrap().iter().filter(|case| case["base"] == "poll").map(|case| {
            let mut bundle = poll.clone();
            patch(&mut bundle, &case["patch"]);
            (text(&case["name"]), bundle)
        });
    let decided = decided();
    let decided = decided["bundles"].as_array().unwrap().iter();
    let decided = decided.map(|case| (text(&case["name"]), case["bundle"].clone()));
    for (name, bundle) in mutated.chain(decided).chain([("genuine", poll.clone())]) {
        let bundle = bundle.to_string();
        let path = file(&format!("verify-py-{name}.json"), &bundle);
        let Some(output) = verify_py(&["--key", key, &path]) else { return };
        let verdict = bundle::verify(&bundle, &trust).verdict();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.lines().any(|line| line == verdict.to_string()), "{name}: {verdict}\n{said}");
        assert_eq!(output.status.code(), Some(i32::from(!verdict.stands())), "{name}\n{said}");
    }
}

#[test]
fn both_verifiers_accept_the_receipt_and_refuse_a_changed_one() {
    let vectors = vectors();
    let (key, trust) =
        (text(&vectors["pinned"]["key"]), Trust { key: Some(pinned_key(&vectors)), ..Trust::default() });
    let bundle = vectors["poll"]["bundle"].to_string();
    let bundle_path = file("verify-py-receipt-bundle.json", &bundle);
    let genuine = text(&vectors["poll"]["receipt"]["private"]);
    let changed = genuine.replacen("index 15", "index 14", 1);
    assert_ne!(genuine, changed);
    for (name, receipt, code) in [("genuine", genuine, 0), ("changed", &changed, 1)] {
        let path = file(&format!("verify-py-receipt-{name}.txt"), receipt);
        let Some(output) = verify_py(&["--key", key, &path, &bundle_path]) else { return };
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(receipt::verify(receipt, &trust, Some(&bundle)).verdict().stands(), code == 0);
    }
}

#[test]
fn it_tells_usage_and_what_it_could_not_fetch_apart() {
    let Some(output) = verify_py(&[]) else { return };
    assert_eq!(output.status.code(), Some(2));
    let output = verify_py(&["/nowhere/bundle.json"]).unwrap();
    assert_eq!(output.status.code(), Some(3));
    let vectors = vectors();
    let contest = file("verify-py-contest.json", &vectors["contest"]["bundle"].to_string());
    assert_eq!(verify_py(&[&contest]).unwrap().status.code(), Some(1));
}
