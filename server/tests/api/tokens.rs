//! Tokens for programs: some of their maker's rights, at the time.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{Answer, NOON, TestApp};
use crate::people::Person;

async fn made(app: &TestApp, who: &Person, form: &Value) -> Answer {
    app.say(Some(who), Method::POST, "/api/v1/me/tokens", Some(form)).await
}

async fn with(app: &TestApp, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
    app.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn a_token_does_what_it_is_for_and_nothing_else() {
    let app = TestApp::demo().await;
    let anna = app.member(None, "owner").await;
    let form = json!({"label": "Nightly export", "rights": ["read", "figures"], "brand": "aurora"});
    let answer = made(&app, &anna, &form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let secret = answer.json()["secret"].as_str().unwrap().to_owned();
    let list = with(&app, &secret, "GET", "/api/v1/campaigns", None).await;
    assert_eq!(list.json()["campaigns"][0]["activities"][0]["ballots"], 0);
    for (method, path, body) in [
        ("GET", "/api/v1/members", None),
        ("GET", "/api/v1/audit", None),
        ("GET", "/api/v1/drafts", None),
        ("GET", "/api/v1/me/tokens", None),
        ("PUT", "/api/v1/campaigns/aurora/archived", Some(json!({"archived": false}))),
    ] {
        let answer = with(&app, &secret, method, path, body.as_ref()).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::FORBIDDEN, "forbidden"),
            "{path}"
        );
    }
    let seen = app.say(Some(&anna), Method::GET, "/api/v1/me/tokens", None).await;
    assert_eq!(seen.json()["tokens"][0]["label"], "Nightly export");
    assert!(!seen.text().contains(&secret));
}

