//! What came out, in a file that stays: one row for each attack in `target/faults-report.md`, with the commit it was
//! measured at.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Whether the long form was asked for.
pub fn is_long() -> bool {
    std::env::var_os("FANFARE_LONG").is_some_and(|long| long == "1")
}

/// How often to attack: in the short form, in the long one, or as often as `FANFARE_CYCLES` says.
pub fn cycles(short: u64, long: u64) -> u64 {
    let asked = std::env::var("FANFARE_CYCLES").ok().map(|cycles| cycles.parse().unwrap());
    asked.unwrap_or(if is_long() { long } else { short })
}

/// Writes the row of a test, in place of the one it wrote before in the same form.
pub fn row(test: &str, cycles: u64, figures: &str) {
    let form = if is_long() { "long" } else { "short" };
    write(&format!("| {test} ({form}) | {cycles} |"), figures);
}

/// Says that a test cannot run here: in the report, and past the test harness, which would swallow it.
pub fn skipped(test: &str, why: &str) {
    let form = if is_long() { "long" } else { "short" };
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
    write(&format!("| {test} ({form}) | 0 |"), &format!("**skipped**: {why}"));
}

fn write(begin: &str, figures: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let path = path();
    let before = fs::read_to_string(&path).unwrap_or_default();
    let test = begin.split('|').nth(1).unwrap();
    let mut rows: Vec<String> = before
        .lines()
        .filter(|line| line.starts_with("| T") && line.split('|').nth(1) != Some(test))
        .map(str::to_owned)
        .collect();
    rows.push(format!("{begin} {figures} | {} |", commit()));
    rows.sort_by_key(|row| {
        row.trim_start_matches("| T")
            .split([' ', ':', '/'])
            .next()
            .and_then(|number| number.parse::<u32>().ok())
    });
    let text = format!(
        "# What the attacks came to\n\nOn {}.\n\n| attack | cycles | | commit |\n|---|---|---|---|\n{}\n",
        machine(),
        rows.join("\n")
    );
    fs::write(path, text).unwrap();
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("faults-report.md")
}

/// What is under test: the commit that last changed the program; with `-dirty` where a change of it is not committed.
fn commit() -> String {
    const PROGRAM: [&str; 6] = ["--", ":/server/src", ":/shared/src", ":/style", ":/widget", ":/Cargo.lock"];
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(arguments).args(PROGRAM).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()
    };
    let last = git(&["log", "-1", "--format=%h", "--abbrev=7"]).filter(|it| it.status.success());
    let Some(last) = last else { return "unknown".to_owned() };
    let clean = git(&["diff", "--quiet", "HEAD"]).is_some_and(|it| it.status.success());
    let dirty = if clean { "" } else { "-dirty" };
    format!("{}{dirty}", String::from_utf8_lossy(&last.stdout).trim())
}

/// What the figures were measured on.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let memory = read("/proc/meminfo");
    let memory = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let gib = memory.div_ceil(1024 * 1024);
    let kernel = read("/proc/sys/kernel/osrelease");
    let sync = sync_microseconds();
    format!(
        "{cores} cores, {gib} GiB, Linux {}, an fdatasync of 4 KiB in {sync} µs (median)",
        kernel.trim_end()
    )
}

/// The median of some syncs where the tests keep their files.
fn sync_microseconds() -> u128 {
    use std::os::unix::fs::FileExt as _;
    let file = tempfile::tempfile().unwrap();
    let mut took: Vec<u128> = (0..15)
        .map(|_| {
            let since = Instant::now();
            file.write_all_at(&[7; 4096], 0).unwrap();
            file.sync_data().unwrap();
            since.elapsed().as_micros()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}
