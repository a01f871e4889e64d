//! Senders that take their time.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::http::{Connection, ballot, live, vote};
use crate::long;
use crate::program::{PATIENCE, POLL, Program, until};
use crate::report;

/// A sender whose request never ends.
struct Loris {
    stream: TcpStream,
    closed: Option<Duration>,
}

impl Loris {
    fn open(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
        stream.set_nonblocking(true).unwrap();
        Self { stream, closed: None }
    }

    /// One byte more, where it is still heard.
    fn dribble(&mut self, since: Instant) {
        let gone = |result: std::io::Result<usize>| match result {
            Ok(count) => count == 0,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        };
        if self.closed.is_none() && (gone(self.stream.write(b"x")) || gone(self.stream.read(&mut [0; 512]))) {
            self.closed = Some(since.elapsed());
        }
    }
}

/// How long each of many polite requests took, while `done` is not.
fn polite(address: SocketAddr, done: &AtomicBool) -> Vec<Duration> {
    let mut connection = Connection::open(address);
    let mut took = Vec::new();
    for number in 0.. {
        let since = Instant::now();
        if number % 4 == 0 {
            connection.send(ballot(&format!("polite-key-{number:08}"), "")).unwrap();
            assert_eq!(connection.reply().unwrap().status, 201);
        } else {
            assert_eq!(connection.get(&format!("/api/v1/activities/{POLL}/tally")).status, 200);
        }
        took.push(since.elapsed());
        if done.load(Ordering::SeqCst) {
            break;
        }
    }
    took
}

#[test]
fn headers_that_dribble_are_cut_and_others_are_answered_meanwhile() {
    // (senders, seconds for headers): 4,000 as slowhttptest would.
    let (count, seconds) = if long() { (4000, 10) } else { (200, 1) };
    let program = Program::start(&[
        ("LIMITS__HEADER_SECONDS", &format!("{seconds}")),
        ("LIMITS__CONNECTIONS_EACH", "0"),
        ("LIMITS__WRITES_PER_SECOND", "0"),
    ]);
    open_files(count + 256);
    let address = program.address;
    let done = AtomicBool::new(false);
    let (mut took, longest) = std::thread::scope(|scope| {
        let polite = scope.spawn(|| polite(address, &done));
        let mut lorises: Vec<_> = (0..count).map(|_| Loris::open(address)).collect();
        // Opening thousands takes its own time, and nobody looks meanwhile: the last one's counts.
        let since = Instant::now();
        until("all of them cut", || {
            // A byte of each, ten times a second at most: slow is what they are.
            std::thread::park_timeout(Duration::from_millis(100));
            lorises.iter_mut().for_each(|loris| loris.dribble(since));
            lorises.iter().all(|loris| loris.closed.is_some())
        });
        done.store(true, Ordering::SeqCst);
        let longest = lorises.iter().filter_map(|loris| loris.closed).max().unwrap();
        // Two seconds for a machine that has other things to do.
        assert!(longest < Duration::from_secs(seconds + 2), "{longest:?}");
        (polite.join().unwrap(), longest)
    });
    took.sort();
    let p99 = took[(took.len() - 1) * 99 / 100];
    let figures =
        format!("all cut within {longest:.1?}; {} polite requests meanwhile, p99 {p99:.1?}", took.len());
    println!("{figures}");
    if long() {
        assert!(p99 < Duration::from_millis(100), "{p99:?}");
    }
    report::row("T7: slow senders", count, &figures);
}

/// As many open files for this process as the senders need.
fn open_files(wanted: u64) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(wanted);
        setrlimit(Resource::Nofile, limit).unwrap();
    }
}

#[test]
fn a_body_that_trickles_is_answered_408_and_nothing_is_counted() {
    let program = Program::start(&[("LIMITS__BODY_SECONDS", "1")]);
    let whole = ballot("0123456789abcdef", "");
    let mut connection = Connection::open(program.address);
    connection.send(&whole[..whole.len() - 1]).unwrap();
    let reply = connection.reply().unwrap();
    assert_eq!((reply.status, reply.problem().as_str()), (408, "too-slow"));
    assert_eq!(reply.header("connection"), "close");
    assert!(connection.is_closed());
    // The key is unused.
    assert_eq!(vote(program.address, "0123456789abcdef", "").unwrap().status, 201);
}

#[test]
fn an_idle_connection_is_closed_after_its_own_time_not_that_of_headers() {
    let program = Program::start(&[("LIMITS__HEADER_SECONDS", "1"), ("LIMITS__IDLE_SECONDS", "2")]);
    let mut connection = Connection::open(program.address);
    connection.get("/healthz");
    let since = Instant::now();
    assert!(connection.is_closed());
    assert!(since.elapsed() > Duration::from_millis(1900), "{:?}", since.elapsed());
}

#[test]
fn a_reader_that_does_not_read_is_cut() {
    let program = Program::start(&[("LIMITS__SEND_SECONDS", "1")]);
    let mut stream = TcpStream::connect(program.address).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let since = Instant::now();
    // Some hundred documents of about 100 KB are more than sockets keep. Each further request is then a question whether
    // anybody is still there.
    while stream.write_all(b"GET /openapi.json HTTP/1.1\r\nHost: fan.example\r\n\r\n").is_ok() {
        assert!(since.elapsed() < PATIENCE, "it is still heard");
    }
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);
}

#[test]
fn a_live_stream_outlives_every_limit_of_time() {
    let short = ["HEADER", "BODY", "IDLE", "SEND"].map(|what| format!("LIMITS__{what}_SECONDS"));
    let mut settings: Vec<_> = short.iter().map(|name| (name.as_str(), "1")).collect();
    settings.push(("SERVER__TIMEOUT_SECONDS", "1"));
    let program = Program::start(&settings);
    let mut stream = Connection::open(program.address);
    stream.send(live()).unwrap();
    assert_eq!(stream.reply().unwrap().status, 200);
    // Whoever says nothing is cut after a second: two of them, one after the other, are a clock.
    for _ in 0..2 {
        assert!(Connection::open(program.address).is_closed());
    }
    assert_eq!(vote(program.address, "0123456789abcdef", "").unwrap().status, 201);
    assert_eq!(stream.event().unwrap()["activity"], POLL);
}
