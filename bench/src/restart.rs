//! What does a large store take, and how soon is a server on it ready: after a clean end, after a kill, and when the state
//! has to be made again from the journal?

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::demo::{ACTS, Demo};
use crate::gauge::{self, Gauge};
use crate::load::{self, Ask, Pace};
use crate::report::say;

/// Connections that fill it.
const VOTERS: usize = 256;
/// How long it votes before it is killed.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// A large store.
pub(crate) struct Large {
    /// Ballots in it.
    pub(crate) ballots: u64,
    /// Taken a second.
    pub(crate) rate: f64,
    /// Bytes of all blocks it added to a fresh store, for each.
    pub(crate) disk_each: f64,
    /// Memory once it was full, in bytes.
    pub(crate) rss: u64,
    /// The most it was.
    pub(crate) peak_rss: u64,
    /// The end of the process, when told to stop.
    pub(crate) stop: Duration,
    /// Each start.
    pub(crate) starts: [Start; 3],
}

/// One start.
pub(crate) struct Start {
    /// After what.
    pub(crate) after: &'static str,
    /// The longest it should take.
    pub(crate) asked: &'static str,
    /// Until it was ready.
    pub(crate) ready: Duration,
    /// Memory then, in bytes.
    pub(crate) rss: u64,
}

/// Fills a store over HTTP and starts it again.
pub(crate) async fn run(bin: &Path, ballots: u64) -> anyhow::Result<Large> {
    let folder = tempfile::tempdir()?;
    let server = Demo::start(bin, folder.path()).await?;
    let before = Gauge::read(&server).await?;
    let started = Instant::now();
    let whole = Pace { rate: None, time: Duration::MAX, most: ballots };
    let connections = load::open(server.address, VOTERS).await?;
    let samples = load::run(Ask::Act(ACTS), connections, whole).await?;
    let rate = ballots as f64 / started.elapsed().as_secs_f64();
    let lost = samples.iter().filter(|it| !it.succeeded()).count();
    anyhow::ensure!(lost == 0, "{lost} ballots were not taken");
    let full = Gauge::read(&server).await?;
    say(&format!("{ballots} ballots, {rate:.0}/s"));

    let stopping = Instant::now();
    server.stop()?;
    let stop = stopping.elapsed();
    let (server, clean) = start(bin, folder.path(), "a clean end", "≤ 5 s").await?;

    let connections = load::open(server.address, VOTERS).await?;
    let voting = tokio::spawn(load::run(Ask::Act(ACTS), connections, Pace { most: u64::MAX, ..whole }));
    tokio::time::sleep(LAST_WORDS).await;
    server.kill();
    // It ends by itself, for nobody answers any more.
    drop(voting.await);
    let (server, killed) = start(bin, folder.path(), "a kill under load", "≤ 10 s").await?;

    server.stop()?;
    std::fs::remove_dir_all(folder.path().join("data/state")).context("no state")?;
    let (server, rebuilt) = start(bin, folder.path(), "the loss of its state", "").await?;
    server.stop()?;
    Ok(Large {
        ballots,
        rate,
        disk_each: full.disk.saturating_sub(before.disk) as f64 / ballots as f64,
        rss: full.rss,
        peak_rss: full.peak_rss,
        stop,
        starts: [clean, killed, rebuilt],
    })
}

async fn start(
    bin: &Path,
    folder: &Path,
    after: &'static str,
    asked: &'static str,
) -> anyhow::Result<(Demo, Start)> {
    let server = Demo::start(bin, folder).await?;
    let (ready, rss) = (server.ready, gauge::memory(server.process)?.0);
    say(&format!("ready {ready:.1?} after {after}, {} MB", rss / 1_000_000));
    Ok((server, Start { after, asked, ready, rss }))
}
