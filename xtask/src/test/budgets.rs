//! How many bytes does each path of the widget cost a visitor, and the console a member of the team? Brotli at its highest level, as a CDN serves it.
//!
//! The bootstrap is the demo's own, asked of the shipped program: it carries the fragment and the style.

use anyhow::{Context, Result, bail};

use super::Checks;
use crate::build::{Manifest, compress};
use crate::server::Demo;

/// A kilobyte is 1,000 bytes here: the stricter reading of every promise.
const KB: usize = 1_000;
const LOADER: usize = 3 * KB;
const TIER_2: usize = 10 * KB;
const TIER_3: usize = 90 * KB;
const MEASURE: usize = 1_100;
const CHECK: usize = 7 * KB;
const CONSOLE_FIRST: usize = 260 * KB;
/// 700 KB for polls, and what making contests adds. Both languages' words are in it: one of them, as a file, is the next step.
const CONSOLE: usize = 710 * KB;
const VERIFIER: usize = 200 * KB;

/// One thing a visitor does, and what it may cost.
struct Path {
    name: &'static str,
    bytes: usize,
    limit: usize,
}

impl Path {
    /// Prints it; whether it is too heavy.
    fn told(&self) -> bool {
        let over = self.bytes > self.limit;
        let verdict = if over { "  TOO HEAVY" } else { "" };
        println!("  {:<36} {:>6} B of {:>6} B{verdict}", self.name, self.bytes, self.limit);
        over
    }
}

/// Prints every path; an error when one is too heavy.
pub(super) fn budgets(checks: &Checks<'_>) -> Result<()> {
    let (manifest, binary) = checks.built()?;
    let demo = Demo::start(checks.workspace, binary)?;
    let mut heavy = 0;
    for path in console(manifest)?.into_iter().chain(aside(manifest)?) {
        heavy += usize::from(path.told());
    }
    for language in ["it", "en"] {
        let body = demo.get(&format!("/api/v1/campaigns/aurora?lang={language}"))?;
        let bootstrap = compress("bootstrap.json", &body)?.len();
        println!("aurora in {language}: bootstrap {} B, {bootstrap} B brotli", body.len());
        for path in paths(manifest, language, bootstrap)? {
            heavy += usize::from(path.told());
        }
    }
    if heavy > 0 {
        bail!("{heavy} paths are too heavy");
    }
    Ok(())
}

fn size(manifest: &Manifest, name: &str) -> Result<usize> {
    let brotli = manifest.0.get(name).and_then(|sizes| sizes.brotli);
    brotli.with_context(|| format!("the bundle has no {name}"))
}

/// The first page waits for its own pieces alone. The others are fetched behind it, once, and then kept.
fn console(manifest: &Manifest) -> Result<[Path; 2]> {
    let mut first = 0;
    for name in ["console.wasm", "console.js", "console.css"] {
        first += size(manifest, name)?;
    }
    let mut all = 0;
    for name in manifest.0.keys().filter(|name| name.starts_with("console")) {
        all += size(manifest, name)?;
    }
    Ok([
        Path { name: "the console, up to its first page", bytes: first, limit: CONSOLE_FIRST },
        Path { name: "the console, every page of it", bytes: all, limit: CONSOLE },
    ])
}

/// Fetched when the page has nothing else to do, or when somebody asks; never on the way to an answer.
fn aside(manifest: &Manifest) -> Result<[Path; 3]> {
    let (measure, check) = (size(manifest, "measure.js")?, size(manifest, "check.js")?);
    let verifier = size(manifest, "verifier.js")? + size(manifest, "verifier.wasm")?;
    Ok([
        Path { name: "counting a visit, after all else", bytes: measure, limit: MEASURE },
        Path { name: "what a page blocks, if asked", bytes: check, limit: CHECK },
        Path { name: "the page that checks a draw", bytes: verifier, limit: VERIFIER },
    ])
}

fn paths(manifest: &Manifest, language: &str, bootstrap: usize) -> Result<[Path; 3]> {
    let size = |name: &str| size(manifest, name);
    let loader = size("f.js")?;
    let tier_2 = loader + size("core.js")? + bootstrap;
    let strings = size(&format!("strings-{language}.json"))?;
    let tier_3 = tier_2 + size("later.js")? + size("widget.js")? + size("widget.wasm")? + strings;
    Ok([
        Path { name: "the loader alone, far from the view", bytes: loader, limit: LOADER },
        Path { name: "tier 2: see a poll and answer it", bytes: tier_2, limit: TIER_2 },
        Path { name: "tier 3: and everything compiled", bytes: tier_3, limit: TIER_3 },
    ])
}
