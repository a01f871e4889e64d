//! The edge: what happens to a connection before there is a request, and what senders share while theirs are served.
//!
//! Reading order: [`serve`] accepts, `tls` unwraps, `wire` keeps the clocks of a connection, `client` tells whose it is;
//! [`Rates`] and [`Admission`] decide who is asked to come back later. What a request means is the routes' business.
//!
//! Deliberately absent: HTTP/2 (a proxy in front has it, and one parser of strangers' bytes is enough), a list of banned
//! addresses, and addresses anywhere but in the memory of a request.

mod accept;
pub mod admission;
pub mod client;
pub mod rate;
mod refusal;
mod seats;
pub mod tls;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::config::Config;
use crate::entropy::Entropy;
use crate::telemetry::Telemetry;

pub use accept::{Doors, serve};
pub use admission::Admission;
pub use client::Aliases;
pub use rate::Rates;

/// What the edge and the routes share.
pub struct Edge {
    /// What an operator may want to watch.
    pub gauges: Gauges,
    /// Whether there is room before the writer.
    pub admission: Admission,
    /// How often each address may write.
    pub rates: Rates,
    /// By what name limits know an address.
    pub aliases: Aliases,
}

impl Edge {
    /// As configured; nothing has happened yet.
    #[must_use]
    pub fn new(config: &Config, entropy: &Entropy) -> Self {
        Self {
            gauges: Gauges::default(),
            admission: Admission::new(Duration::from_millis(config.limits.wait_ms)),
            rates: Rates::new(&config.limits),
            aliases: Aliases::new(entropy.bytes()),
        }
    }
}

/// What an operator may want to watch.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Connections open now.
    pub connections: AtomicU64,
    /// Connections closed unheard since the start, because their address had too many.
    pub refused: AtomicU64,
    /// Requests answered 429 since the start.
    pub limited: AtomicU64,
    /// Writes answered `busy` since the start.
    pub shed: AtomicU64,
}

impl Edge {
    /// Shows the gauges to whoever scrapes.
    pub fn show(self: &Arc<Self>, telemetry: &Telemetry) {
        let read = |gauge: fn(&Gauges) -> &AtomicU64| {
            let edge = Arc::clone(self);
            move || gauge(&edge.gauges).load(Ordering::Relaxed)
        };
        let open = read(|gauges| &gauges.connections);
        telemetry.gauge("fanfare_connections", "Connections open now", move || Some(open()));
        telemetry.counter(
            "fanfare_connections_refused",
            "Connections closed unheard, because their address had too many",
            read(|gauges| &gauges.refused),
        );
        telemetry.counter("fanfare_writes_limited", "Writes answered 429", read(|gauges| &gauges.limited));
        telemetry.counter("fanfare_writes_shed", "Writes answered busy", read(|gauges| &gauges.shed));
    }
}

impl Gauges {
    /// One more.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Who sent a request: put into each by the accept loop, for the limits alone.
#[derive(Clone, Copy)]
pub struct Sender(pub IpAddr);

/// Comes back once the server drains.
pub async fn stopped(mut draining: watch::Receiver<bool>) {
    // Whoever held the other end is gone: that is the end as well.
    let _ = draining.wait_for(|draining| *draining).await;
}
