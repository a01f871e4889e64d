//! The steps, in the order in which they run: what is quick and fails most often comes first.

use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Checks, budgets, fuzz, tidy};
use crate::process::{program, run};
use crate::setup;

/// One check.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) run: fn(&Checks<'_>) -> Result<()>,
}

/// Every check there is.
pub(super) const STEPS: &[Step] = &[
    Step { name: "fmt", title: "the sources are formatted", run: fmt },
    Step { name: "tidy", title: "the sources keep to the house's order", run: tidy::tidy },
    Step { name: "deny", title: "nothing is depended on that may not be", run: deny },
    Step { name: "clippy", title: "no warning in what runs on the server and here", run: clippy },
    Step { name: "clippy-wasm", title: "no warning in what runs in the browser", run: clippy_wasm },
    Step { name: "native", title: "unit tests, store, API and documentation tests", run: native },
    Step { name: "console", title: "the console's and the verifier's logic and words", run: console },
    Step { name: "fuzz", title: "random bytes for every decoder (only with --long)", run: fuzz::fuzz },
    Step { name: "wasm", title: "the domain's tests, compiled to WebAssembly", run: wasm },
    Step { name: "embed", title: "the loader's own tests", run: embed },
    Step { name: "verify", title: "the second verifier agrees with the first", run: verify },
    Step { name: "build", title: "the bundle and the self-contained server", run: build },
    Step {
        name: "budgets",
        title: "neither the widget nor the console is heavier than it may be",
        run: budgets::budgets,
    },
    Step { name: "e2e", title: "the whole road in a real browser", run: e2e },
];

/// What is compiled for this machine. The widget is rendered here (`ssr`); it runs elsewhere.
const NATIVE: [&str; 14] = [
    "--package",
    "fanfare-shared",
    "--package",
    "fanfare",
    "--package",
    "fanfare-style",
    "--package",
    "fanfare-widget",
    "--package",
    "xtask",
    "--package",
    "fanfare-bench",
    "--features",
    "fanfare-shared/signatures,fanfare-widget/ssr",
];

fn fmt(checks: &Checks<'_>) -> Result<()> {
    setup::component(checks.workspace, "fmt", "rustfmt")?;
    run(checks.workspace.cargo().args(["fmt", "--all", "--check"]))
}

/// Licences, sources and versions: what the sources alone decide. Advisories change by the day, and need the network:
/// `cargo deny check advisories`.
fn deny(checks: &Checks<'_>) -> Result<()> {
    if !setup::deny(checks.workspace, checks.options.long)? {
        println!(
            "skipped: cargo-deny is not here, and takes minutes to build; cargo install --locked cargo-deny"
        );
        return Ok(());
    }
    run(checks.workspace.cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}

fn clippy(checks: &Checks<'_>) -> Result<()> {
    setup::component(checks.workspace, "clippy", "clippy")?;
    let mut cargo = checks.workspace.cargo();
    cargo.arg("clippy").args(NATIVE).arg("--all-targets");
    run(cargo.args(["--", "--deny", "warnings"]))
}

fn clippy_wasm(checks: &Checks<'_>) -> Result<()> {
    let target = "wasm32-unknown-unknown";
    setup::component(checks.workspace, "clippy", "clippy")?;
    setup::target(checks.workspace, target)?;
    let crates: [&[&str]; 4] = [
        &["--package", "fanfare-shared"],
        &["--package", "fanfare-widget", "--features", "csr"],
        // As it is shipped; without its pieces the step `console` compiles it.
        &["--package", "fanfare-console", "--features", "split"],
        &["--package", "fanfare-verifier"],
    ];
    for arguments in crates {
        let mut cargo = checks.workspace.cargo();
        cargo.args(["clippy", "--target", target]).args(arguments);
        run(cargo.args(["--", "--deny", "warnings"]))?;
    }
    Ok(())
}

fn native(checks: &Checks<'_>) -> Result<()> {
    let mut cargo = checks.tests(checks.workspace.cargo());
    cargo.args(["test", "--no-fail-fast"]).args(NATIVE);
    run(cargo.args(&checks.options.rest))
}

/// The logic of what only runs in browsers, apart: its `csr` would break the widget's `ssr`.
fn console(checks: &Checks<'_>) -> Result<()> {
    let mut cargo = checks.tests(checks.workspace.cargo());
    cargo.args(["test", "--no-fail-fast", "--package", "fanfare-console", "--package", "fanfare-verifier"]);
    run(cargo.args(&checks.options.rest))
}

/// The same tests once more, on the machine the browser has: 32-bit, with other floats' and hashes' code.
/// WASI is that machine with a stdout; node runs it.
fn wasm(checks: &Checks<'_>) -> Result<()> {
    setup::node(checks.workspace)?;
    setup::target(checks.workspace, "wasm32-wasip1")?;
    let runner = checks.workspace.root.join("xtask/wasi.mjs");
    let mut cargo = checks.tests(checks.workspace.cargo());
    cargo.env("CARGO_TARGET_WASM32_WASIP1_RUNNER", format!("node --no-warnings {}", runner.display()));
    cargo.args(["test", "--target", "wasm32-wasip1", "--no-fail-fast"]);
    cargo.args(["--package", "fanfare-shared", "--features", "signatures"]);
    run(cargo.args(["--lib", "--tests"]).args(&checks.options.rest))
}

fn embed(checks: &Checks<'_>) -> Result<()> {
    setup::node(checks.workspace)?;
    let folder = checks.workspace.root.join("widget/embed");
    setup::packages(&folder)?;
    let mut tests = Vec::new();
    find_tests(&folder.join("test"), &mut tests)?;
    if tests.is_empty() {
        bail!("widget/embed/test has no tests");
    }
    let mut node = checks.tests(program("node", &checks.workspace.root));
    run(node.arg("--test").args(tests))
}

/// Every `*.test.js` and `*.test.mjs` under the folder, in order.
fn find_tests(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            find_tests(&path, found)?;
        } else if name.ends_with(".test.js") || name.ends_with(".test.mjs") {
            found.push(path);
        }
    }
    Ok(())
}

fn verify(checks: &Checks<'_>) -> Result<()> {
    let mut python = program("python3", &checks.workspace.root);
    let vectors = ["shared/tests/vectors/log_v1.json", "shared/tests/vectors/certificate_v1.json"];
    run(python.args(["docs/verify.py", "--self-test"]).args(vectors))
}

fn build(checks: &Checks<'_>) -> Result<()> {
    let (_, binary) = checks.built()?;
    println!("{}", binary.display());
    Ok(())
}

fn e2e(checks: &Checks<'_>) -> Result<()> {
    setup::node(checks.workspace)?;
    let folder = checks.workspace.root.join("e2e");
    setup::packages(&folder)?;
    let chromium = setup::chromium(checks.workspace)?;
    let (_, binary) = checks.built()?;
    let playwright = folder.join("node_modules/.bin/playwright");
    let mut playwright = checks.tests(program(playwright, &folder));
    playwright.env("FANFARE_BIN", binary);
    if let Some(chromium) = chromium {
        playwright.env("CHROMIUM", chromium);
    }
    run(playwright.arg("test").args(&checks.options.rest))
}
