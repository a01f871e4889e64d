//! `fanfare backup --data DIR --to DIR`: copies a store, also while a server runs on it. `--keys-to DIR` copies the keys,
//! to another place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{Folders, output};
use crate::clock::{Clock as _, SystemClock};
use crate::store::copy;

/// Copy a store, also while a server runs on it.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    #[command(flatten)]
    folders: Folders,
    /// Folder of the backup; what is in it already is compared and kept
    #[arg(long, value_name = "DIR", required_unless_present = "keys_to")]
    to: Option<PathBuf>,
    /// Folder of the copy of the keys; belongs to another place than the backup
    #[arg(long, value_name = "DIR")]
    keys_to: Option<PathBuf>,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let now = SystemClock.now();
        if let (Some(to), Some(keys_to)) = (&self.to, &self.keys_to)
            && (to.starts_with(keys_to) || keys_to.starts_with(to))
        {
            output::error(
                "fanfare: --to and --keys-to lie in each other: whoever takes the one has both. Name two places",
            );
            return Ok(ExitCode::from(2));
        }
        if let Some(to) = &self.to {
            let done = copy::backup::backup(&self.folders.data, to, now)?;
            // For the server's figures; a store that is only read keeps no word of its copies.
            let _ = fs::write(self.folders.data.join(copy::backup::MARK), now.0.to_string());
            self.say(to, &done)?;
        }
        if let Some(to) = &self.keys_to {
            let keys = copy::keys::backup(&self.folders.data, &self.folders.keys(), to, now)?;
            if !self.json {
                output::line(&format!("keys     {} holds the keys, {keys} of participants", to.display()));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn say(&self, to: &Path, done: &copy::backup::Done) -> anyhow::Result<()> {
        if self.json {
            output::line(&serde_json::to_string_pretty(done)?);
            return Ok(());
        }
        for note in &done.notes {
            output::line(&format!("note     {note}"));
        }
        output::line(&format!(
            "copied   {} segments and {} documents, {} bytes",
            done.segments_copied, done.documents_copied, done.bytes_copied
        ));
        output::line(&format!(
            "kept     {} segments and {} documents, found whole",
            done.segments_kept, done.documents_kept
        ));
        output::line(&format!("backup   {} reaches to record {}", to.display(), done.last_seq));
        Ok(())
    }
}
