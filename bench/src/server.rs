//! Reads and ballots a second, durable and receipted, beside bare handlers that store nothing.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::load::{self, Ask, Measured};
use crate::{peer, report};

/// The demonstration's poll.
const ACTS: &str = "/api/v1/activities/svxf4gt2yvqr2g2edjnppks6ky/acts";
const TALLY: &str = "/api/v1/activities/svxf4gt2yvqr2g2edjnppks6ky/tally";
const BOOTSTRAP: &str = "/api/v1/campaigns/aurora?lang=en";
/// Connections that read.
const READERS: usize = 64;

/// The same measurement of the limit and of ours.
pub(crate) struct Pair {
    /// What was asked.
    pub(crate) what: &'static str,
    /// Over how many connections.
    pub(crate) connections: usize,
    /// The bare handler.
    pub(crate) limit: Measured,
    /// Fanfare.
    pub(crate) ours: Measured,
}

/// Measures and writes `bench/results/server.md`.
pub(crate) async fn run(bin: &Path, seconds: u64, connections: &[usize]) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = Demo::start(bin, folder.path()).await?;
    let ours = server.address;
    let mut pairs = Vec::new();
    for (what, path) in [("read the bootstrap", BOOTSTRAP), ("read the tally", TALLY)] {
        let bare = peer::serve(load::read(ours, path).await?).await?;
        let asks = [(bare, Ask::Read("/read".into())), (ours, Ask::Read(path.into()))];
        pairs.push(pair(what, asks, READERS, seconds).await?);
    }
    let bare = peer::serve(Default::default()).await?;
    for connections in connections {
        let asks = [(bare, Ask::Act("/acts".into())), (ours, Ask::Act(ACTS.into()))];
        pairs.push(pair("ballots", asks, *connections, seconds).await?);
    }
    server.stop().await?;
    report::server(&pairs, seconds)
}

/// Three rounds of each in turns, so that a slow minute of the machine meets both; the median round counts.
async fn pair(
    what: &'static str,
    [bare, fanfare]: [(SocketAddr, Ask); 2],
    connections: usize,
    seconds: u64,
) -> anyhow::Result<Pair> {
    let time = Duration::from_secs(seconds);
    let mut rounds: Vec<Pair> = Vec::new();
    for _ in 0..3 {
        let limit = load::run(bare.0, bare.1.clone(), connections, time).await?;
        let ours = load::run(fanfare.0, fanfare.1.clone(), connections, time).await?;
        report::say(&format!(
            "{what}, {connections} connections: bare {}/s, p99 {:.1?}; Fanfare {}/s, p50 {:.1?}, p99 {:.1?}, failed {}",
            limit.rate, limit.p99, ours.rate, ours.p50, ours.p99, ours.failures
        ));
        rounds.push(Pair { what, connections, limit, ours });
    }
    rounds.sort_by(|one, two| one.ratio().total_cmp(&two.ratio()));
    Ok(rounds.swap_remove(1))
}

impl Pair {
    /// Ours by the limit.
    pub(crate) fn ratio(&self) -> f64 {
        self.ours.rate as f64 / self.limit.rate.max(1) as f64
    }
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
            .env("FANFARE__LIMITS__CONNECTIONS_EACH", "0")
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
