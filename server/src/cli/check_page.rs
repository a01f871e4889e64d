//! `fanfare check-page`: what a page lacks for the widget to work on it, for those who embed it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use fanfare_shared::wire::install::Effect;

use super::output;
use crate::campaigns::{self, Format};
use crate::install::guard::Reach;
use crate::install::{self, Wanted, page};
use crate::url::PublicUrl;

/// Look whether the widget works on a page, and name the lines to add
#[derive(Debug, clap::Args)]
pub(super) struct CheckPage {
    /// Address of the page
    page: String,
    /// Public address of the server whose widget it is to show
    #[arg(long, value_name = "URL")]
    server: String,
    /// Campaign document: also looks whether the page may send answers
    #[arg(long, value_name = "FILE")]
    campaign: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl CheckPage {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let server = PublicUrl::parse(&self.server).context("--server")?;
        let campaign = self.campaign.map(|path| {
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            campaigns::read(&bytes, Format::of(&path)).with_context(|| path.display().to_string())
        });
        let campaign = campaign.transpose()?;
        let found = match page::fetch(&self.page, Reach::Anywhere) {
            Ok(page) => install::check(&page, Wanted { server: &server, campaign: campaign.as_ref() }),
            Err(reason) => install::unreadable(&self.page, &reason),
        };
        if self.json {
            output::line(&serde_json::to_string_pretty(&found)?);
        } else {
            output::line(&format!("{}\n", found.page));
            for finding in &found.findings {
                let mark = match finding.effect {
                    Effect::Stops => "stops ",
                    Effect::Limits => "limits",
                };
                output::line(&format!("{mark}  {}", finding.what));
                for line in finding.line.iter().flat_map(|line| line.lines()) {
                    output::line(&format!("            {line}"));
                }
                output::line("");
            }
            output::line(match (found.works, found.findings.is_empty()) {
                (true, true) => "All is well: visitors can answer.",
                (true, false) => "Visitors can answer.",
                (false, _) => "Visitors cannot answer.",
            });
        }
        Ok(if found.works { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}
