//! No personal data in a log, a metric or a public response (ARCHITECTURE.md, invariant 3): a full run of the real
//! program with every log line there is, and then a search.

use std::time::Duration;

use fanfare_shared::log::tile::{TileId, TilePath};
use serde_json::Value;

use crate::secrets::{Reach, found};
use crate::server::{DEMO, Server};
use crate::visitors::{POLL, Visitors};

/// Pages and files, which the API's document does not list.
pub(crate) const PAGES: [&str; 11] = [
    "/",
    "/favicon.ico",
    "/f.js",
    "/assets/{name}",
    "/c/{campaign}",
    "/c/{campaign}/you",
    "/c/{campaign}/contact",
    "/m/{token}",
    "/letters/{token}",
    "/docs/{page}",
    "/openapi.json",
];

/// Ends the poll and waits until its openings and its tally stand in the log.
fn end(server: &Server) -> Value {
    let ended = DEMO.replacen("kind = \"poll\"", "kind = \"poll\"\nended = true", 1);
    server.apply(&ended);
    loop {
        let openings: Value =
            serde_json::from_slice(&server.get(&format!("/log/a/{POLL}/openings"))).unwrap();
        if !openings["tally"].is_null() {
            assert!(!openings["openings"].as_array().unwrap().is_empty(), "nothing was opened");
            return openings;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Everything that anybody may read: each address with its bytes.
fn public(server: &Server, openings: &Value) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<String> =
        ["/", "/c/aurora", "/openapi.json", "/api/v1/campaigns/aurora", "/docs/api", "/readyz"]
            .map(str::to_owned)
            .to_vec();
    paths.push(format!("/api/v1/activities/{POLL}/tally"));
    for log in [format!("/log/a/{POLL}"), "/log/registry/aurora".to_owned()] {
        let checkpoint = String::from_utf8(server.get(&format!("{log}/checkpoint"))).unwrap();
        let size: u64 = checkpoint.lines().nth(1).unwrap().parse().unwrap();
        for id in TileId::of_level(0, size) {
            paths.extend([TilePath::Entries(id), TilePath::Hashes(id)].map(|tile| format!("{log}/{tile}")));
        }
        paths.push(format!("{log}/checkpoint"));
    }
    let files = openings["openings"].as_array().unwrap().iter().map(|opening| &opening["file"]);
    let files = files.chain([&openings["tally"]["text"]]).map(|hash| hash.as_str().unwrap());
    paths.extend(files.map(|hash| format!("/log/a/{POLL}/doc/{hash}")));
    paths.extend(["openings", "bundle"].map(|what| format!("/log/a/{POLL}/{what}")));
    paths.into_iter().map(|path| (path.clone(), server.get(&path))).collect()
}

#[test]
fn nothing_of_a_person_reaches_a_log_line_a_metric_or_a_public_answer() {
    let mut server = Server::start();
    server.apply(DEMO);
    let api: Value = serde_json::from_slice(&server.get("/openapi.json")).unwrap();
    let mut visitors = Visitors::new(&server);
    visitors.vote();
    let mut private = visitors.ask_about_themselves();
    private.extend(visitors.write_to_the_team());
    visitors.knock_everywhere(&api);
    let secrets = visitors.secrets.clone();
    let openings = end(&server);
    let public = public(&server, &openings);
    let last = server.send("GET", "/healthz", &[], "").id;
    let figures = server.scrape();
    let log = server.stop();

    // It can fail: the same search finds them where they are meant to be, and every place is what it is taken for.
    for what in ["participant 3", "a message", "an address of a letter"] {
        assert!(found(&secrets, &private).contains(&what.to_owned()), "{what} was not read by its owner");
    }
    for secret in &secrets {
        let planted = format!("{log}{}", secret.value);
        assert!(found([secret], planted.as_bytes()).contains(&secret.what), "{}", secret.what);
    }
    assert!(log.contains(&last) && log.contains("\"level\":\"DEBUG\""), "the log is not the one of this run");
    for route in api["paths"].as_object().unwrap().keys().map(String::as_str).chain(PAGES) {
        // The document's name for the rest of a path has no asterisk.
        let label = format!("route=\"{}\"", route.replace("{path}", "{*path}"));
        assert!(figures.contains(&label), "{route} was not visited");
    }
    let opened = public.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains("pistacchio"));
    assert!(opened, "the public answers hold no ballot");

    assert_eq!(found(&secrets, log.as_bytes()), Vec::<String>::new(), "in the log");
    assert_eq!(found(&secrets, figures.as_bytes()), Vec::<String>::new(), "in the metrics");
    let hidden: Vec<_> = secrets.iter().filter(|secret| secret.reach == Reach::Nobody).collect();
    for (path, bytes) in public {
        assert_eq!(found(hidden.iter().copied(), &bytes), Vec::<String>::new(), "in {path}");
    }
}
