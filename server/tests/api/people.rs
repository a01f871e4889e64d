//! Members of the team under test: each with a browser's cookie, acting only over HTTP.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::app::{Answer, TestApp, fresh};

/// The password of everybody here.
pub(crate) const PASSWORD: &str = "granita al bergamotto";

/// Somebody with a browser.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) cookie: String,
}

/// The cookie that an answer sets.
pub(crate) fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

impl TestApp {
    /// The first owner, by the link that the first start prints.
    pub(crate) async fn owner(&self) -> Person {
        let link = self.app.team.invite_owner().await.unwrap();
        self.join(&link.token).await
    }

    /// A member with one role, invited with the owner's token.
    pub(crate) async fn member(&self, brand: Option<&str>, role: &str) -> Person {
        let answer = self.invite(&format!("Bearer {}", self.token), brand, role).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let link = answer.json()["link"].as_str().unwrap().to_owned();
        self.join(link.split_once('#').unwrap().1).await
    }

    pub(crate) async fn invite(&self, authorization: &str, brand: Option<&str>, role: &str) -> Answer {
        let grant = brand.map_or(json!({"role": role}), |brand| json!({"brand": brand, "role": role}));
        let request = Request::post("/api/v1/invitations")
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({"grant": grant, "note": "somebody"}).to_string()))
            .unwrap();
        self.send(request).await
    }

    async fn join(&self, token: &str) -> Person {
        let email = format!("member-{}@aurora.example", fresh());
        let body = json!({"token": token, "name": "Anna Riva", "email": email, "password": PASSWORD});
        let answer = self.say(None, Method::POST, "/api/v1/members", Some(&body)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let id = answer.json()["signed_in"]["id"].as_str().unwrap().to_owned();
        Person { id, email, cookie: cookie_of(&answer) }
    }

    /// Signs in from another browser.
    pub(crate) async fn sign_in(&self, email: &str, password: &str, code: Option<&str>) -> Answer {
        let mut body = json!({"email": email, "password": password});
        if let Some(code) = code {
            body["code"] = code.into();
        }
        self.say(None, Method::POST, "/api/v1/session", Some(&body)).await
    }

    /// All letters of the outbox, each with its text where that is kept.
    pub(crate) async fn letters(&self, owner: &Person) -> Vec<Value> {
        let mail = self.say(Some(owner), Method::GET, "/api/v1/mail", None).await.json();
        let mut letters = mail["letters"].as_array().unwrap().clone();
        for letter in letters.iter_mut().filter(|letter| letter["kept"] == true) {
            let path = format!("/api/v1/mail/{}/open", letter["id"].as_str().unwrap());
            letter["text"] = self.say(Some(owner), Method::POST, &path, None).await.json()["text"].clone();
        }
        letters
    }

    /// A request as the console's own page sends it.
    pub(crate) async fn say(
        &self,
        who: Option<&Person>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        if let Some(person) = who {
            request = request.header(header::COOKIE, &person.cookie);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }
}

/// What an authenticator with this secret shows.
pub(crate) fn code_at(secret: &str, at: u64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).with_account_name("a").build().unwrap().generate(at).to_string()
}

/// Sets an authenticator up; gives its secret and the recovery codes.
pub(crate) async fn with_authenticator(app: &TestApp, person: &Person) -> (String, Vec<String>) {
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
