//! The accept loop: one task for each connection, as many as are configured, until the server drains.
//!
//! Deliberately absent: a connection that is told why it is closed unheard. Whoever holds a thousand knows.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderValue, Request, Response, header};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::seats::Seats;
use super::tls::Certificate;
use super::wire::{Patience, Stage, Wire};
use super::{Edge, Gauges, Sender, client, stopped};
use crate::config::Config;

/// Bytes of a request's line and headers: browsers send 2 KiB, and this is what proxies in front take at most.
const HEADER_BYTES: usize = 16 * 1024;
/// Headers of a request.
const HEADERS: usize = 100;
/// Rest after an error that no other connection mends at once, such as no file handle being left.
const REST: Duration = Duration::from_secs(1);
/// How often full buckets are forgotten.
const TIDY: Duration = Duration::from_secs(60);

/// How connections are let in.
pub struct Doors {
    edge: Arc<Edge>,
    certificate: Option<Arc<Certificate>>,
    connections: usize,
    seats: Arc<Seats>,
    proxies: usize,
    patience: Patience,
}

impl Doors {
    /// As configured.
    #[must_use]
    pub fn new(config: &Config, edge: Arc<Edge>, certificate: Option<Arc<Certificate>>) -> Self {
        let limits = &config.limits;
        // Behind proxies every connection comes from one of them.
        let unlimited = config.server.proxies > 0 || limits.connections_each == 0;
        let seats = Seats::new(if unlimited { usize::MAX } else { limits.connections_each });
        let patience = Patience {
            header: Duration::from_secs(limits.header_seconds),
            idle: Duration::from_secs(limits.idle_seconds),
            send: Duration::from_secs(limits.send_seconds),
        };
        let (connections, proxies) = (limits.connections, config.server.proxies);
        Self { edge, certificate, connections, seats, proxies, patience }
    }
}

/// Serves until `draining` says so; then takes no more connections and comes back when the last one has ended. Dropped
/// before, it ends them.
pub async fn serve(listener: TcpListener, router: Router, doors: Doors, draining: watch::Receiver<bool>) {
    let doors = Arc::new(doors);
    let room = Arc::new(Semaphore::new(doors.connections));
    let mut connections = JoinSet::new();
    let mut tidy = tokio::time::interval(TIDY);
    let mut stop = pin!(stopped(draining.clone()));
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            _ = tidy.tick() => {
                doors.edge.rates.forget();
                continue;
            }
            accepted = accept(&listener, &room) => accepted,
        };
        while connections.try_join_next().is_some() {}
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                rest_after(&error).await;
                continue;
            }
        };
        let alias = doors.edge.aliases.of(client::address(std::iter::empty(), peer, 0));
        let Some(seat) = doors.seats.take(alias) else {
            Gauges::count(&doors.edge.gauges.refused);
            continue;
        };
        let (doors, router, draining) = (Arc::clone(&doors), router.clone(), draining.clone());
        connections.spawn(async move {
            let _counted = Open::new(&doors.edge.gauges);
            connection(&doors, stream, peer, router, draining).await;
            drop((seat, place));
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The next connection, once there is room for it: until then it waits in the system's queue.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, IpAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer.ip(), place))
}

/// An error of one connection is its own; any other would come back at once.
async fn rest_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted; trying again in a second (raise LimitNOFILE?)");
        tokio::time::sleep(REST).await;
    }
}

/// Counts a connection while it is open.
struct Open<'a>(&'a Gauges);

impl<'a> Open<'a> {
    fn new(gauges: &'a Gauges) -> Self {
        Gauges::count(&gauges.connections);
        Self(gauges)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// One connection, from the first byte to the last.
async fn connection(
    doors: &Doors,
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    draining: watch::Receiver<bool>,
) {
    // An answer is one write: waiting for more to send with it only costs time. Without it, it is only slower.
    let _ = stream.set_nodelay(true);
    let Some(certificate) = &doors.certificate else {
        return talk(doors, stream, peer, router, draining).await;
    };
    let handshake = tokio::time::timeout(doors.patience.header, certificate.acceptor().accept(stream));
    match handshake.await {
        // In a box, so that a connection without TLS does not keep room for one with it.
        Ok(Ok(stream)) => Box::pin(talk(doors, stream, peer, router, draining)).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Requests and answers, one after the other.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    doors: &Doors,
    stream: S,
    peer: IpAddr,
    router: Router,
    draining: watch::Receiver<bool>,
) {
    let stage = Arc::new(Stage::default());
    let wire = Wire::new(stream, Arc::clone(&stage), doors.patience);
    let last = draining.clone();
    let service = service_fn(|request: Request<Incoming>| {
        stage.taken();
        answer(request, router.clone(), peer, doors.proxies, Arc::clone(&stage), last.clone())
    });
    let mut http = http1::Builder::new();
    http.max_headers(HEADERS).max_header_size(HEADER_BYTES);
    // `Wire` keeps the time: the library's own header clock runs between two requests too, so it is set to both times
    // together. It also has the library ask for a next request as soon as an answer is sent, which winds up `Wire`'s.
    http.timer(TokioTimer::new()).header_read_timeout(doors.patience.header + doors.patience.idle);
    // Past the limit by one read at most.
    http.max_buf_size(2 * HEADER_BYTES);
    let mut connection = pin!(http.serve_connection(TokioIo::new(wire), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(draining) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Asks the routes.
async fn answer(
    request: Request<Incoming>,
    router: Router,
    peer: IpAddr,
    proxies: usize,
    stage: Arc<Stage>,
    draining: watch::Receiver<bool>,
) -> Result<Response<Answer>, Infallible> {
    let mut request = request.map(Body::new);
    let forwarded = request.headers().get_all("x-forwarded-for").into_iter();
    let sender = client::address(forwarded.map(HeaderValue::as_bytes), peer, proxies);
    request.extensions_mut().insert(Sender(sender));
    // Two lengths in one request are how it is smuggled past a proxy that believes the other one. The library has already
    // dropped one of them; whatever follows on this connection is not believed (RFC 9112, 6.1).
    let two_lengths = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = router.oneshot(request).await?;
    // The library says so too, but only once it was told of the drain.
    if two_lengths || *draining.borrow() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response.map(|body| Answer { body, stage }))
}

/// An answer's body, which tells when its last byte was handed over.
struct Answer {
    body: Body,
    stage: Arc<Stage>,
}

impl HttpBody for Answer {
    type Data = <Body as HttpBody>::Data;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.stage.answered();
    }
}
