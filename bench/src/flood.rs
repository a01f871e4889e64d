//! How long do ballots wait while there is some room, what becomes of them when five times as many come as can be taken,
//! and how soon is it over?

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::cores::Apart;
use crate::demo::{ACTS, Demo};
use crate::gauge;
use crate::load::{self, Ask, Pace, Sample, Spread, WARMING};
use crate::report::say;

/// Connections whose peak is meant.
const VOTERS: usize = 256;
/// Connections that a steady rate is sent over: so many that one is always free.
const STEADY: usize = 1024;
/// Connections of a flood: more than may wait in the server (4,096 and one group), fewer than it accepts (8,192).
pub(crate) const FLOOD: usize = 7000;
/// How far past the peak.
pub(crate) const TIMES: f64 = 5.0;
/// The share of the peak that leaves some room.
const ROOM: f64 = 0.8;
/// The share that comes after a flood: what waits then has to be taken besides.
const AFTER: f64 = 0.5;
/// It is over with the first window without a refusal whose p99 is at most that with some room.
const WINDOW: Duration = Duration::from_millis(500);

/// A fixed rate that was kept up.
pub(crate) struct Steady {
    /// Requests a second, as asked for.
    pub(crate) asked: f64,
    /// Successes a second.
    pub(crate) taken: f64,
    /// Waits of the successes, from when each was due.
    pub(crate) waits: Spread,
}

/// A flood.
pub(crate) struct Flood {
    /// Requests a second that were really sent.
    pub(crate) sent: f64,
    /// Connections that waited for an answer when the time was over. All of them: more could not be sent.
    pub(crate) waiting: usize,
    /// Successes a second.
    pub(crate) goodput: f64,
    /// Waits of the successes, from when each was sent.
    pub(crate) waits: Spread,
    /// How many were answered otherwise, by status; 0 is a connection that broke.
    pub(crate) refused: BTreeMap<u16, u64>,
    /// Their waits, from when each was sent.
    pub(crate) refusals: Spread,
    /// The server's memory in bytes: before, after a fifth of the time, at the end, and when it was over.
    pub(crate) rss: [u64; 4],
    /// Processors that the server had.
    pub(crate) cpus: f64,
}

/// What both came to.
pub(crate) struct Pressed {
    /// Ballots a second over 256 connections that ask as soon as they were answered.
    pub(crate) shared_peak: f64,
    /// At 80 % of it.
    pub(crate) steady: Steady,
    /// Cores of the server and of the clients from here on, where they were apart.
    pub(crate) cores: Option<[u32; 2]>,
    /// The peak then.
    pub(crate) peak: f64,
    /// At five times.
    pub(crate) flood: Flood,
    /// From the flood's end until half the peak was served as well as 80 % was before; none if that did not come.
    pub(crate) recovered: Option<Duration>,
}

