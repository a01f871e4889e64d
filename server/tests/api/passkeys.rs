//! Passkeys: made, used, refused and removed, with real signatures of each kind.

use axum::http::{Method, StatusCode};
use fanfare::config::Config;
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{Answer, NOON, TestApp};
use crate::device::{Device, Key};
use crate::people::{PASSWORD, Person, cookie_of, with_authenticator};

/// What is bent, and how.
type Bend = (&'static str, fn(&mut Device));

const MINE: &str = "/api/v1/me/passkeys";

async fn post(app: &TestApp, who: Option<&Person>, path: &str, body: &Value) -> Answer {
    app.say(who, Method::POST, path, Some(body)).await
}

/// An offer for a new passkey.
async fn offered(app: &TestApp, who: &Person) -> Value {
    let answer = post(app, Some(who), &format!("{MINE}/offer"), &json!({"password": PASSWORD})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn add(app: &TestApp, who: &Person, offer: &Value, credential: &Value) -> Answer {
    let body = json!({"label": "Phone", "token": offer["token"], "credential": credential});
    post(app, Some(who), MINE, &body).await
}

/// A device with a passkey of this member's.
async fn with_passkey(app: &TestApp, who: &Person, key: Key) -> Device {
    let mut device = Device::new(key);
    let offer = offered(app, who).await;
    let made = device.make(&offer["options"]);
    let answer = add(app, who, &offer, &made).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    device
}

/// An offer to sign in.
async fn asked(app: &TestApp) -> Value {
    let answer = app.say(None, Method::POST, "/api/v1/session/passkey/offer", None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn enter(app: &TestApp, offer: &Value, credential: &Value) -> Answer {
    let body = json!({"token": offer["token"], "credential": credential});
    post(app, None, "/api/v1/session/passkey", &body).await
}

async fn sign_in(app: &TestApp, device: &mut Device) -> Answer {
    let offer = asked(app).await;
    let signed = device.sign(&offer["options"]);
    enter(app, &offer, &signed).await
}

fn is_refused(answer: &Answer, why: &str) {
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (StatusCode::UNAUTHORIZED, "passkey-refused"),
        "{why}: {}",
        answer.text()
    );
    assert_eq!(answer.header("set-cookie"), "", "{why}");
}

async fn audit(app: &TestApp, who: &Person) -> Vec<(String, String)> {
    let lines = app.say(Some(who), Method::GET, "/api/v1/audit", None).await.json();
    let lines = lines["entries"].as_array().unwrap().clone();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    lines.iter().map(|line| (text(line, "action"), text(line, "detail"))).collect()
}

#[tokio::test]
async fn a_passkey_of_each_kind_stands_for_password_and_code() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    with_authenticator(&app, &owner).await;
    for key in [Key::es256(), Key::ed25519(), Key::rs256()] {
        let mut device = with_passkey(&app, &owner, key).await;
        let entered = sign_in(&app, &mut device).await;
        assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
        assert_eq!(entered.json()["signed_in"]["id"], owner.id.as_str());
        let cookie = entered.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let person = Person { cookie: cookie_of(&entered), ..owner.clone() };
        let sessions = app.say(Some(&person), Method::GET, "/api/v1/me/sessions", None).await;
        assert_eq!(sessions.status, StatusCode::OK);
    }
    let list = app.say(Some(&owner), Method::GET, MINE, None).await.json();
    assert_eq!(list["possible"], true);
    let passkeys = list["passkeys"].as_array().unwrap();
    assert!(passkeys.len() == 3 && passkeys.iter().all(|it| it["label"] == "Phone" && it["used"] == NOON));
    let lines = audit(&app, &owner).await;
    assert_eq!(lines[0], ("session.began".to_owned(), "passkey".to_owned()));
    assert!(lines.iter().any(|(action, _)| action == "passkey.added"));
}

#[tokio::test]
async fn what_a_browser_is_asked_is_a_key_of_its_own_behind_a_look_at_its_owner() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let device = with_passkey(&app, &owner, Key::es256()).await;
    let options = offered(&app, &owner).await["options"].clone();
    assert_eq!(options["rp"]["id"], "fan.example");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let kinds = options["pubKeyCredParams"].as_array().unwrap().iter().map(|it| it["alg"].as_i64().unwrap());
    assert_eq!(kinds.collect::<Vec<_>>(), [-8, -7, -257]);
    let known = data_encoding::BASE64URL_NOPAD.encode(&device.id);
    assert_eq!(options["excludeCredentials"][0]["id"], known.as_str(), "none is made twice on one device");
    let asked = asked(&app).await["options"].clone();
    assert_eq!((&asked["rpId"], &asked["userVerification"]), (&json!("fan.example"), &json!("required")));
    assert_eq!(asked["allowCredentials"], json!([]), "nobody learns who has passkeys");
}

#[tokio::test]
async fn a_new_passkey_needs_the_password_and_answers_its_own_offer_once() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let wrong = post(&app, Some(&owner), &format!("{MINE}/offer"), &json!({"password": "wrong"})).await;
    assert_eq!(wrong.fields(), ["/password"]);
    let bent: [Bend; 3] = [
        ("another page", |device| device.origin = "https://evil.example".to_owned()),
        ("another name", |device| device.name = "evil.example".to_owned()),
        ("nobody looked at", |device| device.verified = false),
    ];
    for (why, bend) in bent {
        let (offer, mut device) = (offered(&app, &owner).await, Device::new(Key::es256()));
        bend(&mut device);
        let made = device.make(&offer["options"]);
        assert_eq!(add(&app, &owner, &offer, &made).await.fields(), ["/credential"], "{why}");
    }
    let (offer, other) = (offered(&app, &owner).await, offered(&app, &owner).await);
    let mut device = Device::new(Key::es256());
    let made = device.make(&other["options"]);
    assert_eq!(add(&app, &owner, &offer, &made).await.fields(), ["/credential"], "another challenge");
    let stranger = app.member(None, "viewer").await;
    assert_eq!(add(&app, &stranger, &other, &made).await.fields(), ["/token"], "another member's offer");
    assert_eq!(
        add(&app, &owner, &asked(&app).await, &made).await.fields(),
        ["/token"],
        "an offer to sign in"
    );
    assert_eq!(add(&app, &owner, &other, &made).await.status, StatusCode::CREATED);
    assert_eq!(add(&app, &owner, &other, &made).await.fields(), ["/token"], "used");
    // The same key pair for somebody else: whose it is would be a matter of taste.
    let offer = offered(&app, &stranger).await;
    let again = device.make(&offer["options"]);
    assert_eq!(add(&app, &stranger, &offer, &again).await.fields(), ["/credential"], "another member's");
    let offer = offered(&app, &owner).await;
    let late = Device::new(Key::es256()).make(&offer["options"]);
    app.clock.set(Timestamp(NOON + 600));
    assert_eq!(add(&app, &owner, &offer, &late).await.fields(), ["/token"], "too late");
}

#[tokio::test]
async fn what_is_not_exactly_the_answer_signs_nobody_in() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let device = with_passkey(&app, &owner, Key::es256()).await;
    let bent: [Bend; 5] = [
        ("another page", |device| device.origin = "https://evil.example".to_owned()),
        ("plain http", |device| device.origin = "http://fan.example".to_owned()),
        ("another name", |device| device.name = "evil.example".to_owned()),
        ("nobody looked at", |device| device.verified = false),
        ("another key", |device| device.key = Key::es256()),
    ];
    for (why, bend) in bent {
        let mut thief = Device { key: device.key.again(), ..Device::new(Key::es256()) };
        (thief.id, thief.handle) = (device.id.clone(), device.handle.clone());
        bend(&mut thief);
        is_refused(&sign_in(&app, &mut thief).await, why);
    }
}

