//! `POST /api/v1/activities/{id}/acts`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use fanfare_shared::ids::{ActivityId, Lock, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{BRAND, NOON, POLL, TestApp, VISIT};

const KEY: &str = "0123456789abcdef";

fn fig() -> Value {
    json!({"act": "ballot", "answers": {"gusto": "fico"}})
}

fn path() -> String {
    format!("/api/v1/activities/{POLL}/acts")
}

async fn ballots(app: &TestApp) -> u64 {
    app.get(&format!("/api/v1/activities/{POLL}/tally")).await.json()["ballots"].as_u64().unwrap()
}

#[tokio::test]
async fn a_ballot_is_counted_and_receipted() {
    let app = TestApp::demo().await;
    let answer = app.act(POLL, KEY, &fig()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("cache-control"), "no-store");
    let reply = answer.json();
    assert_eq!(reply["index"], 1);
    assert_eq!(reply["revision"], 1);
    assert_eq!(reply["custody"], "server");
    assert_eq!(reply["tally"]["ballots"], 1);
    let receipt: Receipt = reply["receipt"].as_str().unwrap().parse().unwrap();
    assert_eq!(receipt.index, 1);
    assert!(receipt.checkpoint.starts_with(&format!("fan.example/log/a/{POLL}\n2\n")));
}

#[tokio::test]
async fn a_retry_gets_the_same_receipt_and_is_counted_once() {
    let app = TestApp::demo().await;
    let first = app.act(POLL, KEY, &fig()).await.json();
    app.vote("limone").await;
    let again = app.act(POLL, KEY, &fig()).await;
    assert_eq!(again.status, StatusCode::OK);
    let again = again.json();
    for same in ["receipt", "participant", "index", "holder", "leaf0_proof"] {
        assert_eq!(again[same], first[same], "{same}");
    }
    assert_eq!(ballots(&app).await, 2);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let app = TestApp::demo().await;
    app.act(POLL, KEY, &fig()).await;
    let other = app.act(POLL, KEY, &json!({"act": "ballot", "answers": {"gusto": "limone"}})).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.problem(), "key-reused");
    assert_eq!(other.fields(), ["header:Idempotency-Key"]);
    assert_eq!(ballots(&app).await, 1);
}

#[tokio::test]
async fn a_change_needs_the_key_of_the_last_lock_and_replaces_the_answer() {
    let app = TestApp::demo().await;
    let activity: ActivityId = POLL.parse().unwrap();
    let (first, second) = (LockKey::new([1; 32]), LockKey::new([2; 32]));
    let lock = |key: &LockKey| -> Lock { commitment::lock(&activity, key) };
    let participant = "ab".repeat(32);
    let ballot = |option: &str, lock: Lock, unlock: Option<&LockKey>| {
        let mut body =
            json!({"act": "ballot", "participant": participant, "answers": {"gusto": option}, "lock": lock});
        if let Some(unlock) = unlock {
            body["unlock"] = json!(unlock.to_hex());
        }
        body
    };
    let reply = app.act(POLL, "key-first-0000001", &ballot("fico", lock(&first), None)).await.json();
    assert_eq!(reply["custody"], "client");

    let missing = app.act(POLL, "key-second-000001", &ballot("limone", lock(&second), None)).await;
    assert_eq!(missing.problem(), "wrong-unlock");
    assert_eq!(missing.fields(), ["/unlock"]);
    let wrong = app.act(POLL, "key-second-000002", &ballot("limone", lock(&second), Some(&second))).await;
    assert_eq!(wrong.problem(), "wrong-unlock");
    let reused = app.act(POLL, "key-second-000003", &ballot("limone", lock(&first), Some(&first))).await;
    assert_eq!(reused.problem(), "lock-used");

    let changed = app.act(POLL, "key-second-000004", &ballot("limone", lock(&second), Some(&first))).await;
    assert_eq!(changed.status, StatusCode::CREATED, "{}", changed.text());
    let changed = changed.json();
    assert_eq!(changed["revision"], 2);
    assert_eq!(changed["holder"], reply["holder"]);
    let options = &changed["tally"]["questions"][0]["options"];
    assert_eq!((&options[1]["count"], &options[2]["count"]), (&json!(0), &json!(1)));
    assert_eq!(ballots(&app).await, 1);
}

