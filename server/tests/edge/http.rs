//! HTTP by hand: what a well-behaved client would never send has to be written byte by byte.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};

use serde_json::Value;

use crate::program::{PATIENCE, POLL};

/// A connection that reads answers.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The value of a header; empty without one.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The slug, after checking that it is a problem document.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        let json = self.json();
        assert_eq!(json["status"], self.status);
        json["slug"].as_str().unwrap().to_owned()
    }
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        Self::try_open(address).unwrap()
    }

    /// Where somebody listens.
    fn try_open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends bytes.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// Says that nothing more is sent.
    pub(crate) fn finish(&mut self) {
        // An error says that the other end has closed already.
        let _ = self.stream.get_mut().shutdown(Shutdown::Write);
    }

    /// The next answer; none where the connection was closed instead.
    pub(crate) fn reply(&mut self) -> Option<Reply> {
        self.try_reply().unwrap_or_default()
    }

    fn try_reply(&mut self) -> io::Result<Option<Reply>> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.unwrap_or_else(|| panic!("not HTTP: {line:?}"));
        let mut reply = Reply { status, headers: Vec::new(), body: Vec::new() };
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            reply.headers.push((name.to_owned(), value.to_owned()));
        }
        if let Ok(length) = reply.header("content-length").parse::<usize>() {
            reply.body = vec![0; length];
            self.stream.read_exact(&mut reply.body)?;
        } else if reply.header("transfer-encoding") == "chunked" && reply.header("content-type") != STREAM {
            while self.chunk(&mut reply.body)? {}
        }
        Ok(Some(reply))
    }

    fn chunk(&mut self, body: &mut Vec<u8>) -> io::Result<bool> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim_end(), 16).unwrap();
        let mut chunk = vec![0; length + 2];
        self.stream.read_exact(&mut chunk)?;
        body.extend_from_slice(&chunk[..length]);
        Ok(length > 0)
    }

    /// The next event's data on a live stream; none at its end.
    pub(crate) fn event(&mut self) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }

    /// Whether nothing more comes, and the connection was closed.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => rest.is_empty(),
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }

    /// One request that has no body.
    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: fan.example\r\n\r\n")).unwrap();
        self.reply().unwrap()
    }
}

const STREAM: &str = "text/event-stream";

/// A request for a live stream of the demonstration's poll.
pub(crate) fn live() -> String {
    format!("GET /api/v1/live?activities={POLL} HTTP/1.1\r\nHost: fan.example\r\n\r\n")
}

/// A ballot of somebody new, under this key; with further header lines.
pub(crate) fn ballot(key: &str, headers: &str) -> String {
    let body = format!("act=ballot&key={key}&q.gusto=fico&reply=json");
    format!(
        "POST /api/v1/activities/{POLL}/acts HTTP/1.1\r\nHost: fan.example\r\n{headers}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A ballot's answer, on a connection of its own; none where nobody listens or the connection was cut.
pub(crate) fn vote(address: SocketAddr, key: &str, headers: &str) -> Option<Reply> {
    let mut connection = Connection::try_open(address).ok()?;
    connection.send(ballot(key, headers)).ok()?;
    connection.reply()
}

/// What one connection answers to these bytes, until it is closed.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<Reply> {
    let mut connection = Connection::open(address);
    // What cannot be sent was refused before its end.
    let _ = connection.send(bytes);
    std::iter::from_fn(|| connection.reply()).collect()
}
