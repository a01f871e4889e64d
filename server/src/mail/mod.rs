//! How does a letter reach somebody? It is written into the store together with what it tells of, and a job brings it to
//! the mail server: a halt between the two loses nothing. Without a mail server it stays to be read in the console.
//!
//! Deliberately absent: HTML, pictures that tell who has read it, and any service but the brand's own mail server.

mod headers;
mod job;
pub mod letters;
mod outbox;
pub mod settings;

use std::sync::Arc;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::engine::Engine;
pub use letters::{Lang, Letter};
use settings::Settings;

/// The mail of this installation.
pub struct Mail {
    engine: Engine,
    clock: Arc<dyn Clock>,
    server: Option<Server>,
    /// Wakes the job: something new waits.
    wake: Notify,
}

/// Where letters are handed in, and in whose name.
struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mail {
    /// The mail of this engine.
    #[must_use]
    pub fn new(engine: Engine, clock: Arc<dyn Clock>, settings: &Settings) -> Self {
        // Settings that cannot be used were refused when they were read.
        let server = settings.transport().ok().flatten().zip(settings.from().ok().flatten());
        let server = server.map(|(transport, from)| Server { transport, from });
        Self { engine, clock, server, wake: Notify::new() }
    }

    /// Whether a mail server is configured.
    #[must_use]
    pub const fn sends(&self) -> bool {
        self.server.is_some()
    }
}
