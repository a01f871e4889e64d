//! Every request comes one to five times at once, and connections are cut as soon as it is sent (long: 100 rounds).

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::harness::client::{Asked, Outcome, Seen, address, ballot, outcome, post, secret};
use crate::harness::server::{POLL, agent};
use crate::harness::{History, Server, cycles, report};

/// Acts of one round.
const ACTS: u32 = 60;

/// One request over a connection of its own; `cut`: the connection is gone as soon as it is sent.
fn send(server: &Server, asked: &Asked, cut: bool) -> Outcome {
    let base = server.base();
    let host = base.trim_start_matches("http://");
    let path = address(&base);
    let path = path.trim_start_matches(&base);
    let Asked { key, body, .. } = asked;
    let Ok(mut stream) = TcpStream::connect(host) else { return Outcome::Unknown };
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    if stream.write_all(request.as_bytes()).is_err() {
        return Outcome::Unknown;
    }
    if cut {
        let _ = stream.shutdown(Shutdown::Both);
        return Outcome::Unknown;
    }
    let mut reply = Vec::new();
    if stream.read_to_end(&mut reply).is_err() {
        return Outcome::Unknown;
    }
    let reply = String::from_utf8_lossy(&reply);
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    outcome(status, body)
}

#[test]
fn a_request_that_comes_many_times_or_is_cut_off_is_one_act() {
    let rounds = cycles(1, 100);
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::new(root.path());
    server.start_ready();
    let mut history = History::default();
    let (mut sent, mut cuts) = (0, 0);
    for round in 0..u32::try_from(rounds).unwrap() {
        let asked: Vec<Asked> =
            (0..ACTS).map(|n| ballot(round, n, &secret(round, &n.to_string()), None).0).collect();
        let seen: Vec<Seen> = std::thread::scope(|scope| {
            let server = &server;
            let threads = (0..5u32).map(|copy| {
                let asked = &asked;
                scope.spawn(move || {
                    // The first copy of all, the second of four in five, and so on: one to five at once.
                    let mine = asked.iter().zip(0u32..).filter(|(_, n)| n % 5 >= copy);
                    let send = |(asked, n): (&Asked, u32)| {
                        let since = Instant::now();
                        let outcome = send(server, asked, (n + copy) % 3 == 0);
                        Seen::Attempt(asked.clone(), outcome, since.elapsed())
                    };
                    mine.map(send).collect::<Vec<_>>()
                })
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        for seen in seen {
            sent += 1;
            cuts += u32::from(history.add(seen) == Some(Outcome::Unknown));
        }
        // Asked once more, everything is settled.
        let agent = agent();
        for asked in asked {
            let outcome = post(&agent, &address(&server.base()), &asked);
            assert!(matches!(outcome, Outcome::Success(_)), "{outcome:?}");
            history.add(Seen::Attempt(asked, outcome, Duration::ZERO));
        }
    }
    server.restart();
    let figures = history.check(&server, ACTS as usize);
    assert_eq!(figures.acknowledged as u64, u64::from(ACTS) * rounds);
    server.stop();
    server.check_store();
    report::row("T17: repeats and cuts", rounds, &format!("{figures}; {sent} sent, {cuts} of them cut off"));
}

#[test]
fn fifty_votes_of_one_participant_at_once_are_one_vote() {
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::new(root.path());
    server.start_ready();
    let participant = secret(0, "one person");
    let body = serde_json::json!({"act": "ballot", "participant": participant, "answers": {"gusto": "fico"}});
    let revisions: BTreeSet<u64> = std::thread::scope(|scope| {
        let (server, body) = (&server, &body);
        let threads = (0..50u32).map(|n| {
            scope.spawn(move || {
                let (asked, _) = ballot(1, n, "", None);
                let asked = Asked { body: body.to_string(), ..asked };
                let Outcome::Success(reply) = send(server, &asked, false) else { panic!("vote {n}") };
                reply["revision"].as_u64().unwrap()
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(revisions, (1..=50).collect());
    let tally: serde_json::Value =
        serde_json::from_str(&server.get(&format!("/api/v1/activities/{POLL}/tally"))).unwrap();
    assert_eq!(tally["ballots"], 1);
    server.stop();
    server.check_store();
    report::row("T17: fifty votes at once", 1, "50 acts with 50 keys, revisions 1 to 50, 1 vote counted");
}
