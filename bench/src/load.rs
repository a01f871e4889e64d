//! A closed loop of HTTP clients: each connection sends, waits for the answer, and sends again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What was measured.
pub(crate) struct Measured {
    /// Successful answers a second.
    pub(crate) rate: u64,
    /// Median time of an answer.
    pub(crate) p50: Duration,
    /// 99th percentile.
    pub(crate) p99: Duration,
    /// Answers that were no success.
    pub(crate) failures: u64,
}

/// Sends `POST path` over so many connections for so long; `body` gives the n-th body.
pub(crate) async fn run(
    address: SocketAddr,
    path: &'static str,
    connections: usize,
    time: Duration,
    body: fn(u64) -> String,
) -> anyhow::Result<Measured> {
    let stop = Arc::new(AtomicBool::new(false));
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(client(address, path, stop.clone(), next.clone(), body));
    }
    // The first second warms up: it is counted by nobody.
    let started = Instant::now();
    tokio::time::sleep(Duration::from_secs(1) + time).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    let mut failures = 0;
    while let Some(done) = tasks.join_next().await {
        let (answers, failed) = done.context("a client stopped")??;
        failures += failed;
        times.extend(
            answers
                .into_iter()
                .filter(|(at, _)| *at - started > Duration::from_secs(1))
                .map(|(_, took)| took),
        );
    }
    times.sort_unstable();
    let at = |per_cent: usize| times.get(times.len() * per_cent / 100).copied().unwrap_or_default();
    Ok(Measured { rate: times.len() as u64 / time.as_secs().max(1), p50: at(50), p99: at(99), failures })
}

type Answers = (Vec<(Instant, Duration)>, u64);

async fn client(
    address: SocketAddr,
    path: &'static str,
    stop: Arc<AtomicBool>,
    next: Arc<AtomicU64>,
    body: fn(u64) -> String,
) -> anyhow::Result<Answers> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut answers = Vec::new();
    let mut failures = 0;
    while !stop.load(Ordering::Relaxed) {
        let n = next.fetch_add(1, Ordering::Relaxed);
        let request = Request::post(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("idempotency-key", format!("bench-key-{n:016}"))
            .body(Full::new(Bytes::from(body(n))))?;
        let sent = Instant::now();
        let response = sender.send_request(request).await?;
        let status = response.status();
        response.into_body().collect().await?;
        if matches!(status, StatusCode::OK | StatusCode::CREATED) {
            answers.push((Instant::now(), sent.elapsed()));
        } else {
            failures += 1;
        }
    }
    Ok((answers, failures))
}
