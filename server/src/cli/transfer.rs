//! `fanfare export` and `fanfare import`: a store as one stream of records, and back.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Folders, output, restore};
use crate::store::copy;

/// Write a whole store as lines of JSON, also while a server runs on it.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    #[command(flatten)]
    folders: Folders,
    /// File to write; must not exist
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Make a store from an export, in a folder that is empty.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// File to read
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    #[command(flatten)]
    folders: Folders,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let written = copy::export::export(&self.folders.data, &self.to)?;
        output::line(&format!("exported {} records and {} documents", written.records, written.documents));
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let keys = self.folders.keys();
        restore::made(&copy::import::import(&self.from, &self.folders.data, &keys)?)
    }
}
