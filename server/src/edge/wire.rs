//! A connection whose other end may take its time, but not for ever: the bytes between socket and HTTP, with a clock for
//! each silence. Also the place where a refusal that the HTTP library words for itself becomes a problem document.
//!
//! Deliberately absent: a limit of the time an answer takes to make (`routes::http`) or a body to arrive
//! (`routes::intake`), and of the length of a live stream that its reader keeps up with.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::refusal;

/// How long to wait for a closing sender to have read its answer: closing with bytes unread would take it back.
const LINGER: Duration = Duration::from_secs(1);

/// How long each silence may last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// For a request's line and headers, from the first byte or the connection's opening.
    pub(super) header: Duration,
    /// For the first byte of a next request.
    pub(super) idle: Duration,
    /// For a reader that does not read.
    pub(super) send: Duration,
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// The rest of a request's line and headers.
    Header,
    /// Ourselves: a request is being answered.
    Answer,
    /// The end of the answer to be sent.
    Sending,
    /// A next request.
    Request,
}

/// What a connection waits for, told by those who know. Its task alone looks at it.
#[derive(Debug, Default)]
pub(super) struct Stage(AtomicU64);

impl Stage {
    /// A request has arrived whole, as far as its headers.
    pub(super) fn taken(&self) {
        self.go(Waits::Answer);
    }

    /// The answer's last byte was handed over.
    pub(super) fn answered(&self) {
        self.go(Waits::Sending);
    }

    fn get(&self) -> Waits {
        match self.0.load(Ordering::Relaxed) % 4 {
            0 => Waits::Header,
            1 => Waits::Answer,
            2 => Waits::Sending,
            _ => Waits::Request,
        }
    }

    /// Tells this waiting from an earlier one for the same thing.
    fn turn(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn go(&self, waits: Waits) {
        let place = match waits {
            Waits::Header => 0,
            Waits::Answer => 1,
            Waits::Sending => 2,
            Waits::Request => 3,
        };
        self.0.store((self.turn() / 4 + 1) * 4 + place, Ordering::Relaxed);
    }
}

/// A clock that is wound up when a silence begins.
struct Alarm {
    sleep: Pin<Box<Sleep>>,
    /// The turn it was wound up for.
    turn: Option<u64>,
}

impl Alarm {
    fn new() -> Self {
        Self { sleep: Box::pin(tokio::time::sleep(Duration::ZERO)), turn: None }
    }

