//! Nonsense of every kind: refused with a problem document, or the connection closed; never a fault of the server, never
//! two answers where one was asked for.

use crate::http::{Connection, ballot, exchange};
use crate::long;
use crate::program::{POLL, Program};
use crate::report;

/// A request with a body, framed honestly; the connection ends after it.
fn request(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /api/v1/activities/{POLL}/acts HTTP/1.1\r\nHost: fan.example\r\nConnection: close\r\n\
         Idempotency-Key: 0123456789abcdef\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A request whose frame is the lie: further header lines, then these bytes.
fn framed(headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /api/v1/activities/{POLL}/acts HTTP/1.1\r\nHost: fan.example\r\n\
         Idempotency-Key: 0123456789abcdef\r\nContent-Type: application/json\r\n{headers}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn line(line: &str) -> Vec<u8> {
    format!("{line}\r\nHost: fan.example\r\nConnection: close\r\n\r\n").into_bytes()
}

/// Each must be answered with this status, once, and the connection closed.
fn table() -> Vec<(&'static str, Vec<u8>, u16)> {
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    let deep = [b"{\"act\":\"ballot\",\"answers\":".to_vec(), vec![b'['; 50_000]].concat();
    let chunk = format!("{:x}\r\n{}\r\n", 70_000, "x".repeat(70_000));
    vec![
        ("huge headers", line(&format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(40_000))), 431),
        ("headers just past the limit", line(&format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(16_384))), 431),
        ("many headers", line(&format!("GET / HTTP/1.1{}", "\r\nX: y".repeat(150))), 431),
        ("a long address", line(&format!("GET /{} HTTP/1.1", "x".repeat(20_000))), 431),
        ("no HTTP", b"hello, is anybody there?\r\n\r\n".to_vec(), 400),
        ("a TLS greeting", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n".to_vec(), 400),
        ("another version", line("GET / HTTP/9.9"), 400),
        ("no version", b"GET /\r\n\r\n".to_vec(), 400),
        ("a space in a header's name", line("GET / HTTP/1.1\r\nb d: x"), 400),
        ("a header on two lines", line("GET / HTTP/1.1\r\nX: y\r\n z"), 400),
        ("a NUL in a header", line("GET / HTTP/1.1\r\nX: y\0z"), 400),
        ("an unknown method", line("BREW / HTTP/1.1"), 405),
        ("a method that is none", line("G(T / HTTP/1.1"), 400),
        ("broken escapes", line("GET /api/v1/activities/%ff/receipts/%fe HTTP/1.1"), 400),
        ("an address of dots", line("GET /assets/../../../../etc/passwd HTTP/1.1"), 404),
        ("a query of nonsense", line("GET /api/v1/live?activities=%00&activities=%ff HTTP/1.1"), 400),
        ("deep JSON", request(JSON, &deep), 400),
        ("no JSON", request(JSON, b"\xff\xfe\x00"), 400),
        ("bad UTF-8 in JSON", request(JSON, b"{\"act\":\"ballot\",\"participant\":\"\xff\"}"), 400),
        ("a key twice", request(JSON, br#"{"act":"ballot","act":"withdraw"}"#), 400),
        (
            "an answer twice",
            request(JSON, br#"{"act":"ballot","answers":{"gusto":"fico","gusto":"limone"}}"#),
            400,
        ),
        ("an unknown field", request(JSON, br#"{"act":"ballot","admin":true}"#), 400),
        ("a number past all bounds", request(JSON, br#"{"act":"ballot","answers":{"gusto":1e999}}"#), 400),
        (
            "bad UTF-8 in a form",
            request(FORM, b"act=ballot&key=0123456789abcdef&q.gusto=%ff%fe&reply=json"),
            422,
        ),
        ("another media type", request("application/xml", b"<act/>"), 415),
        ("no media type", request("", b"{}"), 415),
        ("a large body", request(JSON, &vec![b' '; 70_000]), 413),
        ("a larger one, only announced", framed("Content-Length: 99999999999", ""), 413),
        ("the same, asking first", framed("Expect: 100-continue\r\nContent-Length: 99999999999", ""), 413),
        ("a large body in chunks", framed("Transfer-Encoding: chunked", &chunk), 413),
        ("a chunk without a length", framed("Transfer-Encoding: chunked", "ZZ\r\n{}\r\n0\r\n\r\n"), 400),
        ("a chunk past all bounds", framed("Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFF\r\n"), 400),
        ("a chunk longer than said", framed("Transfer-Encoding: chunked", "2\r\n{}xx\r\n0\r\n\r\n"), 400),
        ("two lengths", framed("Content-Length: 2\r\nContent-Length: 3", "{}"), 400),
        ("a length that is none", framed("Content-Length: -2", "{}"), 400),
        ("a length with a sign", framed("Content-Length: +2", "{}"), 400),
        ("chunks that are not last", framed("Transfer-Encoding: chunked, identity", "0\r\n\r\n"), 400),
        ("chunks spelt wrong", framed("Transfer-Encoding: xchunked", "0\r\n\r\n"), 400),
    ]
}

#[test]
fn nonsense_is_refused_with_a_problem_document_and_the_connection_closed() {
    let program = Program::start(&[("LIMITS__WRITES_PER_SECOND", "0")]);
    let mut faults = Vec::new();
    for (name, bytes, status) in table() {
        let replies = exchange(program.address, &bytes);
        let answered: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        if answered != [status] {
            faults.push(format!("{name}: {answered:?}, not {status}"));
        } else {
            replies[0].problem();
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);
}

#[test]
fn a_request_hidden_in_another_is_never_answered() {
    let program = Program::start(&[]);
    let hidden = "GET /healthz HTTP/1.1\r\nHost: fan.example\r\n\r\n";
    let chunked = format!("0\r\n\r\n{hidden}");
    for headers in [
        format!("Content-Length: {}\r\nTransfer-Encoding: chunked", chunked.len()),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {}", chunked.len()),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".to_owned(),
        "Transfer-Encoding: chunked\r\nContent-Length: 4".to_owned(),
        "Content-Length: 5, 5\r\nTransfer-Encoding:\tchunked".to_owned(),
    ] {
        let replies = exchange(program.address, &framed(&headers, &chunked));
        assert_eq!(replies.len(), 1, "{headers}: {replies:?}");
        assert_eq!(replies[0].status, 400, "{headers}");
    }
}

#[test]
fn what_was_asked_before_the_nonsense_is_answered_and_what_follows_is_not() {
    let program = Program::start(&[]);
    let good = "GET /healthz HTTP/1.1\r\nHost: fan.example\r\n\r\n";
    let replies = exchange(program.address, format!("{good}{good}\x01\x02\r\n\r\n{good}").as_bytes());
    let answered: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(answered, [200, 200, 400]);
}

#[test]
fn no_damage_to_a_request_is_a_fault_of_the_server() {
    let program = Program::start(&[("LIMITS__WRITES_PER_SECOND", "0"), ("LIMITS__HEADER_SECONDS", "1")]);
    let mut random = Random(1);
    let rounds = if long() { 20_000 } else { 400 };
    for round in 0..rounds {
        let mut bytes = ballot(&format!("damaged-key-{round:08}"), "Connection: close\r\n").into_bytes();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
                1 => bytes.insert(at, u8::try_from(random.below(256)).unwrap()),
                2 => drop(bytes.remove(at)),
                _ => bytes.swap(0, at),
            }
        }
        let mut connection = Connection::open(program.address);
        // Nothing more comes: what is not whole ends here instead of waiting for its time.
        let _ = connection.send(&bytes);
        connection.finish();
        while let Some(reply) = connection.reply() {
            assert!(reply.status < 500, "{reply:?} to {:?}", String::from_utf8_lossy(&bytes));
        }
    }
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);
    report::row("T8: damaged requests", rounds, "no status of 500 or more, no panic, the store checks");
}

#[test]
fn memory_stays_flat_however_much_nonsense_comes() {
    /// KiB: a hundred bytes kept of each request of the long form would be as much.
    const FLAT: u64 = 4096;
    const NAME: &str = "T8: memory under garbage";
    let program = Program::start(&[("LIMITS__WRITES_PER_SECOND", "0")]);
    let table = table();
    let rounds = |count: usize| {
        for (_, bytes, _) in (0..count).flat_map(|_| &table) {
            exchange(program.address, bytes);
        }
        program.memory()
    };
    // What is made once and kept (pools, caches, the allocator's pages) is there after a while.
    let (first, then) = if long() { (100, 1_000) } else { (20, 20) };
    let (Some(before), Some(after)) = (rounds(first), rounds(then)) else {
        return report::skipped(NAME, "the system does not tell a process's memory");
    };
    let requests = then * table.len();
    let figures = format!(
        "resident {before} KiB after {} requests, {after} KiB after {requests} more",
        first * table.len()
    );
    assert!(after < before + FLAT, "{figures}");
    report::row(NAME, requests as u64, &figures);
}

/// The same numbers on every run (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }
}
