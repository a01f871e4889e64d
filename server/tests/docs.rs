//! Do the documents keep up with the code? What a machine can see of it: links lead somewhere, each dependency has
//! its line, and no command is named that does not exist.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every document of the repository: its path and text.
fn documents() -> Vec<(PathBuf, String)> {
    let root = root();
    let mut paths = Vec::new();
    for folder in [root.clone(), root.join("docs"), root.join("docs/adr"), root.join("docs/reports")] {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    paths.sort();
    let read = |path: PathBuf| (fs::read_to_string(&path).unwrap(), path);
    paths.into_iter().map(read).map(|(text, path)| (path, text)).collect()
}

/// The targets of `](…)` links.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// A heading as an anchor: lower case, spaces as hyphens, punctuation gone.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_exist() {
    let mut faults = Vec::new();
    for (path, text) in documents() {
        for link in links(&text).filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let Ok(found) = fs::canonicalize(&target) else {
                faults.push(format!("{}: {link}", path.display()));
                continue;
            };
            if wanted.is_empty() || found.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = fs::read_to_string(&found).unwrap();
            let headings = text.lines().filter(|line| line.starts_with('#'));
            if !headings.map(|line| anchor(line.trim_start_matches('#'))).any(|heading| heading == wanted) {
                faults.push(format!("{}: {link} has no such heading", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "links that lead nowhere:\n{}", faults.join("\n"));
}

#[test]
fn every_dependency_has_a_line_in_the_architecture() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let in_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let told: BTreeSet<&str> = architecture.split(|c| !in_a_name(c)).collect();
    let mut missing = BTreeSet::new();
    for member in ["shared", "server", "widget", "style", "bench", "xtask"] {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(table).and_then(toml::Value::as_table) else { continue };
            let strange = |name: &&String| !name.starts_with("fanfare-") && !told.contains(name.as_str());
            missing.extend(table.keys().filter(strange).cloned());
        }
    }
    assert!(missing.is_empty(), "ARCHITECTURE.md does not say what these save us: {missing:?}");
}

#[test]
fn every_command_that_a_document_names_exists() {
    let known = ["run", "test", "build", "bench", "dev"];
    for (path, text) in documents() {
        for command in text.split("cargo xtask ").skip(1) {
            let word = command.split(|c: char| !c.is_ascii_lowercase()).next().unwrap();
            assert!(word.is_empty() || known.contains(&word), "{}: cargo xtask {word}", path.display());
        }
    }
}
