//! `fanfare check --data DIR`: reads a whole store again, believing nothing. Exit code 0 all well, 1 damaged.

use std::process::ExitCode;

use super::{Folders, output};
use crate::store::check::{self, Report};

/// Read a whole store again and check every byte that matters.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[command(flatten)]
    folders: Folders,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let keys = self.folders.keys();
        let report = check::check(&self.folders.data, Some(&keys))?;
        if self.json {
            output::line(&serde_json::to_string_pretty(&report)?);
        } else {
            print(&report);
        }
        Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(report: &Report) {
    for finding in &report.findings {
        output::line(&format!(
            "DAMAGED  {}\n         {}\n         {}",
            finding.file, finding.what, finding.advice
        ));
    }
    for note in &report.notes {
        output::line(&format!("note     {note}"));
    }
    let Report { records, frames, leaves, logs, documents, rows, .. } = report;
    output::line(&format!(
        "read     {records} records in {frames} frames, {leaves} leaves in {logs} logs, {documents} documents, {rows} \
         rows of the state"
    ));
    output::line(if report.ok { "all well" } else { "damaged: see above" });
}
