//! What the long forms came to: `docs/reports/long-run.md`, made of the rows that the attacks (`server/tests`) and the
//! fuzzers leave in `target/faults-report.md`.
//!
//! Deliberately absent: figures of another machine. What was measured in parts, into one target folder, is one report.

use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

use super::Checks;
use crate::process::{output, program, succeeds};

const HEAD: &str = "\
# The long run

What `cargo xtask test --long native fuzz` came to; the command writes this page. What each attack does, and when it passes, is in
[RELIABILITY.md](../RELIABILITY.md). The last column is the commit that had last changed the program. The attacks run an unoptimised
build, the fuzzers (T10) an optimised one with all its checks.
";

fn rows(checks: &Checks<'_>) -> PathBuf {
    checks.workspace.target.join("faults-report.md")
}

/// Adds the row of a check, in place of the one it wrote before.
pub(super) fn row(checks: &Checks<'_>, name: &str, times: &str, figures: &str) -> Result<()> {
    let commit = commit(checks)?;
    let begin = format!("| {name} (long) |");
    let before = fs::read_to_string(rows(checks)).unwrap_or_default();
    let mut lines: Vec<&str> = before.lines().filter(|line| !line.starts_with(&begin)).collect();
    let row = format!("{begin} {times} | {figures} | {commit} |");
    lines.push(&row);
    Ok(fs::write(rows(checks), format!("{}\n", lines.join("\n")))?)
}

/// What is under test: the commit that last changed the program; with `-dirty` where a change of it is not committed.
fn commit(checks: &Checks<'_>) -> Result<String> {
    const PROGRAM: [&str; 6] = ["--", "server/src", "shared/src", "style", "widget", "Cargo.lock"];
    let git = || program("git", &checks.workspace.root);
    let last = output(git().args(["log", "-1", "--format=%h", "--abbrev=7"]).args(PROGRAM))?;
    let clean = succeeds(git().args(["diff", "--quiet", "HEAD"]).args(PROGRAM));
    let dirty = if clean { "" } else { "-dirty" };
    Ok(format!("{}{dirty}", last.trim()))
}

/// Writes the page where any row is, and says where.
pub(super) fn write(checks: &Checks<'_>) -> Result<()> {
    let Ok(rows) = fs::read_to_string(rows(checks)) else { return Ok(()) };
    let path = checks.workspace.root.join("docs/reports/long-run.md");
    fs::create_dir_all(path.parent().context("docs")?)?;
    fs::write(&path, page(&rows))?;
    println!("\nThe report is in {}.", path.display());
    Ok(())
}

fn page(rows: &str) -> String {
    let machine = rows.lines().find(|line| line.starts_with("On ")).unwrap_or_default();
    let mut long: Vec<String> = rows
        .lines()
        .filter_map(|line| line.split_once(" (long) |"))
        .map(|(name, rest)| format!("{name} |{rest}\n"))
        .collect();
    long.sort_by_key(|row| number(row));
    format!(
        "{HEAD}\n{machine}\n\n| attack | times | came to | commit |\n|---|---|---|---|\n{}",
        long.concat()
    )
}

/// The attack's number: of `| T12/13: overload |` it is 12.
fn number(row: &str) -> Option<u32> {
    row.strip_prefix("| T")?.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn the_page_has_the_long_rows_in_the_order_of_their_numbers() {
        let rows = "# x\n\nOn 2 cores.\n\n| T19: b (long) | 9 | fine | c1 |\n| T3: c (short) | 1 | no | c1 |\n\
                    | T12/13: d (long) | 2 | fine | c1 |\n| T2: a (long) | 4 | fine | c2 |\n";
        let page = page(rows);
        assert!(page.contains("\n\nOn 2 cores.\n\n| attack |"), "{page}");
        let table =
            "---|\n| T2: a | 4 | fine | c2 |\n| T12/13: d | 2 | fine | c1 |\n| T19: b | 9 | fine | c1 |\n";
        assert!(page.ends_with(table), "{page}");
    }
}
