//! The console's own pages: signing in without a script, and the shell behind it.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::time::Timestamp;
use serde_json::json;

use crate::app::{Answer, BRAND, NOON, TestApp};
use crate::people::{PASSWORD, Person, code_at, cookie_of, with_authenticator};

async fn page(app: &TestApp, path: &str, who: Option<&Person>) -> Answer {
    let mut request = Request::get(path).header(header::ACCEPT_LANGUAGE, "en");
    if let Some(person) = who {
        request = request.header(header::COOKIE, &person.cookie);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

async fn sent(app: &TestApp, origin: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post("/console/sign-in")
        .header(header::ORIGIN, origin)
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    app.send(request).await
}

const HOME: &str = "https://fan.example";

#[tokio::test]
async fn without_a_session_every_page_of_the_console_is_a_form_that_needs_no_script() {
    let app = TestApp::empty();
    let empty = page(&app, "/console", None).await;
    assert!(empty.text().contains("printed a link for its owner"), "{}", empty.text());
    let owner = app.owner().await;
    for path in ["/console", "/console/audit?brand=aurora"] {
        let answer = page(&app, path, None).await;
        assert_eq!(answer.status, StatusCode::OK);
        let text = answer.text();
        assert!(text.contains("action=\"/console/sign-in\"") && !text.contains("<script>"), "{text}");
        assert!(text.contains(&format!("name=\"to\" value=\"{path}\"")), "{text}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
    }
    // Here the program has no bundle: what is not the form says so.
    assert_eq!(page(&app, "/console", Some(&owner)).await.problem(), "not-found");
    assert_eq!(page(&app, "/console/join", None).await.problem(), "not-found");
}

#[tokio::test]
async fn the_form_lets_in_and_leads_where_one_wanted_to_go() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let email = owner.email.as_str();
    let wrong =
        sent(&app, HOME, &[("email", email), ("password", "granita"), ("to", "/console/audit")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text().contains("role=\"alert\"") && wrong.text().contains(&format!("value=\"{email}\"")));
    assert!(!wrong.text().contains("granita"), "a password is never sent back");
    let right = [("email", email), ("password", PASSWORD), ("to", "/console/audit")];
    let foreign = sent(&app, BRAND, &right).await;
    assert_eq!(foreign.problem(), "origin-not-allowed");
    let entered = sent(&app, HOME, &right).await;
    assert_eq!(
        (entered.status, entered.header("location").as_str()),
        (StatusCode::SEE_OTHER, "/console/audit")
    );
    let person = Person { cookie: cookie_of(&entered), ..owner.clone() };
    let me = app.say(Some(&person), Method::GET, "/api/v1/session", None).await.json();
    assert_eq!(me["signed_in"]["email"], json!(email));
    let elsewhere = [("email", email), ("password", PASSWORD), ("to", "//evil.example")];
    assert_eq!(sent(&app, HOME, &elsewhere).await.header("location"), "/console");
}

#[tokio::test]
async fn a_code_is_asked_for_on_a_page_of_its_own() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let (secret, recovery) = with_authenticator(&app, &owner).await;
    app.clock.set(Timestamp(NOON + 60));
    let email = owner.email.as_str();
    let asked = sent(&app, HOME, &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(asked.status, StatusCode::OK);
    let text = asked.text();
    assert!(text.contains("name=\"code\"") && !text.contains("type=\"password\""), "{text}");
    assert!(!text.contains(PASSWORD));
    let proof = text.split_once("name=\"proof\" value=\"").unwrap().1.split('"').next().unwrap();
    let code = code_at(&secret, app.now());
    let other =
        sent(&app, HOME, &[("email", "other@aurora.example"), ("proof", proof), ("code", &code)]).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "a proof is of one account");
    let forged = format!("{}.{}", u64::MAX, "0".repeat(64));
    assert_eq!(
        sent(&app, HOME, &[("email", email), ("proof", &forged), ("code", &code)]).await.status,
        StatusCode::UNAUTHORIZED
    );
    let wrong = sent(&app, HOME, &[("email", email), ("proof", proof), ("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("name=\"code\""), "one tries again there");
    assert_eq!(
        sent(&app, HOME, &[("email", email), ("proof", proof), ("code", &code)]).await.status,
        StatusCode::SEE_OTHER
    );
    app.clock.set(Timestamp(NOON + 60 + 300));
    let late = sent(&app, HOME, &[("email", email), ("proof", proof), ("code", &recovery[0])]).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "a few minutes later");
}

#[tokio::test]
async fn a_lost_password_is_asked_for_without_a_script_and_told_to_nobody() {
    let app = TestApp::empty();
    app.owner().await;
    let form = page(&app, "/console/lost", None).await;
    assert!(form.text().contains("action=\"/console/lost\""), "{}", form.text());
    let request = Request::post("/console/lost")
        .header(header::ORIGIN, HOME)
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("email=nobody%40aurora.example"))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.text().contains("a letter is on its way") && !answer.text().contains("nobody@"),
        "{}",
        answer.text()
    );
}
