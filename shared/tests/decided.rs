//! Places where the first text was silent: each decision of `docs/PROTOCOL.md` has its vector.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

mod support;

use fanfare_shared::log::origin::Host;
use fanfare_shared::verify::LogState;
use fanfare_shared::verify::registry::RegistryView;
use serde_json::{Value, json};
use support::{decided, text};

fn leaves(case: &Value) -> Vec<&str> {
    case["leaves"].as_array().unwrap().iter().map(text).collect()
}

fn after(leaves: &[&str]) -> LogState {
    let mut state = LogState::new();
    for leaf in leaves {
        state.apply_bytes(leaf.as_bytes()).unwrap();
    }
    state
}

#[test]
fn the_last_leaf_of_each_log_is_accepted_or_refused_as_decided() {
    for case in decided()["logs"].as_array().unwrap() {
        let leaves = leaves(case);
        let (last, before) = leaves.split_last().unwrap();
        let step = after(before).apply_bytes(last.as_bytes()).err().map(|refusal| refusal.step.name());
        assert_eq!(step, case["step"].as_str(), "{}: {}", case["name"], case["decides"]);
    }
}

#[test]
fn support_follows_merges_and_their_undoing() {
    for case in decided()["boards"].as_array().unwrap() {
        let state = after(&leaves(case));
        let counts = state.board().unwrap().count(&|index| state.is_void(index));
        let counts = counts.iter().map(|idea| (idea.subject.clone(), json!([idea.client, idea.server])));
        assert_eq!(Value::Object(counts.collect()), case["supports"], "{}", case["name"]);
    }
}

#[test]
fn registries_are_read_in_their_order() {
    let decided = decided();
    let log = format!("fanfare.example/log/a/{}", text(&decided["activity"])).parse().unwrap();
    let rules = text(&decided["rules"]).parse().unwrap();
    for case in decided["registries"].as_array().unwrap() {
        let view = RegistryView::read(&leaves(case), &log, &rules);
        let read = json!({
            "open": view.open,
            "size": view.seal.map(|seal| seal.size),
            "refused": view.refused.is_some(),
            "misconduct": view.misconduct.len(),
        });
        for (name, value) in read.as_object().unwrap() {
            assert_eq!(*value, case[name], "{}: {name}", case["name"]);
        }
    }
}

#[test]
fn hosts_have_one_spelling() {
    let hosts = &decided()["hosts"];
    for host in hosts["accepted"].as_array().unwrap() {
        assert!(text(host).parse::<Host>().is_ok(), "{host}");
    }
    for host in hosts["refused"].as_array().unwrap() {
        assert!(text(host).parse::<Host>().is_err(), "{host}");
    }
}

#[cfg(feature = "signatures")]
#[test]
fn bundles_are_judged_as_decided() {
    use fanfare_shared::verify::report::Count;
    use fanfare_shared::verify::{Step, Trust, bundle};

    let trust = Trust { key: Some(support::pinned_key(&support::vectors())), ..Trust::default() };
    for case in decided()["bundles"].as_array().unwrap() {
        let report = bundle::verify(&case["bundle"].to_string(), &trust);
        let step = Step::ALL.iter().find(|step| step.name() == text(&case["step"])).unwrap();
        let name = text(&case["name"]);
        assert_eq!(report.status(*step).unwrap().to_string(), text(&case["status"]), "{name}\n{report}");
        assert_eq!(report.verdict().to_string(), text(&case["verdict"]), "{name}\n{report}");
        let tally = report.count.map(|count| match count {
            Count::Poll(poll) => poll.tally.encode(),
            Count::Contest(_) | Count::Board(_) => String::new(),
        });
        assert_eq!(tally.as_deref(), case["tally"].as_str(), "{name}");
    }
}

#[cfg(feature = "signatures")]
#[test]
fn contests_are_judged_as_decided() {
    use fanfare_shared::verify::report::Count;
    use fanfare_shared::verify::{Step, Trust, Verdict, bundle};

    let vectors: Value = serde_json::from_str(include_str!("vectors/contest_v1.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 38);
    for case in cases {
        let name = text(&case["name"]);
        let believed = case.get("witnesses").unwrap_or(&vectors["pinned"]["witnesses"]);
        let trust = Trust {
            key: Some(support::pinned_key(&vectors)),
            witnesses: believed.as_array().unwrap().iter().map(|key| text(key).parse().unwrap()).collect(),
            seal_code: case.get("seal-code").map(|code| text(code).parse().unwrap()),
        };
        let mut changed = vectors["bundle"].clone();
        support::patch(&mut changed, &case["patch"]);
        let report = bundle::verify(&changed.to_string(), &trust);
        let step = Step::ALL.iter().find(|step| step.name() == text(&case["step"])).unwrap();
        assert_eq!(report.status(*step).unwrap().to_string(), text(&case["status"]), "{name}\n{report}");
        assert_eq!(report.verdict().to_string(), text(&case["verdict"]), "{name}\n{report}");
        assert!(
            case.get("label").is_none_or(|label| report.to_string().contains(text(label))),
            "{name}\n{report}"
        );
        let Some(Count::Contest(drawn)) = &report.count else {
            assert!(report.verdict() == Verdict::Refused || case.get("has").is_none(), "{name}\n{report}");
            continue;
        };
        assert_eq!(drawn.time.name().get(..1), Some(case["time"].to_string().as_str()), "{name}");
        let held = case["has"].as_array().unwrap().iter().map(|of| of.as_u64().unwrap());
        let has = (1..).zip(held.clone()).map(|(slot, _)| drawn.standing.holder(slot).unwrap_or(0));
        assert!(has.eq(held), "{name}\n{report}");
    }
}
