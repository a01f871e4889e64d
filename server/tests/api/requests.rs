//! Every answer names its request; every request is counted by its route.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::Value;

use crate::app::{Answer, POLL, TestApp};

/// The id of an answer, after checking that it is a UUID of version 4.
fn id(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
    assert_eq!(&id[14..15], "4");
    id
}

/// The value of a line of the figures.
fn figure(app: &TestApp, series: &str) -> Option<u64> {
    let figures = app.figures();
    let line = figures.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().unwrap())
}

#[tokio::test]
async fn every_answer_names_its_request_and_no_two_share_a_name() {
    let app = TestApp::demo().await;
    let mut ids = std::collections::BTreeSet::new();
    for path in ["/", "/f.js", "/c/aurora", "/c/nothing", "/nothing", "/healthz", "/api/v1/campaigns/aurora"]
    {
        assert!(ids.insert(id(&app.get(path).await)), "{path}");
    }
    assert!(ids.insert(id(&app.body(Method::DELETE, "/healthz", "text/plain", Vec::new()).await)));
}

#[tokio::test]
async fn an_id_that_comes_with_a_request_is_not_taken() {
    let app = TestApp::demo().await;
    let forged = "00000000-0000-4000-8000-000000000000";
    let request = Request::get("/healthz").header("x-request-id", forged).body(Body::empty()).unwrap();
    assert_ne!(id(&app.send(request).await), forged);
}

#[tokio::test]
async fn a_problem_is_the_instance_that_its_header_names() {
    let app = TestApp::demo().await;
    let answer = app.get("/api/v1/campaigns/nothing").await;
    assert_eq!(answer.problem(), "not-found");
    assert_eq!(answer.json()["instance"], format!("urn:uuid:{}", id(&answer)));
}

#[tokio::test]
async fn a_page_that_tells_a_problem_shows_what_to_quote() {
    let app = TestApp::demo().await;
    for (lang, words) in [("it", "indica il numero "), ("en", "quote the number ")] {
        let page = app.get(&format!("/c/nothing?lang={lang}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.text().contains("<small>") && page.text().contains(words), "{}", page.text());
        assert!(page.text().contains(&id(&page)), "{}", page.text());
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_read_the_id() {
    let app = TestApp::demo().await;
    let uri = format!("/api/v1/activities/{POLL}/acts");
    for request in [Request::get("/nothing"), Request::post(&uri)] {
        let request = request.header("origin", "https://a.example").body(Body::empty()).unwrap();
        let answer = app.send(request).await;
        assert!(
            answer.header("access-control-expose-headers").split(", ").any(|name| name == "x-request-id")
        );
    }
}

#[tokio::test]
async fn the_document_says_of_every_answer_that_it_has_an_id() {
    let app = TestApp::empty();
    let document = app.get("/openapi.json").await.json();
    let named = serde_json::json!({"$ref": "#/components/headers/RequestId"});
    assert_eq!(document["components"]["headers"]["RequestId"]["schema"]["format"], "uuid");
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert_eq!(response["headers"]["X-Request-Id"], named, "{method} {path} {status}");
            }
        }
    }
    assert!(document["components"]["schemas"]["Problem"]["properties"]["instance"] != Value::Null);
}

#[tokio::test]
async fn requests_are_counted_by_the_template_of_their_route() {
    let app = TestApp::demo().await;
    app.get("/c/aurora").await;
    app.get("/c/nothing").await;
    app.get("/somewhere/else").await;
    let head = Request::head("/c/aurora").body(Body::empty()).unwrap();
    app.send(head).await;
    app.body("BREW".parse().unwrap(), "/c/aurora", "text/plain", Vec::new()).await;
    let count = |labels: &str| figure(&app, &format!("fanfare_http_requests_total{{{labels}}}"));
    assert_eq!(count("route=\"/c/{campaign}\",method=\"GET\",status=\"2xx\""), Some(2));
    assert_eq!(count("route=\"/c/{campaign}\",method=\"GET\",status=\"4xx\""), Some(1));
    assert_eq!(count("route=\"/c/{campaign}\",method=\"other\",status=\"4xx\""), Some(1));
    assert_eq!(count("route=\"other\",method=\"GET\",status=\"4xx\""), Some(1));
    let duration = "fanfare_http_request_duration_seconds_count{route=\"/c/{campaign}\",method=\"GET\"}";
    assert_eq!(figure(&app, duration), Some(3));
    assert_eq!(figure(&app, "fanfare_http_problems_total{problem=\"not-found\"}"), Some(2));
    let figures = app.figures();
    assert!(!figures.contains("somewhere") && !figures.contains("BREW"), "{figures}");
}

#[tokio::test]
async fn acts_are_counted_by_what_became_of_them_and_commits_by_their_groups() {
    let app = TestApp::demo().await;
    let before = figure(&app, "fanfare_commit_group_size_count").unwrap();
    let ballot = serde_json::json!({"act": "ballot", "answers": {"gusto": "fico"}});
    for _ in 0..2 {
        assert!(app.act(POLL, "counted-0123456789", &ballot).await.status.is_success());
    }
    let other = serde_json::json!({"act": "ballot", "answers": {"gusto": "limone"}});
    assert_eq!(app.act(POLL, "counted-0123456789", &other).await.problem(), "key-reused");
    for (outcome, wanted) in [("accepted", 1), ("repeated", 1), ("refused", 1), ("busy", 0)] {
        let series = format!("fanfare_acts_total{{outcome=\"{outcome}\"}}");
        assert_eq!(figure(&app, &series), Some(wanted), "{outcome}");
    }
    assert_eq!(figure(&app, "fanfare_commit_group_size_count"), Some(before + 1));
    assert_eq!(figure(&app, "fanfare_queue_depth"), Some(0));
    // Leaf 0 and the ballot.
    assert_eq!(figure(&app, &format!("fanfare_log_leaves{{activity=\"{POLL}\"}}")), Some(2));
    assert_eq!(figure(&app, "fanfare_ready"), Some(1));
    assert_eq!(figure(&app, "fanfare_state_rebuilt"), Some(0));
    assert!(figure(&app, "fanfare_journal_sync_seconds_count").unwrap() > before);
    assert!(figure(&app, "fanfare_journal_bytes").unwrap() >= 1 << 20);
}

#[tokio::test]
async fn whoever_listens_is_counted() {
    let app = TestApp::demo().await;
    let open = || Request::get(format!("/api/v1/live?activities={POLL}")).body(Body::empty()).unwrap();
    let _streams = [app.response(open()).await, app.response(open()).await];
    assert_eq!(figure(&app, "fanfare_live_listeners"), Some(2));
}

#[tokio::test]
async fn the_public_address_does_not_serve_the_figures() {
    let app = TestApp::demo().await;
    assert_eq!(app.get("/metrics").await.problem(), "not-found");
}
