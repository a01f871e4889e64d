//! `GET /api/v1/activities/{id}/tally`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use crate::app::{POLL, TestApp, VISIT};

#[tokio::test]
async fn the_etag_changes_with_the_tally_and_only_with_it() {
    let app = TestApp::demo().await;
    let path = format!("/api/v1/activities/{POLL}/tally");
    let etag = app.get(&path).await.header("etag");
    let conditional = async || {
        let request = Request::get(&path).header("if-none-match", &etag).body(Body::empty()).unwrap();
        app.send(request).await.status
    };
    assert_eq!(conditional().await, StatusCode::NOT_MODIFIED);
    app.vote("fico").await;
    assert_eq!(conditional().await, StatusCode::OK);
}

#[tokio::test]
async fn results_shown_after_voting_need_the_token_of_a_reply() {
    let app = TestApp::demo().await;
    let path = format!("/api/v1/activities/{VISIT}/tally");
    assert_eq!(app.get(&path).await.problem(), "results-hidden");
    assert_eq!(app.get(&format!("{path}?token=0123456789abcdef")).await.problem(), "results-hidden");
    let body = json!({"act": "ballot", "answers": {"momento": ["cena"]}});
    let reply = app.act(VISIT, "0123456789abcdef", &body).await.json();
    let token = reply["results_token"].as_str().unwrap();
    assert_eq!(app.get(&format!("{path}?token={token}")).await.json()["ballots"], 1);
}

#[tokio::test]
async fn any_page_may_read_results() {
    let app = TestApp::demo().await;
    let answer = app.get(&format!("/api/v1/activities/{POLL}/tally")).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn what_is_hidden_from_the_public_the_team_sees_where_it_may_see_figures() {
    let app = TestApp::demo().await;
    let path = format!("/api/v1/activities/{VISIT}/tally");
    for (brand, role, seen) in
        [("aurora", "viewer", true), ("aurora", "juror", false), ("boreale", "owner", false)]
    {
        let who = app.member(Some(brand), role).await;
        let answer = app.say(Some(&who), Method::GET, &path, None).await;
        assert_eq!(answer.status == StatusCode::OK, seen, "{role} of {brand}: {}", answer.text());
        if seen {
            assert_eq!(answer.header("cache-control"), "no-store");
        } else {
            assert_eq!(answer.problem(), "results-hidden");
        }
    }
}
