//! The reach of a campaign: what visits report, and what the team sees of them.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{Answer, BRAND, NOON, POLL, TestApp};
use crate::people::Person;

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1";

/// As a page of the brand reports it.
async fn report(app: &TestApp, origin: &str, body: &str) -> Answer {
    let request = Request::post("/api/v1/campaigns/aurora/reach")
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "text/plain;charset=UTF-8")
        .header(header::USER_AGENT, PHONE)
        .body(Body::from(body.to_owned()))
        .unwrap();
    app.send(request).await
}

async fn measured(app: &TestApp, who: &Person, query: &str) -> Value {
    let path = format!("/api/v1/campaigns/aurora/measure{query}");
    let answer = app.say(Some(who), Method::GET, &path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn row<'a>(measure: &'a Value, by: &str, value: &str) -> &'a Value {
    let all = measure["breakdowns"].as_array().unwrap();
    let rows = &all.iter().find(|it| it["by"] == by).unwrap()["rows"];
    rows.as_array().unwrap().iter().find(|row| row["value"] == value).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn visits_become_counts_by_day_source_language_and_device() {
    let app = TestApp::demo().await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let seen = json!({"lang": "it", "source": "Newsletter", "referrer": "www.aurora.example", "events": [{"event": "shown"}]});
    for _ in 0..12 {
        assert_eq!(report(&app, BRAND, &seen.to_string()).await.status, StatusCode::NO_CONTENT);
    }
    let answered = json!({"lang": "it", "source": "newsletter", "events": [
        {"event": "started"}, {"event": "reached", "activity": POLL, "question": "gusto"}, {"event": "finished"}]});
    report(&app, BRAND, &answered.to_string()).await;
    app.vote("fico").await;
    let measure = measured(&app, &viewer, "").await;
    let days = measure["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[27]["date"]), (28, &json!("2026-11-22")));
    let today = &days[27];
    for (what, n) in [("shown", 12), ("started", 1), ("finished", 1), ("receipts", 1)] {
        assert_eq!(today[what], n, "{what}");
    }
    assert_eq!(row(&measure, "source", "newsletter")["shown"], 12);
    assert_eq!(row(&measure, "device", "phone")["shown"], 12);
    assert_eq!(row(&measure, "language", "it")["finished"], 1);
    assert_eq!(row(&measure, "page", BRAND.split_once("://").unwrap().1)["shown"], 12);
    assert_eq!(measure["questions"][0], json!({"activity": POLL, "question": "gusto", "reached": 1}));
    assert_eq!(row(&measure, "device", "desktop"), &Value::Null, "one receipt is too rare to be told");
}

#[tokio::test]
async fn what_browsers_keep_from_the_widget_is_told_by_page() {
    let app = TestApp::demo().await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let blocked = |what: &str| json!({"events": [{"event": "blocked", "what": what}]}).to_string();
    for n in 0..12 {
        // A newer widget may know of more.
        for what in if n < 9 { &["wasm", "storage", "sound"][..] } else { &["wasm"] } {
            assert_eq!(report(&app, BRAND, &blocked(what)).await.status, StatusCode::NO_CONTENT);
        }
    }
    report(&app, BRAND, r#"{"events":[{"event":"shown"}]}"#).await;
    let measure = measured(&app, &viewer, "").await;
    let host = BRAND.split_once("://").unwrap().1;
    assert_eq!(
        measure["blocked"],
        json!([{"page": host, "what": "wasm", "visits": 12}]),
        "storage is too rare"
    );
    assert_eq!(measure["days"][27]["shown"], 1, "what is blocked is no visit");
    assert_eq!(report(&app, BRAND, r#"{"events":[{"event":"blocked"}]}"#).await.problem(), "malformed-body");
}

#[tokio::test]
async fn a_retry_a_change_and_a_withdrawal_are_no_new_receipt() {
    let app = TestApp::demo().await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let ballot = |option: &str| json!({"act": "ballot", "answers": {"gusto": option}});
    let first = app.act(POLL, "key-0000000000000001", &ballot("fico")).await.json();
    app.act(POLL, "key-0000000000000001", &ballot("fico")).await;
    let mut other = ballot("limone");
    other["participant"] = first["participant"].clone();
    assert_eq!(app.act(POLL, "key-0000000000000002", &other).await.status, StatusCode::CREATED);
    let withdraw = json!({"act": "withdraw", "participant": first["participant"]});
    assert_eq!(app.act(POLL, "key-0000000000000003", &withdraw).await.status, StatusCode::CREATED);
    assert_eq!(measured(&app, &viewer, "").await["days"][27]["receipts"], 1);
}

#[tokio::test]
async fn what_is_odd_is_refused_or_counts_for_nothing() {
    let app = TestApp::demo().await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let shown = r#"{"events":[{"event":"shown"}]}"#;
    assert_eq!(
        report(&app, "https://evil.example", shown).await.status,
        StatusCode::ACCEPTED,
        "and not counted"
    );
    for body in ["", "[]", "{", r#"{"events":[{"event":"bought"}]}"#] {
        assert_eq!(report(&app, BRAND, body).await.problem(), "malformed-body", "{body}");
    }
    let many = json!({"events": vec![json!({"event": "shown"}); 65]});
    assert_eq!(report(&app, BRAND, &many.to_string()).await.problem(), "too-large");
    let unknown = json!({"events": [{"event": "reached", "activity": POLL, "question": "colore"}]});
    assert_eq!(report(&app, BRAND, &unknown.to_string()).await.status, StatusCode::NO_CONTENT);
    let measure = measured(&app, &viewer, "").await;
    assert_eq!((&measure["days"][27]["shown"], &measure["questions"][0]["reached"]), (&json!(0), &json!(0)));
    for query in ["?from=yesterday", "?to=2026-13-01", "?day=1"] {
        let path = format!("/api/v1/campaigns/aurora/measure{query}");
        let answer = app.say(Some(&viewer), Method::GET, &path, None).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::BAD_REQUEST, "bad-parameter"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn conversions_stand_against_the_cost() {
    let app = TestApp::demo().await;
    let editor = app.member(Some("aurora"), "editor").await;
    let cost = async |body: Value| {
        app.say(Some(&editor), Method::PUT, "/api/v1/campaigns/aurora/cost", Some(&body)).await
    };
    assert_eq!(cost(json!({"amount": 50_000, "currency": "euro"})).await.fields(), ["/currency"]);
    assert_eq!(cost(json!({"amount": 50_000, "currency": "EUR"})).await.status, StatusCode::NO_CONTENT);
    let sold = json!({"events": [
        {"event": "converted", "value": 120_000, "currency": "eur", "won": true},
        {"event": "converted", "value": 90_000, "currency": "EUR"},
        {"event": "converted", "value": 5_000, "currency": "EURO", "won": true},
        {"event": "converted"}]});
    assert_eq!(report(&app, BRAND, &sold.to_string()).await.status, StatusCode::NO_CONTENT);
    let absurd = json!({"events": [{"event": "converted", "value": u64::MAX}]});
    assert_eq!(report(&app, BRAND, &absurd.to_string()).await.fields(), ["/events"]);
    assert_eq!(cost(json!({"amount": u64::MAX, "currency": "EUR"})).await.fields(), ["/amount"]);
    let measure = measured(&app, &editor, "?from=2026-11-22").await;
    assert_eq!(measure["money"], json!([{"currency": "EUR", "value": 210_000, "won": 120_000}]));
    assert_eq!(measure["returned_percent"], 240);
    assert_eq!((&measure["days"][0]["conversions"], &measure["days"][0]["won"]), (&json!(4), &json!(2)));
    assert_eq!(measure["cost"], json!({"amount": 50_000, "currency": "EUR"}));
}

#[tokio::test]
async fn each_day_is_counted_on_the_campaign_s_calendar() {
    let app = TestApp::demo().await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let shown = r#"{"events":[{"event":"shown"}]}"#;
    report(&app, BRAND, shown).await;
    // Midnight in Rome is 23:00 UTC in winter.
    app.clock.set(Timestamp(NOON + 11 * 3600));
    report(&app, BRAND, shown).await;
    let measure = measured(&app, &viewer, "?from=2026-11-22").await;
    let days: Vec<(&Value, &Value)> =
        measure["days"].as_array().unwrap().iter().map(|day| (&day["date"], &day["shown"])).collect();
    assert_eq!(days, [(&json!("2026-11-22"), &json!(1)), (&json!("2026-11-23"), &json!(1))]);
}