#[tokio::test]
async fn a_withdrawn_ballot_no_longer_counts_and_one_may_answer_again() {
    let app = TestApp::demo().await;
    let participant = app.vote("fico").await["participant"].clone();
    let withdraw = json!({"act": "withdraw", "participant": participant});
    let reply = app.act(POLL, KEY, &withdraw).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    assert_eq!(ballots(&app).await, 0);
    let nothing = app.act(POLL, "another-key-00001", &withdraw).await;
    assert_eq!(nothing.problem(), "nothing-to-withdraw");
    let again = json!({"act": "ballot", "participant": participant, "answers": {"gusto": "limone"}});
    assert_eq!(app.act(POLL, "another-key-00002", &again).await.status, StatusCode::CREATED);
    assert_eq!(ballots(&app).await, 1);
}

#[tokio::test]
async fn every_kind_of_question_is_counted() {
    let app = TestApp::demo().await;
    let body = json!({"act": "ballot", "answers": {"momento": ["cena", "merenda"], "voto": 4}});
    let reply = app.act(VISIT, KEY, &body).await.json();
    let questions = &reply["tally"]["questions"];
    assert_eq!(questions[0]["options"][0]["count"], 1);
    assert_eq!(questions[0]["options"][1]["count"], 1);
    assert_eq!(questions[1]["options"][3]["count"], 1);
    assert_eq!(questions[1]["answered"], 1);
}

