//! `POST …/install-check`: a real page on another origin, fetched and held against what the widget needs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect};
use axum::routing::get;
use fanfare::config::Config;
use fanfare::install::page::{self, Page};
use fanfare::install::{self, Wanted};
use fanfare::url::PublicUrl;
use fanfare_shared::wire::install::{Effect, InstallCheck};
use serde_json::json;

use crate::app::{Answer, TestApp};

const TAG: &str =
    r#"<fan-fare campaign="aurora"></fan-fare><script async src="https://fan.example/f.js"></script>"#;

/// Serves a page under a policy; gives its address.
async fn brand(policy: &'static str, html: String) -> String {
    let page = move || async move {
        ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html.clone())).into_response()
    };
    let routes = axum::Router::new()
        .route("/page", get(page))
        .route("/moved", get(|| async { Redirect::to("/page") }))
        .route("/loop", get(|| async { Redirect::to("/loop") }))
        .route("/data", get(|| async { ([(header::CONTENT_TYPE, "application/json")], "{}") }))
        .route("/gone", get(|| async { StatusCode::GONE }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

async fn app(private_addresses: bool) -> TestApp {
    let mut config = Config::default();
    config.outgoing.private_addresses = private_addresses;
    let app = TestApp::configured(config);
    let aurora = include_str!("../../../demo/aurora.toml");
    assert_eq!(app.put("aurora", aurora).await.status, StatusCode::OK);
    app
}

async fn asked(app: &TestApp, campaign: &str, token: &str, body: String) -> Answer {
    let request = Request::post(format!("/api/v1/campaigns/{campaign}/install-check"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body));
    app.send(request.unwrap()).await
}

async fn check(app: &TestApp, page: &str) -> InstallCheck {
    let answer = asked(app, "aurora", &app.token, json!({ "page": page }).to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.bytes).unwrap()
}

fn found(check: &InstallCheck) -> Vec<(&str, Effect)> {
    check.findings.iter().map(|finding| (finding.slug.as_str(), finding.effect)).collect()
}

fn line<'a>(check: &'a InstallCheck, slug: &str) -> &'a str {
    let finding = check.findings.iter().find(|finding| finding.slug == slug).unwrap();
    finding.line.as_deref().unwrap()
}

#[tokio::test]
async fn a_page_that_lacks_nothing_works_once_its_origin_is_listed() {
    let app = app(true).await;
    let base =
        brand("script-src 'self' https://fan.example 'wasm-unsafe-eval'; connect-src https:", TAG.to_owned())
            .await;
    let report = check(&app, &format!("{base}/moved")).await;
    assert_eq!(report.page, format!("{base}/page"), "redirects are followed");
    assert_eq!(found(&report), [("origin-not-listed", Effect::Stops)]);
    assert!(line(&report, "origin-not-listed").ends_with(&format!(", \"{base}\"]")));
    let listed = include_str!("../../../demo/aurora.toml").replacen(
        "origins = [",
        &format!("origins = [\"{base}\", "),
        1,
    );
    assert_eq!(app.put("aurora", &listed).await.status, StatusCode::OK);
    let report = check(&app, &format!("{base}/page")).await;
    assert_eq!(found(&report), []);
    assert!(report.works);
}

#[tokio::test]
async fn each_directive_in_the_way_is_named_with_what_to_write() {
    let app = app(true).await;
    let base =
        brand("default-src 'self'; require-trusted-types-for 'script'; trusted-types lit", TAG.to_owned())
            .await;
    let report = check(&app, &format!("{base}/page")).await;
    assert!(!report.works);
    assert_eq!(line(&report, "csp-script"), "script-src 'self' https://fan.example 'wasm-unsafe-eval';");
    assert_eq!(line(&report, "csp-connect"), "connect-src 'self' https://fan.example;");
    assert_eq!(line(&report, "csp-trusted-types"), "trusted-types lit fanfare;");
    assert!(found(&report).contains(&("csp-trusted-types", Effect::Stops)), "the frame is forbidden too");
}

#[tokio::test]
async fn a_policy_with_nonces_asks_for_one_in_the_tag() {
    let app = app(true).await;
    let policy = "script-src 'nonce-r4nd0m' 'strict-dynamic' 'wasm-unsafe-eval'";
    let base = brand(policy, TAG.to_owned()).await;
    assert!(found(&check(&app, &format!("{base}/page")).await).contains(&("csp-nonce", Effect::Stops)));
    let base = brand(policy, TAG.replace("<script ", "<script nonce=\"r4nd0m\" ")).await;
    let report = check(&app, &format!("{base}/page")).await;
    assert!(!found(&report).iter().any(|(slug, _)| slug.starts_with("csp-")), "{report:?}");
}

