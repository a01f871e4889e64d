//! `fanfare check --data DIR`: reads a whole store again, believing nothing. Exit code 0 all well, 1 damaged, 2 nothing to
//! check there.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Folders, output};
use crate::store::check::{self, CheckError, Report, repair};

/// Read a whole store again and check every byte that matters.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[command(flatten)]
    folders: Folders,
    /// Make good what can be made good without guessing: the state, from the journal
    #[arg(long)]
    repair: bool,
    /// Backup to take damaged documents and closed segments from
    #[arg(long, value_name = "DIR", requires = "repair")]
    from: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (data, keys) = (&self.folders.data, self.folders.keys());
        let report = if self.repair {
            repair::repair(data, &keys, self.from.as_deref())
        } else {
            check::check(data, Some(&keys))
        };
        let report = match report {
            Err(error @ (CheckError::InUse(_) | CheckError::NoStore(_))) => {
                output::error(&format!("fanfare: {error}"));
                return Ok(ExitCode::from(2));
            }
            report => report?,
        };
        if self.json {
            output::line(&serde_json::to_string_pretty(&report)?);
        } else {
            print(&report);
        }
        Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

pub(super) fn print(report: &Report) {
    for finding in &report.findings {
        let byte = finding.byte.map_or_else(String::new, |byte| format!(", byte {byte}"));
        output::line(&format!(
            "DAMAGED  {}{byte}\n         {}\n         {}",
            finding.file, finding.what, finding.advice
        ));
    }
    for done in &report.repaired {
        output::line(&format!("repaired {done}"));
    }
    for note in &report.notes {
        output::line(&format!("note     {note}"));
    }
    let Report { records, frames, leaves, logs, documents, rows, .. } = report;
    output::line(&format!(
        "read     {records} records in {frames} frames, {leaves} leaves in {logs} logs, {documents} documents, {rows} \
         rows of the state"
    ));
    for head in &report.heads {
        output::line(&format!("log      {} has {} leaves, root {}", head.origin, head.size, head.root));
    }
    output::line(if report.ok { "all well" } else { "damaged: see above" });
}
