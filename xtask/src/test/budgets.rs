//! How many bytes does each path of the widget cost a visitor? Brotli at its highest level, as a CDN serves it.
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

/// One thing a visitor does, and what it may cost.
struct Path {
    name: &'static str,
    bytes: usize,
    limit: usize,
}

/// Prints every path; an error when one is too heavy.
pub(super) fn budgets(checks: &Checks<'_>) -> Result<()> {
    let (manifest, binary) = checks.built()?;
    let demo = Demo::start(checks.workspace, binary)?;
    let mut heavy = 0;
    for language in ["it", "en"] {
        let body = demo.get(&format!("/api/v1/campaigns/aurora?lang={language}"))?;
        let bootstrap = compress("bootstrap.json", &body)?.len();
        println!("aurora in {language}: bootstrap {} B, {bootstrap} B brotli", body.len());
        for path in paths(manifest, language, bootstrap)? {
            let over = path.bytes > path.limit;
            heavy += usize::from(over);
            println!(
                "  {:<36} {:>6} B of {:>6} B{}",
                path.name,
                path.bytes,
                path.limit,
                if over { "  TOO HEAVY" } else { "" }
            );
        }
    }
    if heavy > 0 {
        bail!("{heavy} paths are too heavy");
    }
    Ok(())
}

fn paths(manifest: &Manifest, language: &str, bootstrap: usize) -> Result<[Path; 3]> {
    let size = |name: &str| {
        let brotli = manifest.0.get(name).and_then(|sizes| sizes.brotli);
        brotli.with_context(|| format!("the bundle has no {name}"))
    };
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
