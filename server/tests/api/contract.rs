//! The OpenAPI document and the server say the same; no route leaks cookies or lacks its headers.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::Value;

use crate::app::TestApp;

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
                let body = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
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
                assert!(answer.status.is_success(), "{method} {path} {kind}: {}", answer.text());
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
        let answer = app.get(&uri).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text());
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_no_cookie() {
    let app = TestApp::demo().await;
    for path in ["/", "/c/aurora", "/f.js", "/api/v1/campaigns/aurora", "/nothing", "/healthz", "/readyz"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_ne!(answer.header("content-security-policy"), "", "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
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
