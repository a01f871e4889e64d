//! `fanfare apply FILE --data DIR`: brings a campaign in while no server holds the store.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use super::{Folders, output};
use crate::campaigns::{self, DocumentError, Format};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::engine::{ApplyError, Engine, Open};
use crate::url::PublicUrl;

/// Bring a campaign document into a store that no server holds.
#[derive(Debug, clap::Args)]
pub(super) struct Apply {
    /// The document: .toml or .json
    file: PathBuf,
    #[command(flatten)]
    folders: Folders,
    /// Public address, needed when the store is new; it names the logs and is fixed from then on
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Settings file of the server that this store belongs to
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Apply {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref(), std::env::vars())?;
        let bytes =
            std::fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let campaign = match campaigns::read(&bytes, Format::of(&self.file)) {
            Ok(campaign) => campaign,
            Err(error) => return Ok(refused(&error)),
        };
        let base = self.url.as_deref().map(PublicUrl::parse).transpose().context("--url")?;
        let clock = Arc::new(SystemClock);
        let open = Open {
            keys: self.folders.keys(),
            data: self.folders.data,
            base: base.map(|url| url.host().to_owned()),
            first_base: None,
            limits: config.store.limits(),
        };
        let engine = Engine::open(open, clock.clone())?;
        if let Some(token) = engine.owner_token() {
            output::line(&format!(
                "owner token  {token}   (shown this once; keep it, it brings campaigns in)"
            ));
        }
        let apply = match campaigns::resolve(campaign, clock.now(), engine.entropy()) {
            Ok(apply) => apply,
            Err(error) => return Ok(refused(&error)),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let applied = runtime.block_on(async {
            let applied = engine.apply(apply).await;
            engine.shutdown().await;
            applied
        });
        match applied {
            Ok(applied) => {
                let verb = if applied.unchanged { "unchanged" } else { "applied" };
                output::line(&format!("{verb}, version {}", applied.version));
                for (name, id) in applied.activities {
                    output::line(&format!("  {name}  {id}"));
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(ApplyError::Refused(faults)) => Ok(refused(&DocumentError::Faults(faults))),
            Err(error) => Err(error.into()),
        }
    }
}

fn refused(error: &DocumentError) -> ExitCode {
    output::error(&format!("fanfare: {error}; nothing was changed"));
    if let DocumentError::Faults(faults) = error {
        for (pointer, detail) in faults {
            output::error(&format!("  {pointer}: {detail}"));
        }
    }
    ExitCode::FAILURE
}
