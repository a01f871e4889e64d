//! Who asks, how often, and how long did each wait? Closed, a connection asks again once it was answered; open, requests
//! come at a fixed rate whether the server keeps up or not, and each counts from when it was due. A server that falls
//! behind then shows it: nobody waits politely until it is free again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::wire::{self, Connection};

/// The first part of a closed round warms up: it is counted by nobody.
pub(crate) const WARMING: Duration = Duration::from_secs(1);

/// What is asked, again and again.
#[derive(Clone)]
pub(crate) enum Ask {
    /// `POST` of a new act each time, under a key of its own.
    Act(&'static str),
    /// `GET` of the same address, as browsers ask for it.
    Read(&'static str),
    /// What this makes of a number that no other request has.
    Made(Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>),
}

/// Acts are never repeated: a repetition is answered from what is there, and would be no ballot.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

impl Ask {
    /// The next request, in place of the last.
    fn write(&self, request: &mut Vec<u8>) {
        match self {
            Self::Act(path) => {
                let n = NUMBERS.fetch_add(1, Ordering::Relaxed);
                let option = ["pistacchio", "fico", "limone", "cioccolato"].get((n % 4) as usize);
                let option = option.unwrap_or(&"fico");
                let body = format!(
                    r#"{{"act":"ballot","participant":"{n:064x}","answers":{{"gusto":"{option}"}}}}"#
                );
                *request = wire::post_request(path, n, &body);
            }
            Self::Read(path) if request.is_empty() => *request = wire::get_request(path),
            Self::Read(_) => {}
            Self::Made(make) => *request = make(NUMBERS.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

/// When requests are sent, and until when.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// Requests a second; without, each connection asks as soon as it was answered.
    pub(crate) rate: Option<f64>,
    /// Nothing is sent after so long.
    pub(crate) time: Duration,
    /// Nor more requests than so many.
    pub(crate) most: u64,
}

/// One request, in times since the start.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// When it was to be sent.
    pub(crate) due: Duration,
    /// When it was.
    pub(crate) sent: Duration,
    /// When it was answered.
    pub(crate) done: Duration,
    /// With what; 0 when the connection broke.
    pub(crate) status: u16,
}

impl Sample {
    /// Whether the answer was a success.
    pub(crate) const fn succeeded(&self) -> bool {
        wire::is_success(self.status)
    }

    /// The wait of whoever wanted it sent when it was due.
    pub(crate) fn wait(&self) -> Duration {
        self.done.saturating_sub(self.due)
    }
}

/// How waits are spread.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spread {
    /// The median.
    pub(crate) p50: Duration,
    /// The 99th percentile.
    pub(crate) p99: Duration,
    /// The 999th permille.
    pub(crate) p999: Duration,
}

impl Spread {
    /// Of these waits.
    pub(crate) fn of(waits: impl Iterator<Item = Duration>) -> Self {
        let mut waits: Vec<_> = waits.collect();
        waits.sort_unstable();
        let at = |permille: usize| waits.get(waits.len() * permille / 1000).copied().unwrap_or_default();
        Self { p50: at(500), p99: at(990), p999: at(999) }
    }
}

/// What a closed round came to.
pub(crate) struct Measured {
    /// Successful answers a second.
    pub(crate) rate: u64,
    /// Their waits.
    pub(crate) waits: Spread,
    /// Answers that were no success.
    pub(crate) failures: u64,
    /// Successes, those while it warmed up included.
    pub(crate) successes: u64,
}

/// Asks over so many connections for so long, each as soon as it was answered.
pub(crate) async fn closed(
    address: SocketAddr,
    ask: Ask,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    let pace = Pace { rate: None, time: WARMING + time, most: u64::MAX };
    let samples = run(ask, open(address, connections).await?, pace).await?;
    let successes = || samples.iter().filter(|it| it.succeeded());
    let counted = || successes().filter(|it| it.done > WARMING && it.done <= WARMING + time);
    let all = successes().count() as u64;
    Ok(Measured {
        rate: counted().count() as u64 / time.as_secs().max(1),
        waits: Spread::of(counted().map(Sample::wait)),
        failures: samples.len() as u64 - all,
        successes: all,
    })
}

/// Connections, and where to.
pub(crate) struct Connections(SocketAddr, Vec<Connection>);

/// Opens connections.
pub(crate) async fn open(address: SocketAddr, connections: usize) -> anyhow::Result<Connections> {
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(Connection::open(address).await?);
    }
    Ok(Connections(address, opened))
}

/// Asks at this pace. Gives every request that was sent.
pub(crate) async fn run(ask: Ask, connections: Connections, pace: Pace) -> anyhow::Result<Vec<Sample>> {
    let Connections(address, connections) = connections;
    let line = Arc::new(Line { ask, pace, started: Instant::now(), next: AtomicU64::new(0) });
    let mut clients = tokio::task::JoinSet::new();
    for connection in connections {
        clients.spawn(client(address, connection, Arc::clone(&line)));
    }
    let mut samples = Vec::new();
    while let Some(done) = clients.join_next().await {
        samples.append(&mut done.context("a client stopped")??);
    }
    Ok(samples)
}

/// What clients share: each request goes to the client that is free first.
struct Line {
    ask: Ask,
    pace: Pace,
    started: Instant,
    next: AtomicU64,
}

impl Line {
    /// Waits until the next request is due; none after the end.
    async fn next(&self) -> Option<Duration> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let now = self.started.elapsed();
        let due = self.pace.rate.map_or(now, |rate| Duration::from_secs_f64(number as f64 / rate));
        if number >= self.pace.most || due.max(now) >= self.pace.time {
            return None;
        }
        if due > now {
            tokio::time::sleep(due - now).await;
        }
        Some(due)
    }
}

async fn client(
    address: SocketAddr,
    mut connection: Connection,
    line: Arc<Line>,
) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut request = Vec::new();
    while let Some(due) = line.next().await {
        line.ask.write(&mut request);
        let sent = line.started.elapsed();
        let status = match connection.ask(&request).await {
            Ok(status) => status,
            Err(_) => {
                connection = Connection::open(address).await?;
                0
            }
        };
        samples.push(Sample { due, sent, done: line.started.elapsed(), status });
    }
    Ok(samples)
}
