//! Joining, roles and parting, as browsers do it.

use axum::http::{Method, StatusCode};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{NOON, TestApp};
use crate::people::{PASSWORD, Person};

const DAY: u64 = 86_400;

async fn session(app: &TestApp, person: &Person) -> Value {
    app.say(Some(person), Method::GET, "/api/v1/session", None).await.json()
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
async fn each_start_prints_the_same_first_link_until_it_is_too_old() {
    let app = TestApp::empty();
    let first = app.app.team.invite_owner().await.unwrap();
    let second = app.app.team.invite_owner().await.unwrap();
    assert_eq!(first.token, second.token);
    let open = async |token: &str| {
        app.say(None, Method::POST, "/api/v1/invitations/open", Some(&json!({"token": token}))).await.status
    };
    assert_eq!(open(&first.token).await, StatusCode::OK);
    app.clock.set(Timestamp(NOON + 7 * DAY));
    assert_eq!(open(&first.token).await, StatusCode::NOT_FOUND);
    let third = app.app.team.invite_owner().await.unwrap();
    assert_ne!(third.token, first.token);
    assert_eq!(open(&third.token).await, StatusCode::OK);
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
    let all = join("", "anna@aurora", "password12345");
    let answer = app.say(None, Method::POST, "/api/v1/members", Some(&all)).await;
    assert_eq!(answer.fields(), ["/name", "/email", "/password"], "all of them at once");
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