#[tokio::test]
async fn bad_answers_are_named_one_by_one_and_nothing_is_counted() {
    let app = TestApp::demo().await;
    for (body, fields) in [
        (json!({"act": "ballot", "answers": {"gusto": "plum"}}), vec!["/answers/gusto"]),
        (json!({"act": "ballot", "answers": {"gusto": ["fico", "limone"]}}), vec!["/answers/gusto"]),
        (json!({"act": "ballot"}), vec!["/answers/gusto"]),
        (json!({"act": "ballot", "answers": {"gusto": "fico", "a/b": "x"}}), vec!["/answers/a~1b"]),
        (json!({"act": "ballot", "participant": "me", "answers": {"gusto": "fico"}}), vec!["/participant"]),
        (json!({"act": "ballot", "lock": "AB", "answers": {"gusto": "fico"}}), vec!["/lock"]),
    ] {
        let answer = app.act(POLL, KEY, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.problem(), "refused");
        assert_eq!(answer.fields(), fields);
    }
    let many = json!({"act": "ballot", "answers": {"momento": ["cena", "merenda", "sempre"], "voto": 9}});
    assert_eq!(app.act(VISIT, KEY, &many).await.fields(), ["/answers/momento", "/answers/voto"]);
    assert_eq!(ballots(&app).await, 0);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_so() {
    let app = TestApp::demo().await;
    let send = async |kind: &str, body: &[u8]| {
        let request = Request::post(path())
            .header("content-type", kind)
            .header("idempotency-key", KEY)
            .body(Body::from(body.to_vec()))
            .unwrap();
        app.send(request).await
    };
    assert_eq!(send("application/json", b"{").await.problem(), "malformed-body");
    assert_eq!(send("application/json", b"[1]").await.problem(), "malformed-body");
    assert_eq!(
        send("application/json", b"{\"act\":\"ballot\",\"colour\":1}").await.problem(),
        "malformed-body"
    );
    assert_eq!(send("application/json", b"\xff\xfe").await.problem(), "malformed-body");
    assert_eq!(send("text/plain", b"{}").await.problem(), "unsupported-media-type");
    assert_eq!(send("application/json", &vec![b' '; 70_000]).await.problem(), "too-large");
    assert_eq!(send("application/json", &vec![b' '; 400_000]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let deep = "[".repeat(50_000);
    assert_eq!(send("application/json", deep.as_bytes()).await.problem(), "malformed-body");
}

#[tokio::test]
async fn a_missing_or_short_key_is_named() {
    let app = TestApp::demo().await;
    let answer = app.body(Method::POST, &path(), "application/json", fig().to_string().into_bytes()).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_REQUEST, "key-missing"));
    assert_eq!(app.act(POLL, "short", &fig()).await.problem(), "key-missing");
}

#[tokio::test]
async fn an_unknown_activity_is_not_found() {
    let app = TestApp::demo().await;
    for id in ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "nonsense", "%00"] {
        assert_eq!(app.act(id, KEY, &fig()).await.problem(), "not-found", "{id}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_send_acts_and_can_read_why() {
    let app = TestApp::demo().await;
    let from = async |origin: &str| {
        let request = Request::post(path())
            .header("content-type", "application/json")
            .header("idempotency-key", KEY)
            .header("origin", origin)
            .body(Body::from(fig().to_string()))
            .unwrap();
        app.send(request).await
    };
    for foreign in ["https://evil.example", "null", "http://localhost:80810"] {
        let answer = from(foreign).await;
        assert_eq!(answer.problem(), "origin-not-allowed");
        assert_eq!(answer.header("access-control-allow-origin"), foreign);
    }
    assert_eq!(ballots(&app).await, 0);
    let answer = from(BRAND).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("access-control-allow-origin"), BRAND);
    assert!(answer.header("vary").contains("origin"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn after_the_close_an_act_is_refused_and_an_earlier_one_still_gets_its_receipt() {
    let app = TestApp::demo().await;
    let first = app.act(POLL, KEY, &fig()).await.json();
    app.clock.set(Timestamp(NOON + 11 * 86_400));
    let late = app.act(POLL, "another-key-00001", &fig()).await;
    assert_eq!((late.status, late.problem().as_str()), (StatusCode::CONFLICT, "closed"));
    let again = app.act(POLL, KEY, &fig()).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.json()["receipt"], first["receipt"]);
}

#[tokio::test]
async fn a_form_without_javascript_is_sent_on_to_its_page() {
    let app = TestApp::demo().await;
    let participant = "cd".repeat(32);
    let fields = [
        ("key", KEY),
        ("act", "ballot"),
        ("participant", participant.as_str()),
        ("q.gusto", "fico"),
        ("lang", "it"),
    ];
    let answer = app.form(&path(), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let next = answer.header("location").strip_prefix("https://fan.example").unwrap().to_owned();
    let page = app.get(next.split('#').next().unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text().contains("c2sp.org/tlog-proof@v1"), "the receipt is on the page");
    // The back button and a second click send the same form: one act.
    assert_eq!(app.form(&path(), &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ballots(&app).await, 1);
}

#[tokio::test]
async fn a_refused_form_comes_back_as_a_page_with_its_errors() {
    let app = TestApp::demo().await;
    let answer = app.form(&path(), &[("key", KEY), ("act", "ballot"), ("lang", "en")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.text().contains("aria-invalid=\"true\"") || answer.text().contains("role=\"alert\""));
}

#[tokio::test]
async fn the_loader_gets_the_next_fragment_also_when_refused() {
    let app = TestApp::demo().await;
    let good = [("key", KEY), ("act", "ballot"), ("q.gusto", "fico"), ("lang", "en"), ("reply", "fragment")];
    let answer = app.form(&path(), &good).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert!(answer.json()["html"].as_str().unwrap().contains(POLL));
    let bad = [("key", "another-key-00001"), ("act", "ballot"), ("lang", "en"), ("reply", "fragment")];
    let answer = app.form(&path(), &bad).await;
    assert_eq!(answer.problem(), "refused");
    assert!(answer.json()["html"].as_str().unwrap().contains(POLL));
}

#[tokio::test]
async fn fifty_answers_of_one_person_at_once_are_one_ballot() {
    let app = std::sync::Arc::new(TestApp::demo().await);
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..50 {
        let app = app.clone();
        tasks.spawn(async move {
            let body = json!({"act": "ballot", "participant": "ef".repeat(32), "answers": {"gusto": "fico"}});
            app.act(POLL, &format!("parallel-key-{i:04}"), &body).await.status
        });
    }
    while let Some(status) = tasks.join_next().await {
        assert_eq!(status.unwrap(), StatusCode::CREATED);
    }
    assert_eq!(ballots(&app).await, 1);
}
