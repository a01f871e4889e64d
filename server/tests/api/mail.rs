//! Letters: enclosed in what they tell of, handed in to a real SMTP conversation, read in the outbox where there is none.

use axum::http::{Method, StatusCode};
use fanfare::config::Config;
use fanfare_shared::time::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::app::{NOON, TestApp};
use crate::people::{PASSWORD, Person};

/// A mail server's side of the conversation (RFC 5321): takes every letter, or answers MAIL with `refusal`.
async fn mail_server(refusal: Option<&'static str>) -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (taken, letters) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 mail.example\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                    "EHLO" => "250-mail.example\r\n250 8BITMIME\r\n",
                    "MAIL" => refusal.unwrap_or("250 ok\r\n"),
                    "DATA" => {
                        write.write_all(b"354 go on\r\n").await.unwrap();
                        let mut letter = String::new();
                        while let Ok(Some(line)) = lines.next_line().await {
                            if line == "." {
                                break;
                            }
                            letter.push_str(&line);
                            letter.push('\n');
                        }
                        let _ = taken.send(letter);
                        "250 taken\r\n"
                    }
                    "QUIT" => "221 bye\r\n",
                    _ => "250 ok\r\n",
                };
                if write.write_all(answer.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
    });
    (port, letters)
}

fn with_mail(port: u16) -> TestApp {
    let mail =
        format!("[mail]\nsmtp = \"smtp://127.0.0.1:{port}\"\nfrom = \"Aurora <hello@aurora.example>\"\n");
    TestApp::configured(toml::from_str::<Config>(&mail).unwrap())
}

async fn outbox(app: &TestApp, who: &Person) -> Value {
    app.say(Some(who), Method::GET, "/api/v1/mail", None).await.json()
}

async fn invite(app: &TestApp, who: &Person, email: &str) -> crate::app::Answer {
    let body = json!({"grant": {"brand": "aurora", "role": "editor"}, "email": email});
    app.say(Some(who), Method::POST, "/api/v1/invitations", Some(&body)).await
}

/// The newest letter, which is written beside the answer.
async fn written(app: &TestApp, who: &Person) -> Value {
    loop {
        let letter = outbox(app, who).await["letters"][0].clone();
        if !letter.is_null() {
            return letter;
        }
        tokio::task::yield_now().await;
    }
}

