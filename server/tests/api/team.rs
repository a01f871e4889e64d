//! Signing in, joining and parting, as browsers do it.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::app::{BRAND, NOON, TestApp};
use crate::people::{PASSWORD, Person, cookie_of};

const DAY: u64 = 86_400;

async fn session(app: &TestApp, person: &Person) -> Value {
    app.say(Some(person), Method::GET, "/api/v1/session", None).await.json()
}

fn code_at(secret: &str, at: u64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).with_account_name("a").build().unwrap().generate(at).to_string()
}

/// Sets an authenticator up; gives its secret and the recovery codes.
async fn with_authenticator(app: &TestApp, person: &Person) -> (String, Vec<String>) {
    let offer = app.say(Some(person), Method::POST, "/api/v1/me/authenticator", None).await;
    assert_eq!(offer.status, StatusCode::OK, "{}", offer.text());
    let secret = offer.json()["secret"].as_str().unwrap().to_owned();
    let code = code_at(&secret, app.now());
    let proof = json!({"secret": secret, "code": code, "password": PASSWORD});
    let set = app.say(Some(person), Method::PUT, "/api/v1/me/authenticator", Some(&proof)).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    let set = set.json();
    let codes = set["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

#[tokio::test]
async fn the_first_link_makes_an_owner_who_is_signed_in_and_works_once() {
    let app = TestApp::demo().await;
    let before = app.say(None, Method::GET, "/api/v1/session", None).await.json();
    assert_eq!(before, json!({"empty": true}));
    let link = app.app.team.invite_owner().await.unwrap();
    let offer = json!({"token": link.token});
    let offered = app.say(None, Method::POST, "/api/v1/invitations/open", Some(&offer)).await;
    assert_eq!(offered.json()["grant"], json!({"role": "owner"}));
    let join = json!({"token": link.token, "name": " Anna Riva ", "email": "Anna@Aurora.example", "password": PASSWORD});
    let joined = app.say(None, Method::POST, "/api/v1/members", Some(&join)).await;
    assert_eq!(joined.status, StatusCode::CREATED, "{}", joined.text());
    let cookie = joined.header("set-cookie");
    for part in ["__Host-fanfare=", "; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let me = &joined.json()["signed_in"];
    assert_eq!((&me["name"], &me["email"]), (&json!("Anna Riva"), &json!("Anna@Aurora.example")));
    assert_eq!(me["brands"].as_array().unwrap().len(), 1);
    let again = app.say(None, Method::POST, "/api/v1/members", Some(&join)).await;
    assert_eq!((again.status, again.problem().as_str()), (StatusCode::NOT_FOUND, "invitation-gone"));
    assert_eq!(app.sign_in("anna@aurora.example", PASSWORD, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_newer_first_link_voids_the_one_before_and_an_old_one_ends() {
    let app = TestApp::empty();
    let first = app.app.team.invite_owner().await.unwrap();
    let second = app.app.team.invite_owner().await.unwrap();
    let open = async |token: &str| {
        app.say(None, Method::POST, "/api/v1/invitations/open", Some(&json!({"token": token}))).await.status
    };
    assert_eq!(open(&first.token).await, StatusCode::NOT_FOUND);
    assert_eq!(open(&second.token).await, StatusCode::OK);
    app.clock.set(Timestamp(NOON + 7 * DAY));
    assert_eq!(open(&second.token).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_field_at_fault_is_named_and_the_link_still_works() {
    let app = TestApp::empty();
    let link = app.app.team.invite_owner().await.unwrap();
    let join = |name: &str, email: &str, password: &str| json!({"token": link.token, "name": name, "email": email, "password": password});
    for (body, pointer) in [
        (join("", "anna@aurora.example", PASSWORD), "/name"),
        (join("An\u{7}na", "anna@aurora.example", PASSWORD), "/name"),
        (join("Anna", "anna", PASSWORD), "/email"),
        (join("Anna", "anna@aurora .example", PASSWORD), "/email"),
        (join("Anna", "anna2@aurora.example", "short"), "/password"),
        (join("Anna", "anna2@aurora.example", "anna2@aurora.example"), "/password"),
        (join("Anna", "anna2@aurora.example", "password12345"), "/password"),
    ] {
        let answer = app.say(None, Method::POST, "/api/v1/members", Some(&body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.fields(), [pointer]);
    }
    let right = join("Anna\n", "anna@aurora.example", PASSWORD);
    let answer = app.say(None, Method::POST, "/api/v1/members", Some(&right)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

#[tokio::test]
async fn two_members_have_two_addresses() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let invited = app.invite(&format!("Bearer {}", app.token), None, "viewer").await.json();
    let token = invited["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let join =
        json!({"token": token, "name": "B", "email": owner.email.to_uppercase(), "password": PASSWORD});
    let answer = app.say(None, Method::POST, "/api/v1/members", Some(&join)).await;
    assert_eq!(
        (answer.status, answer.fields()),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["/email".to_owned()])
    );
    let mine = app.member(None, "viewer").await;
    let change = json!({"email": owner.email, "current_password": PASSWORD});
    let answer = app.say(Some(&mine), Method::PATCH, "/api/v1/me", Some(&change)).await;
    assert_eq!(answer.fields(), ["/email"], "{}", answer.text());
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
async fn other_roles_hold_from_the_next_request_on() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let document =
        async |who: &Person| app.say(Some(who), Method::GET, "/api/v1/campaigns/aurora/document", None).await;
    let invite = json!({"grant": {"brand": "aurora", "role": "viewer"}});
    let may_invite =
        async || app.say(Some(&anna), Method::POST, "/api/v1/invitations", Some(&invite)).await.status;
    assert_eq!(document(&anna).await.status, StatusCode::OK);
    assert_eq!(may_invite().await, StatusCode::FORBIDDEN);
    let path = format!("/api/v1/members/{}/grants", anna.id);
    let grants = json!({"grants": [{"brand": "aurora", "role": "owner"}]});
    let changed = app.say(Some(&owner), Method::PUT, &path, Some(&grants)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert_eq!(may_invite().await, StatusCode::CREATED);
    let none = app.say(Some(&owner), Method::PUT, &path, Some(&json!({"grants": []}))).await;
    assert_eq!(none.json()["grants"], json!([]));
    assert_eq!(document(&anna).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_owner_of_one_brand_gives_nothing_elsewhere() {
    let app = TestApp::demo().await;
    let anna = app.member(Some("aurora"), "owner").await;
    let elsewhere = app.member(Some("boreale"), "viewer").await;
    let everywhere = app.member(None, "viewer").await;
    for grant in [json!({"role": "viewer"}), json!({"brand": "boreale", "role": "viewer"})] {
        let answer =
            app.say(Some(&anna), Method::POST, "/api/v1/invitations", Some(&json!({"grant": grant}))).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"));
    }
    let seen = app.say(Some(&anna), Method::GET, "/api/v1/members", None).await.json();
    let ids: Vec<&str> =
        seen["members"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&anna.id.as_str()) && ids.contains(&everywhere.id.as_str()));
    assert!(!ids.contains(&elsewhere.id.as_str()));
    let grants = |id: &str| format!("/api/v1/members/{id}/grants");
    let mighty = json!({"grants": [{"role": "owner"}]});
    let answer = app.say(Some(&anna), Method::PUT, &grants(&anna.id), Some(&mighty)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let theirs = json!({"grants": [{"brand": "aurora", "role": "editor"}]});
    assert_eq!(
        app.say(Some(&anna), Method::PUT, &grants(&elsewhere.id), Some(&theirs)).await.status,
        StatusCode::NOT_FOUND
    );
    let part = format!("/api/v1/members/{}", everywhere.id);
    assert_eq!(app.say(Some(&anna), Method::DELETE, &part, None).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_member_who_left_is_nobody_any_more_and_the_last_owner_stays() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let path = |person: &Person| format!("/api/v1/members/{}", person.id);
    assert_eq!(
        app.say(Some(&owner), Method::DELETE, &path(&anna), None).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(session(&app, &anna).await.get("signed_in").is_none());
    assert_eq!(app.sign_in(&anna.email, PASSWORD, None).await.problem(), "wrong-credentials");
    assert_eq!(app.say(Some(&owner), Method::DELETE, &path(&anna), None).await.status, StatusCode::NOT_FOUND);
    let last = app.say(Some(&owner), Method::DELETE, &path(&owner), None).await;
    assert_eq!((last.status, last.problem().as_str()), (StatusCode::CONFLICT, "last-owner"));
    let grants = format!("{}/grants", path(&owner));
    let less = json!({"grants": [{"role": "viewer"}]});
    assert_eq!(app.say(Some(&owner), Method::PUT, &grants, Some(&less)).await.problem(), "last-owner");
    let audit = app.say(Some(&owner), Method::GET, "/api/v1/audit?action=member.left", None).await.json();
    assert_eq!(audit["entries"][0]["subject"], anna.id.as_str());
    assert!(!audit.to_string().contains(&anna.email));
}

#[tokio::test]
async fn an_invitation_can_be_taken_back() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let body = json!({"grant": {"brand": "aurora", "role": "editor"}, "note": "Bruno, agency"});
    let made = app.say(Some(&owner), Method::POST, "/api/v1/invitations", Some(&body)).await.json();
    let seen = app.say(Some(&owner), Method::GET, "/api/v1/members", None).await.json();
    assert_eq!(seen["invitations"][0]["note"], "Bruno, agency");
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    assert_eq!(app.say(Some(&owner), Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.say(Some(&owner), Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
    let token = made["link"].as_str().unwrap().split_once('#').unwrap().1;
    let opened =
        app.say(None, Method::POST, "/api/v1/invitations/open", Some(&json!({"token": token}))).await;
    assert_eq!(opened.problem(), "invitation-gone");
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
async fn the_audit_log_tells_who_did_what_in_a_chain() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let document: Value = {
        app.put("aurora", include_str!("../../../demo/aurora.toml")).await;
        app.say(Some(&anna), Method::GET, "/api/v1/campaigns/aurora/document", None).await.json()
    };
    let mut changed = document.clone();
    changed["theme"]["hue"] = 200.into();
    let applied = app.say(Some(&anna), Method::PUT, "/api/v1/campaigns/aurora", Some(&changed)).await;
    assert_eq!(applied.status, StatusCode::OK, "{}", applied.text());
    let all = app.say(Some(&owner), Method::GET, "/api/v1/audit", None).await.json();
    let entries = all["entries"].as_array().unwrap();
    let newest = &entries[0];
    assert_eq!(newest["action"], "campaign.applied");
    assert_eq!((&newest["actor"], &newest["subject"]), (&json!(anna.id), &json!("aurora")));
    assert_eq!(newest["actor_name"], "Anna Riva");
    assert_eq!(entries[1]["actor"], "owner-token");
    let numbers: Vec<u64> = entries.iter().map(|it| it["n"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).rev().collect::<Vec<_>>());
    let one = app.say(Some(&owner), Method::GET, "/api/v1/audit?limit=1", None).await.json();
    assert_eq!(one["next"], newest["n"]);
    let rest = app
        .say(Some(&owner), Method::GET, &format!("/api/v1/audit?before={}", one["next"]), None)
        .await
        .json();
    assert_eq!(rest["entries"].as_array().unwrap()[..], entries[1..]);
    let by_anna = format!("/api/v1/audit?member={}&action=campaign.", anna.id);
    assert_eq!(
        app.say(Some(&owner), Method::GET, &by_anna, None).await.json()["entries"].as_array().unwrap().len(),
        1
    );
    let officer = app.member(Some("aurora"), "officer").await;
    let theirs = app.say(Some(&officer), Method::GET, "/api/v1/audit", None).await.json();
    let brands: Vec<&Value> = theirs["entries"].as_array().unwrap().iter().map(|it| &it["brand"]).collect();
    assert!(!brands.is_empty() && brands.iter().all(|brand| **brand == "aurora"), "{brands:?}");
}

#[tokio::test]
async fn nothing_of_a_person_stands_in_the_store_in_the_clear() {
    let app = TestApp::empty();
    let owner = app.owner().await;
    let secrets = [owner.email.clone(), "Anna Riva".to_owned(), PASSWORD.to_owned(), "$argon2id".to_owned()];
    let cookie = owner.cookie.split_once('=').unwrap().1.to_owned();
    for (path, bytes) in app.files() {
        for secret in secrets.iter().chain([&cookie]) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {path}");
        }
    }
}
