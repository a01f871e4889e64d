//! A contest over HTTP: who may enter, what is sealed, and that everybody can check who won.

use axum::http::StatusCode;
use fanfare::beacon;
use fanfare::engine::DrawError;
use fanfare_shared::draw::beacon::BeaconError;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::leaf::BeaconKind;
use fanfare_shared::time::Timestamp;
use fanfare_shared::verify::report::Count;
use fanfare_shared::verify::{Trust, Verdict, bundle, receipt};
use serde_json::{Value, json};

use crate::app::{Answer, NOON, TestApp, fresh};

/// The contest of the document below.
pub(crate) const PRIZES: &str = "c2ontest2ontest2ontest2ont";

/// Opens at noon, closes an hour later, is drawn a minute after that from the demonstration's beacon.
const DOCUMENT: &str = r#"
format = 1
campaign = "bici"
brand = "aurora"
brand_name = "Gelateria Aurora"
languages = ["en"]
time_zone = "Europe/Rome"
origins = ["*"]
title.en = "A bicycle for the summer"
terms.en = "One entry a person."

[[activities]]
name = "bici"
id = "c2ontest2ontest2ontest2ont"
kind = "contest"
opens = "2026-11-22T12:00:00Z"
closes = "PT1H"

[activities.contest]
beacon = "demo"
reserves = 2
tickets = 2
staff = ["aurora.example"]

[[activities.contest.prizes]]
title.en = "A bicycle"
value = "€ 899"

[[activities.contest.prizes]]
count = 2
title.en = "A mug"

[[activities.questions]]
id = "mail"
type = "email"
text.en = "Your address"

[[activities.questions]]
id = "born"
type = "birth"
min_age = 18
text.en = "When were you born?"

[[activities.questions]]
id = "home"
type = "single"
eligible = ["it"]
text.en = "Where do you live?"

[[activities.questions.options]]
id = "it"
text.en = "Italy"

[[activities.questions.options]]
id = "other"
text.en = "Elsewhere"

[[activities.questions]]
id = "rules"
type = "consent"
version = "2026-11"
text.en = "I accept the official rules"

[[activities.questions]]
id = "news"
type = "consent"
version = "2026-11"
required = false
text.en = "Send me news"
"#;

fn id() -> ActivityId {
    PRIZES.parse().unwrap()
}

pub(crate) async fn contest() -> TestApp {
    let app = TestApp::empty();
    let answer = app.put("bici", DOCUMENT).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    app
}

/// What an entrant in good order fills in.
fn form(address: &str) -> Value {
    json!({"mail": address, "born": "1990-04-30", "home": "it", "rules": "yes"})
}

async fn enter_with(app: &TestApp, participant: Option<&str>, answers: Value) -> Answer {
    let mut body = json!({"act": "entry", "answers": answers});
    if let Some(participant) = participant {
        body["participant"] = participant.into();
    }
    app.act(PRIZES, &format!("key-{:016x}", fresh()), &body).await
}

