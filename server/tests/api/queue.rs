//! The queue: a visitor writes, the team answers, and who may be forgotten is.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{Answer, BRAND, NOON, TestApp, fresh};
use crate::people::Person;

/// Writes to the team of the demonstration's brand; gives the visitor's link.
async fn write(app: &TestApp, body: &Value) -> String {
    let answer = send(app, &fresh_key(), body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["link"].as_str().unwrap().to_owned()
}

fn fresh_key() -> String {
    format!("key-for-a-message-{}", fresh())
}

async fn send(app: &TestApp, key: &str, body: &Value) -> Answer {
    let request = Request::post("/api/v1/campaigns/aurora/messages")
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .header(header::ORIGIN, BRAND)
        .body(Body::from(body.to_string()))
        .unwrap();
    app.send(request).await
}

async fn form(app: &TestApp, path: &str, body: &str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .body(Body::from(body.to_owned()))
        .unwrap();
    app.send(request).await
}

async fn page(app: &TestApp, link: &str) -> Answer {
    app.say(None, Method::GET, path_of(link), None).await
}

/// A link of the server's without its host.
fn path_of(link: &str) -> &str {
    let (_, rest) = link.split_once("://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

async fn queue(app: &TestApp, who: &Person, query: &str) -> Value {
    let answer = app.say(Some(who), Method::GET, &format!("/api/v1/queue{query}"), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The only case that waits.
async fn only(app: &TestApp, who: &Person) -> Value {
    let page = queue(app, who, "").await;
    assert_eq!(page["cases"].as_array().unwrap().len(), 1, "{page}");
    let path = format!("/api/v1/queue/{}", page["cases"][0]["id"].as_str().unwrap());
    app.say(Some(who), Method::GET, &path, None).await.json()
}

async fn change(app: &TestApp, who: &Person, case: &Value, mut body: Value) -> Answer {
    let path = format!("/api/v1/queue/{}", case["case"]["id"].as_str().unwrap());
    if body.get("version").is_none() {
        body["version"] = case["version"].clone();
    }
    app.say(Some(who), Method::PATCH, &path, Some(&body)).await
}

#[tokio::test]
async fn a_visitor_asks_the_team_answers_and_the_visitor_reads_it() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let moderator = app.member(Some("aurora"), "moderator").await;
    let link = write(
        &app,
        &json!({"kind": "message", "text": "Il fico è <vegano>?", "name": "Ada", "email": "ada@example.org", "lang": "it"}),
    )
    .await;
    let waiting = page(&app, &link).await;
    assert_eq!(waiting.status, StatusCode::OK);
    assert_eq!(waiting.header("x-robots-tag"), "noindex");
    assert!(waiting.text().contains("Il fico è &lt;vegano&gt;?") && waiting.text().contains("In attesa"));

    let case = only(&app, &moderator).await;
    assert_eq!(case["case"]["name"], "Ada");
    assert_eq!(case["colleagues"].as_array().unwrap().len(), 2, "{case}");
    let me = json!({"to": moderator.id});
    let reply =
        json!({"reply": "Sì, del tutto.", "note": "chiesto in cucina", "assign": me, "state": "done"});
    let answered = change(&app, &moderator, &case, reply).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text());
    assert_eq!(answered.json()["entries"].as_array().unwrap().len(), 3);
    assert_eq!(queue(&app, &moderator, "").await["open"], 0);
    assert_eq!(queue(&app, &moderator, "?state=done").await["cases"][0]["id"], case["case"]["id"]);

    let read = page(&app, &link).await.text();
    assert!(read.contains("Sì, del tutto.") && !read.contains("in cucina"), "{read}");
    let letters = app.letters(&owner).await;
    assert_eq!(letters[0]["to"], "ada@example.org");
    let text = letters[0]["text"].as_str().unwrap();
    assert!(text.starts_with("Sì, del tutto.") && text.contains(&link), "{text}");

    // Written again, it waits again.
    let more = form(&app, path_of(&link), "act=write&text=E+la+panna%3F").await;
    assert_eq!(more.status, StatusCode::SEE_OTHER, "{}", more.text());
    let again = only(&app, &moderator).await;
    assert_eq!(again["case"]["excerpt"], "E la panna?");
    assert_eq!(again["case"]["assignee"]["id"], moderator.id);
}

#[tokio::test]
async fn a_message_sent_twice_is_one_and_its_key_stands_for_no_other() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let body = json!({"kind": "message", "text": "Ciao"});
    let key = fresh_key();
    let (first, again) = tokio::join!(send(&app, &key, &body), send(&app, &key, &body));
    assert_eq!(first.json(), again.json());
    assert_eq!(send(&app, &key, &body).await.status, StatusCode::OK);
    let other = send(&app, &key, &json!({"kind": "message", "text": "Altro"})).await;
    assert_eq!(other.problem(), "key-reused");
    assert_eq!(queue(&app, &owner, "").await["open"], 1);
}

#[tokio::test]
async fn what_is_not_accepted_is_named_and_kept() {
    let app = TestApp::demo().await;
    let base = json!({"kind": "message", "text": "Ciao"});
    let long = "a".repeat(4_001);
    for (field, value) in [
        ("kind", json!("answer")),
        ("text", json!("")),
        ("text", json!(" \u{202e}\u{0}\n ")),
        ("text", json!(long)),
        ("name", json!("b".repeat(101))),
        ("email", json!("nobody")),
        ("email", json!(format!("{}@b.example", "c".repeat(250)))),
    ] {
        let mut body = base.clone();
        body[field] = value;
        let answer = send(&app, &fresh_key(), &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(answer.fields(), [format!("/{field}")]);
    }
    let typed = "kind=access&text=&name=Ada+%3Cb%3E&email=ada%40example.org&lang=it&key=0123456789abcdef";
    let refused = form(&app, "/api/v1/campaigns/aurora/messages", typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text();
    assert!(page.contains("value=\"Ada &lt;b&gt;\"") && page.contains("aria-invalid=\"true\""), "{page}");
    assert!(page.contains("Scrivi qualche parola"));
    let elsewhere = Request::post("/api/v1/campaigns/aurora/messages")
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", fresh_key())
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::from(base.to_string()))
        .unwrap();
    assert_eq!(app.send(elsewhere).await.problem(), "origin-not-allowed");
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_is_told_that_it_was_changed() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    write(&app, &json!({"kind": "message", "text": "Ciao"})).await;
    let case = only(&app, &owner).await;
    let (one, other) = tokio::join!(
        change(&app, &owner, &case, json!({"reply": "A"})),
        change(&app, &owner, &case, json!({"reply": "B"}))
    );
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
    let elsewhere = app.member(Some("boreale"), "owner").await;
    assert_eq!(change(&app, &elsewhere, &case, json!({"reply": "C"})).await.problem(), "forbidden");
    assert_eq!(queue(&app, &elsewhere, "").await["open"], 0);
    let now = only(&app, &owner).await;
    assert_eq!(now["entries"].as_array().unwrap().len(), 2);
    for (body, field) in [
        (json!({}), ""),
        (json!({"reply": " "}), "/reply"),
        (json!({"note": "n".repeat(4_001)}), "/note"),
        (json!({"assign": {"to": "ab".repeat(16)}}), "/assign/to"),
    ] {
        let answer = change(&app, &owner, &now, body).await;
        assert_eq!(answer.fields(), [field], "{}", answer.text());
    }
}

#[tokio::test]
async fn whoever_is_forgotten_is_gone_with_every_case_of_their_address() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let ada = |kind: &str, text: &str| json!({"kind": kind, "text": text, "email": "Ada@example.org"});
    let first = write(&app, &ada("message", "Ciao")).await;
    app.clock.set(Timestamp(NOON + 60));
    let second = write(&app, &ada("erasure", "Dimenticatemi")).await;
    write(&app, &json!({"kind": "message", "text": "Altro", "email": "bo@example.org"})).await;
    let erasure = queue(&app, &owner, "?kind=erasure").await["cases"][0].clone();
    let path = format!("/api/v1/queue/{}", erasure["id"].as_str().unwrap());
    let case = app.say(Some(&owner), Method::GET, &path, None).await.json();
    assert_eq!(case["others"].as_array().unwrap().len(), 1);
    let forget = |version: &Value| json!({"version": version, "tell": true});
    let stale =
        app.say(Some(&owner), Method::POST, &format!("{path}/forget"), Some(&forget(&json!(1)))).await;
    assert_eq!(stale.problem(), "changed-meanwhile");
    let done =
        app.say(Some(&owner), Method::POST, &format!("{path}/forget"), Some(&forget(&case["version"]))).await;
    assert_eq!(done.json(), json!({"cases": 2}));
    for link in [&first, &second] {
        assert_eq!(page(&app, link).await.status, StatusCode::NOT_FOUND);
    }
    let left = queue(&app, &owner, "").await;
    assert_eq!(left["open"], 1, "{left}");
    let letter = app.letters(&owner).await[0].clone();
    assert_eq!(letter["to"], "Ada@example.org");
    let audit = app.say(Some(&owner), Method::GET, "/api/v1/audit?action=case.forgotten", None).await.json();
    assert_eq!(audit["entries"][0]["detail"], "2");
}

#[tokio::test]
async fn a_visitor_takes_a_conversation_back_and_ends_its_letters() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let link = write(&app, &json!({"kind": "message", "text": "Ciao", "email": "ada@example.org"})).await;
    let case = only(&app, &owner).await;
    change(&app, &owner, &case, json!({"reply": "A"})).await;
    let text = app.letters(&owner).await[0]["text"].as_str().unwrap().to_owned();
    let stop = text.lines().find(|line| line.contains("/letters/")).unwrap().to_owned();
    assert!(page(&app, &stop).await.text().contains("<form"));
    // As a mail program does it by itself: no page, no origin.
    let ended = form(&app, path_of(&stop), "List-Unsubscribe=One-Click").await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text());
    let case = only(&app, &owner).await;
    assert_eq!(case["quiet"], true);
    change(&app, &owner, &case, json!({"reply": "B"})).await;
    assert_eq!(app.letters(&owner).await.len(), 1, "no letter of the second answer");
    assert!(page(&app, &link).await.text().contains(">B<"));

    let other_page = Request::post(path_of(&link))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::from("act=delete"))
        .unwrap();
    assert_eq!(app.send(other_page).await.status, StatusCode::FORBIDDEN);
    let gone = form(&app, path_of(&link), "act=delete").await;
    assert_eq!(gone.status, StatusCode::OK);
    assert_eq!(page(&app, &link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(queue(&app, &owner, "").await["cases"], json!([]));
    let mut wrong = link.clone();
    wrong.replace_range(link.len() - 1.., if link.ends_with('0') { "1" } else { "0" });
    assert_eq!(page(&app, &wrong).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_queue_is_read_page_by_page_and_by_what_is_asked_for() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    for n in 0..7 {
        app.clock.set(Timestamp(NOON + n * 60));
        let kind = if n % 3 == 0 { "access" } else { "message" };
        write(&app, &json!({"kind": kind, "text": format!("n{n}")})).await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = queue(&app, &owner, &format!("?limit=3{after}")).await;
        let cases = page["cases"].as_array().unwrap();
        seen.extend(cases.iter().map(|case| case["excerpt"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, ["n0", "n1", "n2", "n3", "n4", "n5", "n6"]);
    let told = |page: Value| {
        let cases = page["cases"].as_array().unwrap().iter();
        cases.map(|case| case["excerpt"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(queue(&app, &owner, "?kind=access").await), ["n0", "n3", "n6"]);
    assert_eq!(told(queue(&app, &owner, "?assignee=me").await), Vec::<String>::new());
    assert_eq!(told(queue(&app, &owner, "?assignee=nobody&limit=1").await), ["n0"]);
    assert_eq!(told(queue(&app, &owner, "?late=true").await), Vec::<String>::new());
    app.clock.set(Timestamp(NOON + 48 * 3_600 + 60));
    let late = queue(&app, &owner, "?late=true").await;
    assert_eq!(late["late"], 1, "requests about personal data may wait longer");
    assert_eq!(told(late), ["n1"]);
    for bad in ["?limit=0", "?after=zz", "?assignee=x", "?campaign=%20", "?state=asleep"] {
        let answer = app.say(Some(&owner), Method::GET, &format!("/api/v1/queue{bad}"), None).await;
        assert!(answer.status.is_client_error(), "{bad}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_desk_is_changed_from_what_it_was() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let path = "/api/v1/brands/aurora/desk";
    let desk = app.say(Some(&owner), Method::GET, path, None).await.json();
    assert_eq!(
        desk,
        json!({"version": 0, "message_hours": 48, "privacy_days": 14, "answers": true, "prepared": []})
    );
    let mut wanted = desk.clone();
    wanted["message_hours"] = json!(1);
    wanted["prepared"] = json!([{"title": "Grazie", "text": "Grazie, {name}."}]);
    let set = app.say(Some(&owner), Method::PUT, path, Some(&wanted)).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    assert_eq!(app.say(Some(&owner), Method::PUT, path, Some(&wanted)).await.problem(), "changed-meanwhile");
    write(&app, &json!({"kind": "message", "text": "Ciao"})).await;
    assert_eq!(queue(&app, &owner, "").await["cases"][0]["due"], NOON + 3_600);
    for (field, value) in [
        ("message_hours", json!(0)),
        ("privacy_days", json!(31)),
        ("prepared", json!([{"title": "", "text": "x"}])),
    ] {
        let mut wrong = set.json();
        wrong[field] = value;
        let answer = app.say(Some(&owner), Method::PUT, path, Some(&wrong)).await;
        assert_eq!(answer.fields(), [format!("/{field}")]);
    }
    let nowhere = app.say(Some(&owner), Method::GET, "/api/v1/brands/nowhere/desk", None).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_team_is_told_each_morning_and_within_the_hour_until_it_says_no() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let hour = 3_600;
    // Noon: the morning's letter is due, but nothing waits.
    app.app.queue.tell().await.unwrap();
    assert_eq!(app.letters(&owner).await.len(), 0);
    app.clock.set(Timestamp(NOON + 2 * hour));
    write(&app, &json!({"kind": "message", "text": "Ciao"})).await;
    app.clock.set(Timestamp(NOON + 2 * hour + 60));
    app.app.queue.tell().await.unwrap();
    app.app.queue.tell().await.unwrap();
    let letters = app.letters(&owner).await;
    assert_eq!(letters.len(), 1, "told once");
    let alert = letters[0]["text"].as_str().unwrap().to_owned();
    assert!(!alert.contains("Ciao"), "no word of the visitor's: {alert}");
    // The next morning.
    app.clock.set(Timestamp(NOON + 20 * hour));
    app.app.queue.tell().await.unwrap();
    let letters = app.letters(&owner).await;
    assert_eq!(letters.len(), 2);
    let digest = letters[0]["text"].as_str().unwrap().to_owned();
    let stop = |text: &str| text.lines().find(|line| line.contains("/letters/")).unwrap().to_owned();
    assert_ne!(stop(&alert), stop(&digest));
    let ended = form(&app, path_of(&stop(&digest)), "").await;
    assert_eq!(ended.status, StatusCode::OK);
    let preferences = app.say(Some(&owner), Method::GET, "/api/v1/me/preferences", None).await.json();
    assert_eq!((&preferences["digest"], &preferences["alerts"]), (&json!(false), &json!(true)));
    app.clock.set(Timestamp(NOON + 44 * hour));
    app.app.queue.tell().await.unwrap();
    assert_eq!(app.letters(&owner).await.len(), 2);
}

#[tokio::test]
async fn preferences_are_one_s_own_and_checked() {
    let app = TestApp::demo().await;
    let viewer = app.member(Some("aurora"), "viewer").await;
    let path = "/api/v1/me/preferences";
    let wanted = json!({"digest": false, "alerts": false, "lang": "it", "views": [{"name": "Tardi", "query": "late=true"}]});
    let set = app.say(Some(&viewer), Method::PUT, path, Some(&wanted)).await;
    assert_eq!(set.json(), wanted, "{}", set.text());
    assert_eq!(app.say(Some(&viewer), Method::GET, path, None).await.json(), wanted);
    for (field, value) in [
        ("lang", json!("de")),
        ("views", json!([{"name": "", "query": "x"}])),
        ("views", json!([{"name": "a", "query": "a b"}])),
    ] {
        let mut wrong = wanted.clone();
        wrong[field] = value;
        let answer = app.say(Some(&viewer), Method::PUT, path, Some(&wrong)).await;
        assert_eq!(answer.fields(), [format!("/{field}")]);
    }
}

#[tokio::test]
async fn how_fast_the_team_answers_is_measured() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    write(&app, &json!({"kind": "message", "text": "Ciao"})).await;
    let case = only(&app, &owner).await;
    app.clock.set(Timestamp(NOON + 2 * 3_600));
    let case = change(&app, &owner, &case, json!({"reply": "A"})).await.json();
    change(&app, &owner, &case, json!({"reply": "B"})).await;
    let measured = app.say(Some(&owner), Method::GET, "/api/v1/campaigns/aurora/measure", None).await.json();
    let service = &measured["service"];
    assert_eq!((&service["asked"], &service["answered"]), (&json!(1), &json!(1)), "{service}");
    assert_eq!(service["waits"][2], json!({"within": 14_400, "answered": 1}));
}
