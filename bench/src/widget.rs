//! Time until the question is visible. The browser is driven by `bench/widget.mjs` (Playwright from `e2e`); this part
//! brings the real server up and writes the report.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde::Deserialize;

use crate::demo::Demo;
use crate::report;

/// Medians in milliseconds.
#[derive(Deserialize)]
struct Medians {
    text: f64,
    tier2: f64,
    preload: f64,
    tier3: f64,
    tier3_ready: f64,
    bytes_tier2: u64,
    bytes_tier3: u64,
}

/// Measures and writes `bench/results/widget.md`.
pub(crate) async fn run(bin: &Path, rounds: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Demo::start(bin, folder.path()).await?;
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("widget.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(format!("http://{}", server.address))
        .arg(rounds.to_string())
        .stderr(Stdio::inherit())
        .output()
        .context("node is needed for this measurement")?;
    server.stop()?;
    anyhow::ensure!(output.status.success(), "the browser's part failed");
    let medians: Medians =
        serde_json::from_slice(&output.stdout).context("the browser's part said nothing")?;
    let text = format!(
        "# Time until the question is visible\n\nChromium, slow 4G (150 ms, 1.6 Mbit/s) and a four times slower CPU, \
         medians of {rounds} interleaved rounds; {}.\n\n\
         | page | ms | ratio | bytes over the wire for the widget |\n|---|---|---|---|\n\
         | the text in the page itself (the limit) | {:.0} | 1.00 | 0 |\n\
         | tier 2: loader and fragment (WebAssembly forbidden) | {:.0} | {:.2} | {} |\n\
         | tier 2 with the page's own `preload` line | {:.0} | {:.2} | |\n\
         | tier 3: the same, until the question is visible | {:.0} | {:.2} | {} |\n\
         | tier 3: until the compiled widget has taken over | {:.0} | {:.2} | |\n",
        report::machine(),
        medians.text,
        medians.tier2,
        medians.tier2 / medians.text,
        medians.bytes_tier2,
        medians.preload,
        medians.preload / medians.text,
        medians.tier3,
        medians.tier3 / medians.text,
        medians.bytes_tier3,
        medians.tier3_ready,
        medians.tier3_ready / medians.text,
    );
    report::write("widget.md", &text)
}
