//! Certificates of draws over HTTP: what they show by themselves, and that nothing in them can be changed.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use fanfare::beacon;
use fanfare_shared::time::Timestamp;
use fanfare_shared::verify::report::Count;
use fanfare_shared::verify::{Report, Status, Step, Trust, Verdict, certificate};
use serde_json::{Value, json};

use crate::app::{NOON, TestApp};
use crate::contest::{PRIZES, at, contest, enter};

fn address() -> String {
    format!("/api/v1/activities/{PRIZES}/draws/1/certificate")
}

fn judged(app: &TestApp, certificate: &str, receipts: &[&str]) -> Report {
    let trust = Trust { key: Some(app.app.engine.public_key()), ..Trust::default() };
    certificate::verify(certificate, receipts, &trust)
}

/// A contest with many withdrawals that is drawn, what its entrants were told, and its certificate.
async fn drawn() -> (TestApp, Vec<Value>, Value) {
    let app = contest().await;
    let mut entrants = Vec::new();
    for n in 0..24 {
        entrants.push(enter(&app, &format!("anna{n}@example.org")).await);
    }
    for (n, entrant) in entrants.iter().enumerate().skip(8) {
        let body = json!({"act": "withdraw", "participant": entrant["participant"]});
        let answer = app.act(PRIZES, &format!("key-withdraw-{n:08}"), &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
    at(&app, 3_700).await;
    let early = app.get(&address()).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    assert!(early.text().contains("it follows its beacon's round"), "{}", early.text());
    assert!(beacon::round(&app.app.engine, &[]).await);
    let certificate = app.get(&address()).await;
    assert_eq!(certificate.status, StatusCode::OK, "{}", certificate.text());
    (app, entrants, certificate.json())
}

#[tokio::test]
async fn a_certificate_shows_the_winners_and_ones_own_tickets_without_the_other_entries() {
    let (app, entrants, certificate) = drawn().await;
    let text = certificate.to_string();
    assert!(!text.contains("example.org"), "nobody is named in public bytes");
    let outcomes = |name: &str| {
        certificate["calls"].as_array().unwrap().iter().filter(|call| call["outcome"] == name).count()
    };
    assert_eq!(outcomes("selected"), 5);
    assert!(outcomes("void") > 0, "with two of three withdrawn a void ticket is drawn");

    let receipt = entrants[5]["receipt"].as_str().unwrap();
    let early = judged(&app, &text, &[receipt]);
    assert_eq!(early.status(Step::Receipts), Some(Status::NotVerified), "{early}");
    let index = entrants[5]["index"].as_u64().unwrap();
    let sealed = app.get(&format!("/api/v1/activities/{PRIZES}/receipts/{index}")).await.text();
    let report = judged(&app, &text, &[&sealed]);
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    assert!(report.to_string().contains("in the draw with tickets 10 to 11, counted from 0"), "{report}");
    assert!(report.to_string().contains("uniqueness not checked"), "{report}");
    let Some(Count::Contest(drawn)) = &report.count else { panic!("{report}") };

    let bundle = app.get(&format!("/api/v1/activities/{PRIZES}/draws/1/bundle")).await.text();
    let trust = Trust { key: Some(app.app.engine.public_key()), ..Trust::default() };
    let full = fanfare_shared::verify::bundle::verify(&bundle, &trust);
    let Some(Count::Contest(all)) = &full.count else { panic!("{full}") };
    assert_eq!(drawn, all, "both checks come to the same draw");
}

/// A certificate for verifiers elsewhere to be tested with: `FANFARE_GOLDEN=write` makes another.
#[tokio::test]
async fn the_certificate_kept_for_other_verifiers_still_holds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/tests/vectors/certificate_v1.json");
    if std::env::var("FANFARE_GOLDEN").as_deref() == Ok("write") {
        let (app, entrants, certificate) = drawn().await;
        let index = entrants[5]["index"].as_u64().unwrap();
        let sealed = app.get(&format!("/api/v1/activities/{PRIZES}/receipts/{index}")).await.text();
        let key = certificate["key"].clone();
        let early = entrants[5]["receipt"].clone();
        let kept = json!({"key": key, "certificate": certificate, "receipt": sealed, "early_receipt": early});
        std::fs::write(path, serde_json::to_string_pretty(&kept).unwrap() + "\n").unwrap();
    }
    let kept: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let key: Vec<u8> = data_encoding::HEXLOWER.decode(kept["key"].as_str().unwrap().as_bytes()).unwrap();
    let trust = Trust { key: key.try_into().ok(), ..Trust::default() };
    let receipt = |name: &str| kept[name].as_str().unwrap();
    let judged =
        |receipt| certificate::verify(&kept["certificate"].to_string(), &[receipt], &trust).verdict();
    assert_eq!(judged(receipt("receipt")), Verdict::Verified);
    assert_eq!(judged(receipt("early_receipt")), Verdict::NotVerified);
}

#[tokio::test]
async fn nothing_in_a_certificate_can_be_changed_left_out_or_added() {
    let (app, _, certificate) = drawn().await;
    let mut places = Vec::new();
    walk(&certificate, String::new(), &mut places);
    assert!(places.len() > 200, "{}", places.len());
    for place in &places {
        for changed in changes(&certificate, place) {
            let report = judged(&app, &changed.to_string(), &[]);
            assert!(!report.verdict().stands(), "{place} was changed and nobody saw it: {report}");
        }
    }
}

/// Every value of a document, by its pointer.
fn walk(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                walk(value, format!("{at}/{name}"), places);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                walk(value, format!("{at}/{n}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places.push(at);
}

/// The document with one value changed, taken away, or beside another.
fn changes(document: &Value, place: &str) -> Vec<Value> {
    let with = |value: Value| {
        let mut changed = document.clone();
        *changed.pointer_mut(place).unwrap() = value;
        changed
    };
    let mut changed = match document.pointer(place).unwrap() {
        Value::String(text) => {
            // The middle of a text: of base64 it is content, of a path's hash a digit.
            let middle = text.len() / 2;
            let other = if text.as_bytes()[middle] == b'0' { "1" } else { "0" };
            vec![with(format!("{}{other}{}", &text[..middle], &text[middle + 1..]).into())]
        }
        Value::Number(n) => vec![with((n.as_u64().unwrap() + 1).into())],
        Value::Object(members) => {
            let mut more = members.clone();
            more.insert("more".to_owned(), Value::Null);
            vec![with(more.into())]
        }
        Value::Array(items) if items.is_empty() => Vec::new(),
        Value::Array(items) => {
            vec![with(items[1..].to_vec().into()), with([items.clone(), items.clone()].concat().into())]
        }
        Value::Null | Value::Bool(_) => Vec::new(),
    };
    if let Some((parent, name)) = place.rsplit_once('/') {
        let mut less = document.clone();
        if let Some(Value::Object(members)) = less.pointer_mut(parent) {
            // An absent `void` is the same as none.
            if !members.remove(name).unwrap().is_null() {
                changed.push(less);
            }
        }
    }
    changed
}

#[tokio::test]
async fn a_certificate_of_another_key_or_of_nothing_is_refused() {
    let (app, _, certificate) = drawn().await;
    let trust = Trust { key: Some([7; 32]), ..Trust::default() };
    let report = certificate::verify(&certificate.to_string(), &[], &trust);
    assert_eq!(report.verdict(), Verdict::Refused);
    for text in ["", "{}", "[]", "null", "{\"format\": \"fanfare-certificate/v1\"}"] {
        assert_eq!(judged(&app, text, &[]).verdict(), Verdict::Refused, "{text}");
    }
    let trust = Trust { seal_code: "0000000000000000".parse().ok(), ..Trust::default() };
    let report = certificate::verify(&certificate.to_string(), &[], &trust);
    assert_eq!(report.status(Step::Witness), Some(Status::Fail), "{report}");
}

#[tokio::test]
async fn the_team_reads_who_won_and_nobody_else_does() {
    let (app, entrants, certificate) = drawn().await;
    let path = format!("/api/v1/activities/{PRIZES}/draws/1/winners");
    assert_eq!(app.get(&path).await.status, StatusCode::UNAUTHORIZED);
    let read = || async {
        let request = Request::get(&path).header("authorization", format!("Bearer {}", app.token));
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["slots"].as_array().unwrap().clone()
    };
    let slots = read().await;
    assert_eq!(slots.len(), 5);
    assert_eq!(slots.iter().filter(|slot| slot["wins"] == true).count(), 3);
    assert_eq!(slots[0]["title"], "A bicycle");
    let first = entrants.iter().find(|entrant| entrant["holder"] == slots[0]["holder"]).unwrap();
    assert_eq!(slots[0]["index"], first["index"]);
    let n = entrants.iter().position(|entrant| entrant == first).unwrap();
    assert_eq!(slots[0]["answers"]["mail"], format!("anna{n}@example.org"));
    assert!(!certificate.to_string().contains("example.org"));

    let own = json!({"participant": first["participant"]}).to_string().into_bytes();
    let erased = app.body(Method::POST, "/api/v1/participants/erase", "application/json", own).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT);
    assert!(read().await[0].get("answers").is_none(), "who is forgotten is a tag alone");
}

#[tokio::test]
async fn the_value_of_the_round_can_be_brought_by_hand() {
    let app = contest().await;
    for n in 0..5 {
        enter(&app, &format!("anna{n}@example.org")).await;
    }
    let rules = app.app.engine.activity(&PRIZES.parse().unwrap()).unwrap().contest.clone().unwrap().rules;
    let (round, secret) = (rules.beacon.round, app.app.engine.demonstration());
    let bring = |round: u64, signature: String, token: Option<String>| {
        let path = format!("/api/v1/activities/{PRIZES}/draws/1/beacon");
        let request = Request::put(path).header("content-type", "application/json");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        let body = json!({"round": round, "signature": signature}).to_string();
        app.send(request.body(Body::from(body)).unwrap())
    };
    let (owner, value) = (Some(app.token.clone()), secret.sign(round).to_string());
    let early = bring(round, value.clone(), owner.clone()).await;
    assert!(early.text().contains("not sealed yet"), "{}", early.text());
    at(&app, 3_700).await;
    assert_eq!(bring(round, value.clone(), None).await.status, StatusCode::UNAUTHORIZED);
    for (round, value, field) in [
        (round + 1, secret.sign(round + 1).to_string(), "/round"),
        (round, secret.sign(round + 1).to_string(), "/signature"),
        (round, String::new(), "/signature"),
    ] {
        let answer = bring(round, value, owner.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(answer.json()["errors"][0]["pointer"], field);
    }
    for _ in 0..2 {
        assert_eq!(bring(round, value.clone(), owner.clone()).await.status, StatusCode::NO_CONTENT);
    }
    let certificate = app.get(&address()).await.text();
    assert_eq!(judged(&app, &certificate, &[]).verdict(), Verdict::Verified);
}

#[tokio::test]
async fn a_contest_has_one_draw_and_others_have_none() {
    let (app, _, _) = drawn().await;
    for path in [
        format!("/api/v1/activities/{PRIZES}/draws/2/certificate"),
        format!("/api/v1/activities/{PRIZES}/draws/2/bundle"),
        "/api/v1/activities/aaaaaaaaaaaaaaaaaaaaaaaaaa/draws/1/certificate".to_owned(),
    ] {
        assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.app.engine.clock().now(), Timestamp(NOON + 3_700));
}