#[tokio::test]
async fn an_answer_counts_for_its_own_offer_and_once() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let stranger = app.member(None, "viewer").await;
    let mut device = with_passkey(&app, &owner, Key::es256()).await;
    let theirs = with_passkey(&app, &stranger, Key::es256()).await;
    let handle = std::mem::replace(&mut device.handle, theirs.handle.clone());
    is_refused(&sign_in(&app, &mut device).await, "another member's account");
    device.handle = handle;
    let (first, second) = (asked(&app).await, asked(&app).await);
    let signed = device.sign(&first["options"]);
    is_refused(&enter(&app, &second, &signed).await, "another challenge");
    let forged = json!({"token": second["token"].as_str().unwrap().replace('A', "B")});
    is_refused(&enter(&app, &forged, &device.sign(&second["options"])).await, "a challenge of nobody's");
    let adding = offered(&app, &owner).await;
    is_refused(&enter(&app, &adding, &device.sign(&adding["options"])).await, "an offer for a new passkey");
    is_refused(&enter(&app, &first, &json!({"id": "AAAA"})).await, "no answer at all");
    assert_eq!(enter(&app, &first, &signed).await.status, StatusCode::OK);
    is_refused(&enter(&app, &first, &signed).await, "the same once more");
    let offer = asked(&app).await;
    let signed = device.sign(&offer["options"]);
    app.clock.set(Timestamp(NOON + 600));
    is_refused(&enter(&app, &offer, &signed).await, "too late");
    assert_eq!(sign_in(&app, &mut device).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_counter_that_goes_back_is_a_copy_and_the_audit_log_says_so() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let mut device = with_passkey(&app, &owner, Key::es256()).await;
    device.counter = 7;
    assert_eq!(sign_in(&app, &mut device).await.status, StatusCode::OK);
    for counter in [7, 6, 0] {
        device.counter = counter;
        is_refused(&sign_in(&app, &mut device).await, "behind");
        assert_eq!(audit(&app, &owner).await[0].0, "passkey.refused");
    }
    device.counter = 8;
    assert_eq!(sign_in(&app, &mut device).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_tries_passkeys_has_to_wait_and_other_pages_may_not_try() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let mut device = with_passkey(&app, &owner, Key::es256()).await;
    let offer = asked(&app).await;
    let body = json!({"token": offer["token"], "credential": device.sign(&offer["options"])});
    let foreign = axum::http::Request::post("/api/v1/session/passkey")
        .header("origin", crate::app::BRAND)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()));
    assert_eq!(app.send(foreign.unwrap()).await.problem(), "origin-not-allowed");
    let key = std::mem::replace(&mut device.key, Key::es256());
    for _ in 0..10 {
        is_refused(&sign_in(&app, &mut device).await, "another key");
    }
    device.key = key;
    assert_eq!(sign_in(&app, &mut device).await.problem(), "rate-limited");
}