/// Measures the peak and what it is like below and above.
pub(crate) async fn run(server: &Demo, time: Duration) -> anyhow::Result<Pressed> {
    let send = async |connections, pace| load::run(Ask::Act(ACTS), connections, pace).await;
    let shared_peak = peak(server, time / 2).await?;
    let asked = shared_peak * ROOM;
    let pace = Pace { rate: Some(asked), time: WARMING + time, most: u64::MAX };
    let samples = send(load::open(server.address, STEADY).await?, pace).await?;
    let steady = steady(&samples, asked, time);
    say(&format!("80 % of {shared_peak:.0}/s: {:.0}/s, p99 {:.1?}", steady.taken, steady.waits.p99));

    let apart = Apart::from(server.process)?;
    let cores = apart.as_ref().map(|apart| apart.cores);
    let peak = peak(server, time / 2).await?;
    let pace = |share| Pace { rate: Some(peak * share), time, most: u64::MAX };
    // Those who come after the flood are connected before it.
    let after = load::open(server.address, STEADY).await?;
    let before_rss = gauge::memory(server.process)?.0;
    let flood = load::open(server.address, FLOOD).await?;
    let (before_cpu, started) = (gauge::cpu(server.process)?, Instant::now());
    let flood = tokio::spawn(send(flood, pace(TIMES)));
    tokio::time::sleep(time / 5).await;
    let early_rss = gauge::memory(server.process)?.0;
    tokio::time::sleep(time.saturating_sub(started.elapsed())).await;
    let late_rss = gauge::memory(server.process)?.0;
    let cpu = gauge::cpu(server.process)? - before_cpu;
    let cpus = cpu.as_secs_f64() / started.elapsed().as_secs_f64();
    let again = send(after, pace(AFTER)).await?;
    let rss = [before_rss, early_rss, late_rss, gauge::memory(server.process)?.0];

    let flood = flooded(&flood.await??, time, rss, cpus);
    let recovered = recovered(&again, time, steady.waits.p99);
    say(&format!(
        "{:.1} times that: {:.0}/s taken, refused p99 {:.1?}, as before after {recovered:.1?}",
        flood.sent / peak,
        flood.goodput,
        flood.refusals.p99
    ));
    Ok(Pressed { shared_peak, steady, cores, peak, flood, recovered })
}

/// The median of three rounds.
async fn peak(server: &Demo, time: Duration) -> anyhow::Result<f64> {
    let mut rates = [0; 3];
    for rate in &mut rates {
        *rate = load::closed(server.address, Ask::Act(ACTS), VOTERS, time).await?.rate;
    }
    rates.sort_unstable();
    let [_, median, _] = rates;
    Ok(median as f64)
}

fn steady(samples: &[Sample], asked: f64, time: Duration) -> Steady {
    let taken = || samples.iter().filter(|it| it.succeeded() && it.due >= WARMING);
    let waits = Spread::of(taken().map(Sample::wait));
    Steady { asked, taken: taken().count() as f64 / time.as_secs_f64(), waits }
}

fn flooded(samples: &[Sample], time: Duration, rss: [u64; 4], cpus: f64) -> Flood {
    let answer = |it: &Sample| it.done.saturating_sub(it.sent);
    let taken = || samples.iter().filter(|it| it.succeeded());
    let others = || samples.iter().filter(|it| !it.succeeded());
    let mut refused = BTreeMap::new();
    for sample in others() {
        *refused.entry(sample.status).or_default() += 1;
    }
    // Whatever was still waiting at the end was taken after it.
    let in_time = taken().filter(|it| it.done <= time).count();
    Flood {
        sent: samples.len() as f64 / time.as_secs_f64(),
        waiting: samples.iter().filter(|it| it.done > time).count(),
        goodput: in_time as f64 / time.as_secs_f64(),
        waits: Spread::of(taken().map(answer)),
        refused,
        refusals: Spread::of(others().map(answer)),
        rss,
        cpus,
    }
}

/// The start of the first window that is normal.
fn recovered(samples: &[Sample], time: Duration, normal: Duration) -> Option<Duration> {
    let mut start = Duration::ZERO;
    while start < time {
        let window: Vec<_> = samples.iter().filter(|it| it.due >= start && it.due < start + WINDOW).collect();
        let good = window.iter().all(|it| it.succeeded());
        if good && !window.is_empty() && Spread::of(window.iter().map(|it| it.wait())).p99 <= normal {
            return Some(start);
        }
        start += WINDOW;
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn it_is_over_in_the_first_window_without_a_refusal_or_a_long_wait() {
        let ms = Duration::from_millis;
        let sample = |due, wait, status| Sample { due: ms(due), sent: ms(due), done: ms(due + wait), status };
        let mut samples = vec![sample(100, 3, 503), sample(600, 900, 201), sample(1200, 3, 201)];
        assert_eq!(recovered(&samples, ms(3000), ms(10)), Some(ms(1000)));
        samples.truncate(2);
        assert_eq!(recovered(&samples, ms(3000), ms(10)), None, "nothing sent is nothing known");
    }
}
