//! The end in the middle of work.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::http::{Connection, live, vote};
use crate::long;
use crate::program::{POLL, Program, pause, until};
use crate::report;

#[test]
fn what_is_under_way_is_finished_streams_end_and_nothing_new_is_taken() {
    let mut program = Program::start(&[]);
    let mut stream = Connection::open(program.address);
    stream.send(live()).unwrap();
    assert_eq!(stream.reply().unwrap().status, 200);
    let mut half = Connection::open(program.address);
    half.send("GET /readyz HTTP/1.1\r\nHost: fan.example\r\n").unwrap();
    let mut idle = Connection::open(program.address);
    assert_eq!(idle.get("/readyz").status, 200);
    // The half request has been read once the server has answered a later one that came a while after it.
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);

    let since = Instant::now();
    program.signal("TERM");
    until("no new connections", || TcpStream::connect(program.address).is_err());
    assert!(idle.is_closed());
    // What was to be told is told, then it ends.
    while stream.event().is_some() {}
    half.send("\r\n").unwrap();
    let reply = half.reply().unwrap();
    assert_eq!((reply.status, reply.problem().as_str()), (503, "not-ready"));
    assert_eq!(reply.header("connection"), "close");
    assert!(half.is_closed());
    assert!(program.ended().success());
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
}

#[test]
fn a_request_that_never_ends_does_not_hold_the_end_up_for_longer_than_was_set() {
    let mut program = Program::start(&[("SERVER__DRAIN_SECONDS", "1")]);
    let mut half = Connection::open(program.address);
    half.send("GET /readyz HTTP/1.1\r\n").unwrap();
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);
    program.signal("TERM");
    assert!(program.ended().success());
}

#[test]
fn every_act_succeeds_on_retry_with_its_key_however_often_the_server_is_restarted() {
    let restarts = if long() { 10 } else { 2 };
    let mut program = Program::start(&[("LIMITS__WRITES_PER_SECOND", "0")]);
    let mut slowest = Duration::ZERO;
    let (address, stop, counted) = (program.address, AtomicBool::new(false), AtomicU32::new(0));
    let receipts = std::thread::scope(|scope| {
        let (stop, counted) = (&stop, &counted);
        let voters: Vec<_> = (0..8)
            .map(|voter| {
                scope.spawn(move || {
                    let mut receipts = BTreeMap::new();
                    for number in 0.. {
                        if stop.load(Ordering::SeqCst) {
                            break;
                        }
                        let key = format!("voter-{voter}-key-{number:08}");
                        let reply = loop {
                            // Refused, cut or not known: again, with the same key.
                            match try_vote(address, &key) {
                                Some(reply) => break reply,
                                None => pause(),
                            }
                        };
                        receipts.insert(key, reply["index"].as_u64().unwrap());
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                    receipts
                })
            })
            .collect();
        for _ in 0..restarts {
            let before = counted.load(Ordering::SeqCst);
            until("some work", || counted.load(Ordering::SeqCst) > before + 20);
            program.signal("TERM");
            let since = Instant::now();
            assert!(program.ended().success());
            slowest = slowest.max(since.elapsed());
            assert!(slowest < Duration::from_secs(5 + 1), "{slowest:?}");
            program.start_again();
        }
        stop.store(true, Ordering::SeqCst);
        voters.into_iter().flat_map(|voter| voter.join().unwrap()).collect::<BTreeMap<_, _>>()
    });
    // Each act stands in the log once, and nothing else does.
    let indexes: std::collections::BTreeSet<_> = receipts.values().collect();
    assert_eq!(indexes.len(), receipts.len());
    let tally = Connection::open(address).get(&format!("/api/v1/activities/{POLL}/tally")).json();
    assert_eq!(tally["ballots"], receipts.len());
    let (acts, slowest) = (receipts.len(), slowest.as_millis());
    report::row(
        "T15: SIGTERM under load",
        restarts,
        &format!("{acts} acts acknowledged: 0 lost, 0 doubled; ended within {slowest} ms at most"),
    );
}

/// The reply to an accepted ballot.
fn try_vote(address: std::net::SocketAddr, key: &str) -> Option<serde_json::Value> {
    let reply = vote(address, key, "")?;
    match reply.status {
        200 | 201 => Some(reply.json()),
        503 => None,
        _ => panic!("{reply:?}"),
    }
}
