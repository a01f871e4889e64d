//! A closed loop of HTTP clients: each connection sends, waits for the answer, and sends again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What is asked, again and again.
#[derive(Clone)]
pub(crate) enum Ask {
    /// `POST` of a new act each time, under a key of its own.
    Act(Arc<str>),
    /// `GET` of the same address, as browsers ask for it.
    Read(Arc<str>),
}

/// Acts are never repeated: a repetition is answered from what is there, and would be no ballot.
static ACTS: AtomicU64 = AtomicU64::new(0);

impl Ask {
    fn request(&self) -> anyhow::Result<Request<Full<Bytes>>> {
        let request = match self {
            Self::Act(path) => {
                let n = ACTS.fetch_add(1, Ordering::Relaxed);
                Request::post(&**path)
                    .header("content-type", "application/json")
                    .header("idempotency-key", format!("bench-key-{n:016}"))
                    .body(Full::new(Bytes::from(ballot(n))))
            }
            Self::Read(path) => {
                Request::get(&**path).header("accept-encoding", "gzip, br").body(Full::new(Bytes::new()))
            }
        };
        let mut request = request?;
        request.headers_mut().insert("host", HeaderValue::from_static("localhost"));
        Ok(request)
    }
}

fn ballot(n: u64) -> String {
    let option = ["pistacchio", "fico", "limone", "cioccolato"].get((n % 4) as usize).unwrap_or(&"fico");
    format!(r#"{{"act":"ballot","participant":"{n:064x}","answers":{{"gusto":"{option}"}}}}"#)
}

/// What was measured.
pub(crate) struct Measured {
    /// Successful answers a second.
    pub(crate) rate: u64,
    /// Median time of an answer.
    pub(crate) p50: Duration,
    /// 99th percentile.
    pub(crate) p99: Duration,
    /// 999th permille.
    pub(crate) p999: Duration,
    /// Answers that were no success.
    pub(crate) failures: u64,
}

/// Asks over so many connections for so long.
pub(crate) async fn run(
    address: SocketAddr,
    ask: Ask,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(client(address, ask.clone(), stop.clone()));
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
    let at = |permille: usize| times.get(times.len() * permille / 1000).copied().unwrap_or_default();
    let rate = times.len() as u64 / time.as_secs().max(1);
    Ok(Measured { rate, p50: at(500), p99: at(990), p999: at(999), failures })
}

type Answers = (Vec<(Instant, Duration)>, u64);

async fn client(address: SocketAddr, ask: Ask, stop: Arc<AtomicBool>) -> anyhow::Result<Answers> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut answers = Vec::new();
    let mut failures = 0;
    while !stop.load(Ordering::Relaxed) {
        let request = ask.request()?;
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

/// What an address answers: the headers that say what it is, and the body.
pub(crate) async fn read(address: SocketAddr, path: &'static str) -> anyhow::Result<(HeaderMap, Bytes)> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = sender.send_request(Ask::Read(path.into()).request()?).await?;
    anyhow::ensure!(response.status() == StatusCode::OK, "{path}: {}", response.status());
    let mut headers = response.headers().clone();
    for own in ["content-length", "date", "transfer-encoding"] {
        headers.remove(own);
    }
    Ok((headers, response.into_body().collect().await?.to_bytes()))
}