    /// Ready with an error once the silence that this turn began has lasted too long.
    fn poll<T>(&mut self, cx: &mut Context<'_>, turn: u64, patience: Duration) -> Poll<io::Result<T>> {
        if self.turn != Some(turn) {
            self.turn = Some(turn);
            self.sleep.as_mut().reset(Instant::now() + patience);
        }
        ready!(self.sleep.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// A socket with patience.
pub(super) struct Wire<S> {
    stream: S,
    stage: Arc<Stage>,
    patience: Patience,
    reading: Alarm,
    sending: Alarm,
    /// Wound up while the last bytes are read.
    lingering: Option<Alarm>,
    /// Our words in place of the HTTP library's, and how many of their bytes were sent.
    words: Option<(Vec<u8>, usize)>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, stage: Arc<Stage>, patience: Patience) -> Self {
        let (reading, sending) = (Alarm::new(), Alarm::new());
        Self { stream, stage, patience, reading, sending, lingering: None, words: None }
    }

    /// Whether what is being sent answers no request: the HTTP library refuses what it could not read.
    fn is_refusal(&self) -> bool {
        matches!(self.stage.get(), Waits::Header | Waits::Request)
    }

    /// Takes the library's refusal for sent, and keeps ours to be sent in its place.
    fn reword(&mut self, bytes: &[u8]) {
        if self.words.is_none() {
            // `HTTP/1.1 431 …`
            let status = bytes.get(9..12).and_then(|code| StatusCode::from_bytes(code).ok());
            self.words = Some((refusal::message(status.unwrap_or(StatusCode::BAD_REQUEST)), 0));
        }
    }

    /// Sends our own words, if there are any.
    fn poll_words(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((words, sent)) = &mut self.words {
            let Some(rest) = words.get(*sent..).filter(|rest| !rest.is_empty()) else { break };
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => *sent += count,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Does something that sends, as long as the other end reads.
    fn poll_send<T>(
        &mut self,
        cx: &mut Context<'_>,
        send: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match send(Pin::new(&mut self.stream), cx) {
            Poll::Ready(done) => {
                self.sending.turn = None;
                Poll::Ready(done)
            }
            Poll::Pending => self.sending.poll(cx, 0, self.patience.send),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        if let Poll::Ready(done) = Pin::new(&mut this.stream).poll_read(cx, buffer) {
            if this.stage.get() == Waits::Request && buffer.filled().len() > before {
                this.stage.go(Waits::Header);
            }
            return Poll::Ready(done);
        }
        let patience = match this.stage.get() {
            Waits::Header => this.patience.header,
            Waits::Request => this.patience.idle,
            Waits::Answer | Waits::Sending => return Poll::Pending,
        };
        this.reading.poll(cx, this.stage.turn(), patience)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_refusal() {
            this.reword(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        this.poll_send(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_refusal() {
            this.reword(slices.first().map_or(&[], |slice| slice));
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        this.poll_send(cx, |stream, cx| stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_words(cx))?;
        ready!(this.poll_send(cx, |stream, cx| stream.poll_flush(cx)))?;
        if this.stage.get() == Waits::Sending {
            this.stage.go(Waits::Request);
        }
        Poll::Ready(Ok(()))
    }

    /// Says that nothing more comes, and reads to the sender's end what it may still be sending: a socket closed on unread
    /// bytes resets the connection, and the refusal is lost on its way.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(lingering) = &mut this.lingering else {
            ready!(this.poll_send(cx, |stream, cx| stream.poll_shutdown(cx)))?;
            this.lingering = Some(Alarm::new());
            return Pin::new(this).poll_shutdown(cx);
        };
        let mut scrap = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut scrap);
            match Pin::new(&mut this.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => return lingering.poll::<()>(cx, 0, LINGER).map(|_| Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(3600);

    fn wire(patience: Patience) -> (tokio::io::DuplexStream, Arc<Stage>, Wire<tokio::io::DuplexStream>) {
        let (far, near) = duplex(16);
        let stage = Arc::new(Stage::default());
        (far, Arc::clone(&stage), Wire::new(near, stage, patience))
    }

    #[tokio::test]
    async fn headers_that_dribble_are_cut_however_often_a_byte_comes() {
        let (mut far, _stage, mut wire) = wire(Patience { header: SHORT, idle: LONG, send: LONG });
        let dribble = tokio::spawn(async move {
            let mut pace = tokio::time::interval(SHORT / 10);
            while far.write_all(b"x").await.is_ok() {
                pace.tick().await;
            }
        });
        let mut bytes = [0; 10_000];
        let error = wire.read_exact(&mut bytes).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(wire);
        dribble.await.unwrap();
    }

    #[tokio::test]
    async fn between_two_requests_the_idle_time_counts_and_from_the_first_byte_the_header_time() {
        let (mut far, stage, mut wire) = wire(Patience { header: SHORT, idle: LONG, send: LONG });
        stage.taken();
        stage.answered();
        wire.flush().await.unwrap();
        assert_eq!(stage.get(), Waits::Request);
        far.write_all(b"G").await.unwrap();
        let mut bytes = [0; 2];
        assert_eq!(wire.read(&mut bytes).await.unwrap(), 1);
        assert_eq!(stage.get(), Waits::Header);
        assert_eq!(wire.read(&mut bytes).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_reader_that_does_not_read_is_cut() {
        let (_far, stage, mut wire) = wire(Patience { header: LONG, idle: LONG, send: SHORT });
        stage.taken();
        let error = wire.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_refusal_of_the_library_leaves_as_a_problem_document() {
        let (mut far, _stage, mut wire) = wire(Patience { header: LONG, idle: LONG, send: LONG });
        let sent = tokio::spawn(async move {
            wire.write_all(b"HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n").await.unwrap();
            wire.flush().await.unwrap();
        });
        let mut text = String::new();
        far.read_to_string(&mut text).await.unwrap();
        sent.await.unwrap();
        assert!(
            text.starts_with("HTTP/1.1 431 ") && text.contains("\"slug\":\"headers-too-large\""),
            "{text}"
        );
    }
}
