//! `/api/v1/campaigns/{campaign}`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::app::{POLL, TestApp};

const AURORA: &str = include_str!("../../../demo/aurora.toml");

#[tokio::test]
async fn the_bootstrap_speaks_the_language_asked_for_and_holds_nothing_about_a_person() {
    let app = TestApp::demo().await;
    let answer = app.get("/api/v1/campaigns/aurora?lang=en-GB").await;
    let bootstrap = answer.json();
    assert_eq!(bootstrap["lang"], "en");
    assert_eq!(bootstrap["activities"][0]["id"], POLL);
    assert!(bootstrap["html"].as_str().unwrap().contains("Which flavour should come back this summer?"));
    assert!(!answer.text().contains("participant\" value"));
    assert_eq!(app.get("/api/v1/campaigns/aurora").await.json()["lang"], "it");
}

#[tokio::test]
async fn the_bootstrap_may_be_cached_and_asked_for_again() {
    let app = TestApp::demo().await;
    let first = app.get("/api/v1/campaigns/aurora?lang=en").await;
    assert!(first.header("cache-control").starts_with("public"));
    let again = Request::get("/api/v1/campaigns/aurora?lang=en")
        .header("if-none-match", first.header("etag"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_bootstrap_that_was_kept_is_made_anew_when_anything_in_it_changed() {
    let app = TestApp::demo().await;
    let read = async || app.get("/api/v1/campaigns/aurora?lang=en").await;
    let first = read().await;
    assert_eq!(read().await.bytes, first.bytes);
    let answer = app.put("aurora", &AURORA.replace("Lemon and basil", "Amalfi lemon and basil")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let amended = read().await;
    assert!(amended.text().contains("Amalfi"));
    app.vote("fico").await;
    let counted = read().await;
    assert_eq!(counted.json()["activities"][0]["tally"]["ballots"], 1);
    assert_ne!(counted.header("etag"), amended.header("etag"));
    let ended = AURORA.replace("Lemon and basil", "Amalfi lemon and basil");
    app.put("aurora", &ended.replace("kind = \"poll\"\n", "kind = \"poll\"\nended = true\n")).await;
    assert_eq!(read().await.json()["activities"][0]["state"], "closed");
}

#[tokio::test]
async fn a_browser_gets_the_bootstrap_compressed_and_word_for_word() {
    let app = TestApp::demo().await;
    let address = "/api/v1/campaigns/aurora?lang=en";
    let plain = app.get(address).await;
    let request = Request::get(address).header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
    let packed = app.send(request).await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert!(packed.bytes.len() * 2 < plain.bytes.len());
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut packed.bytes.as_slice(), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.bytes);
}

#[tokio::test]
async fn only_the_owner_brings_campaigns_in() {
    let app = TestApp::empty();
    for token in ["", "Bearer", "Bearer wrong", "Basic abc"] {
        let request = Request::put("/api/v1/campaigns/aurora")
            .header("authorization", token)
            .header("content-type", "application/toml")
            .body(Body::from(AURORA))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::UNAUTHORIZED, "unauthorized"));
    }
    assert_eq!(app.get("/api/v1/campaigns/aurora").await.problem(), "not-found");
}

#[tokio::test]
async fn applying_the_same_document_again_changes_nothing() {
    let app = TestApp::demo().await;
    let answer = app.put("aurora", AURORA).await.json();
    assert_eq!(answer["unchanged"], true);
    assert_eq!(answer["activities"][0]["id"], POLL);
}

#[tokio::test]
async fn texts_may_change_before_the_first_ballot_and_not_after() {
    let app = TestApp::demo().await;
    let better = AURORA.replace("Lemon and basil", "Amalfi lemon and basil");
    let answer = app.put("aurora", &better).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(app.get("/api/v1/campaigns/aurora?lang=en").await.text().contains("Amalfi"));
    app.vote("limone").await;
    let answer = app.put("aurora", AURORA).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::CONFLICT, "rules-fixed"));
    assert!(app.get("/api/v1/campaigns/aurora?lang=en").await.text().contains("Amalfi"));
}

#[tokio::test]
async fn the_rules_of_an_activity_never_move() {
    let app = TestApp::demo().await;
    for moved in [
        AURORA.replace("closes = \"P10D\"", "closes = \"2027-01-01T00:00\""),
        AURORA.replace("results = \"always\"", "results = \"staff\""),
        AURORA.replace("openings = \"close\"", "openings = \"never\""),
    ] {
        assert_ne!(moved, AURORA);
        assert_eq!(app.put("aurora", &moved).await.problem(), "rules-fixed");
    }
}

#[tokio::test]
async fn a_poll_can_be_ended_early() {
    let app = TestApp::demo().await;
    app.vote("fico").await;
    let answer = app.end().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let late = app
        .act(POLL, "0123456789abcdef", &serde_json::json!({"act": "ballot", "answers": {"gusto": "fico"}}))
        .await;
    assert_eq!(late.problem(), "closed");
    let tally = app.get(&format!("/api/v1/activities/{POLL}/tally")).await.json();
    assert_eq!((&tally["state"], &tally["ballots"]), (&"closed".into(), &1.into()));
}

#[tokio::test]
async fn faults_are_named_and_nothing_is_applied() {
    let app = TestApp::empty();
    let faulty = AURORA.replace("Europe/Rome", "Mars/Olympus");
    let answer = app.put("aurora", &faulty).await;
    assert_eq!(answer.problem(), "refused");
    assert_eq!(answer.fields(), ["/time_zone"]);
    assert_eq!(app.put("other", AURORA).await.fields(), ["/campaign"]);
    assert_eq!(app.put("aurora", "format = 1\ncolour = 'red'").await.problem(), "malformed-body");
    let authorised = Request::builder()
        .method(Method::PUT)
        .uri("/api/v1/campaigns/aurora")
        .header("authorization", format!("Bearer {}", app.token))
        .header("content-type", "text/plain")
        .body(Body::from(AURORA))
        .unwrap();
    assert_eq!(app.send(authorised).await.problem(), "unsupported-media-type");
    assert_eq!(app.get("/api/v1/campaigns/aurora").await.problem(), "not-found");
}
