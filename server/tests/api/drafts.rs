//! Drafts: begun, saved by several, previewed, published; and campaigns put away.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::people::Person;

/// A whole document that is not in force yet.
fn document() -> Value {
    json!({
        "format": 1, "campaign": "autumn", "brand": "aurora", "brand_name": "Gelateria Aurora",
        "title": {"en": "Autumn"}, "languages": ["en"], "time_zone": "Europe/Rome", "origins": ["https://a.example"],
        "theme": {"hue": 30, "chroma": 120}, "terms": {"en": "Be kind."},
        "activities": [{"name": "cone", "kind": "poll", "closes": "P7D", "results": "always", "openings": "close", "questions": [
            {"id": "cone", "type": "single", "text": {"en": "Cone or cup?"}, "options": [
                {"id": "cone", "text": {"en": "Cone"}}, {"id": "cup", "text": {"en": "Cup"}}]}]}]
    })
}

async fn begun(app: &TestApp, who: &Person, document: Value) -> Value {
    let body = json!({"document": document});
    let answer = app.say(Some(who), Method::POST, "/api/v1/drafts", Some(&body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn path(draft: &Value) -> String {
    format!("/api/v1/drafts/{}", draft["id"].as_str().unwrap())
}

#[tokio::test]
async fn what_is_over_already_is_not_begun() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let mut over = document();
    over["activities"][0]["opens"] = "2020-01-01T09:00".into();
    over["activities"][0]["closes"] = "2021-01-01T09:00".into();
    let draft = begun(&app, &anna, over.clone()).await;
    assert_eq!(draft["faults"][0]["pointer"], "/activities/0/closes", "{draft}");
    let publish = json!({"version": draft["version"]});
    let address = format!("{}/publish", path(&draft));
    let refused = app.say(Some(&anna), Method::POST, &address, Some(&publish)).await;
    assert_eq!(refused.fields(), ["/activities/0/closes"]);
    let put = app.say(Some(&anna), Method::PUT, "/api/v1/campaigns/autumn", Some(&over)).await;
    assert_eq!(put.fields(), ["/activities/0/closes"], "{}", put.text());
}

#[tokio::test]
async fn an_unfinished_draft_is_kept_and_told_what_it_lacks() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let draft = begun(&app, &anna, json!({"brand": "aurora"})).await;
    assert_eq!(draft["faults"][0]["pointer"], "", "{draft}");
    let mut unfinished = document();
    unfinished["title"]["en"] = "".into();
    unfinished["time_zone"] = "Mars/Olympus".into();
    let body = json!({"version": draft["version"], "document": unfinished});
    let saved = app.say(Some(&anna), Method::PUT, &path(&draft), Some(&body)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    let faults: Vec<String> = saved.json()["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(faults, ["/title/en", "/time_zone"]);
    let list = app.say(Some(&anna), Method::GET, "/api/v1/drafts", None).await.json();
    assert_eq!(
        (&list["drafts"][0]["campaign"], &list["drafts"][0]["changed_by"]),
        (&json!("autumn"), &json!("Anna Riva"))
    );
    let publish = json!({"version": saved.json()["version"]});
    let refused =
        app.say(Some(&anna), Method::POST, &format!("{}/publish", path(&draft)), Some(&publish)).await;
    assert_eq!(
        (refused.status, refused.fields()),
        (StatusCode::CONFLICT, vec!["/title/en".to_owned(), "/time_zone".to_owned()])
    );
    assert_eq!(
        app.say(Some(&anna), Method::GET, &path(&draft), None).await.status,
        StatusCode::OK,
        "it stays"
    );
}

#[tokio::test]
async fn of_two_who_save_from_the_same_version_the_second_is_told() {
    let app = TestApp::demo().await;
    let (anna, bruno) =
        (app.member(Some("aurora"), "editor").await, app.member(Some("aurora"), "owner").await);
    let draft = begun(&app, &anna, document()).await;
    let save = async |who: &Person, version: &Value, title: &str| {
        let mut document = document();
        document["title"]["en"] = title.into();
        let body = json!({"version": version, "document": document});
        app.say(Some(who), Method::PUT, &path(&draft), Some(&body)).await
    };
    let first = save(&anna, &draft["version"], "Anna's").await;
    assert_eq!(first.status, StatusCode::OK);
    let second = save(&bruno, &draft["version"], "Bruno's").await;
    assert_eq!((second.status, second.problem().as_str()), (StatusCode::CONFLICT, "changed-meanwhile"));
    let stands = app.say(Some(&bruno), Method::GET, &path(&draft), None).await.json();
    assert_eq!(stands["title"], "Anna's");
    assert_eq!(save(&bruno, &stands["version"], "Bruno's").await.status, StatusCode::OK);
    for end in ["publish", "discard"] {
        let path = format!("{}/{end}", path(&draft));
        let late =
            app.say(Some(&anna), Method::POST, &path, Some(&json!({"version": stands["version"]}))).await;
        assert_eq!(late.problem(), "changed-meanwhile", "{end}");
    }
}

#[tokio::test]
async fn a_published_draft_is_a_campaign_and_a_draft_no_more() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let draft = begun(&app, &anna, document()).await;
    assert_eq!(draft["faults"], json!([]));
    let publish = format!("{}/publish", path(&draft));
    let body = json!({"version": draft["version"]});
    let applied = app.say(Some(&anna), Method::POST, &publish, Some(&body)).await;
    assert_eq!(applied.status, StatusCode::OK, "{}", applied.text());
    assert_eq!(app.get("/api/v1/campaigns/autumn").await.status, StatusCode::OK);
    assert_eq!(app.say(Some(&anna), Method::POST, &publish, Some(&body)).await.status, StatusCode::NOT_FOUND);
    // What runs is changed by a draft made from it; its rules stay.
    let running = app.say(Some(&anna), Method::GET, "/api/v1/campaigns/autumn/document", None).await.json();
    let mut changed = running;
    changed["theme"]["hue"] = 200.into();
    changed["activities"][0]["results"] = "close".into();
    let draft = begun(&app, &anna, changed).await;
    let body = json!({"version": draft["version"]});
    let refused = app.say(Some(&anna), Method::POST, &format!("{}/publish", path(&draft)), Some(&body)).await;
    assert_eq!(
        (refused.problem().as_str(), refused.fields()),
        ("rules-fixed", vec!["/activities/0/results".to_owned()])
    );
}

#[tokio::test]
async fn a_draft_is_its_brand_s_alone() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let stranger = app.member(Some("boreale"), "owner").await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let draft = begun(&app, &anna, document()).await;
    let body = json!({"version": draft["version"], "document": document()});
    let version = json!({"version": draft["version"]});
    let preview = format!("/console/preview/{}", draft["id"].as_str().unwrap());
    for who in [&stranger, &viewer] {
        for (method, path, body) in [
            (Method::GET, path(&draft), None),
            (Method::PUT, path(&draft), Some(&body)),
            (Method::POST, format!("{}/publish", path(&draft)), Some(&version)),
            (Method::POST, format!("{}/discard", path(&draft)), Some(&version)),
            (Method::GET, preview.clone(), None),
            (Method::GET, "/console/preview/campaigns/aurora".to_owned(), None),
        ] {
            let answer = app.say(Some(who), method.clone(), &path, body).await;
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (StatusCode::FORBIDDEN, "forbidden"),
                "{method} {path}"
            );
        }
    }
    let list = app.say(Some(&stranger), Method::GET, "/api/v1/drafts", None).await.json();
    assert_eq!(list["drafts"], json!([]));
    let mut elsewhere = document();
    elsewhere["brand"] = "boreale".into();
    let moved = json!({"version": draft["version"], "document": elsewhere});
    let answer = app.say(Some(&anna), Method::PUT, &path(&draft), Some(&moved)).await;
    assert_eq!(answer.fields(), ["/document/brand"]);
    let begin =
        app.say(Some(&anna), Method::POST, "/api/v1/drafts", Some(&json!({"document": elsewhere}))).await;
    assert_eq!(begin.status, StatusCode::FORBIDDEN);
    let nameless =
        app.say(Some(&anna), Method::POST, "/api/v1/drafts", Some(&json!({"document": [1]}))).await;
    assert_eq!(nameless.fields(), ["/document/brand"]);
}

