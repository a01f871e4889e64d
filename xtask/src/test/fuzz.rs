//! A minute of random bytes for each decoder (`fuzz/`), in the long form only.
//!
//! libFuzzer without a sanitizer: the sources forbid `unsafe`, so what is looked for are panics, broken promises
//! (`assert!`) and inputs that take too long or too much memory.

use anyhow::{Context, Result, bail};
use std::fs;

use super::{Checks, report};
use crate::process::{output, program};
use crate::setup;

/// Seconds for each target.
const SECONDS: u32 = 60;

/// Runs every target of `fuzz/`, or those that are named: `cargo xtask test --long fuzz -- leaf`.
pub(super) fn fuzz(checks: &Checks<'_>) -> Result<()> {
    if !checks.options.long {
        println!("skipped: this takes {SECONDS} seconds for each decoder; cargo xtask test --long fuzz");
        return Ok(());
    }
    setup::fuzzer(checks.workspace)?;
    let root = &checks.workspace.root;
    let targets = output(program("cargo", root).args(["fuzz", "list"]))?;
    let mut failed = Vec::new();
    let named = &checks.options.rest;
    for target in targets.lines().filter(|target| named.is_empty() || named.iter().any(|name| name == target))
    {
        // What one run found worth keeping, the next begins with; the committed seeds stay as they are.
        let corpus = root.join("fuzz/corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let seeds = root.join("fuzz/seeds").join(target);
        let mut cargo = program("cargo", root);
        // The coverage counters are a matter of the compiler's back end; the stable compiler has them as well.
        cargo.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", "run", "--sanitizer", "none", "--target-dir"]);
        cargo.arg(checks.workspace.target.join("fuzz")).arg(target).arg(&corpus).arg(&seeds);
        cargo.args(["--", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"]);
        cargo.arg(format!("-max_total_time={SECONDS}"));
        println!("$ cargo fuzz run {target}");
        let done = cargo.output().context("cannot start cargo fuzz")?;
        let said = String::from_utf8_lossy(&done.stderr);
        let inputs = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        let inputs = inputs.unwrap_or("0").trim();
        let outcome = if done.status.success() { "no crash" } else { "**a crash**" };
        println!("{inputs} inputs, {outcome}");
        let figures = format!("random inputs in {SECONDS} seconds, {outcome}");
        report::row(checks, &format!("T10: fuzz {target}"), inputs, &figures)?;
        if !done.status.success() {
            println!("{said}");
            failed.push(target);
        }
    }
    if !failed.is_empty() {
        bail!("found something: {}; the inputs are in fuzz/artifacts", failed.join(", "));
    }
    Ok(())
}
