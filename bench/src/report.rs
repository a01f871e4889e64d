//! Reports: what was measured, on what, as ratios. Written to `bench/results`, and to the terminal.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::server::Pair;

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
pub(crate) fn server(pairs: &[Pair], seconds: u64) -> anyhow::Result<()> {
    let mut text = format!(
        "# Reads and ballots a second\n\nThe median of three rounds of {seconds} s, in turns with the limit; {}.\n\
         Each ballot is durable (fdatasync), in the log and receipted under a signed checkpoint when it is answered; \
         the bare axum handler parses the same JSON and stores nothing. Reads are of the same bytes and headers.\n\n\
         | what | connections | bare handler /s | Fanfare /s | ratio | bare p99 ms | p50 ms | p99 ms | p99.9 ms | failed |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
        machine()
    );
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    for pair in pairs {
        let Pair { what, connections, limit, ours } = pair;
        writeln!(
            text,
            "| {what} | {connections} | {} | {} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
            limit.rate,
            ours.rate,
            pair.ratio(),
            ms(limit.p99),
            ms(ours.p50),
            ms(ours.p99),
            ms(ours.p999),
            ours.failures + limit.failures,
        )?;
    }
    write("server.md", &text)
}
