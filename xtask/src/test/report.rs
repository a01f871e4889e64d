//! What the long forms came to: `target/faults-report.md`, written by the attacks (`server/tests/faults`) and by the
//! fuzzers, one row each.

use anyhow::Result;
use std::fs;
use std::path::PathBuf;

use super::Checks;

fn path(checks: &Checks<'_>) -> PathBuf {
    checks.workspace.target.join("faults-report.md")
}

/// Adds the row of a check, in place of the one it wrote before.
pub(super) fn row(checks: &Checks<'_>, name: &str, cycles: u32, figures: &str) -> Result<()> {
    let begin = format!("| {name} (long) |");
    let before = fs::read_to_string(path(checks)).unwrap_or_default();
    let mut lines: Vec<&str> = before.lines().filter(|line| !line.starts_with(&begin)).collect();
    let row = format!("{begin} {cycles} | {figures} |");
    lines.push(&row);
    Ok(fs::write(path(checks), format!("{}\n", lines.join("\n")))?)
}

/// Prints it, and where it is.
pub(super) fn print(checks: &Checks<'_>) {
    let path = path(checks);
    if let Ok(report) = fs::read_to_string(&path) {
        println!("\n{report}\nThe report is in {}.", path.display());
    }
}