#[tokio::test]
async fn a_passkey_goes_with_the_password_or_with_a_link_for_a_new_one() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let mut device = with_passkey(&app, &anna, Key::es256()).await;
    let mut kept = with_passkey(&app, &anna, Key::ed25519()).await;
    let list = app.say(Some(&anna), Method::GET, MINE, None).await.json();
    let mut first =
        list["passkeys"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned());
    let path = format!("{MINE}/{}/remove", first.next_back().unwrap());
    let password = json!({"password": PASSWORD});
    assert_eq!(post(&app, Some(&owner), &path, &password).await.problem(), "not-found", "somebody else's");
    assert_eq!(post(&app, Some(&anna), &path, &json!({"password": "wrong"})).await.fields(), ["/password"]);
    let gone = post(&app, Some(&anna), &path, &password).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let left = [sign_in(&app, &mut device).await.status, sign_in(&app, &mut kept).await.status];
    assert!(left.contains(&StatusCode::OK) && left.contains(&StatusCode::UNAUTHORIZED), "{left:?}");
    let mut left = if left[0] == StatusCode::OK { device } else { kept };

    let change = json!({"current_password": PASSWORD, "new_password": "torrone di mandorle e miele"});
    assert_eq!(app.say(Some(&anna), Method::PATCH, "/api/v1/me", Some(&change)).await.status, StatusCode::OK);
    assert_eq!(sign_in(&app, &mut left).await.status, StatusCode::OK, "it outlives a changed password");

    let link = post(&app, Some(&owner), &format!("/api/v1/members/{}/reset", anna.id), &json!({})).await;
    let token = link.json()["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let taken = json!({"token": token, "password": "sorbetto di more e salvia"});
    assert_eq!(post(&app, None, "/api/v1/session/password", &taken).await.status, StatusCode::OK);
    is_refused(&sign_in(&app, &mut left).await, "removed by the link");
    let lines = audit(&app, &owner).await;
    assert!(lines.contains(&("password.reset".to_owned(), "passkeys removed: 1".to_owned())), "{lines:?}");
}

#[tokio::test]
async fn without_a_name_under_https_there_are_no_passkeys_and_the_page_shows_no_button() {
    let app = TestApp::empty();
    let page = async |app: &TestApp| app.get("/console").await;
    let shown = page(&app).await;
    assert!(shown.text().contains("id=\"passkey\"") && shown.text().contains("hidden"), "{}", shown.text());
    let policy = shown.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let app = TestApp::reached("http://127.0.0.1:8080", Config::default());
    let owner = app.owner().await;
    let shown = page(&app).await;
    assert!(
        !shown.text().contains("<script") && !shown.text().contains("id=\"passkey\""),
        "{}",
        shown.text()
    );
    assert!(!shown.header("content-security-policy").contains("script-src"));
    assert_eq!(app.say(Some(&owner), Method::GET, MINE, None).await.json()["possible"], false);
    let offer = post(&app, Some(&owner), &format!("{MINE}/offer"), &json!({"password": PASSWORD})).await;
    assert_eq!(offer.problem(), "forbidden");
}
