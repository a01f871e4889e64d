//! `fanfare restore --from BACKUP --data DIR`: makes a store from a backup, and checks it.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Folders, check, output};
use crate::clock::{Clock as _, SystemClock};
use crate::store::copy;
use crate::store::copy::restore::Restored;

/// After this a copy of keys may hold what somebody had erased and expects to be gone everywhere.
const KEYS_KEPT_SECONDS: u64 = 30 * 24 * 60 * 60;

/// Make a store from a backup, in a folder that is empty.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// Folder of the backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    folders: Folders,
    /// Folder of a copy of the keys: brings them back, too, where the folder of keys is empty
    #[arg(long, value_name = "DIR")]
    keys_from: Option<PathBuf>,
}

impl Restore {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let keys = self.folders.keys();
        if let Some(from) = &self.keys_from {
            let copy = copy::keys::restore(from, &keys)?;
            output::line(&format!("keys     {} holds the keys of {}", keys.display(), copy.host));
            if SystemClock.now().0.saturating_sub(copy.made) > KEYS_KEPT_SECONDS {
                output::line(
                    "note     this copy of the keys is older than 30 days, and should have been deleted",
                );
            }
        }
        made(&copy::restore::restore(&self.from, &self.folders.data, &keys)?)
    }
}

/// Says what was made, and what its check found.
pub(super) fn made(restored: &Restored) -> anyhow::Result<ExitCode> {
    check::print(&restored.report);
    output::line(&format!("restored up to record {}", restored.last_seq));
    Ok(if restored.report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
