//! Signing in and staying signed in, as browsers do it.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{BRAND, NOON, TestApp};
use crate::people::{PASSWORD, Person, code_at, cookie_of, with_authenticator};

const DAY: u64 = 86_400;

async fn session(app: &TestApp, person: &Person) -> Value {
    app.say(Some(person), Method::GET, "/api/v1/session", None).await.json()
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_read_the_same() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let wrong = app.sign_in(&owner.email, "granita al limone", None).await;
    let unknown = app.sign_in("nobody@aurora.example", PASSWORD, None).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        (wrong.problem(), wrong.json()["detail"].clone()),
        (unknown.problem(), unknown.json()["detail"].clone())
    );
    assert_eq!(wrong.problem(), "wrong-credentials");
}

#[tokio::test]
async fn who_guesses_has_to_wait() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    for _ in 0..10 {
        assert_eq!(
            app.sign_in(&owner.email, "granita al limone", None).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let answer = app.sign_in(&owner.email, PASSWORD, None).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate-limited"));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn a_session_ends_by_itself_and_lives_on_while_it_is_used() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    for day in 1..=29 {
        app.clock.set(Timestamp(NOON + day * DAY));
        let answer = app.say(Some(&owner), Method::GET, "/api/v1/me/sessions", None).await;
        assert_eq!(answer.status, StatusCode::OK, "day {day}");
    }
    app.clock.set(Timestamp(NOON + 30 * DAY));
    assert_eq!(session(&app, &owner).await, json!({"empty": false}));
    let cookie = cookie_of(&app.sign_in(&owner.email, PASSWORD, None).await);
    app.clock.set(Timestamp(NOON + 37 * DAY));
    assert_eq!(session(&app, &Person { cookie, ..owner }).await, json!({"empty": false}));
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let phone =
        Person { cookie: cookie_of(&app.sign_in(&owner.email, PASSWORD, None).await), ..owner.clone() };
    let list = app.say(Some(&owner), Method::GET, "/api/v1/me/sessions", None).await.json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|it| it["this"] == false).unwrap()["id"].as_str().unwrap();
    let end = format!("/api/v1/me/sessions/{other}");
    let stranger = app.member(None, "viewer").await;
    assert_eq!(app.say(Some(&stranger), Method::DELETE, &end, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.say(Some(&owner), Method::DELETE, &end, None).await.status, StatusCode::NO_CONTENT);
    assert!(session(&app, &phone).await.get("signed_in").is_none());
    let out = app.say(Some(&owner), Method::DELETE, "/api/v1/session", None).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(session(&app, &owner).await.get("signed_in").is_none());
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let phone =
        Person { cookie: cookie_of(&app.sign_in(&owner.email, PASSWORD, None).await), ..owner.clone() };
    let change =
        |current: &str| json!({"current_password": current, "new_password": "sorbetto di more e salvia"});
    let refused = app.say(Some(&owner), Method::PATCH, "/api/v1/me", Some(&change("wrong"))).await;
    assert_eq!(refused.fields(), ["/current_password"]);
    let changed = app.say(Some(&owner), Method::PATCH, "/api/v1/me", Some(&change(PASSWORD))).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert!(session(&app, &owner).await.get("signed_in").is_some());
    assert!(session(&app, &phone).await.get("signed_in").is_none());
    assert_eq!(app.sign_in(&owner.email, PASSWORD, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.sign_in(&owner.email, "sorbetto di more e salvia", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_authenticator_is_asked_for_and_each_code_is_taken_once() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let (secret, recovery) = with_authenticator(&app, &owner).await;
    let asked = app.sign_in(&owner.email, PASSWORD, None).await;
    assert_eq!((asked.status, asked.problem().as_str()), (StatusCode::UNAUTHORIZED, "code-required"));
    let used = code_at(&secret, app.now());
    assert_eq!(
        app.sign_in(&owner.email, PASSWORD, Some(&used)).await.fields(),
        ["/code"],
        "used to set it up"
    );
    app.clock.set(Timestamp(NOON + 60));
    let code = code_at(&secret, app.now());
    assert_eq!(app.sign_in(&owner.email, PASSWORD, Some(&code)).await.status, StatusCode::OK);
    assert_eq!(app.sign_in(&owner.email, PASSWORD, Some(&code)).await.fields(), ["/code"]);
    let typed = recovery[0].to_uppercase().replace('-', " ");
    assert_eq!(app.sign_in(&owner.email, PASSWORD, Some(&typed)).await.status, StatusCode::OK);
    assert_eq!(app.sign_in(&owner.email, PASSWORD, Some(&recovery[0])).await.fields(), ["/code"]);
    assert_eq!(session(&app, &owner).await["signed_in"]["recovery_codes"], 9);
    let wrong = app.sign_in(&owner.email, "granita al limone", Some(&recovery[1])).await;
    assert_eq!(wrong.problem(), "wrong-credentials");
}

#[tokio::test]
async fn an_authenticator_goes_only_with_the_password() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    with_authenticator(&app, &owner).await;
    let remove = async |password: &str| {
        let body = json!({"password": password});
        app.say(Some(&owner), Method::POST, "/api/v1/me/authenticator/remove", Some(&body)).await
    };
    assert_eq!(remove("wrong").await.fields(), ["/password"]);
    assert_eq!(remove(PASSWORD).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.sign_in(&owner.email, PASSWORD, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_cookie_counts_only_for_the_console_s_own_pages() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let send = async |headers: &[(&str, &str)]| {
        let mut request = Request::delete("/api/v1/session").header(header::COOKIE, &owner.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.send(request.body(Body::empty()).unwrap()).await
    };
    for headers in [
        &[][..],
        &[("origin", BRAND)],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://fan.example")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
    ] {
        let answer = send(headers).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::FORBIDDEN, "origin-not-allowed"),
            "{headers:?}"
        );
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
    assert_eq!(send(&[("origin", "https://fan.example")]).await.status, StatusCode::NO_CONTENT);
    let body = json!({"email": owner.email, "password": PASSWORD}).to_string();
    let foreign = Request::post("/api/v1/session")
        .header("origin", BRAND)
        .header(header::CONTENT_TYPE, "application/json");
    let answer = app.send(foreign.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.problem(), "origin-not-allowed", "no page may sign its reader in");
}

#[tokio::test]
async fn an_owner_s_link_brings_a_member_back_without_password_and_authenticator() {
    let app = TestApp::demo().await;
    let owner = app.member(Some("aurora"), "owner").await;
    let anna = app.member(Some("aurora"), "editor").await;
    with_authenticator(&app, &anna).await;
    let reset = async |who: &Person, of: &Person| {
        app.say(Some(who), Method::POST, &format!("/api/v1/members/{}/reset", of.id), None).await
    };
    let token_of = |answer: crate::app::Answer| {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned()
    };
    let first = token_of(reset(&owner, &anna).await);
    let second = token_of(reset(&owner, &anna).await);
    let take = async |token: &str, password: &str| {
        let body = json!({"token": token, "password": password});
        app.say(None, Method::POST, "/api/v1/session/password", Some(&body)).await
    };
    assert_eq!(take(&first, PASSWORD).await.problem(), "invitation-gone", "a newer one voids it");
    assert_eq!(take(&second, "short").await.fields(), ["/password"]);
    let taken = take(&second, "sorbetto di more e salvia").await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert_eq!(taken.json()["signed_in"]["authenticator"], false);
    assert_eq!(take(&second, "sorbetto di more e salvia").await.problem(), "invitation-gone");
    assert!(session(&app, &anna).await.get("signed_in").is_none(), "other sessions have ended");
    assert_eq!(app.sign_in(&anna.email, "sorbetto di more e salvia", None).await.status, StatusCode::OK);
    let third = token_of(reset(&owner, &anna).await);
    app.clock.set(Timestamp(NOON + DAY));
    assert_eq!(take(&third, PASSWORD).await.problem(), "invitation-gone", "a day later");
    // Whoever has such a link becomes that member: so nobody makes one for somebody mightier.
    let whole = app.member(None, "viewer").await;
    assert_eq!(reset(&owner, &whole).await.problem(), "forbidden");
}

#[tokio::test]
async fn a_link_for_a_new_password_is_void_once_roles_or_password_are_others() {
    let app = TestApp::demo().await;
    let whole = app.owner().await;
    let owner = app.member(Some("aurora"), "owner").await;
    let anna = app.member(Some("aurora"), "editor").await;
    let path = format!("/api/v1/members/{}", anna.id);
    let link = async || {
        let answer = app.say(Some(&owner), Method::POST, &format!("{path}/reset"), None).await;
        answer.json()["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned()
    };
    let take = async |token: &str| {
        let body = json!({"token": token, "password": "sorbetto di more e salvia"});
        app.say(None, Method::POST, "/api/v1/session/password", Some(&body)).await
    };
    let before = link().await;
    let mighty = json!({"grants": [{"role": "owner"}]});
    app.say(Some(&whole), Method::PUT, &format!("{path}/grants"), Some(&mighty)).await;
    assert_eq!(take(&before).await.problem(), "invitation-gone", "it would make its maker mightier");
    let less = json!({"grants": [{"brand": "aurora", "role": "editor"}]});
    app.say(Some(&whole), Method::PUT, &format!("{path}/grants"), Some(&less)).await;
    let before = link().await;
    let change = json!({"current_password": PASSWORD, "new_password": "torrone di mandorle e miele"});
    assert_eq!(app.say(Some(&anna), Method::PATCH, "/api/v1/me", Some(&change)).await.status, StatusCode::OK);
    assert_eq!(take(&before).await.problem(), "invitation-gone");
    let myself =
        app.say(Some(&owner), Method::POST, &format!("/api/v1/members/{}/reset", owner.id), None).await;
    assert_eq!(myself.problem(), "forbidden", "one's own password is changed with the one of now");
}

#[tokio::test]
async fn what_is_over_goes_by_itself_and_what_is_in_use_stays() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let other = app.member(Some("aurora"), "viewer").await;
    app.invite(&format!("Bearer {}", app.token), Some("aurora"), "editor").await;
    let reset = format!("/api/v1/members/{}/reset", other.id);
    assert_eq!(app.say(Some(&owner), Method::POST, &reset, None).await.status, StatusCode::CREATED);
    for token in
        [json!({"label": "a", "rights": ["read"], "days": 1}), json!({"label": "b", "rights": ["read"]})]
    {
        let made = app.say(Some(&owner), Method::POST, "/api/v1/me/tokens", Some(&token)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    }
    assert_eq!(app.app.team.tidy().await.unwrap(), 0, "all of it is in use");
    app.clock.set(Timestamp(NOON + 25 * DAY));
    let owner = Person { cookie: cookie_of(&app.sign_in(&owner.email, PASSWORD, None).await), ..owner };
    // The other's session, the invitation, the link. The owner's first session went when the second began.
    assert_eq!(app.app.team.tidy().await.unwrap(), 3);
    assert_eq!(app.app.team.tidy().await.unwrap(), 0);
    let tokens = async || {
        let list = app.say(Some(&owner), Method::GET, "/api/v1/me/tokens", None).await.json();
        list["tokens"].as_array().unwrap().len()
    };
    assert_eq!(tokens().await, 2, "one that has ended is still shown");
    app.clock.set(Timestamp(NOON + 31 * DAY));
    assert_eq!((app.app.team.tidy().await.unwrap(), tokens().await), (1, 1));
}
