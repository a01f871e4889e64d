//! The operators' page: figures and settings, for owners of the whole installation.

use axum::http::{Method, StatusCode};

use crate::app::TestApp;

#[tokio::test]
async fn an_operator_sees_version_health_figures_logs_and_settings() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    app.vote("fico").await;
    let answer = app.say(Some(&owner), Method::GET, "/api/v1/operate", None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let operate = answer.json();
    assert_eq!(operate["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&operate["url"], &operate["host"]), (&"https://fan.example".into(), &"fan.example".into()));
    assert!(operate.get("failed").is_none());
    let figures = operate["figures"].as_array().unwrap();
    let figure =
        |name: &str| figures.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("{name}"));
    assert!(figure("fanfare_disk_free_bytes")["value"].as_str().unwrap().parse::<u64>().unwrap() > 0);
    assert!(figure("fanfare_journal_bytes")["help"].as_str().unwrap().contains("journal"));
    assert!(operate["logs"].as_array().unwrap().iter().any(|log| log["size"] == 2));
    assert_eq!(operate["settings"]["store"]["queue"], 4096);
}