#[tokio::test]
async fn a_token_has_what_its_maker_has_at_the_time() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let answer = made(&app, &anna, &json!({"label": "a", "rights": ["read", "edit"]})).await;
    let secret = answer.json()["secret"].as_str().unwrap().to_owned();
    let drafts = async || with(&app, &secret, "GET", "/api/v1/drafts", None).await.status;
    assert_eq!(drafts().await, StatusCode::OK);
    let less = json!({"grants": [{"brand": "aurora", "role": "viewer"}]});
    let path = format!("/api/v1/members/{}", anna.id);
    app.say(Some(&owner), Method::PUT, &format!("{path}/grants"), Some(&less)).await;
    assert_eq!(drafts().await, StatusCode::FORBIDDEN);
    assert_eq!(app.say(Some(&owner), Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(drafts().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_ends_when_it_was_said_or_is_taken_back() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "viewer").await;
    let answer = made(&app, &anna, &json!({"label": "a", "rights": ["read"], "days": 1})).await.json();
    let secret = answer["secret"].as_str().unwrap();
    let forever = made(&app, &anna, &json!({"label": "b", "rights": ["read"]})).await.json();
    let reads = async |secret: &str| with(&app, secret, "GET", "/api/v1/campaigns", None).await.status;
    assert_eq!(reads(secret).await, StatusCode::OK);
    app.clock.set(Timestamp(NOON + 86_400));
    assert_eq!(reads(secret).await, StatusCode::UNAUTHORIZED);
    let kept = forever["secret"].as_str().unwrap();
    assert_eq!(reads(kept).await, StatusCode::OK);
    let path = format!("/api/v1/me/tokens/{}", forever["token"]["id"].as_str().unwrap());
    assert_eq!(app.say(Some(&anna), Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.say(Some(&anna), Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(reads(kept).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_makes_a_token_with_more_than_they_have() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "editor").await;
    for (form, pointer) in [
        (json!({"label": "", "rights": ["read"]}), "/label"),
        (json!({"label": "a", "rights": []}), "/rights"),
        (json!({"label": "a", "rights": ["team"]}), "/rights"),
        (json!({"label": "a", "rights": ["read"], "brand": "boreale"}), "/rights"),
        (json!({"label": "a", "rights": ["read"], "days": 0}), "/days"),
        (json!({"label": "a", "rights": ["read"], "days": 4000}), "/days"),
    ] {
        let answer = made(&app, &anna, &form).await;
        assert_eq!(
            (answer.status, answer.fields()),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![pointer.to_owned()]),
            "{form}"
        );
    }
    let unknown = made(&app, &anna, &json!({"label": "a", "rights": ["fly"]})).await;
    assert_eq!(unknown.problem(), "malformed-body");
}

#[tokio::test]
async fn a_narrow_token_leads_to_no_more_than_it_says() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let made = made(&app, &owner, &json!({"label": "a", "rights": ["team", "operate"]})).await.json();
    let secret = made["secret"].as_str().unwrap();
    for grant in [json!({"role": "owner"}), json!({"brand": "aurora", "role": "viewer"})] {
        let invite = with(&app, secret, "POST", "/api/v1/invitations", Some(&json!({"grant": grant}))).await;
        assert_eq!(invite.problem(), "forbidden", "{grant}");
    }
    let other = app.member(Some("aurora"), "viewer").await;
    let grants = format!("/api/v1/members/{}/grants", other.id);
    let mighty = json!({"grants": [{"role": "owner"}]});
    assert_eq!(with(&app, secret, "PUT", &grants, Some(&mighty)).await.problem(), "forbidden");
    let reset = format!("/api/v1/members/{}/reset", other.id);
    assert_eq!(with(&app, secret, "POST", &reset, None).await.problem(), "forbidden");
    let body = json!({"grant": {"brand": "aurora", "role": "viewer"}, "email": "bruno@aurora.example"});
    let invited = app.say(Some(&owner), Method::POST, "/api/v1/invitations", Some(&body)).await;
    assert_eq!(invited.status, StatusCode::CREATED);
    let letters = with(&app, secret, "GET", "/api/v1/mail", None).await.json();
    assert_eq!(letters["letters"][0]["to"], "bruno@aurora.example");
    let open = format!("/api/v1/mail/{}/open", letters["letters"][0]["id"].as_str().unwrap());
    assert_eq!(with(&app, secret, "POST", &open, None).await.problem(), "forbidden", "it holds a link");
}

#[tokio::test]
async fn the_audit_log_names_the_token_that_did_it() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let form = json!({"label": "Grafana", "rights": ["edit"]});
    let made = made(&app, &owner, &form).await.json();
    let cost = json!({"amount": 1, "currency": "EUR"});
    let path = "/api/v1/campaigns/aurora/cost";
    let answer = with(&app, made["secret"].as_str().unwrap(), "PUT", path, Some(&cost)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    app.say(Some(&owner), Method::PUT, path, Some(&cost)).await;
    let read = async || {
        let audit = app.say(Some(&owner), Method::GET, "/api/v1/audit?action=campaign.cost", None).await;
        audit.json()["entries"].as_array().unwrap().clone()
    };
    let lines = read().await;
    assert_eq!((lines[0].get("token"), &lines[0]["actor"]), (None, &json!(owner.id)));
    let by = (&lines[1]["token"], &lines[1]["token_label"], &lines[1]["actor"]);
    assert_eq!(by, (&made["token"]["id"], &json!("Grafana"), &json!(owner.id)));
    let gone = format!("/api/v1/me/tokens/{}", made["token"]["id"].as_str().unwrap());
    assert_eq!(app.say(Some(&owner), Method::DELETE, &gone, None).await.status, StatusCode::NO_CONTENT);
    let line = &read().await[1];
    assert_eq!((&line["token"], line.get("token_label")), (&made["token"]["id"], None), "its id stays");
}

#[tokio::test]
async fn a_new_password_ends_tokens_too() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "viewer").await;
    let made = made(&app, &anna, &json!({"label": "a", "rights": ["read"]})).await.json();
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(with(&app, secret, "GET", "/api/v1/campaigns", None).await.status, StatusCode::OK);
    let change =
        json!({"current_password": crate::people::PASSWORD, "new_password": "torrone di mandorle e miele"});
    assert_eq!(app.say(Some(&anna), Method::PATCH, "/api/v1/me", Some(&change)).await.status, StatusCode::OK);
    assert_eq!(with(&app, secret, "GET", "/api/v1/campaigns", None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        app.say(Some(&anna), Method::GET, "/api/v1/me/tokens", None).await.json()["tokens"],
        json!([])
    );
}
