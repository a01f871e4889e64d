//! What the team takes out of the house.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::app::{POLL, TestApp};

#[tokio::test]
async fn every_answer_is_exported_in_three_forms_and_remembered() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let editor = app.member(Some("aurora"), "editor").await;
    app.vote("fico").await;
    app.vote("limone").await;
    let get = async |format: &str| {
        let path = format!("/api/v1/activities/{POLL}/export?format={format}");
        let answer = app.say(Some(&editor), Method::GET, &path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer
    };
    let csv = get("csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"aurora-gusto.csv\"");
    let text = csv.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "index,at,holder,revision,standing,answer.gusto"));
    assert!(
        lines[1].starts_with("1,2026-11-22T12:00:00Z,") && lines[1].ends_with(",1,counted,fico"),
        "{}",
        lines[1]
    );
    let json: Value = get("json").await.json();
    assert_eq!((&json[1]["answer.gusto"], &json[1]["index"]), (&Value::from("limone"), &Value::from(2)));
    assert!(get("xlsx").await.bytes.starts_with(b"PK"));
    let audit = app.say(Some(&owner), Method::GET, "/api/v1/audit?action=answers.", None).await.json();
    assert_eq!(audit["entries"].as_array().unwrap().len(), 3);
    let odd = format!("/api/v1/activities/{POLL}/export?format=pdf");
    assert_eq!(app.say(Some(&editor), Method::GET, &odd, None).await.problem(), "bad-parameter");
}

#[tokio::test]
async fn results_reach_and_audit_are_tables_too() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    app.vote("fico").await;
    let text = async |path: &str| {
        let answer = app.say(Some(&owner), Method::GET, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.text()
    };
    let results = text(&format!("/api/v1/activities/{POLL}/tally/export")).await;
    let line = "gusto,Quale gusto deve tornare quest'estate?,fico,Fico e ricotta,1,100,1\r\n";
    assert!(results.contains(line), "{results}");
    let reach = text("/api/v1/campaigns/aurora/measure/export?from=2026-11-22&format=csv").await;
    assert!(reach.ends_with("2026-11-22,0,0,0,1,0,0\r\n"), "{reach}");
    let audit: Value = serde_json::from_str(&text("/api/v1/audit/export?format=json").await).unwrap();
    let lines = audit.as_array().unwrap();
    assert_eq!(lines[0]["prev"], lines[1]["hash"]);
    assert_eq!(lines[0]["actor_name"], "Anna Riva");
}
