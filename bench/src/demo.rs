//! The server that is measured: a process with the demonstration, started and ended as its operators do, and otherwise.
//! Waiting for it blocks: nothing else is to happen meanwhile.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::wire;

/// Where the demonstration's poll takes acts.
pub(crate) const ACTS: &str = "/api/v1/activities/svxf4gt2yvqr2g2edjnppks6ky/acts";

/// A server with the demonstration.
pub(crate) struct Demo {
    child: Child,
    /// Its number among the system's processes.
    pub(crate) process: u32,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where it tells its figures.
    pub(crate) metrics: SocketAddr,
    /// What it writes lies below.
    pub(crate) folder: PathBuf,
    /// The owner's token.
    pub(crate) owner: String,
    /// The link that makes the first member.
    pub(crate) owner_link: String,
    /// From the start of the process until it said that it takes acts.
    pub(crate) ready: Duration,
}

impl Demo {
    /// Starts the binary on free ports and waits until it is ready. Limits are as shipped, but for those by address.
    pub(crate) async fn start(bin: &Path, folder: &Path) -> anyhow::Result<Self> {
        let started = Instant::now();
        let mut child = Command::new(bin)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .env("FANFARE__METRICS__LISTEN", "127.0.0.1:0")
            // All senders share one address.
            .env("FANFARE__LIMITS__WRITES_PER_SECOND", "0")
            .env("FANFARE__LIMITS__DOCUMENTS_PER_MINUTE", "0")
            .env("FANFARE__LIMITS__CONNECTIONS_EACH", "0")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", bin.display()))?;
        let process = child.id();
        let stdout = child.stdout.take().context("no output")?;
        let any = SocketAddr::from(([0, 0, 0, 0], 0));
        let (folder, ready) = (folder.to_owned(), Duration::ZERO);
        // From here on it ends with this value.
        let (owner, owner_link) = (String::new(), String::new());
        let mut server =
            Self { child, process, address: any, metrics: any, folder, owner, owner_link, ready };
        let mut lines = BufReader::new(stdout).lines();
        // In the order they are said.
        for (name, told) in [("metrics ", &mut server.metrics), ("API ", &mut server.address)] {
            *told = loop {
                let line = lines.next().context("the server stopped before it was ready")??;
                for (name, told) in [("owner token", &mut server.owner), ("console", &mut server.owner_link)]
                {
                    if let Some(rest) = line.strip_prefix(name) {
                        *told = rest.split_whitespace().next().unwrap_or_default().to_owned();
                    }
                }
                if let Some(address) = line.strip_prefix(name).and_then(address_in) {
                    break address;
                }
            };
        }
        // The pipe is read on, so that the server never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        wire::get(server.address, "/readyz").await?;
        server.ready = started.elapsed();
        Ok(server)
    }

    /// Stops it as an operator would, and expects a clean end.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.process.to_string()]).status()?;
        let status = self.child.wait()?;
        anyhow::ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// Ends it in the middle of whatever it does, as `kill -9` would.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    line.trim().strip_prefix("http://")?.split('/').next()?.parse().ok()
}
