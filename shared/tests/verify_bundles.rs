//! Whole logs and receipts judged: the genuine ones, and every mutation by the step that must catch it.
#![cfg(feature = "signatures")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

mod support;

use fanfare_shared::receipt::Receipt;
use fanfare_shared::verify::drawn::TimeGrade;
use fanfare_shared::verify::report::{Basis, Count};
use fanfare_shared::verify::{Report, Status, Step, Trust, Verdict, bundle, receipt};
use serde_json::{Value, json};
use support::{patch, pinned_key, pinned_witnesses, text, vectors};

fn trust(vectors: &Value) -> Trust {
    Trust { key: Some(pinned_key(vectors)), witnesses: pinned_witnesses(vectors), seal_code: None }
}

fn verify(vectors: &Value, bundle: &Value) -> Report {
    bundle::verify(&bundle.to_string(), &trust(vectors))
}

#[test]
fn the_genuine_poll_is_verified_and_recounted() {
    let vectors = vectors();
    let report = verify(&vectors, &vectors["poll"]["bundle"]);
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    let Some(Count::Poll(poll)) = &report.count else { panic!("{report}") };
    assert_eq!(poll.basis, Basis::Recounted);
    assert_eq!(poll.tally.encode(), text(&vectors["poll"]["tally_text"]));
    assert!(report.to_string().contains("Never claimed"));
}

#[test]
fn the_genuine_board_is_verified_and_counted() {
    let vectors = vectors();
    let report = verify(&vectors, &vectors["board"]["bundle"]);
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    assert!(matches!(&report.count, Some(Count::Board(ideas)) if ideas.len() == 3));
}

#[test]
fn the_genuine_contest_is_verified_and_drawn() {
    let vectors = vectors();
    let report = verify(&vectors, &vectors["contest"]["bundle"]);
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    let Some(Count::Contest(drawn)) = &report.count else { panic!("{report}") };
    let published = &vectors["contest"]["draw"];
    assert_eq!(drawn.transcript, text(&published["transcript"]));
    assert_eq!(drawn.slots.encode(), text(&published["slots_text"]));
    assert_eq!(drawn.slots.hash().to_hex(), text(&published["slots"]));
    assert_eq!(drawn.seal_code.to_string(), text(&vectors["contest"]["sealed"]["seal_code"]));
    assert_eq!(drawn.label(), text(&vectors["contest"]["grades"]["label"]));
    assert_eq!(drawn.time, TimeGrade::Witnessed);
    let calls: Vec<Value> = drawn
        .calls
        .iter()
        .map(|call| {
            let words: Vec<String> = call.words.iter().map(u64::to_string).collect();
            json!({
                "bound": call.bound, "words": words, "ticket": call.ticket, "leaf": call.leaf,
                "outcome": call.outcome.name()
            })
        })
        .collect();
    assert_eq!(Value::from(calls), published["calls"]);
    for (slot, of) in published["holder_of_each_prize_slot_after_the_skips"].as_object().unwrap() {
        assert_eq!(drawn.standing.holder(slot.parse().unwrap()), of.as_u64(), "slot {slot}");
    }
    assert!(report.to_string().contains("Never claimed"));
}

#[test]
fn every_mutation_is_caught_by_its_step() {
    let vectors = vectors();
    let cases = vectors["tamper"].as_array().unwrap();
    assert_eq!(cases.len(), 88);
    for case in cases {
        let (name, base) = (text(&case["name"]), text(&case["base"]));
        let mut bundle = vectors[base]["bundle"].clone();
        patch(&mut bundle, &case["patch"]);
        let report = verify(&vectors, &bundle);
        let step = Step::ALL.iter().find(|step| step.name() == text(&case["caught_by"])).unwrap();
        let status = report.status(*step).map(|status| status.to_string());
        assert_eq!(status.as_deref(), Some(text(&case["status"])), "{name}\n{report}");
        assert_eq!(report.verdict().to_string(), text(&case["verdict"]), "{name}\n{report}");
        let told = match &report.count {
            Some(Count::Contest(_)) => report.verdict() != Verdict::Refused,
            Some(Count::Poll(_) | Count::Board(_)) => report.verdict().stands(),
            None => true,
        };
        assert!(told, "{name}\n{report}");
    }
}

