//! `fanfare config example`

use std::process::ExitCode;

use clap::Subcommand;

use super::output;

/// Print settings.
#[derive(Debug, clap::Args)]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print every setting with its default, as a file to start from
    Example,
}

impl Config {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Example => output::line(crate::config::EXAMPLE.trim_end()),
        }
        Ok(ExitCode::SUCCESS)
    }
}
