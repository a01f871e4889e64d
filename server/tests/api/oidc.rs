//! Signing in by the brand's own directory: a real issuer on a port of its own, and every way in which it may go wrong.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare::config::Config;
use fanfare::edge::Sender;
use fanfare::oidc::Settings;
use fanfare_shared::time::Timestamp;
use serde_json::json;

use crate::app::{Answer, NOON, TestApp};
use crate::issuer::{Issuer, Word};
use crate::people::{PASSWORD, Person};

fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        client_id: "fanfare".to_owned(),
        client_secret: "geheim".into(),
        name: "Aurora".to_owned(),
        ..Settings::default()
    }
}

fn with(oidc: Settings) -> TestApp {
    TestApp::configured(Config { oidc, ..Config::default() })
}

async fn page(app: &TestApp, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .header(header::ACCEPT_LANGUAGE, "en")
        // As a browser comes that another site has sent.
        .header("sec-fetch-site", "cross-site");
    app.send(request.body(Body::empty()).unwrap()).await
}

/// The cookie for the way, and the address to go to.
async fn sent(app: &TestApp) -> (String, String) {
    let answer = page(app, "/console/oidc?to=%2Fconsole%2Faudit", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-fanfare-oidc="), "{cookie}");
    for wanted in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Secure"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
    (cookie.split(';').next().unwrap().to_owned(), answer.header("location"))
}

/// The whole way, as a browser goes it.
async fn signs_in(app: &TestApp, issuer: &Issuer, word: Word) -> Answer {
    let (cookie, address) = sent(app).await;
    let query = issuer.signs_in(&address, word);
    page(app, &format!("/console/oidc/back?{query}"), &cookie).await
}

/// The session that an answer begins.
fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let mut begun = cookies.filter(|cookie| cookie.starts_with("__Host-fanfare="));
    begun.next().map(|cookie| cookie.split(';').next().unwrap().to_owned())
}

fn is_refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{words}: {}", answer.text());
    assert!(answer.text().contains(words) && answer.text().contains("role=\"alert\""), "{}", answer.text());
    assert_eq!(session(answer), None, "{words}");
    assert_eq!(answer.header("refresh"), "", "{words}");
}

async fn last_line(app: &TestApp, who: &Person) -> (String, String) {
    let page = app.say(Some(who), Method::GET, "/api/v1/audit", None).await.json();
    let text = |key: &str| page["entries"][0][key].as_str().unwrap().to_owned();
    (text("action"), text("detail"))
}

const HELD: &str = "does not hold";

