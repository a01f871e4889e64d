//! The OpenAPI document and the server say the same; no route leaks cookies or lacks its headers.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::Value;

use crate::app::{POLL, TestApp};

async fn document(app: &TestApp) -> Value {
    app.get("/openapi.json").await.json()
}

#[tokio::test]
async fn every_example_of_a_request_body_works_against_the_demonstration() {
    let app = TestApp::demo().await;
    let document = document(&app).await;
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
            for (kind, media) in content {
                let example = &media["example"];
                assert!(!example.is_null(), "{method} {path} has no example for {kind}");
                let fields = example.as_object().filter(|_| kind == "application/x-www-form-urlencoded");
                let body = if let Some(fields) = fields {
                    let fields = fields.iter().map(|(name, value)| (name, value.as_str().unwrap()));
                    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
                } else {
                    example.as_str().map_or_else(|| example.to_string(), str::to_owned)
                };
                let mut uri = path.clone();
                let mut request = Request::builder()
                    .method(method.to_uppercase().parse::<Method>().unwrap())
                    .header("content-type", kind)
                    .header("authorization", format!("Bearer {}", app.token));
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let name = parameter["name"].as_str().unwrap();
                    let Some(value) = parameter["example"].as_str() else { continue };
                    match parameter["in"].as_str().unwrap() {
                        "path" => uri = uri.replace(&format!("{{{name}}}"), value),
                        "header" => request = request.header(name, value),
                        _ => {}
                    }
                }
                let answer = app.send(request.uri(uri).body(Body::from(body)).unwrap()).await;
                // Of the team's side an example holds secrets that are nobody's here: it is understood, and refused.
                // So is one of a draft, a case or a draw: there is none yet.
                let none_yet =
                    path.contains("{draft}") || path.contains("{case}") || path.contains("/draws/");
                let of_the_team = operation["tags"][0] == "team" || none_yet;
                let understood = answer.status != StatusCode::BAD_REQUEST && !answer.status.is_server_error();
                let works = if of_the_team { understood } else { answer.status.is_success() };
                assert!(works, "{method} {path} {kind}: {}", answer.text());
                tried += 1;
            }
        }
    }
    assert!(tried >= 10, "only {tried} examples");
}

#[tokio::test]
async fn every_example_of_a_reading_works_too() {
    let app = TestApp::demo().await;
    let document = document(&app).await;
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        if operation.is_null() || path.ends_with("/live") {
            continue;
        }
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let required = parameters.iter().filter(|parameter| parameter["required"] == true);
        if required.clone().any(|parameter| parameter["example"].is_null()) {
            continue;
        }
        let uri = required.fold(path.clone(), |uri, parameter| {
            let value = &parameter["example"];
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let name = parameter["name"].as_str().unwrap();
            uri.replace(&format!("{{{name}}}"), &value)
        });
        let by_token = |ways: &Vec<Value>| ways.iter().any(|way| way.get("token").is_some());
        if operation["security"].as_array().is_some_and(|ways| !by_token(ways)) {
            continue;
        }
        let request = Request::get(&uri).header("authorization", format!("Bearer {}", app.token));
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text());
    }
}

/// Every address of the route table: those of the document, and the pages as the table's source names them.
async fn addresses(app: &TestApp) -> Vec<(Method, String)> {
    let mut found = Vec::new();
    let document = document(app).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            found.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    let table = include_str!("../../src/routes/mod.rs");
    for line in table.lines().filter_map(|line| line.trim().strip_prefix("(\"/")) {
        let (path, method) = line.split_once("\", ").unwrap();
        let path = format!("/{path}");
        let method = if method.starts_with("post") { Method::POST } else { Method::GET };
        found.push((method, path));
    }
    assert!(found.len() > 25, "{found:?}");
    let filled = |(method, path): (Method, String)| {
        let known =
            [("{campaign}", "aurora"), ("{id}", POLL), ("{page}", "errors"), ("{name}", "widget.css")];
        let path = known.iter().fold(path, |path, (name, value)| path.replace(name, value));
        (method, path.replace("{brand}", "aurora").replace(['{', '}'], ""))
    };
    found.into_iter().map(filled).collect()
}

#[tokio::test]
async fn every_address_answers_with_the_security_headers_and_no_cookie() {
    let app = TestApp::demo().await;
    let mut all = addresses(&app).await;
    all.push((Method::GET, "/nothing".to_owned()));
    all.push((Method::DELETE, "/healthz".to_owned()));
    all.push((Method::GET, format!("/api/v1/live?activities={POLL}")));
    for (method, path) in all {
        let request = Request::builder().method(&method).uri(&path).body(Body::empty()).unwrap();
        // A live stream has no end to be read to.
        let response = app.response(request).await;
        let header = |name: &str| {
            let values = response.headers().get_all(name).iter().map(|value| value.to_str().unwrap());
            values.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(header("x-content-type-options"), "nosniff", "{method} {path}");
        assert_eq!(header("strict-transport-security"), "max-age=31536000", "{method} {path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{method} {path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{method} {path}");
        assert!(header("permissions-policy").contains("camera=()"), "{method} {path}");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{method} {path}: {policy}");
        // Campaigns' pages alone stand in other people's frames.
        let framed = policy.contains("frame-ancestors *");
        let page = path.starts_with("/c/") && !path.ends_with(".svg") || path.starts_with("/d/");
        assert_eq!(framed, page, "{method} {path}: {policy}");
        assert_eq!(header("set-cookie"), "", "{method} {path}");
        // What is a page for people is one when it refuses, too.
        let form = ["/console/sign-in", "/m/", "/letters/"].iter().any(|page| path.starts_with(page));
        if response.status().is_client_error() && !framed && !form {
            assert_eq!(header("content-type"), "application/problem+json", "{method} {path}");
        }
    }
    assert_eq!(app.get("/nothing").await.problem(), "not-found");
    let wrong = app.body(Method::DELETE, "/healthz", "text/plain", Vec::new()).await;
    assert_eq!(wrong.problem(), "method-not-allowed");
}

#[tokio::test]
async fn a_preflight_is_answered_for_developers_pages() {
    let app = TestApp::demo().await;
    let request = Request::options("/api/v1/activities/x/acts")
        .header("origin", "https://a.example")
        .header("access-control-request-method", "POST")
        .body(Body::empty())
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("access-control-allow-headers").contains("idempotency-key"));
}
