//! `cargo xtask test`: every check of the project, one after the other, and a table of what came out.
//!
//! A failed step does not stop the others: one run tells everything that is wrong.

mod budgets;
mod fuzz;
mod report;
mod steps;
mod tidy;

use anyhow::{Result, anyhow, bail};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::build::{self, Manifest, Profile};
use crate::workspace::Workspace;
use steps::{STEPS, Step};

/// What of the checks is to be run, and how.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Also what takes long, an hour or two in all: hundreds of kills, power cuts and injuries, and the fuzzers
    #[arg(long)]
    long: bool,
    /// The steps to run, by name [default: all]
    steps: Vec<String>,
    /// For the programs that run the tests: `cargo xtask test native -- a_name`
    #[arg(last = true)]
    rest: Vec<String>,
}

/// What the steps work on.
struct Checks<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    built: OnceCell<Result<(Manifest, PathBuf), String>>,
}

impl Checks<'_> {
    /// A command whose tests should know whether they may take long.
    fn tests(&self, mut command: Command) -> Command {
        if self.options.long {
            command.env("FANFARE_LONG", "1");
        }
        command
    }

    /// The program as it is shipped, and the sizes of what it carries; built once for all steps.
    fn built(&self) -> Result<(&Manifest, &Path)> {
        let built = self.built.get_or_init(|| {
            let profile = Profile::Release;
            let manifest = build::bundle(self.workspace, profile);
            let built = manifest.and_then(|it| Ok((it, build::server(self.workspace, profile)?)));
            built.map_err(|error| format!("{error:#}"))
        });
        match built {
            Ok((manifest, binary)) => Ok((manifest, binary)),
            Err(error) => Err(anyhow!("nothing was built: {error}")),
        }
    }
}

/// Runs the steps; an error when one of them failed.
pub(crate) fn test(workspace: &Workspace, options: &Options) -> Result<()> {
    let steps = chosen(&options.steps)?;
    let checks = Checks { workspace, options, built: OnceCell::new() };
    let start = Instant::now();
    let mut rows = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let Step { name, title, .. } = step;
        println!("\n=== {}/{} {name}: {title}", number + 1, steps.len());
        let start = Instant::now();
        let outcome = (step.run)(&checks);
        let took = start.elapsed();
        match &outcome {
            Ok(()) => println!("=== {name}: passed in {}", clock(took)),
            Err(error) => println!("{error:#}\n=== {name}: FAILED after {}", clock(took)),
        }
        rows.push((step, outcome.is_ok(), took));
    }
    if options.long {
        report::write(&checks)?;
    }
    println!();
    for (step, passed, took) in &rows {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("{:>12}  {word}  {:>6}  {}", step.name, clock(*took), step.title);
    }
    let failed = rows.iter().filter(|(_, passed, _)| !passed).count();
    let took = clock(start.elapsed());
    if failed > 0 {
        bail!("{failed} of {} steps failed, in {took}", rows.len());
    }
    println!("\nAll {} steps passed, in {took}.", rows.len());
    Ok(())
}

/// The steps with these names, in their own order; all of them for none.
fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no step {unknown:?}; the steps are {}", known.join(", "));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

/// Minutes and seconds.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::{STEPS, chosen, clock};
    use std::time::Duration;

    #[test]
    fn no_name_means_every_step_and_an_unknown_name_is_refused() {
        assert_eq!(chosen(&[]).unwrap().len(), STEPS.len());
        let named = chosen(&["e2e".into(), "fmt".into()]).unwrap();
        let names: Vec<_> = named.iter().map(|step| step.name).collect();
        assert_eq!(names, ["fmt", "e2e"]);
        assert!(chosen(&["everything".into()]).is_err());
    }

    #[test]
    fn a_clock_shows_minutes_and_seconds() {
        assert_eq!(clock(Duration::from_secs(125)), "2:05");
    }
}
