//! Free text over HTTP: taken, refused with the field named, taken along by its writer, exported to the team, erased.

use axum::http::{Method, StatusCode};
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{Answer, NOON, TestApp};

const ASKED: &str = "parolebreviabcdefghijklmno";
const KEY: &str = "0123456789abcdef";

const DOCUMENT: &str = r#"
format = 1
campaign = "parole"
brand = "aurora"
brand_name = "Gelateria Aurora"
languages = ["en", "it"]
time_zone = "Europe/Rome"
title = { en = "Two words", it = "Due parole" }
terms = { en = "Be kind.", it = "Con gentilezza." }

[[activities]]
name = "parole"
id = "parolebreviabcdefghijklmno"
kind = "poll"
results = "always"
openings = "close"

[[activities.questions]]
id = "voto"
type = "rating"
text = { en = "How was it?", it = "Com'era?" }

[[activities.questions]]
id = "perche"
type = "text"
max = 40
required = false
text = { en = "Why?", it = "Perché?" }
"#;

async fn asked() -> TestApp {
    let app = TestApp::empty();
    let answer = app.put("parole", DOCUMENT).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    app
}

async fn says(app: &TestApp, key: &str, text: &str) -> Answer {
    app.act(ASKED, key, &json!({"act": "ballot", "answers": {"voto": 5, "perche": text}})).await
}

async fn of(app: &TestApp, what: &str, participant: &Value) -> Answer {
    let body = json!({ "participant": participant }).to_string().into_bytes();
    app.body(Method::POST, &format!("/api/v1/participants/{what}"), "application/json", body).await
}