#[tokio::test]
async fn a_policy_in_the_pages_head_counts_like_a_header() {
    let app = app(true).await;
    let head = r#"<META HTTP-EQUIV="Content-Security-Policy" content="connect-src 'none'">"#;
    let base = brand("script-src *", format!("<!doctype html><head>{head}</head>{TAG}")).await;
    assert_eq!(
        line(&check(&app, &format!("{base}/page")).await, "csp-connect"),
        "connect-src https://fan.example;"
    );
}

#[tokio::test]
async fn tags_that_are_missing_wrong_or_of_another_campaign_are_told_apart() {
    let app = app(true).await;
    for (html, slug) in [
        ("<p>Nothing here", "tag-missing"),
        ("<!-- <script src=https://fan.example/f.js></script> -->", "tag-missing"),
        ("<script src=https://fan.example/f.js></script>", "campaign-missing"),
        ("<script src=https://other.example/f.js data-campaign=aurora></script>", "tag-elsewhere"),
        ("<script src=https://fan.example/f.js data-campaign=inverno></script>", "campaign-other"),
    ] {
        let base = brand("", html.to_owned()).await;
        let report = check(&app, &format!("{base}/page")).await;
        assert!(found(&report).iter().any(|(found, _)| *found == slug), "{html}: {report:?}");
    }
}

#[test]
fn https_is_asked_of_both_and_of_no_page_on_this_machine() {
    let fan = |scheme: &str| PublicUrl::parse(&format!("{scheme}://fan.example")).unwrap();
    for (page, server, wanted) in [
        ("https://www.brand.example/", "https", vec![]),
        ("http://www.brand.example/", "https", vec![("page-without-https", Effect::Limits)]),
        ("http://localhost.brand.example/", "https", vec![("page-without-https", Effect::Limits)]),
        ("https://www.brand.example/", "http", vec![("server-without-https", Effect::Stops)]),
        ("http://localhost:3000/", "http", vec![]),
        ("http://[::1]/?a", "http", vec![]),
    ] {
        let server = fan(server);
        let page = Page { address: page.to_owned(), ..Page::default() };
        let page = page::read(page, &TAG.replace("https://fan.example", server.as_str()));
        let report = install::check(&page, Wanted { server: &server, campaign: None });
        assert_eq!(found(&report), wanted, "{}", page.address);
    }
}

#[tokio::test]
async fn what_is_no_page_is_a_finding_in_words() {
    let app = app(true).await;
    let base = brand("", String::new()).await;
    for (page, words) in [
        (format!("{base}/data"), "is no page"),
        (format!("{base}/gone"), "status 410"),
        (format!("{base}/loop"), "on and on"),
        ("http://127.0.0.1:1/".to_owned(), "could not be read"),
        ("ftp://brand.example".to_owned(), "begins with https://"),
        ("https://".to_owned(), "could not be read"),
        ("https://exa mple/".to_owned(), "could not be read"),
        ("javascript:alert(1)".to_owned(), "begins with https://"),
    ] {
        let report = check(&app, &page).await;
        assert_eq!(found(&report), [("page-unreadable", Effect::Stops)], "{page}");
        assert!(report.findings[0].what.contains(words), "{page}: {}", report.findings[0].what);
    }
}

#[tokio::test]
async fn the_server_is_not_sent_into_its_own_network() {
    let app = app(false).await;
    let base = brand("", TAG.to_owned()).await;
    let port = base.rsplit_once(':').unwrap().1;
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ] {
        let report = check(&app, &format!("http://{host}:{port}/page")).await;
        assert_eq!(found(&report), [("page-unreadable", Effect::Stops)], "{host}");
    }
}

#[tokio::test]
async fn only_the_owner_may_ask_and_only_well_formed() {
    let app = app(true).await;
    let good = json!({ "page": "http://127.0.0.1:1/" }).to_string();
    assert_eq!(asked(&app, "aurora", "wrong", good.clone()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(&app, "nobody", &app.token, good).await.status, StatusCode::NOT_FOUND);
    for body in ["", "{}", "[]", r#"{"page":7}"#, r#"{"page":"https://a.example","more":1}"#] {
        assert_eq!(
            asked(&app, "aurora", &app.token, body.to_owned()).await.status,
            StatusCode::BAD_REQUEST,
            "{body}"
        );
    }
}
