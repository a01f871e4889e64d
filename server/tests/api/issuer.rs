//! A brand's directory, as small as OpenID Connect allows: it listens on a port of its own, signs with a real key, and takes
//! each code once, from whom it gave it to. What it says can be bent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Duration, Utc};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserEmail, IssuerUrl, Nonce, PrivateSigningKey as _, StandardClaims,
    SubjectIdentifier,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{NOON, fresh};
use crate::device::RSA;

/// What it says of the one who comes next.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) subject: String,
    pub(crate) email: String,
    pub(crate) verified: Option<bool>,
    pub(crate) audience: String,
    /// In place of the one that was asked for.
    pub(crate) nonce: Option<String>,
    /// Seconds from noon on.
    pub(crate) counts: i64,
    /// Whether somebody puts another subject into the token that was signed.
    pub(crate) forged: bool,
    /// Whether the address is told in the token, or on request.
    pub(crate) in_token: bool,
}

impl Word {
    pub(crate) fn of(email: &str) -> Self {
        Self {
            subject: "subject-1".to_owned(),
            email: email.to_owned(),
            verified: Some(true),
            audience: "fanfare".to_owned(),
            nonce: None,
            counts: 300,
            forged: false,
            in_token: true,
        }
    }
}

struct Given {
    challenge: String,
    nonce: String,
    back: String,
    word: Word,
}

type Codes = Arc<Mutex<HashMap<String, Given>>>;

#[derive(Clone)]
struct Inside {
    address: String,
    codes: Codes,
    told: Arc<Mutex<Option<Word>>>,
}

/// The directory.
pub(crate) struct Issuer {
    pub(crate) address: String,
    codes: Codes,
}

fn key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(RSA, None).unwrap()
}

fn pairs(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let inside = Inside { address: address.clone(), codes: Codes::default(), told: Arc::default() };
        let codes = Arc::clone(&inside.codes);
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(async || Json(json!({"keys": [key().as_verification_key()]}))))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(inside);
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, codes }
    }

    /// Somebody signs in at the address a browser was sent to; what they come back with, as a query.
    pub(crate) fn signs_in(&self, address: &str, word: Word) -> String {
        let (page, query) = address.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.address));
        let asked = pairs(query);
        assert_eq!(
            (&*asked["response_type"], &*asked["client_id"], &*asked["code_challenge_method"]),
            ("code", "fanfare", "S256")
        );
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"), "{}", asked["scope"]);
        let code = format!("code-{}", fresh());
        let given = Given {
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            back: asked["redirect_uri"].clone(),
            word,
        };
        self.codes.lock().unwrap().insert(code.clone(), given);
        format!("code={code}&state={}", asked["state"])
    }
}

async fn metadata(State(inside): State<Inside>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", inside.address);
    Json(json!({
        "issuer": inside.address, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/me"), "jwks_uri": at("/keys"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn token(State(inside): State<Inside>, headers: HeaderMap, body: String) -> impl IntoResponse {
    let form = pairs(&body);
    let who = format!("Basic {}", BASE64.encode(b"fanfare:geheim"));
    assert_eq!(headers["authorization"], who.as_str());
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    let Some(given) = inside.codes.lock().unwrap().remove(&form["code"]) else { return refused() };
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(&form["code_verifier"]));
    if challenge != given.challenge || form["redirect_uri"] != given.back {
        return refused();
    }
    *inside.told.lock().unwrap() = Some(given.word.clone());
    let answer =
        json!({"access_token": "access", "token_type": "Bearer", "id_token": signed(&inside.address, given)});
    (StatusCode::OK, Json(answer))
}

async fn me(State(inside): State<Inside>, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers["authorization"], "Bearer access");
    let word = inside.told.lock().unwrap().clone().unwrap();
    Json(json!({"sub": word.subject, "email": word.email, "email_verified": word.verified}))
}

fn signed(issuer: &str, Given { nonce, word, .. }: Given) -> String {
    let noon = DateTime::<Utc>::from_timestamp(i64::try_from(NOON).unwrap(), 0).unwrap();
    let mut standard = StandardClaims::new(SubjectIdentifier::new(word.subject));
    if word.in_token {
        standard = standard.set_email(Some(EndUserEmail::new(word.email))).set_email_verified(word.verified);
    }
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(issuer.to_owned()).unwrap(),
        vec![Audience::new(word.audience)],
        noon + Duration::seconds(word.counts),
        noon,
        standard,
        EmptyAdditionalClaims {},
    );
    let claims = claims.set_nonce(Some(Nonce::new(word.nonce.unwrap_or(nonce))));
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let token = CoreIdToken::new(claims, &key(), algorithm, None, None).unwrap().to_string();
    if !word.forged {
        return token;
    }
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value =
        serde_json::from_slice(&BASE64URL_NOPAD.decode(parts[1].as_bytes()).unwrap()).unwrap();
    claims["sub"] = "somebody-else".into();
    [parts[0], &BASE64URL_NOPAD.encode(claims.to_string().as_bytes()), parts[2]].join(".")
}
