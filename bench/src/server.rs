//! Ballots a second, durable and receipted, beside a bare handler that stores nothing.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::{load, peer, report};

/// The demonstration's poll.
const ACTS: &str = "/api/v1/activities/svxf4gt2yvqr2g2edjnppks6ky/acts";

/// Measures and writes `bench/results/server.md`.
pub(crate) async fn run(bin: &Path, seconds: u64, connections: usize) -> anyhow::Result<()> {
    let time = Duration::from_secs(seconds);
    let folder = tempfile::tempdir()?;
    let mut server = Demo::start(bin, folder.path()).await?;
    let bare = peer::serve().await?;
    let mut rows = Vec::new();
    // Alternating rounds, so that a slow minute of the machine meets both.
    for round in 1..=3 {
        let limit = load::run(bare, "/acts", connections, time, ballot).await?;
        let ours = load::run(server.address, ACTS, connections, time, ballot).await?;
        report::say(&format!(
            "round {round}: bare {}/s, p99 {:.1?}; ballots {}/s, p50 {:.1?}, p99 {:.1?}, failed {}",
            limit.rate, limit.p99, ours.rate, ours.p50, ours.p99, ours.failures
        ));
        rows.push((limit, ours));
    }
    server.stop().await?;
    report::server(&rows, connections, seconds)
}

fn ballot(n: u64) -> String {
    let option = ["pistacchio", "fico", "limone", "cioccolato"].get((n % 4) as usize).unwrap_or(&"fico");
    format!(r#"{{"act":"ballot","participant":"{n:064x}","answers":{{"gusto":"{option}"}}}}"#)
}

/// A server with the demonstration.
pub(crate) struct Demo {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Demo {
    /// Starts the binary on free ports and waits until it says where it is.
    pub(crate) async fn start(bin: &Path, folder: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(bin)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            // All senders share one address.
            .env("FANFARE__LIMITS__WRITES_PER_SECOND", "0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", bin.display()))?;
        let stdout = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut pages = Vec::new();
        while pages.len() < 2 {
            let line = lines.next_line().await?.context("the server stopped before it was ready")?;
            let found = ["hosted page", "brand page"].iter().find_map(|name| line.trim().strip_prefix(name));
            if let Some(url) = found
                && !url.contains("/c/laboratorio")
            {
                pages.push(url.trim().to_owned());
            }
        }
        let host = pages.first().and_then(|url| url.strip_prefix("http://")?.split('/').next());
        let address = host.context("no address")?.parse()?;
        // The pipe is read on, so that the server never waits for us.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, address })
    }

    /// Stops it as an operator would, and expects a clean end.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let id = self.child.id().context("not running")?;
        Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        let status = self.child.wait().await?;
        anyhow::ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}
