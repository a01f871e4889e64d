//! `GET /api/v1/live`

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::app::{POLL, TestApp, VISIT};

/// An open stream, read event by event.
struct Events {
    body: Body,
    text: String,
}

impl Events {
    async fn open(app: &TestApp, activities: &str, last: Option<u64>) -> Self {
        let mut request = Request::get(format!("/api/v1/live?activities={activities}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = app.response(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// Id and data of the next event.
    async fn next(&mut self) -> (u64, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let found = line("id:")
                    .zip(line("data:"))
                    .map(|(id, data)| (id.parse().unwrap(), serde_json::from_str(data).unwrap()));
                self.text = rest.to_owned();
                if let Some(found) = found {
                    return found;
                }
                continue;
            }
            let frame = self.body.frame().await.expect("the stream goes on").unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }
}

#[tokio::test]
async fn a_stream_begins_with_the_present_and_goes_on_with_each_change() {
    let app = TestApp::demo().await;
    app.vote("fico").await;
    let mut events = Events::open(&app, POLL, None).await;
    let (first, tally) = events.next().await;
    assert_eq!(tally["ballots"], 1);
    app.vote("limone").await;
    let (second, tally) = events.next().await;
    assert_eq!(tally["ballots"], 2);
    assert!(second > first);
}

#[tokio::test]
async fn a_stream_resumes_after_the_last_event_seen() {
    let app = TestApp::demo().await;
    app.vote("fico").await;
    let (seen, _) = Events::open(&app, POLL, None).await.next().await;
    app.vote("limone").await;
    let (id, tally) = Events::open(&app, POLL, Some(seen)).await.next().await;
    assert!(id > seen);
    assert_eq!(tally["ballots"], 2);
}

#[tokio::test]
async fn hidden_results_stay_silent_without_the_token() {
    let app = TestApp::demo().await;
    let body = serde_json::json!({"act": "ballot", "answers": {"momento": ["cena"]}});
    let reply = app.act(VISIT, "0123456789abcdef", &body).await.json();
    let token = reply["results_token"].as_str().unwrap();
    // The open poll's event comes; the hidden one's does not stand before it.
    app.vote("fico").await;
    let (_, tally) = Events::open(&app, &format!("{VISIT},{POLL}"), None).await.next().await;
    assert_eq!(tally["activity"], POLL);
    let (_, tally) = Events::open(&app, &format!("{VISIT}~{token}"), None).await.next().await;
    assert_eq!(tally["activity"], VISIT);
}

#[tokio::test]
async fn no_activity_too_many_and_unknown_ones_are_refused() {
    let app = TestApp::demo().await;
    assert_eq!(app.get("/api/v1/live").await.problem(), "bad-parameter");
    assert_eq!(app.get("/api/v1/live?activities=").await.problem(), "bad-parameter");
    let many = vec![POLL; 21].join(",");
    assert_eq!(app.get(&format!("/api/v1/live?activities={many}")).await.problem(), "bad-parameter");
    assert_eq!(app.get("/api/v1/live?activities=nonsense").await.problem(), "not-found");
}
