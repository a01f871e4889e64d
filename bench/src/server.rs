//! Reads and ballots a second, durable and receipted, beside bare handlers that store nothing; what a ballot costs; what
//! happens under pressure and after a restart.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::demo::{ACTS, Demo};
use crate::flood::{self, Pressed};
use crate::gauge::{Cost, Gauge};
use crate::load::{self, Ask, Measured};
use crate::proofs::{self, Step};
use crate::restart::{self, Large};
use crate::{peer, report, wire};

/// What ballots are called among the pairs.
pub(crate) const BALLOTS: &str = "ballots";
const TALLY: &str = "/api/v1/activities/svxf4gt2yvqr2g2edjnppks6ky/tally";
const BOOTSTRAP: &str = "/api/v1/campaigns/aurora?lang=en";
/// Connections that read.
const READERS: usize = 64;
/// Rounds of which the median counts.
const ROUNDS: usize = 3;

/// The same measurement of the limit and of ours.
pub(crate) struct Pair {
    /// What was asked.
    pub(crate) what: &'static str,
    /// Over how many connections.
    pub(crate) connections: usize,
    /// The bare handler, and Fanfare.
    pub(crate) median: (Measured, Measured),
    /// What the successes of all rounds cost.
    pub(crate) cost: Cost,
}

/// Everything.
pub(crate) struct Results {
    /// Seconds of a round.
    pub(crate) seconds: u64,
    /// Beside the limit.
    pub(crate) pairs: Vec<Pair>,
    /// Below and above the peak.
    pub(crate) pressed: Pressed,
    /// Large stores.
    pub(crate) large: Vec<Large>,
    /// What proofs cost.
    pub(crate) proofs: Vec<Step>,
}

/// Measures and writes `bench/results/server.md`.
pub(crate) async fn run(
    bin: &Path,
    seconds: u64,
    connections: &[usize],
    sizes: &[u64],
) -> anyhow::Result<()> {
    let proofs = proofs::run()?;
    let folder = tempfile::tempdir()?;
    let server = Demo::start(bin, folder.path()).await?;
    let time = Duration::from_secs(seconds);
    let mut pairs = Vec::new();
    for (what, path) in [("read the bootstrap", BOOTSTRAP), ("read the tally", TALLY)] {
        let bare = peer::serve(wire::get(server.address, path).await?).await?;
        let asks = [Ask::Read("/read"), Ask::Read(path)];
        pairs.push(pair(what, bare, &server, asks, READERS, time).await?);
    }
    let bare = peer::serve(Default::default()).await?;
    for connections in connections {
        let asks = [Ask::Act("/acts"), Ask::Act(ACTS)];
        pairs.push(pair(BALLOTS, bare, &server, asks, *connections, time).await?);
    }
    let pressed = flood::run(&server, time * 2).await?;
    server.stop()?;
    let mut large = Vec::new();
    for size in sizes.iter().filter(|size| **size > 0) {
        large.push(restart::run(bin, *size).await?);
    }
    report::server(&Results { seconds, pairs, pressed, large, proofs })
}

/// Rounds of each in turns, so that a slow minute of the machine meets both; the median round counts.
async fn pair(
    what: &'static str,
    bare: SocketAddr,
    server: &Demo,
    [theirs, ours]: [Ask; 2],
    connections: usize,
    time: Duration,
) -> anyhow::Result<Pair> {
    let before = Gauge::read(server).await?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let limit = load::closed(bare, theirs.clone(), connections, time).await?;
        let ours = load::closed(server.address, ours.clone(), connections, time).await?;
        report::say(&format!(
            "{what}, {connections} connections: bare {}/s, p99 {:.1?}; Fanfare {}/s, p50 {:.1?}, p99 {:.1?}, failed {}",
            limit.rate, limit.waits.p99, ours.rate, ours.waits.p50, ours.waits.p99, ours.failures
        ));
        rounds.push((limit, ours));
    }
    let answers = rounds.iter().map(|(_, ours)| ours.successes as f64).sum();
    let cost = Cost { answers, before, after: Gauge::read(server).await? };
    rounds.sort_by(|one, two| ratio(one).total_cmp(&ratio(two)));
    Ok(Pair { what, connections, median: rounds.swap_remove(ROUNDS / 2), cost })
}

/// Ours by the limit.
pub(crate) fn ratio((limit, ours): &(Measured, Measured)) -> f64 {
    ours.rate as f64 / limit.rate.max(1) as f64
}