#[tokio::test]
async fn each_phase_of_a_draft_is_shown_as_visitors_will_see_it() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let draft = begun(&app, &anna, document()).await;
    let show = async |phase: &str| {
        let path = format!("/console/preview/{}?phase={phase}&lang=en", draft["id"].as_str().unwrap());
        let answer = app.say(Some(&anna), Method::GET, &path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{phase}: {}", answer.text());
        answer
    };
    let open = show("open").await;
    let policy = open.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'self'") && !policy.contains("script-src"), "{policy}");
    assert!(open.text().contains("Cone or cup?") && open.text().contains("type=\"radio\""));
    assert!(!open.text().contains("<script"), "{}", open.text());
    assert!(open.text().contains("--brand-h:30"));
    assert!(show("before").await.text().contains("data-ff-stage=\"scheduled\""));
    let after = show("after").await.text();
    assert!(after.contains("data-ff-stage=\"answered\"") && after.contains("1,240"), "{after}");
    assert!(show("closed").await.text().contains("data-ff-stage=\"closed\""));
    let odd = app
        .say(
            Some(&anna),
            Method::GET,
            &format!("/console/preview/{}?phase=never", draft["id"].as_str().unwrap()),
            None,
        )
        .await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_campaign_in_force_is_shown_to_who_begins_to_edit_it() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let path = "/console/preview/campaigns/aurora?phase=closed&lang=en";
    let answer = app.say(Some(&anna), Method::GET, path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.text().contains("The flavour of the summer"));
    assert!(answer.text().contains("data-ff-stage=\"closed\""));
}

#[tokio::test]
async fn only_a_campaign_that_has_ended_is_put_away() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let put = async |archived: bool| {
        let body = json!({"archived": archived});
        app.say(Some(&anna), Method::PUT, "/api/v1/campaigns/aurora/archived", Some(&body)).await
    };
    assert_eq!(put(true).await.problem(), "still-running");
    app.end().await;
    assert_eq!(put(true).await.status, StatusCode::NO_CONTENT);
    let listed = async || {
        app.say(Some(&anna), Method::GET, "/api/v1/campaigns", None).await.json()["campaigns"][0]["archived"]
            .clone()
    };
    assert_eq!(listed().await, true);
    assert_eq!(app.get("/c/aurora").await.status, StatusCode::OK, "its page stays");
    assert_eq!(put(false).await.status, StatusCode::NO_CONTENT);
    assert_eq!(listed().await, false);
}