/// What stands in a letter.
async fn opened(app: &TestApp, who: &Person, letter: &Value) -> String {
    let path = format!("/api/v1/mail/{}/open", letter["id"].as_str().unwrap());
    let answer = app.say(Some(who), Method::POST, &path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_is_sent_and_its_link_is_kept_no_longer() {
    let (port, mut letters) = mail_server(None).await;
    let app = with_mail(port);
    let owner = app.owner().await;
    assert_eq!(invite(&app, &owner, "bruno").await.fields(), ["/email"]);
    assert_eq!(invite(&app, &owner, "bruno@aurora.example").await.status, StatusCode::CREATED);
    let waiting = outbox(&app, &owner).await;
    assert_eq!((&waiting["sends"], &waiting["letters"][0]["state"]), (&json!(true), &json!("waiting")));
    app.app.mail.round().await.unwrap();
    let letter = letters.recv().await.unwrap();
    for part in [
        "From: Aurora <hello@aurora.example>",
        "To: bruno@aurora.example",
        "Auto-Submitted: auto-generated",
        "Message-ID: <",
    ] {
        assert!(letter.contains(part), "{part} in {letter}");
    }
    assert!(letter.replace("=\n", "").contains("/console/join#"), "{letter}");
    let sent = &outbox(&app, &owner).await["letters"][0];
    assert_eq!((&sent["state"], &sent["tries"], &sent["kept"]), (&json!("sent"), &json!(1), &json!(false)));
    let open = format!("/api/v1/mail/{}/open", sent["id"].as_str().unwrap());
    assert_eq!(app.say(Some(&owner), Method::POST, &open, None).await.problem(), "not-found");
    app.app.mail.round().await.unwrap();
    assert!(letters.try_recv().is_err(), "once");
}

#[tokio::test]
async fn a_refused_letter_is_tried_again_later_and_given_up_in_the_end() {
    let (port, _letters) = mail_server(Some("451 not now\r\n")).await;
    let app = with_mail(port);
    let owner = app.owner().await;
    invite(&app, &owner, "bruno@aurora.example").await;
    app.app.mail.round().await.unwrap();
    app.app.mail.round().await.unwrap();
    let first = outbox(&app, &owner).await["letters"][0].clone();
    assert_eq!((&first["state"], &first["tries"]), (&json!("waiting"), &json!(1)), "not before its time");
    assert!(first["reason"].as_str().unwrap().contains("not now"), "{first}");
    for day in 1..8 {
        app.clock.set(Timestamp(NOON + day * 86_400));
        app.app.mail.round().await.unwrap();
    }
    let owner = Person {
        cookie: crate::people::cookie_of(&app.sign_in(&owner.email, PASSWORD, None).await),
        ..owner
    };
    let last = outbox(&app, &owner).await["letters"][0].clone();
    assert_eq!((&last["state"], &last["tries"]), (&json!("failed"), &json!(7)));
    let retry = format!("/api/v1/mail/{}/retry", last["id"].as_str().unwrap());
    assert_eq!(app.say(Some(&owner), Method::POST, &retry, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(outbox(&app, &owner).await["letters"][0]["state"], "waiting");
}

#[tokio::test]
async fn a_letter_refused_for_good_is_not_tried_again() {
    let (port, _letters) = mail_server(Some("550 no such sender\r\n")).await;
    let app = with_mail(port);
    let owner = app.owner().await;
    invite(&app, &owner, "bruno@aurora.example").await;
    app.app.mail.round().await.unwrap();
    assert_eq!(outbox(&app, &owner).await["letters"][0]["state"], "failed");
}

#[tokio::test]
async fn without_a_mail_server_letters_are_read_in_the_outbox() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let lost = async |email: &str| {
        app.say(None, Method::POST, "/api/v1/session/lost", Some(&json!({"email": email}))).await.status
    };
    assert_eq!(lost("nobody@aurora.example").await, StatusCode::NO_CONTENT);
    assert_eq!(outbox(&app, &owner).await, json!({"sends": false, "letters": []}));
    assert_eq!(
        lost(&owner.email.to_uppercase()).await,
        StatusCode::NO_CONTENT,
        "told no more than a stranger"
    );
    let letter = written(&app, &owner).await;
    assert_eq!(letter["to"], owner.email.as_str());
    assert!(letter.get("text").is_none() && letter["kept"] == true, "it comes closed: {letter}");
    let text = opened(&app, &owner, &letter).await;
    let audit = app.say(Some(&owner), Method::GET, "/api/v1/audit?action=letter.opened", None).await.json();
    assert_eq!(audit["entries"][0]["subject"], letter["id"]);
    let token = text.split_once("/console/reset#").unwrap().1.lines().next().unwrap();
    let body = json!({"token": token, "password": "sorbetto di more e salvia"});
    let taken = app.say(None, Method::POST, "/api/v1/session/password", Some(&body)).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    let owner = Person { cookie: crate::people::cookie_of(&taken), ..owner };
    let path = format!("/api/v1/mail/{}", letter["id"].as_str().unwrap());
    assert_eq!(app.say(Some(&owner), Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.say(Some(&owner), Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(outbox(&app, &owner).await["letters"], json!([]));
}

#[tokio::test]
async fn a_link_by_mail_proves_the_mailbox_and_not_the_authenticator() {
    let app = TestApp::demo().await;
    let owner = app.owner().await;
    let anna = app.member(Some("aurora"), "editor").await;
    let (_, recovery) = crate::people::with_authenticator(&app, &anna).await;
    app.say(None, Method::POST, "/api/v1/session/lost", Some(&json!({"email": anna.email}))).await;
    let letter = written(&app, &owner).await;
    let text = opened(&app, &owner, &letter).await;
    let token = text.split_once("/console/reset#").unwrap().1.lines().next().unwrap();
    let take = async |body: &Value| app.say(None, Method::POST, "/api/v1/session/password", Some(body)).await;
    let mut body = json!({"token": token, "password": "sorbetto di more e salvia"});
    assert_eq!(take(&body).await.problem(), "code-required");
    body["code"] = "000000".into();
    assert_eq!(take(&body).await.fields(), ["/code"]);
    body["code"] = recovery[0].clone().into();
    let taken = take(&body).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    let me = &taken.json()["signed_in"];
    assert_eq!((&me["authenticator"], &me["recovery_codes"]), (&json!(true), &json!(9)));
}
