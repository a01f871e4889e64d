//! Where do the bytes of a table go? In pieces, to whoever reads the answer; when they read slowly, the table waits.

use std::io::{self, Write};

use axum::body::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_stream::wrappers::ReceiverStream;

/// Bytes of one piece.
const PIECE: usize = 32 * 1024;
/// Pieces that may wait.
const WAITING: usize = 4;

/// Writes into an answer's body, from a thread.
pub(super) struct Sink {
    to: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

/// Has the answer break off.
pub(super) struct Broken(Sender<io::Result<Bytes>>);

impl Broken {
    /// With this error. Where nobody reads any more, nobody is told.
    pub(super) fn tell(&self, error: &io::Error) {
        if error.kind() != io::ErrorKind::BrokenPipe {
            tracing::error!(%error, "an export broke off");
        }
        let _ = self.0.blocking_send(Err(io::Error::new(error.kind(), error.to_string())));
    }
}

impl Sink {
    /// A sink, and the body it fills.
    pub(super) fn new() -> (Self, ReceiverStream<io::Result<Bytes>>) {
        let (to, from): (_, Receiver<_>) = channel(WAITING);
        (Self { to, piece: Vec::with_capacity(PIECE) }, ReceiverStream::new(from))
    }

    /// What has the answer break off.
    pub(super) fn broken(&self) -> Broken {
        Broken(self.to.clone())
    }

    fn send(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE)));
        self.to.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() { Ok(()) } else { self.send() }
    }
}
