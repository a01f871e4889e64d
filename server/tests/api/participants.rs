//! `/api/v1/participants/…`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{POLL, TestApp};

async fn ask(app: &TestApp, what: &str, participant: &Value) -> crate::app::Answer {
    let body = json!({"participant": participant}).to_string().into_bytes();
    app.body(Method::POST, &format!("/api/v1/participants/{what}"), "application/json", body).await
}

#[tokio::test]
async fn a_participant_sees_their_acts_with_receipts_and_nobody_elses() {
    let app = TestApp::demo().await;
    let reply = app.vote("fico").await;
    app.vote("limone").await;
    let acts = ask(&app, "acts", &reply["participant"]).await;
    assert_eq!(acts.header("cache-control"), "no-store");
    let acts = acts.json()["acts"].as_array().unwrap().clone();
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0]["answers"]["gusto"], "fico");
    assert_eq!(acts[0]["state"], "counted");
    assert_eq!(acts[0]["receipt"], reply["receipt"]);
}

#[tokio::test]
async fn changes_and_withdrawals_show_in_the_list() {
    let app = TestApp::demo().await;
    let participant = app.vote("fico").await["participant"].clone();
    let change = json!({"act": "ballot", "participant": participant, "answers": {"gusto": "limone"}});
    app.act(POLL, "0123456789abcdef", &change).await;
    let states = async || -> Vec<String> {
        let acts = ask(&app, "acts", &participant).await.json();
        acts["acts"].as_array().unwrap().iter().map(|act| act["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states().await, ["superseded", "counted"]);
    app.act(POLL, "0123456789abcdeg", &json!({"act": "withdraw", "participant": participant})).await;
    assert!(states().await.iter().all(|state| state == "void"));
}

#[tokio::test]
async fn an_export_is_the_list_as_a_file() {
    let app = TestApp::demo().await;
    let participant = app.vote("fico").await["participant"].clone();
    let export = ask(&app, "export", &participant).await;
    assert!(export.header("content-disposition").starts_with("attachment"));
    assert_eq!(export.json(), ask(&app, "acts", &participant).await.json());
}

#[tokio::test]
async fn erasure_forgets_the_person_and_keeps_the_count() {
    let app = TestApp::demo().await;
    let participant = app.vote("fico").await["participant"].clone();
    assert_eq!(ask(&app, "erase", &participant).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&app, "acts", &participant).await.json()["acts"], json!([]));
    let tally = app.get(&format!("/api/v1/activities/{POLL}/tally")).await.json();
    assert_eq!(tally["ballots"], 1);
    // Asked again, and by somebody never seen: the same answer, so that nothing can be learnt from it.
    assert_eq!(ask(&app, "erase", &participant).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&app, "erase", &json!("0".repeat(64))).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_secret_that_is_none_is_named() {
    let app = TestApp::demo().await;
    let answer = ask(&app, "acts", &json!("me")).await;
    assert_eq!((answer.problem().as_str(), answer.fields()), ("refused", vec!["/participant".to_owned()]));
}