/// Changes one character of a string somewhere in the bundle.
fn strings<'a>(value: &'a mut Value, found: &mut Vec<&'a mut String>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(list) => list.iter_mut().for_each(|value| strings(value, found)),
        Value::Object(map) => map.values_mut().for_each(|value| strings(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether the change only makes a witness's signature one of an unknown key, which is passed over.
fn hides_a_witness(line: &str, changed: &str) -> bool {
    line.starts_with("— w") && {
        let parts = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            (words.next(), words.next(), words.next())
        };
        let ((dash, name, signature), (dash_now, name_now, signature_now)) = (parts(line), parts(changed));
        // The key's id is in the first 6 characters of the signature.
        let id = |signature: Option<String>| signature.map(|s| s.chars().take(6).collect::<String>());
        dash == dash_now && (name != name_now || id(signature) != id(signature_now))
    }
}

#[test]
fn no_single_changed_character_of_the_poll_goes_unnoticed() {
    let vectors = vectors();
    let original = vectors["poll"]["bundle"].clone();
    let trust = trust(&vectors);
    let mut genuine = original.clone();
    let mut all = Vec::new();
    strings(&mut genuine, &mut all);
    let lengths: Vec<usize> = all.iter().map(|text| text.chars().count()).collect();
    let total: usize = lengths.iter().sum();
    assert!(total > 14_000);
    // Every sixth character: a deterministic sample that meets every string.
    let mut checked = 0;
    for at in (0..total).step_by(6) {
        let (mut string, mut place) = (0, at);
        while place >= lengths[string] {
            place -= lengths[string];
            string += 1;
        }
        let mut changed = original.clone();
        let mut all = Vec::new();
        strings(&mut changed, &mut all);
        let before = all[string].clone();
        let character = before.chars().nth(place).unwrap();
        let other = if character == '0' {
            '1'
        } else if character == 'A' {
            'B'
        } else {
            '0'
        };
        *all[string] = before.chars().enumerate().map(|(n, c)| if n == place { other } else { c }).collect();
        let after = all[string].clone();
        let passed_over =
            before.lines().zip(after.lines()).any(|(line, now)| line != now && hides_a_witness(line, now));
        let report = bundle::verify(&changed.to_string(), &trust);
        assert!(!report.verdict().stands() || passed_over, "{string} {place}: {before:?}\n{report}");
        checked += 1;
    }
    assert!(checked > 2_000);
}

#[test]
fn a_missing_or_unknown_member_is_refused() {
    let vectors = vectors();
    for member in ["format", "key", "log", "registry", "documents", "receipts"] {
        let mut bundle = vectors["poll"]["bundle"].clone();
        bundle.as_object_mut().unwrap().remove(member);
        assert_eq!(verify(&vectors, &bundle).verdict(), Verdict::Refused, "{member}");
    }
    let mut bundle = vectors["poll"]["bundle"].clone();
    bundle["more"] = Value::Null;
    assert_eq!(verify(&vectors, &bundle).verdict(), Verdict::Refused);
    assert_eq!(bundle::verify("", &Trust::default()).verdict(), Verdict::Refused);
}

#[test]
fn another_pinned_key_refuses_and_none_says_so() {
    let vectors = vectors();
    let bundle = vectors["poll"]["bundle"].to_string();
    let other = Trust { key: Some([7; 32]), ..Trust::default() };
    assert_eq!(bundle::verify(&bundle, &other).status(Step::LogSignature), Some(Status::Fail));
    let report = bundle::verify(&bundle, &Trust::default());
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    assert!(report.trust.contains("named by the bundle itself"));
}

#[test]
fn an_unsealed_poll_is_not_verified_yet_and_nothing_fails() {
    use fanfare_shared::log::checkpoint::Checkpoint;
    use fanfare_shared::log::merkle::leaf_hash;
    use fanfare_shared::log::note::NoteSigner;
    use fanfare_shared::log::tree::WholeTree;

    let vectors = vectors();
    let secret = data_encoding::HEXLOWER.decode(text(&vectors["keys"]["log"]["secret"]).as_bytes()).unwrap();
    let signer = NoteSigner::from_seed(&secret.try_into().unwrap());
    let sign = |origin: &str, leaves: &[Value]| {
        let tree = WholeTree::from_leaves(leaves.iter().map(|leaf| leaf_hash(text(leaf).as_bytes())));
        let checkpoint =
            Checkpoint { origin: origin.to_owned(), size: tree.tree().size(), root: tree.tree().root() };
        checkpoint.sign(&signer).unwrap()
    };
    let mut bundle = vectors["poll"]["bundle"].clone();
    let origin = "fanfare.example/log/a/a7bq67dzcsfonq2rdrb6bxyen3";
    let leaves = bundle["log"]["leaves"].as_array().unwrap()[..22].to_vec();
    bundle["log"] = serde_json::json!({ "checkpoints": [sign(origin, &leaves)], "leaves": leaves });
    let leaves = bundle["registry"]["leaves"].as_array().unwrap()[..3].to_vec();
    let checkpoint = sign("fanfare.example/log/registry/aurora", &leaves);
    bundle["registry"] = serde_json::json!({ "checkpoints": [checkpoint], "leaves": leaves });
    bundle["receipts"].as_array_mut().unwrap().truncate(1);
    let report = verify(&vectors, &bundle);
    assert_eq!(report.verdict(), Verdict::NotVerified, "{report}");
    assert_eq!(report.status(Step::Seal), Some(Status::NotVerified));
    assert_eq!(report.status(Step::Locks), Some(Status::Ok));

    // A receipt does not need the seal.
    let private = text(&vectors["poll"]["receipt"]["private"]);
    let report = receipt::verify(private, &trust(&vectors), Some(&bundle.to_string()));
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
}

#[test]
fn receipts_are_verified_against_their_log_and_not_without_it() {
    let vectors = vectors();
    let trust = trust(&vectors);
    for base in ["contest", "poll", "board"] {
        let bundle = vectors[base]["bundle"].to_string();
        for form in ["private", "public", "sealed"] {
            let text = text(&vectors[base]["receipt"][form]);
            let report = receipt::verify(text, &trust, Some(&bundle));
            assert_eq!(report.verdict(), Verdict::Verified, "{base} {form}\n{report}");
            let alone = receipt::verify(text, &trust, None);
            assert_eq!(alone.verdict(), Verdict::NotVerified, "{base} {form}\n{alone}");
            assert_eq!(alone.status(Step::LogRoot), Some(Status::Ok));
            let unknown = receipt::verify(text, &Trust::default(), None);
            assert_eq!(unknown.status(Step::LogSignature), Some(Status::NotVerified));
        }
        let other = if base == "poll" { "board" } else { "poll" };
        let report = receipt::verify(text(&vectors[other]["receipt"]["public"]), &trust, Some(&bundle));
        assert_eq!(report.verdict(), Verdict::Refused);
    }
}

#[test]
fn no_single_changed_character_of_a_receipt_goes_unnoticed() {
    let vectors = vectors();
    let trust = trust(&vectors);
    let bundle = vectors["poll"]["bundle"].to_string();
    let text = text(&vectors["poll"]["receipt"]["private"]);
    let original: Receipt = text.parse().unwrap();
    let mut changes = 0;
    for (at, character) in text.char_indices().step_by(3) {
        let other = if character == 'A' { 'B' } else { 'A' };
        let mut changed = text.to_owned();
        changed.replace_range(at..at + character.len_utf8(), other.encode_utf8(&mut [0; 4]));
        let report = receipt::verify(&changed, &trust, Some(&bundle));
        assert_ne!(changed.parse::<Receipt>().ok().as_ref(), Some(&original));
        assert!(!report.verdict().stands(), "{at}: {changed}\n{report}");
        changes += 1;
    }
    assert!(changes > 500);
}