pub(crate) async fn enter(app: &TestApp, address: &str) -> Value {
    let answer = enter_with(app, None, form(address)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

/// Lets the clock come to a moment, and the committer see it.
pub(crate) async fn at(app: &TestApp, seconds: u64) {
    app.clock.set(Timestamp(NOON + seconds));
    let mut changes = app.app.engine.changes();
    app.app.engine.wake();
    while app.app.engine.activity(&id()).unwrap().sealed.is_none() {
        changes.recv().await.unwrap();
    }
}

async fn verified(app: &TestApp) -> fanfare_shared::verify::Report {
    let bundle = app.get(&format!("/log/a/{PRIZES}/bundle")).await.text();
    let trust = Trust { key: Some(app.app.engine.public_key()), ..Trust::default() };
    bundle::verify(&bundle, &trust)
}

#[tokio::test]
async fn a_contest_goes_from_entries_to_winners_that_everybody_can_check() {
    let app = contest().await;
    let mut entrants = Vec::new();
    for n in 0..12 {
        entrants.push(enter(&app, &format!("anna{n}@example.org")).await);
    }
    assert_eq!(entrants[3]["tickets"], json!({"first": 6, "count": 2}));
    let taken_back = json!({"act": "withdraw", "participant": entrants[0]["participant"]});
    let answer = app.act(PRIZES, "key-withdraw-00000001", &taken_back).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());

    let early = verified(&app).await;
    assert_eq!(early.verdict(), Verdict::NotVerified, "{early}");
    assert!(!beacon::round(&app.app.engine, &[]).await || app.app.engine.waiting_for_a_round().is_empty());

    at(&app, 3_600).await;
    assert_eq!(app.app.engine.waiting_for_a_round(), [id()]);
    assert!(beacon::round(&app.app.engine, &[]).await, "its round is not out: nothing to do");
    assert_eq!(app.app.engine.waiting_for_a_round(), [id()]);
    app.clock.set(Timestamp(NOON + 3_700));
    assert!(beacon::round(&app.app.engine, &[]).await);
    assert_eq!(app.app.engine.waiting_for_a_round(), []);

    let report = verified(&app).await;
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    let Some(Count::Contest(drawn)) = &report.count else { panic!("{report}") };
    assert_eq!(drawn.source, BeaconKind::Demo);
    assert_eq!(drawn.label(), "A demonstration, not a real draw.");
    assert_eq!(drawn.slots.0.len(), 5, "three prizes and two reserves");
    let winners: Vec<String> = drawn.slots.0.iter().map(|slot| slot.holder.to_hex()).collect();
    assert!(!winners.iter().any(|holder| entrants[0]["holder"] == **holder), "who took it back cannot win");
    assert!(winners.iter().all(|holder| entrants.iter().any(|entrant| entrant["holder"] == **holder)));

    let bundle = app.get(&format!("/log/a/{PRIZES}/bundle")).await.text();
    let trust = Trust { key: Some(app.app.engine.public_key()), ..Trust::default() };
    let receipt = entrants[5]["receipt"].as_str().unwrap();
    let judged = receipt::verify(receipt, &trust, Some(&bundle));
    assert_eq!(judged.verdict(), Verdict::Verified, "{judged}");
    for text in [&bundle, receipt] {
        assert!(!text.contains("example.org"), "nobody is named in public bytes");
    }
}

#[tokio::test]
async fn the_same_address_and_the_same_device_enter_once() {
    let app = contest().await;
    let first = enter(&app, "Anna@example.org").await;
    let participant = first["participant"].as_str();
    let again = enter_with(&app, participant, form("bea@example.org")).await;
    assert_eq!(again.problem(), "already-entered");
    let same = enter_with(&app, None, form("anna@EXAMPLE.org")).await;
    assert_eq!((same.problem(), same.fields()), ("refused".to_owned(), vec!["/answers/mail".to_owned()]));
    assert_eq!(same.json()["errors"][0]["slug"], "duplicate");

    let back = json!({"act": "withdraw", "participant": participant});
    assert_eq!(app.act(PRIZES, "key-withdraw-00000002", &back).await.status, StatusCode::CREATED);
    let anew = enter(&app, "anna@example.org").await;
    assert_eq!(anew["tickets"]["first"], 2, "tickets are never given again");
    assert_ne!(anew["holder"], first["holder"]);
}

#[tokio::test]
async fn whoever_may_not_enter_is_told_by_every_answer_that_stands_against_it() {
    let app = contest().await;
    let refused = async |answers: Value| {
        let answer = enter_with(&app, None, answers).await;
        assert_eq!(answer.problem(), "refused", "{}", answer.text());
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors
            .into_iter()
            .map(|error| {
                format!("{} {}", error["pointer"].as_str().unwrap(), error["slug"].as_str().unwrap())
            })
            .collect::<Vec<_>>()
    };
    let with = |field: &str, value: &str| {
        let mut form = form("anna@example.org");
        form[field] = value.into();
        form
    };
    assert_eq!(refused(with("mail", "anna")).await, ["/answers/mail not-an-address"]);
    assert_eq!(refused(with("mail", "anna@aurora.example")).await, ["/answers/mail not-eligible"]);
    assert_eq!(refused(with("born", "2010-01-01")).await, ["/answers/born not-eligible"]);
    assert_eq!(refused(with("born", "soon")).await, ["/answers/born not-a-date"]);
    assert_eq!(refused(with("home", "other")).await, ["/answers/home not-eligible"]);
    let mut without = form("anna@example.org");
    without.as_object_mut().unwrap().remove("rules");
    without["born"] = "2010-13-01".into();
    assert_eq!(refused(without).await, ["/answers/born not-a-date", "/answers/rules required"]);
    assert_eq!(refused(with("prize", "all")).await, ["/answers/prize unknown-question"]);
    let log = app.app.engine.log(&fanfare::engine::LogId::Activity(id())).unwrap();
    assert_eq!(log.size(), 1, "nothing was written but the rules");
}

#[tokio::test]
async fn entries_are_taken_while_it_is_open_and_only_entries() {
    let app = contest().await;
    let ballot = app
        .act(PRIZES, "key-ballot-000000001", &json!({"act": "ballot", "answers": form("a@example.org")}))
        .await;
    assert_eq!((ballot.problem(), ballot.fields()), ("refused".to_owned(), vec!["/act".to_owned()]));
    app.clock.set(Timestamp(NOON + 3_599));
    enter(&app, "anna@example.org").await;
    app.clock.set(Timestamp(NOON + 3_600));
    assert_eq!(enter_with(&app, None, form("bea@example.org")).await.problem(), "closed");
    let later = DOCUMENT
        .replace("12:00:00Z", "15:00:00Z")
        .replace("ontest2", "ontest3")
        .replace("\"bici\"", "\"dopo\"");
    assert_eq!(app.put("dopo", &later).await.status, StatusCode::OK);
    let early = json!({"act": "entry", "answers": form("anna@example.org")});
    let early = app.act(&PRIZES.replace("ontest2", "ontest3"), "key-early-0000000001", &early).await;
    assert_eq!(early.problem(), "not-open-yet");
    app.demo_polls().await;
    let entry = json!({"act": "entry", "answers": {"gusto": "fico"}});
    assert_eq!(app.act(crate::app::POLL, "key-entry-0000000001", &entry).await.problem(), "refused");
}

#[tokio::test]
async fn nothing_of_a_contest_can_change_once_it_is_there() {
    let app = contest().await;
    for (from, to, place) in [
        ("€ 899", "€ 89", "/activities/0/contest"),
        ("reserves = 2", "reserves = 3", "/activities/0/contest"),
        ("min_age = 18", "min_age = 16", "/activities/0/questions"),
        ("One entry a person.", "As many as you like.", "/terms"),
        ("A bicycle for the summer", "A bicycle for all", "/title"),
        ("closes = \"PT1H\"", "closes = \"2026-11-22T14:00:00Z\"", "/activities/0/closes"),
    ] {
        let answer = app.put("bici", &DOCUMENT.replacen(from, to, 1)).await;
        assert_eq!(
            (answer.problem(), answer.fields()),
            ("rules-fixed".to_owned(), vec![place.to_owned()]),
            "{to}"
        );
    }
    let same =
        app.put("bici", &DOCUMENT.replace("origins = [\"*\"]", "origins = [\"https://a.example\"]")).await;
    assert_eq!(same.status, StatusCode::OK, "what surrounds it is free: {}", same.text());
}

#[tokio::test]
async fn a_draw_takes_the_value_of_its_own_round_and_happens_once() {
    let app = contest().await;
    for n in 0..5 {
        enter(&app, &format!("anna{n}@example.org")).await;
    }
    let engine = &app.app.engine;
    let beacon = engine.activity(&id()).unwrap().contest.clone().unwrap().rules.beacon;
    let value = engine.demonstration().sign(beacon.round).to_string();
    assert!(matches!(engine.draw(&id(), &value).await, Err(DrawError::NotSealed)));
    at(&app, 3_700).await;
    let real =
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";
    let next = engine.demonstration().sign(beacon.round + 1).to_string();
    for (wrong, why) in [
        (real, BeaconError::Forged),
        (&next, BeaconError::Forged),
        (&value.to_uppercase(), BeaconError::Signature),
        (&format!("c0{}", "0".repeat(94)), BeaconError::Signature),
        ("", BeaconError::Signature),
    ] {
        let Err(DrawError::Beacon(error)) = engine.draw(&id(), wrong).await else { panic!("{wrong}") };
        assert_eq!(error, why, "{wrong}");
    }
    let unknown = "aaaaaaaaaaaaaaaaaaaaaaaaaa".parse().unwrap();
    assert!(matches!(engine.draw(&unknown, &value).await, Err(DrawError::UnknownContest)));
    let id = id();
    let (one, two) = tokio::join!(engine.draw(&id, &value), engine.draw(&id, &value));
    assert!(one.is_ok() && two.is_ok());
    engine.draw(&id, &value).await.unwrap();
    let report = verified(&app).await;
    assert_eq!(report.verdict(), Verdict::Verified, "one result, no misconduct: {report}");
}

#[tokio::test]
async fn who_is_erased_leaves_tickets_and_no_name_and_may_enter_anew() {
    let app = contest().await;
    let first = enter(&app, "annamaria@example.org").await;
    enter(&app, "bea@example.org").await;
    for (file, bytes) in app.files() {
        assert!(!bytes.windows(9).any(|window| window == b"annamaria"), "{file}");
    }
    let own = json!({"participant": first["participant"]}).to_string().into_bytes();
    let path = "/api/v1/participants/acts";
    let acts = app.body(axum::http::Method::POST, path, "application/json", own.clone()).await.json();
    assert_eq!(acts["acts"][0]["answers"]["mail"], "annamaria@example.org");
    assert_eq!(acts["acts"][0]["tickets"], json!({"first": 0, "count": 2}));
    let erase = "/api/v1/participants/erase";
    let erased = app.body(axum::http::Method::POST, erase, "application/json", own.clone()).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT, "{}", erased.text());
    let acts = app.body(axum::http::Method::POST, path, "application/json", own).await.json();
    assert_eq!(acts["acts"], json!([]));
    let anew = enter(&app, "annamaria@example.org").await;
    assert_eq!(anew["tickets"]["first"], 4);

    at(&app, 3_700).await;
    assert!(beacon::round(&app.app.engine, &[]).await);
    assert_eq!(app.app.engine.clock().now(), Timestamp(NOON + 3_700));
    let report = verified(&app).await;
    assert_eq!(report.verdict(), Verdict::Verified, "{report}");
    let Some(Count::Contest(drawn)) = &report.count else { panic!("{report}") };
    assert_eq!(drawn.slots.0.len(), 3, "the erased entry stays in the list and may win");
}

#[tokio::test]
async fn a_real_beacon_is_waited_for_where_nobody_can_be_asked() {
    let app = TestApp::empty();
    let answer = app.put("bici", &DOCUMENT.replace("beacon = \"demo\"", "beacon = \"drand\"")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    enter(&app, "anna@example.org").await;
    // Closed at 13:00, drawn at 13:30, sealed twenty minutes before: until then the team looks at the entries.
    app.clock.set(Timestamp(NOON + 3_700));
    app.app.engine.wake();
    assert_eq!(enter_with(&app, None, form("bea@example.org")).await.problem(), "closed");
    assert_eq!(app.app.engine.activity(&id()).unwrap().sealed, None);
    at(&app, 3_600 + 1_800).await;
    assert!(!beacon::round(&app.app.engine, &[]).await, "no relay is configured");
    assert_eq!(app.app.engine.waiting_for_a_round(), [id()]);
    assert_eq!(verified(&app).await.verdict(), Verdict::NotVerified);
}
