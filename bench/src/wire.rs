//! How is a server asked at the least cost? HTTP/1.1 by hand: a request is bytes that are ready, an answer is read until
//! its end is known. The clients share the cores with what they measure, so each microsecond of theirs is the server's.

use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Ends a body in chunks.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(4096) })
    }

    /// Sends a request and waits for the whole answer. Gives its status.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(status) = whole(&self.answer) {
                return Ok(status);
            }
        }
    }

    /// Sends a request and reads what a success says, as JSON.
    pub(crate) async fn told<T: DeserializeOwned>(&mut self, request: &[u8]) -> anyhow::Result<T> {
        let status = self.ask(request).await?;
        let (_, body) = self.parts()?;
        anyhow::ensure!(is_success(status), "{status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).context("not the JSON that was expected")
    }

    /// Head and body of the last answer.
    fn parts(&self) -> anyhow::Result<(&str, Vec<u8>)> {
        let (head, body) = split(&self.answer).context("no head")?;
        let chunked = field(head, "transfer-encoding").is_some();
        let body = if chunked { joined(body).context("not in chunks")? } else { body.to_vec() };
        Ok((head, body))
    }

    /// Sends a request and reads the answer to its end without keeping it. Gives its status.
    pub(crate) async fn drain(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        let (mut status, mut piece) = (None, vec![0; 64 * 1024]);
        let mut tail = Vec::new();
        loop {
            let n = self.stream.read(&mut piece).await?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            tail.extend_from_slice(piece.get(..n).unwrap_or_default());
            let head = || str::from_utf8(tail.get(9..12)?).ok()?.parse().ok();
            status = status.or_else(head);
            if tail.ends_with(LAST_CHUNK) {
                return status.ok_or_else(|| io::ErrorKind::InvalidData.into());
            }
            // What ends it may come in two pieces.
            tail.drain(..tail.len().saturating_sub(LAST_CHUNK.len()));
        }
    }
}

/// Whether an answer with this status is what was asked for.
pub(crate) const fn is_success(status: u16) -> bool {
    matches!(status, 200 | 201 | 204)
}

/// A request of a program with a token.
pub(crate) fn token_request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A visitor's `POST` of JSON, under a key of its own for each number.
pub(crate) fn post_request(path: &str, n: u64, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nidempotency-key: bench-key-{n:016}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// What an address answers to a browser's GET: the headers that say what it is, and the body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> anyhow::Result<(HeaderMap, Bytes)> {
    let mut connection = Connection::open(address).await?;
    let status = connection.ask(&get_request(path)).await?;
    anyhow::ensure!(status == 200, "{path}: {status}");
    let (head, body) = connection.parts()?;
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        if !["content-length", "date", "transfer-encoding"].contains(&name) {
            headers.append(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
        }
    }
    Ok((headers, body.into()))
}

/// A GET as browsers send it.
pub(crate) fn get_request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip, br\r\n\r\n").into_bytes()
}

/// The status, once the answer has ended.
fn whole(answer: &[u8]) -> Option<u16> {
    let (head, body) = split(answer)?;
    let ended = match field(head, "content-length") {
        Some(length) => length.parse().is_ok_and(|length| body.len() >= length),
        None => field(head, "transfer-encoding").is_none() || body.ends_with(LAST_CHUNK),
    };
    if ended { head.get(9..12)?.parse().ok() } else { None }
}

/// Head and body, once the head is whole.
fn split(answer: &[u8]) -> Option<(&str, &[u8])> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    Some((std::str::from_utf8(answer.get(..end)?).ok()?, answer.get(end + 4..)?))
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(its, _)| its.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The body that came in chunks.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while chunks != LAST_CHUNK {
        let line = chunks.windows(2).position(|bytes| bytes == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(chunks.get(..line)?).ok()?, 16).ok()?;
        body.extend_from_slice(chunks.get(line + 2..)?.get(..size)?);
        chunks = chunks.get(line + 2 + size + 2..)?;
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{joined, whole};

    #[test]
    fn an_answer_has_a_status_once_its_last_byte_is_there() {
        for answer in [
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy",
            "HTTP/1.1 503 Service Unavailable\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n",
        ] {
            for cut in 0..answer.len() {
                assert_eq!(whole(answer.get(..cut).unwrap().as_bytes()), None, "{cut}");
            }
            assert_eq!(whole(answer.as_bytes()), Some(503));
        }
    }

    #[test]
    fn chunks_are_joined_and_half_of_one_is_refused() {
        assert_eq!(joined(b"4\r\nWiki\r\na\r\n0123456789\r\n0\r\n\r\n").unwrap(), b"Wiki0123456789");
        assert_eq!(joined(b"4\r\nWi"), None);
    }
}
