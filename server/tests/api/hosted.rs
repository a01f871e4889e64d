//! `/c/{campaign}`, for visitors without JavaScript.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::app::{POLL, TestApp};

/// The value of a hidden field of the page's form.
fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}"));
    let start = page[..at].rfind('<').unwrap();
    let tag = &page[start..start + page[start..].find('>').unwrap()];
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_carries_all_that_a_form_needs() {
    let app = TestApp::demo().await;
    let page = app.get("/c/aurora?lang=en").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let text = page.text();
    let (participant, key) = (hidden(&text, "participant"), hidden(&text, "key"));
    let fields =
        [("participant", participant.as_str()), ("key", &key), ("act", "ballot"), ("q.gusto", "fico")];
    let answer = app.form(&format!("/api/v1/activities/{POLL}/acts"), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn every_visit_gets_a_participant_and_a_key_of_its_own() {
    let app = TestApp::demo().await;
    let (one, two) = (app.get("/c/aurora").await.text(), app.get("/c/aurora").await.text());
    assert_ne!(hidden(&one, "participant"), hidden(&two, "participant"));
    assert_ne!(hidden(&one, "key"), hidden(&two, "key"));
}

#[tokio::test]
async fn your_answers_are_listed_on_a_page() {
    let app = TestApp::demo().await;
    let participant = app.vote("fico").await["participant"].as_str().unwrap().to_owned();
    let page = app.form("/c/aurora/you", &[("participant", &participant), ("lang", "en")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Fig and ricotta"));
}

#[tokio::test]
async fn an_unknown_campaign_is_a_page_that_says_so() {
    let app = TestApp::demo().await;
    let page = app.get("/c/nothing?lang=it").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn where_nothing_is_a_browser_gets_a_page_with_a_way_on_and_a_program_a_problem() {
    let app = TestApp::demo().await;
    for path in ["/nope", "/c/", "/docs/nope", "/api/v1/nope"] {
        assert_eq!(app.get(path).await.problem(), "not-found", "{path}");
        let request = Request::get(path).header("accept", "text/html").header("accept-language", "it");
        let page = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            page.text().contains("href=\"https://fan.example/\">Alla pagina iniziale"),
            "{}",
            page.text()
        );
    }
}

#[tokio::test]
async fn a_page_with_a_secret_in_its_address_says_so() {
    let app = TestApp::demo().await;
    let participant = app.vote("fico").await["participant"].as_str().unwrap().to_owned();
    let warned = async |path: &str| app.get(path).await.text().contains("yours alone");
    assert!(warned(&format!("/c/aurora?lang=en&me={participant}")).await);
    assert!(!warned("/c/aurora?lang=en").await);
}

#[tokio::test]
async fn the_documents_that_errors_point_to_are_served() {
    let app = TestApp::demo().await;
    for page in ["/", "/docs/errors", "/docs/protocol", "/docs/verify", "/docs/embed"] {
        assert_eq!(app.get(page).await.status, StatusCode::OK, "{page}");
    }
    assert_eq!(app.get("/docs/nothing").await.problem(), "not-found");
}

#[tokio::test]
async fn the_code_leads_to_the_page() {
    let app = TestApp::demo().await;
    let code = app.get("/c/aurora/code.svg").await;
    assert_eq!(code.status, StatusCode::OK);
    assert_eq!(code.header("content-type"), "image/svg+xml");
    assert_eq!(read(&code.text()), "https://fan.example/c/aurora");
    assert_eq!(app.get("/c/nobody/code.svg").await.problem(), "not-found");
}

/// What a phone reads in a code: the drawing as dots, four to a unit, and a reader that knows nothing of who drew it.
fn read(svg: &str) -> String {
    const DOTS: usize = 4;
    let size: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let mut dark = vec![vec![false; size]; size];
    let path = svg.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
    for stroke in path.split('M').skip(1) {
        let numbers: Vec<usize> = stroke.split([' ', 'h', 'v']).take(3).map(|n| n.parse().unwrap()).collect();
        let [x, y, width] = numbers[..] else { panic!("{stroke}") };
        dark[y][x..x + width].fill(true);
    }
    let mut image =
        rqrr::PreparedImage::prepare_from_bitmap(size * DOTS, size * DOTS, |x, y| dark[y / DOTS][x / DOTS]);
    let grids = image.detect_grids();
    grids[0].decode().unwrap().1
}
