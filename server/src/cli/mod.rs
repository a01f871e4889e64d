//! The command line. Exit codes: 0 done, 1 refused or damaged, 2 usage; `verify` adds 3 for "could not fetch".

mod apply;
mod backup;
mod check;
mod check_page;
mod config;
mod output;
mod restore;
mod serve;
mod transfer;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Polls, contests and idea boards on your own host; each act in a public log that anybody can check.
#[derive(Debug, Parser)]
#[command(name = "fanfare", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve visitors, until SIGTERM or Ctrl-C
    Serve(serve::Serve),
    /// Bring a campaign document into a store that no server holds
    Apply(apply::Apply),
    /// Read a whole store again and check every byte that matters
    Check(check::Check),
    /// Copy a store, also while a server runs on it
    Backup(backup::Backup),
    /// Make a store from a backup
    Restore(restore::Restore),
    /// Write a whole store as lines of JSON, also while a server runs on it
    Export(transfer::Export),
    /// Make a store from an export
    Import(transfer::Import),
    /// Check receipts, and recount polls from their logs
    Verify(verify::Verify),
    CheckPage(check_page::CheckPage),
    /// Print settings
    Config(config::Config),
    /// Print the OpenAPI document
    Openapi,
}

/// Where a store is.
#[derive(Debug, clap::Args)]
struct Folders {
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Folder of the keys; belongs in no backup of the store [default: <DATA>.keys]
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
}

impl Folders {
    fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| crate::keys::default_dir(&self.data))
    }
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Apply(apply) => apply.run(),
        Command::Check(check) => check.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Export(export) => export.run(),
        Command::Import(import) => import.run(),
        Command::Verify(verify) => verify.run(),
        Command::CheckPage(check) => check.run(),
        Command::Config(config) => config.run(),
        Command::Openapi => {
            output::line(&crate::routes::openapi_json(true));
            Ok(ExitCode::SUCCESS)
        }
    };
    done.unwrap_or_else(|error| {
        // The whole chain, one cause a line: the last one usually says what to do.
        output::error(&format!("fanfare: {error}"));
        for cause in error.chain().skip(1) {
            output::error(&format!("  because: {cause}"));
        }
        ExitCode::FAILURE
    })
}