async fn acts(app: &TestApp, participant: &Value) -> Vec<Value> {
    of(app, "acts", participant).await.json()["acts"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_page_asks_for_it_with_its_length_and_without_options() {
    let app = asked().await;
    let bootstrap = app.get("/api/v1/campaigns/parole?lang=en").await.json();
    let question = &bootstrap["activities"][0]["questions"][1];
    assert_eq!((&question["type"], &question["max"]), (&json!("text"), &json!(40)));
    assert_eq!(question["options"], json!([]));
    let html = bootstrap["html"].as_str().unwrap();
    assert!(html.contains("<textarea") && html.contains("Only Gelateria Aurora reads this"), "{html}");
}

#[tokio::test]
async fn a_text_is_tidied_counted_as_answered_and_shown_to_nobody_but_its_writer() {
    let app = asked().await;
    let answer = says(&app, KEY, " Crema,\r\n\u{202e}e fichi ").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let reply = answer.json();
    let own = acts(&app, &reply["participant"]).await;
    assert_eq!(own[0]["answers"], json!({"voto": "5", "perche": "Crema,\ne fichi"}));
    assert_eq!(own[0]["receipt"], reply["receipt"]);
    let tally = app.get(&format!("/api/v1/activities/{ASKED}/tally")).await.json();
    assert_eq!(tally["questions"][1], json!({"id": "perche", "answered": 1, "options": []}));
    assert!(!tally.to_string().contains("fichi"));
    let bundle = app.get(&format!("/log/a/{ASKED}/bundle")).await;
    assert_eq!(bundle.status, StatusCode::OK);
    assert!(!bundle.text().contains("fichi"));
    let export = of(&app, "export", &reply["participant"]).await;
    assert!(export.text().contains("Crema,\\ne fichi"));
}

#[tokio::test]
async fn bad_texts_are_refused_with_the_field_named_and_kept_in_the_form() {
    let app = asked().await;
    let invisible = "\u{200d}\u{3164}".to_owned();
    for (text, slug) in
        [("x".repeat(41), "too-long"), ("é".repeat(20_000), "too-long"), (invisible, "required")]
    {
        let answer = says(&app, KEY, &text).await;
        assert_eq!(
            (answer.problem().as_str(), answer.fields()),
            ("refused", vec!["/answers/perche".to_owned()])
        );
        assert_eq!(answer.json()["errors"][0]["slug"], slug);
        assert!(answer.text().len() < 2_000, "what was sent does not come back as an error");
    }
    assert_eq!(says(&app, KEY, &"x".repeat(100_000)).await.problem(), "too-large");
    let long = "Una storia troppo lunga per questo campo qui";
    let fields = [("key", KEY), ("act", "ballot"), ("q.voto", "5"), ("q.perche", long), ("lang", "en")];
    let page = app.form(&format!("/api/v1/activities/{ASKED}/acts"), &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("Write 40 characters at most"), "{}", page.text());
    assert!(page.text().contains(&format!(">{long}</textarea>")), "{}", page.text());
    let tally = app.get(&format!("/api/v1/activities/{ASKED}/tally")).await.json();
    assert_eq!(tally["ballots"], 0);
}

#[tokio::test]
async fn an_erasure_takes_the_words_out_of_every_place_and_keeps_the_count() {
    let app = asked().await;
    let owner = app.owner().await;
    let reply = says(&app, KEY, "=SUM(nonna)").await.json();
    says(&app, "another-key-00001", "Limone").await;
    let export = async || {
        let path = format!("/api/v1/activities/{ASKED}/export?format=csv");
        app.say(Some(&owner), Method::GET, &path, None).await.text()
    };
    let before = export().await;
    assert!(
        before.contains(",counted,5,'=SUM(nonna)\r\n") && before.contains(",counted,5,Limone\r\n"),
        "{before}"
    );
    assert_eq!(of(&app, "erase", &reply["participant"]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(acts(&app, &reply["participant"]).await, [""; 0]);
    let after = export().await;
    assert!(
        after.contains(",counted,5,\r\n") && after.contains("Limone") && !after.contains("nonna"),
        "{after}"
    );
    let tally = app.get(&format!("/api/v1/activities/{ASKED}/tally")).await.json();
    assert_eq!((&tally["ballots"], &tally["questions"][1]["answered"]), (&json!(2), &json!(2)));
    let results = format!("/api/v1/activities/{ASKED}/tally/export");
    let results = app.say(Some(&owner), Method::GET, &results, None).await.text();
    assert!(results.contains(",,,2,100,2\r\n") && results.contains("perche,"), "{results}");
    for (file, bytes) in app.files() {
        assert!(!bytes.windows(5).any(|window| window == b"nonna"), "{file}");
    }
}

#[tokio::test]
async fn answers_wait_in_the_queue_until_they_are_read_and_go_when_they_are_taken_back() {
    let app = asked().await;
    let owner = app.owner().await;
    let first = says(&app, "chiave-del-primo-01", "Crema").await.json();
    app.app.queue.feed().await.unwrap();
    app.clock.set(Timestamp(NOON + 60));
    says(&app, "chiave-del-secondo-1", "Fichi").await;
    says(&app, "chiave-del-terzo-001", "").await;
    app.app.queue.feed().await.unwrap();
    app.app.queue.feed().await.unwrap();
    let queue = async || app.say(Some(&owner), Method::GET, "/api/v1/queue?kind=answer", None).await.json();
    let waiting = queue().await;
    let told: Vec<&str> =
        waiting["cases"].as_array().unwrap().iter().map(|it| it["excerpt"].as_str().unwrap()).collect();
    assert_eq!((told, &waiting["open"]), (vec!["Crema", "Fichi"], &json!(2)), "each once");
    let path = format!("/api/v1/queue/{}", waiting["cases"][0]["id"].as_str().unwrap());
    let case = app.say(Some(&owner), Method::GET, &path, None).await.json();
    assert_eq!(case["entries"][0]["text"], "Crema");
    let change = async |body: Value| app.say(Some(&owner), Method::PATCH, &path, Some(&body)).await;
    let reply = change(json!({"version": case["version"], "reply": "Grazie"})).await;
    assert_eq!(reply.fields(), ["/reply"], "{}", reply.text());
    let noted = change(json!({"version": case["version"], "note": "da mostrare"})).await.json();
    assert_eq!(noted["entries"].as_array().unwrap().len(), 2);

    // Changed: the new one waits in its place. Forgotten: nothing of it is left, the note neither.
    let body = json!({"act": "ballot", "participant": first["participant"], "answers": {"voto": 5, "perche": "Panna"}});
    assert_eq!(app.act(ASKED, "chiave-del-cambio-01", &body).await.status, StatusCode::CREATED);
    app.app.queue.feed().await.unwrap();
    let now = queue().await;
    assert_eq!(now["open"], 2, "{now}");
    assert_eq!(app.say(Some(&owner), Method::GET, &path, None).await.status, StatusCode::NOT_FOUND);
    of(&app, "erase", &first["participant"]).await;
    let left = queue().await;
    assert_eq!((&left["cases"][0]["excerpt"], &left["open"]), (&json!("Fichi"), &json!(1)), "{left}");

    let aside = json!({"cases": [left["cases"][0]["id"], "00".repeat(16)]});
    let done = app.say(Some(&owner), Method::POST, "/api/v1/queue/done", Some(&aside)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text());
    assert_eq!(queue().await["open"], 0);
}

#[tokio::test]
async fn a_brand_that_wants_no_answers_in_its_queue_has_none() {
    let app = asked().await;
    let owner = app.owner().await;
    let path = "/api/v1/brands/aurora/desk";
    let mut desk = app.say(Some(&owner), Method::GET, path, None).await.json();
    desk["answers"] = json!(false);
    app.say(Some(&owner), Method::PUT, path, Some(&desk)).await;
    says(&app, KEY, "Crema").await;
    app.app.queue.feed().await.unwrap();
    assert_eq!(app.say(Some(&owner), Method::GET, "/api/v1/queue", None).await.json()["open"], 0);
}
