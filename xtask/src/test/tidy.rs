//! Do the sources keep to the house's order? What ARCHITECTURE.md says of folders, as far as a machine can see it:
//! who may import whom, what may be named where, how long a file may be.
//!
//! Deliberately absent: anything rustfmt, clippy or cargo-deny (`deny.toml`) already says.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

use super::Checks;
use crate::process::output;

/// What each of our crates may import of ours. A crate that is missing here may not be in the workspace.
const IMPORTS: &[(&str, &[&str])] = &[
    ("fanfare-shared", &[]),
    ("fanfare-style", &[]),
    ("fanfare-widget", &["fanfare-shared", "fanfare-style"]),
    ("fanfare-console", &["fanfare-shared"]),
    ("fanfare-verifier", &["fanfare-shared"]),
    ("fanfare", &["fanfare-shared", "fanfare-style", "fanfare-widget"]),
    ("fanfare-bench", &["fanfare-shared"]),
    ("xtask", &["fanfare-style"]),
];

/// Past this a file does two things.
const LONGEST: usize = 400;

/// A word that sources under `folder` may not contain, except in `except`.
struct Ban {
    word: &'static str,
    folder: &'static str,
    except: &'static [&'static str],
    reason: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        word: "SystemTime::now",
        folder: "server/src",
        except: &["server/src/clock.rs"],
        reason: "only `clock` reads the time",
    },
    Ban { word: "axum", folder: "server/src/store", except: &[], reason: "the store knows nothing of HTTP" },
    Ban {
        word: "HashMap",
        folder: "shared/src",
        except: &[],
        reason: "nothing in the domain may depend on the order of a hash table",
    },
];

/// Tells everything that is out of order.
pub(super) fn tidy(checks: &Checks<'_>) -> Result<()> {
    let root = &checks.workspace.root;
    let mut faults = imports(checks)?;
    let listed = output(crate::process::program("git", root).args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    for name in listed.lines() {
        let extension = Path::new(name).extension().and_then(|it| it.to_str());
        if matches!(extension, Some("rs" | "ts" | "js" | "mjs")) {
            source(root, name, &mut faults)?;
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

fn source(root: &Path, name: &str, faults: &mut Vec<String>) -> Result<()> {
    let path: PathBuf = root.join(name);
    if !path.is_file() {
        // Removed, and not yet committed so.
        return Ok(());
    }
    let text = fs::read_to_string(path).with_context(|| name.to_owned())?;
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{name}: {lines} lines; look for the second thing it does"));
    }
    if name.ends_with(".rs") && !text.starts_with("//!") {
        faults.push(format!("{name}: it does not begin with what it is for (`//!`)"));
    }
    for ban in BANS {
        let here = Path::new(name).starts_with(ban.folder) && !ban.except.contains(&name);
        if here && text.lines().any(|line| line.contains(ban.word) && !is_comment(line)) {
            faults.push(format!("{name}: `{}`: {}", ban.word, ban.reason));
        }
    }
    Ok(())
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn imports(checks: &Checks<'_>) -> Result<Vec<String>> {
    let mut cargo = checks.workspace.cargo();
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&output(&mut cargo)?)?;
    let packages = metadata.get("packages").and_then(|it| it.as_array()).context("packages")?;
    let mut faults = Vec::new();
    for package in packages {
        let name = text(package, "name");
        let Some((_, allowed)) = IMPORTS.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("{name}: who may import it, and whom may it import?"));
            continue;
        };
        let dependencies = package.get("dependencies").and_then(|it| it.as_array());
        for dependency in dependencies.into_iter().flatten() {
            let imported = text(dependency, "name");
            let ours = IMPORTS.iter().any(|(known, _)| *known == imported);
            // Tests may stand on more: they prove that the rooms fit together.
            let for_tests = text(dependency, "kind") == "dev";
            if ours && !for_tests && !allowed.contains(&imported) {
                faults.push(format!("{name} may not import {imported}"));
            }
        }
    }
    Ok(faults)
}

fn text<'a>(of: &'a serde_json::Value, key: &str) -> &'a str {
    of.get(key).and_then(serde_json::Value::as_str).unwrap_or_default()
}