#[tokio::test]
async fn a_member_comes_in_by_their_verified_address_and_later_by_who_they_are_there() {
    let issuer = Issuer::start().await;
    let app = with(settings(&issuer.address));
    let owner = app.owner().await;
    let door = app.get("/console").await.text();
    assert!(
        door.contains("href=\"/console/oidc?to=%2Fconsole\"") && door.contains("Sign in with Aurora"),
        "{door}"
    );
    let back = signs_in(&app, &issuer, Word::of(&owner.email.to_uppercase())).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    // The page goes on by itself: what another site has sent brings no session.
    assert_eq!(back.header("refresh"), "0; url=/console/audit");
    assert!(back.text().contains("href=\"/console/audit\"") && !back.text().contains("<script"));
    assert!(
        back.header("set-cookie").contains("__Host-fanfare-oidc=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    );
    let me = Person { cookie: session(&back).unwrap(), ..owner.clone() };
    let who = app.say(Some(&me), Method::GET, "/api/v1/session", None).await.json();
    assert_eq!(who["signed_in"]["id"], owner.id.as_str());
    assert_eq!(last_line(&app, &owner).await, ("session.began".into(), "oidc, for the first time".into()));
    let moved = Word { verified: Some(false), ..Word::of("anna.married@elsewhere.example") };
    assert!(session(&signs_in(&app, &issuer, moved).await).is_some());
    assert_eq!(last_line(&app, &owner).await, ("session.began".into(), "oidc".into()));
}

#[tokio::test]
async fn an_address_that_is_told_on_request_alone_counts_too() {
    let issuer = Issuer::start().await;
    let app = with(settings(&issuer.address));
    let owner = app.owner().await;
    let word = Word { in_token: false, ..Word::of(&owner.email) };
    assert!(session(&signs_in(&app, &issuer, word).await).is_some());
}

#[tokio::test]
async fn a_word_that_does_not_hold_lets_nobody_in() {
    let issuer = Issuer::start().await;
    let app = with(settings(&issuer.address));
    let owner = app.owner().await;
    let word = Word::of(&owner.email);
    for (why, bent) in [
        ("another nonce", Word { nonce: Some("another".to_owned()), ..word.clone() }),
        ("for somebody else", Word { audience: "another".to_owned(), ..word.clone() }),
        ("over", Word { counts: -1, ..word.clone() }),
        ("changed after it was signed", Word { forged: true, ..word.clone() }),
    ] {
        let answer = signs_in(&app, &issuer, bent).await;
        assert!(answer.text().contains(HELD), "{why}");
        is_refused(&answer, StatusCode::BAD_REQUEST, HELD);
    }
    assert!(session(&signs_in(&app, &issuer, word).await).is_some());
}

#[tokio::test]
async fn the_way_back_counts_for_one_browser_one_way_and_once() {
    let issuer = Issuer::start().await;
    let app = with(settings(&issuer.address));
    let owner = app.owner().await;
    let (cookie, address) = sent(&app).await;
    let (other, _) = sent(&app).await;
    let back = format!("/console/oidc/back?{}", issuer.signs_in(&address, Word::of(&owner.email)));
    const LOST: &str = "begun in another browser";
    is_refused(&page(&app, &back, "").await, StatusCode::BAD_REQUEST, LOST);
    is_refused(&page(&app, &back, &other).await, StatusCode::BAD_REQUEST, LOST);
    is_refused(&page(&app, &back, &cookie.replace('A', "B")).await, StatusCode::BAD_REQUEST, LOST);
    app.clock.set(Timestamp(NOON + 600));
    is_refused(&page(&app, &back, &cookie).await, StatusCode::BAD_REQUEST, LOST);
    app.clock.set(Timestamp(NOON + 1));
    assert!(session(&page(&app, &back, &cookie).await).is_some());
    is_refused(&page(&app, &back, &cookie).await, StatusCode::BAD_REQUEST, HELD);
    // A code of one way on another: the issuer gave it to another browser.
    let (_, address) = sent(&app).await;
    let query = issuer.signs_in(&address, Word::of(&owner.email));
    let (cookie, address) = sent(&app).await;
    let own = issuer.signs_in(&address, Word::of(&owner.email));
    let mixed =
        format!("/console/oidc/back?{}&{}", query.split('&').next().unwrap(), own.split('&').nth(1).unwrap());
    is_refused(&page(&app, &mixed, &cookie).await, StatusCode::BAD_REQUEST, HELD);
    let cancelled = page(&app, "/console/oidc/back?error=access_denied", &cookie).await;
    is_refused(&cancelled, StatusCode::BAD_REQUEST, "cancelled");
}

#[tokio::test]
async fn who_is_no_member_or_not_known_for_sure_stays_outside_and_is_written_down() {
    let issuer = Issuer::start().await;
    let domains = vec!["aurora.example".to_owned()];
    let app = with(Settings { domains, ..settings(&issuer.address) });
    let owner = app.owner().await;
    let word = Word::of(&owner.email);
    for (words, bent) in [
        ("no verified e-mail address", Word { verified: Some(false), ..word.clone() }),
        ("no verified e-mail address", Word { verified: None, ..word.clone() }),
        ("no verified e-mail address", Word::of("anna@evil.example")),
        ("nobody of this team", Word::of("nobody@aurora.example")),
    ] {
        is_refused(&signs_in(&app, &issuer, bent).await, StatusCode::FORBIDDEN, words);
        assert_eq!(last_line(&app, &owner).await.0, "session.oidc");
    }
    assert!(session(&signs_in(&app, &issuer, word.clone()).await).is_some());
    let another = Word { subject: "subject-2".to_owned(), ..word.clone() };
    is_refused(&signs_in(&app, &issuer, another.clone()).await, StatusCode::FORBIDDEN, "as somebody else");
    assert_eq!(last_line(&app, &owner).await.0, "session.oidc");
    // A link for a new password forgets who the member is there.
    let anna = app.member(None, "viewer").await;
    assert!(
        session(
            &signs_in(&app, &issuer, Word { subject: "subject-3".into(), ..Word::of(&anna.email) }).await
        )
        .is_some()
    );
    let reset =
        app.say(Some(&owner), Method::POST, &format!("/api/v1/members/{}/reset", anna.id), None).await;
    let token = reset.json()["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let taken = json!({"token": token, "password": PASSWORD});
    assert_eq!(
        app.say(None, Method::POST, "/api/v1/session/password", Some(&taken)).await.status,
        StatusCode::OK
    );
    assert!(
        session(
            &signs_in(&app, &issuer, Word { subject: "subject-4".into(), ..Word::of(&anna.email) }).await
        )
        .is_some()
    );
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_said_so_and_who_hurries_has_to_wait() {
    // Nobody listens there.
    let app = with(settings("http://127.0.0.1:1"));
    let answer = page(&app, "/console/oidc", "").await;
    is_refused(&answer, StatusCode::SERVICE_UNAVAILABLE, "does not answer");
    let go = async || {
        let mut request = Request::get("/console/oidc").header(header::ACCEPT_LANGUAGE, "en");
        request.extensions_mut().unwrap().insert(Sender("192.0.2.7".parse().unwrap()));
        app.send(request.body(Body::empty()).unwrap()).await
    };
    for _ in 0..30 {
        assert_eq!(go().await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    is_refused(&go().await, StatusCode::TOO_MANY_REQUESTS, "Too many");
}

#[tokio::test]
async fn without_an_issuer_there_is_no_button_and_no_way() {
    let app = TestApp::empty();
    assert!(!app.get("/console").await.text().contains("/console/oidc"));
    assert_eq!(app.get("/console/oidc").await.problem(), "not-found");
    assert_eq!(app.get("/console/oidc/back?code=1&state=2").await.problem(), "not-found");
}
