//! Dashboard, alerts and documents speak only of figures that the server really shows, and each alert says what to do.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::server::{DEMO, Server};

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

/// What names of figures begin with. Those of the process are there where the system shows it.
const PREFIXES: &[&str] = if cfg!(target_os = "linux") { &["fanfare_", "process_"] } else { &["fanfare_"] };

/// The words of a text that are names of figures.
fn names(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| PREFIXES.iter().any(|it| word.starts_with(it))).collect()
}

/// The names in the queries of a dashboard; its own names look the same.
fn queries<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(query) if name == "expr" => found.extend(names(query)),
                    _ => queries(field, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| queries(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The values of a key of the rules' file, one a line.
fn values<'a>(rules: &'a str, key: &str) -> Vec<&'a str> {
    let lines = rules.lines().map(|line| line.trim().trim_start_matches("- "));
    lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).collect()
}

#[test]
fn dashboard_alerts_and_documents_speak_of_figures_that_exist() {
    let server = Server::start();
    server.apply(DEMO);
    assert_eq!(server.send("GET", "/nothing", &[], "").status, 404);
    let figures = server.scrape();
    let shown: BTreeSet<&str> =
        figures.lines().filter(|line| !line.starts_with('#')).flat_map(names).collect();
    let (dashboard, rules) = (file("ops/grafana-dashboard.json"), file("ops/prometheus-rules.yml"));
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let mut used = names(&rules);
    queries(&dashboard, &mut used);
    assert!(used.len() > 15, "{used:?}");
    let unknown: Vec<_> = used.difference(&shown).collect();
    assert!(unknown.is_empty(), "no such figures: {unknown:?}\n{figures}");

    // The other way round: whatever is shown has its line in the documents.
    let types = figures.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let documents = file("docs/OPERATE.md");
    let told = names(&documents);
    let untold: Vec<_> = types.filter(|name| !told.contains(name)).collect();
    assert!(untold.is_empty(), "docs/OPERATE.md does not explain {untold:?}");
}

#[test]
fn every_alert_leads_to_a_paragraph_that_says_what_to_do() {
    let (rules, documents) = (file("ops/prometheus-rules.yml"), file("docs/OPERATE.md"));
    let headings = documents.lines().filter_map(|line| line.strip_prefix("### "));
    let anchors: BTreeSet<String> = headings
        .map(|heading| {
            let kept = heading.to_lowercase().replace(' ', "-");
            kept.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
        })
        .collect();
    let runbooks = values(&rules, "runbook");
    assert_eq!(values(&rules, "alert").len(), runbooks.len());
    assert!(runbooks.len() >= 8);
    for runbook in runbooks {
        let anchor = runbook.strip_prefix("docs/OPERATE.md#").expect(runbook);
        assert!(anchors.contains(anchor), "{runbook}: no such heading");
    }
}
