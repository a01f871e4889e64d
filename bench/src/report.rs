//! Reports: what was measured, on what, as ratios. Written to `bench/results`, and to the terminal.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use crate::load::Measured;

/// A line for whoever waits.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Writes a report and shows it.
pub(crate) fn write(name: &str, text: &str) -> anyhow::Result<()> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("results");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(name), text)?;
    say(text);
    Ok(())
}

/// The machine, in one line.
pub(crate) fn machine() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| {
            line.strip_prefix("model name").map(|rest| rest.trim_start_matches([':', '\t', ' ']))
        })
        .unwrap_or("unknown processor");
    format!("{cpus} cores, {model}; the clients run on the same cores")
}

/// The server's report.
pub(crate) fn server(rows: &[(Measured, Measured)], connections: usize, seconds: u64) -> anyhow::Result<()> {
    let mut text = format!(
        "# Ballots a second\n\n{connections} connections, {seconds} s a round, alternating; {}.\n\
         Each ballot is durable (fdatasync), in the log and receipted under a signed checkpoint when it is answered; \
         the bare axum handler parses the same JSON and stores nothing.\n\n\
         | round | bare handler /s | ballots /s | ratio | bare p99 ms | ballot p50 ms | ballot p99 ms | failed |\n\
         |---|---|---|---|---|---|---|---|\n",
        machine()
    );
    for (i, (limit, ours)) in rows.iter().enumerate() {
        writeln!(
            text,
            "| {} | {} | {} | {:.2} | {:.1} | {:.1} | {:.1} | {} |",
            i + 1,
            limit.rate,
            ours.rate,
            ours.rate as f64 / limit.rate.max(1) as f64,
            limit.p99.as_secs_f64() * 1e3,
            ours.p50.as_secs_f64() * 1e3,
            ours.p99.as_secs_f64() * 1e3,
            ours.failures + limit.failures,
        )?;
    }
    write("server.md", &text)
}
