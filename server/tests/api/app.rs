//! The server under test: the real router over a real engine, with a clock of the test's own. Acts only over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use fanfare::app::{App, Shared};
use fanfare::clock::ManualClock;
use fanfare::config::Config;
use fanfare::engine::{Engine, Open, SpaceLimits, StoreLimits};
use fanfare::routes;
use fanfare::url::PublicUrl;
use fanfare_shared::time::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

/// The demonstration's poll.
pub(crate) const POLL: &str = "svxf4gt2yvqr2g2edjnppks6ky";
/// The poll with a multiple choice and a rating; results after answering.
pub(crate) const VISIT: &str = "k3w5n7qhz2mdx4t6yrbgcja2fe";
/// An origin that the demonstration lists.
pub(crate) const BRAND: &str = "http://localhost:8081";
/// Sunday, 22 November 2026, 12:00 UTC.
pub(crate) const NOON: u64 = 1_795_348_800;

/// A server in a folder of its own.
pub(crate) struct TestApp {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) token: String,
    pub(crate) app: App,
    engine: Engine,
    router: Router,
    _drain: watch::Sender<bool>,
    folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// All values of a header, joined by commas; empty without one.
    pub(crate) fn header(&self, name: &str) -> String {
        let values: Vec<&str> =
            self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        values.join(", ")
    }

    /// The slug of a problem document, after checking that it is one.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16());
        json["slug"].as_str().unwrap().to_owned()
    }

    /// The fields a problem names.
    pub(crate) fn fields(&self) -> Vec<String> {
        let json = self.json();
        json["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap().to_owned()).collect()
    }
}

impl TestApp {
    /// With both demonstration campaigns.
    pub(crate) async fn demo() -> Self {
        let app = Self::empty();
        app.demo_polls().await;
        app
    }

    /// Brings both demonstration campaigns in.
    pub(crate) async fn demo_polls(&self) {
        for (name, document) in [
            ("aurora", include_str!("../../../demo/aurora.toml")),
            ("laboratorio", include_str!("../../../demo/laboratorio.toml")),
        ] {
            let answer = self.put(name, document).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
    }

    /// Without campaigns.
    pub(crate) fn empty() -> Self {
        Self::configured(Config::default())
    }

    /// Without campaigns, under these settings.
    pub(crate) fn configured(config: Config) -> Self {
        Self::reached("https://fan.example", config)
    }

    /// The same at another address.
    pub(crate) fn reached(url: &str, config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(NOON)));
        let open = Open {
            data: folder.path().join("data"),
            keys: folder.path().join("keys"),
            base: Some("fan.example".to_owned()),
            first_base: None,
            // No reserve for a full disk: a writer that outlives its test would lay it down again in a folder that is gone.
            limits: StoreLimits {
                segment_bytes: 1 << 20,
                space: SpaceLimits { ballast_bytes: 0, ..SpaceLimits::default() },
                ..StoreLimits::default()
            },
        };
        let engine = Engine::open(open, clock.clone()).unwrap();
        let (drain, draining) = watch::channel(false);
        let url = PublicUrl::parse(url).unwrap();
        let app = Arc::new(Shared::new(engine.clone(), clock.clone(), url, &config, draining));
        let router = routes::router(Arc::clone(&app), &config);
        let token = engine.owner_token().unwrap();
        Self { app, clock, token, engine, router, _drain: drain, folder }
    }

    /// The time, in Unix seconds.
    pub(crate) fn now(&self) -> u64 {
        fanfare::clock::Clock::now(&*self.clock).0
    }

    /// Every file of the data folder, with its path.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut folders = vec![self.folder.path().join("data")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((path.display().to_string(), std::fs::read(path).unwrap()));
                }
            }
        }
        files
    }

    /// What a scrape would read.
    pub(crate) fn figures(&self) -> String {
        self.engine.telemetry().render()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.response(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn response(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Applies a TOML document as the owner.
    pub(crate) async fn put(&self, campaign: &str, document: &str) -> Answer {
        let request = Request::put(format!("/api/v1/campaigns/{campaign}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/toml")
            .body(Body::from(document.to_owned()))
            .unwrap();
        self.send(request).await
    }

    /// Ends the demonstration's poll early.
    pub(crate) async fn end(&self) -> Answer {
        let document = include_str!("../../../demo/aurora.toml");
        self.put("aurora", &document.replace("kind = \"poll\"\n", "kind = \"poll\"\nended = true\n")).await
    }

    /// Sends an act as JSON.
    pub(crate) async fn act(&self, activity: &str, key: &str, body: &Value) -> Answer {
        let request = Request::post(format!("/api/v1/activities/{activity}/acts"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Sends a form.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body(Method::POST, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    pub(crate) async fn body(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// A fresh ballot for fig, accepted.
    pub(crate) async fn vote(&self, option: &str) -> Value {
        let key = format!("key-{:016x}", fresh());
        let answer =
            self.act(POLL, &key, &serde_json::json!({"act": "ballot", "answers": {"gusto": option}})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()
    }
}

/// A number no other call gave.
pub(crate) fn fresh() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
