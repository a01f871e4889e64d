//! The access matrix: every route that is not for everybody, beside every role, in one's own brand and in another.
//!
//! The routes come from the OpenAPI document: one that is missing in the table here fails the test.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::team::{Right, Role};
use serde_json::{Value, json};

use crate::app::{POLL, TestApp};
use crate::people::Person;

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// This right, in the brand that it is about.
    There(Right),
    /// This right, in any brand.
    Somewhere(Right),
    /// This right, in the installation as a whole.
    Whole(Right),
    /// A member, whatever their role. Tokens are none.
    Member,
    /// Any session or token; what is seen depends on the role.
    Anybody,
}

/// Every route that is not for everybody, with a body that would be taken.
fn table() -> Vec<(&'static str, &'static str, Needs, Option<Value>)> {
    let aurora = fanfare::campaigns::read(
        include_bytes!("../../../demo/aurora.toml"),
        fanfare::campaigns::Format::Toml,
    );
    let document = serde_json::to_value(aurora.unwrap()).unwrap();
    let password = json!({"password": "wrong"});
    vec![
        ("GET", "/api/v1/campaigns", Needs::Anybody, None),
        ("GET", "/api/v1/campaigns/{campaign}/document", Needs::There(Right::Read), None),
        ("PUT", "/api/v1/campaigns/{campaign}", Needs::There(Right::Edit), Some(document)),
        (
            "POST",
            "/api/v1/campaigns/{campaign}/install-check",
            Needs::There(Right::Edit),
            Some(json!({"page": "http://127.0.0.1:1/"})),
        ),
        (
            "PUT",
            "/api/v1/campaigns/{campaign}/archived",
            Needs::There(Right::Edit),
            Some(json!({"archived": false})),
        ),
        ("GET", "/api/v1/campaigns/{campaign}/measure", Needs::There(Right::Figures), None),
        (
            "PUT",
            "/api/v1/campaigns/{campaign}/cost",
            Needs::There(Right::Edit),
            Some(json!({"amount": 1, "currency": "EUR"})),
        ),
        ("GET", "/api/v1/drafts", Needs::Somewhere(Right::Edit), None),
        ("POST", "/api/v1/drafts", Needs::There(Right::Edit), Some(json!({"document": {"brand": "aurora"}}))),
        // Of a brand that nobody of these but the whole installation's looks after, so not found or forbidden: the draft
        // of another brand is tried in `drafts`.
        ("GET", "/api/v1/drafts/{draft}", Needs::Somewhere(Right::Edit), None),
        (
            "PUT",
            "/api/v1/drafts/{draft}",
            Needs::Somewhere(Right::Edit),
            Some(json!({"version": 1, "document": {"brand": "aurora"}})),
        ),
        (
            "POST",
            "/api/v1/drafts/{draft}/discard",
            Needs::Somewhere(Right::Edit),
            Some(json!({"version": 1})),
        ),
        (
            "POST",
            "/api/v1/drafts/{draft}/publish",
            Needs::Somewhere(Right::Edit),
            Some(json!({"version": 1})),
        ),
        ("GET", "/api/v1/members", Needs::Somewhere(Right::Team), None),
        (
            "POST",
            "/api/v1/invitations",
            Needs::There(Right::Team),
            Some(json!({"grant": {"brand": "aurora", "role": "viewer"}})),
        ),
        ("DELETE", "/api/v1/invitations/{invitation}", Needs::Somewhere(Right::Team), None),
        (
            "PUT",
            "/api/v1/members/{member}/grants",
            Needs::Somewhere(Right::Team),
            Some(json!({"grants": []})),
        ),
        ("DELETE", "/api/v1/members/{member}", Needs::Somewhere(Right::Team), None),
        ("GET", "/api/v1/campaigns/{campaign}/measure/export", Needs::There(Right::Figures), None),
        ("GET", "/api/v1/activities/{id}/export", Needs::There(Right::Export), None),
        ("GET", "/api/v1/activities/{id}/draws/{n}/winners", Needs::There(Right::Export), None),
        (
            "PUT",
            "/api/v1/activities/{id}/draws/{n}/beacon",
            Needs::There(Right::Edit),
            Some(json!({"round": 1, "signature": ""})),
        ),
        ("GET", "/api/v1/activities/{id}/tally/export", Needs::There(Right::Figures), None),
        ("POST", "/api/v1/members/{member}/reset", Needs::Somewhere(Right::Team), None),
        ("GET", "/api/v1/mail", Needs::Whole(Right::Operate), None),
        ("POST", "/api/v1/mail/{letter}/open", Needs::Whole(Right::Operate), None),
        ("POST", "/api/v1/mail/{letter}/retry", Needs::Whole(Right::Operate), None),
        ("DELETE", "/api/v1/mail/{letter}", Needs::Whole(Right::Operate), None),
        ("GET", "/api/v1/operate", Needs::Whole(Right::Operate), None),
        ("GET", "/api/v1/audit/export", Needs::Somewhere(Right::Audit), None),
        ("GET", "/api/v1/audit", Needs::Somewhere(Right::Audit), None),
        ("GET", "/api/v1/queue", Needs::Somewhere(Right::Answer), None),
        ("GET", "/api/v1/queue/{case}", Needs::Somewhere(Right::Answer), None),
        ("PATCH", "/api/v1/queue/{case}", Needs::Somewhere(Right::Answer), Some(json!({"version": 1}))),
        ("POST", "/api/v1/queue/{case}/forget", Needs::Somewhere(Right::Answer), Some(json!({"version": 1}))),
        ("POST", "/api/v1/queue/done", Needs::Somewhere(Right::Answer), Some(json!({"cases": []}))),
        ("GET", "/api/v1/brands/{brand}/desk", Needs::There(Right::Answer), None),
        (
            "PUT",
            "/api/v1/brands/{brand}/desk",
            Needs::There(Right::Answer),
            Some(json!({"version": 0, "message_hours": 24, "privacy_days": 7, "prepared": []})),
        ),
        ("GET", "/api/v1/me/preferences", Needs::Member, None),
        ("PUT", "/api/v1/me/preferences", Needs::Member, Some(json!({"digest": true, "alerts": true}))),
        ("PATCH", "/api/v1/me", Needs::Member, Some(json!({}))),
        ("GET", "/api/v1/me/sessions", Needs::Member, None),
        ("DELETE", "/api/v1/me/sessions/{session}", Needs::Member, None),
        ("GET", "/api/v1/me/tokens", Needs::Member, None),
        ("POST", "/api/v1/me/tokens", Needs::Member, Some(json!({"label": "a", "rights": ["read"]}))),
        ("DELETE", "/api/v1/me/tokens/{token}", Needs::Member, None),
        ("POST", "/api/v1/me/authenticator", Needs::Member, None),
        (
            "PUT",
            "/api/v1/me/authenticator",
            Needs::Member,
            Some(json!({"secret": "A", "code": "1", "password": "wrong"})),
        ),
        ("POST", "/api/v1/me/authenticator/remove", Needs::Member, Some(password.clone())),
        ("POST", "/api/v1/me/recovery-codes", Needs::Member, Some(password.clone())),
        ("GET", "/api/v1/me/passkeys", Needs::Member, None),
        (
            "POST",
            "/api/v1/me/passkeys",
            Needs::Member,
            Some(json!({"label": "Phone", "token": "", "credential": {}})),
        ),
        ("POST", "/api/v1/me/passkeys/offer", Needs::Member, Some(password.clone())),
        ("POST", "/api/v1/me/passkeys/{passkey}/remove", Needs::Member, Some(password)),
        // Last: after it nobody is signed in.
        ("DELETE", "/api/v1/session", Needs::Member, None),
    ]
}

/// An address that leads nowhere but is well formed.
fn filled(path: &str) -> String {
    let nobody = "0".repeat(32);
    path.replace("{campaign}", "aurora")
        .replace("{member}", &nobody)
        .replace("{invitation}", &nobody)
        .replace("{session}", &nobody)
        .replace("{draft}", &nobody)
        .replace("{case}", &nobody)
        .replace("{brand}", "aurora")
        .replace("{letter}", &nobody)
        .replace("{id}", POLL)
        .replace("{token}", &nobody)
        .replace("{passkey}", &nobody)
}

#[test]
fn every_route_that_asks_for_a_session_or_a_token_stands_in_the_table() {
    let document: Value = serde_json::from_str(&fanfare::routes::openapi_json(true)).unwrap();
    let table = table();
    let mut missing = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("security").is_none() {
                continue;
            }
            let known = table.iter().any(|(m, p, ..)| m.eq_ignore_ascii_case(method) && p == path);
            if !known {
                missing.push(format!("{method} {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "without a line in the matrix: {missing:?}");
}

async fn allowed(app: &TestApp, who: &Person, method: &str, path: &str, body: Option<&Value>) -> bool {
    let method: Method = method.parse().unwrap();
    let answer = app.say(Some(who), method, &filled(path), body).await;
    assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{path}: {}", answer.text());
    assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
    if answer.status == StatusCode::FORBIDDEN {
        assert_eq!(answer.problem(), "forbidden", "{path}");
    }
    answer.status != StatusCode::FORBIDDEN
}

#[tokio::test]
async fn each_role_may_do_what_it_says_and_nothing_else_in_its_brand_and_in_no_other() {
    let app = TestApp::demo().await;
    for role in Role::ALL {
        for brand in [Some("aurora"), Some("boreale"), None] {
            let who = app.member(brand, role.word()).await;
            for (method, path, needs, body) in table() {
                let expected = match needs {
                    Needs::There(right) => role.allows(right) && brand != Some("boreale"),
                    Needs::Somewhere(right) => role.allows(right),
                    Needs::Whole(right) => role.allows(right) && brand.is_none(),
                    Needs::Member | Needs::Anybody => true,
                };
                let found = allowed(&app, &who, method, path, body.as_ref()).await;
                assert_eq!(found, expected, "{} of {brand:?}: {method} {path}", role.word());
            }
        }
    }
}

#[tokio::test]
async fn without_a_session_or_with_a_wrong_one_every_such_route_refuses() {
    let app = TestApp::demo().await;
    let strangers: [&[(&str, &str)]; 4] = [
        &[],
        &[("cookie", "__Host-fanfare=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
        &[("cookie", "__Host-fanfare=")],
        &[("authorization", "Bearer owner-0000")],
    ];
    for (method, path, _, body) in table() {
        for headers in strangers {
            let mut request = Request::builder()
                .method(method)
                .uri(filled(path))
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, "application/json");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let body = body.as_ref().map_or(Body::empty(), |body| Body::from(body.to_string()));
            let answer = app.send(request.body(body).unwrap()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} {headers:?}");
            assert_eq!(answer.problem(), "unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn a_write_with_a_cookie_from_another_page_is_refused_by_every_route() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    for (method, path, _, body) in table() {
        if method == "GET" {
            continue;
        }
        let request = Request::builder()
            .method(method)
            .uri(filled(path))
            .header(header::COOKIE, &owner.cookie)
            .header("sec-fetch-site", "cross-site")
            .header(header::ORIGIN, "https://evil.example")
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.as_ref().map_or(Body::empty(), |body| Body::from(body.to_string()));
        let answer = app.send(request.body(body).unwrap()).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::FORBIDDEN, "origin-not-allowed"),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn the_owner_s_token_may_do_everything_but_be_a_member() {
    let app = TestApp::demo().await;
    for (method, path, needs, body) in table() {
        let request = Request::builder()
            .method(method)
            .uri(filled(path))
            .header(header::AUTHORIZATION, format!("Bearer {}", app.token))
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.as_ref().map_or(Body::empty(), |body| Body::from(body.to_string()));
        let answer = app.send(request.body(body).unwrap()).await;
        assert_eq!(answer.status == StatusCode::FORBIDDEN, needs == Needs::Member, "{method} {path}");
    }
}

#[tokio::test]
async fn campaigns_of_other_brands_are_not_listed_and_a_juror_sees_no_counts() {
    let app = TestApp::demo().await;
    app.vote("fico").await;
    let list = async |brand: Option<&str>, role: &str| {
        let who = app.member(brand, role).await;
        app.say(Some(&who), Method::GET, "/api/v1/campaigns", None).await.json()["campaigns"].clone()
    };
    let viewer = list(Some("aurora"), "viewer").await;
    assert_eq!(viewer[0]["activities"][0]["ballots"], 1);
    assert_eq!(list(Some("boreale"), "owner").await, json!([]));
    let juror = list(Some("aurora"), "juror").await;
    assert!(juror[0]["activities"][0].get("ballots").is_none());
}
