//! More than the writer can take.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::http::{Connection, Reply, ballot};
use crate::long;
use crate::program::{POLL, Program};
use crate::report;

/// One attempt.
struct Attempt {
    key: String,
    reply: Reply,
    took: Duration,
}

/// `senders` at once, each as fast as it is answered, until `enough` were acknowledged.
fn hammer(program: &Program, name: &str, senders: usize, enough: usize) -> Vec<Attempt> {
    let acknowledged = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let acknowledged = &acknowledged;
        let work = |sender: usize| {
            let mut connection = Connection::open(program.address);
            let mut attempts = Vec::new();
            for number in 0.. {
                if acknowledged.load(Ordering::SeqCst) >= enough {
                    break;
                }
                let key = format!("{name}-{sender:04}-{number:08}");
                let since = Instant::now();
                connection.send(ballot(&key, "")).unwrap();
                let reply = connection.reply().unwrap();
                let took = since.elapsed();
                acknowledged.fetch_add(usize::from(reply.status == 201), Ordering::SeqCst);
                attempts.push(Attempt { key, reply, took });
            }
            attempts
        };
        let senders: Vec<_> = (0..senders).map(|sender| scope.spawn(move || work(sender))).collect();
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    })
}

#[test]
fn more_than_the_writer_takes_is_shed_at_once_and_all_that_was_acknowledged_is_there() {
    let program = Program::start(&[("STORE__QUEUE", "1"), ("LIMITS__WRITES_PER_SECOND", "0")]);
    // More senders than these would wait for a processor of this machine, not for the server.
    let senders = 32;
    let attempts = hammer(&program, "overload", senders, if long() { 2_000 } else { 200 });
    let (taken, shed): (Vec<_>, Vec<_>) = attempts.iter().partition(|attempt| attempt.reply.status == 201);
    for Attempt { reply, .. } in &shed {
        assert_eq!((reply.status, reply.problem().as_str()), (503, "busy"));
        assert_eq!(reply.header("retry-after"), "2");
    }
    assert!(!shed.is_empty(), "one place in the queue was enough for {senders} senders");
    let mut took: Vec<_> = shed.iter().map(|attempt| attempt.took).collect();
    took.sort();
    let p50 = took[took.len() / 2];
    let (acknowledged, p99) = (taken.len(), took[took.len() * 99 / 100]);
    let figures = format!(
        "{acknowledged} acts acknowledged, each counted once; {} shed, p50 {p50:.1?}, p99 {p99:.1?}",
        took.len()
    );
    println!("{figures}");
    if long() {
        assert!(p50 < Duration::from_millis(20), "{p50:?}");
    }

    let mut indexes = BTreeMap::new();
    let mut connection = Connection::open(program.address);
    for Attempt { key, reply, .. } in taken {
        let index = reply.json()["index"].as_u64().unwrap();
        assert_eq!(indexes.insert(index, key), None, "two acts on one leaf");
    }
    let tally = connection.get(&format!("/api/v1/activities/{POLL}/tally")).json();
    assert_eq!(tally["ballots"], indexes.len(), "what was shed is not counted, what was acknowledged is");
    // A sender who was turned away comes back with the same key.
    for Attempt { key, .. } in shed.iter().take(20) {
        connection.send(ballot(key, "")).unwrap();
        assert_eq!(connection.reply().unwrap().status, 201);
    }
    report::row("T12/13: overload, a queue of one", senders as u64, &figures);
}

#[test]
fn many_senders_at_once_do_not_bring_the_writer_below_what_few_get_out_of_it() {
    if !long() {
        return;
    }
    let program = Program::start(&[("STORE__QUEUE", "16"), ("LIMITS__WRITES_PER_SECOND", "0")]);
    let rate = |name, senders| {
        let since = Instant::now();
        let attempts = hammer(&program, name, senders, 3_000);
        let taken = attempts.iter().filter(|attempt| attempt.reply.status == 201).count();
        taken * 1000 / usize::try_from(since.elapsed().as_millis()).unwrap()
    };
    let (few, many, after) = (rate("few", 16), rate("many", 128), rate("after", 16));
    let figures = format!("acknowledged a second: 16 senders {few}, 128 senders {many}, 16 again {after}");
    println!("{figures}");
    assert!(many * 10 >= few * 5, "the senders share this machine with the server, so half is what is asked");
    assert!(after * 10 >= few * 5, "recovered");
    report::row("T12/13: many senders", 128, &figures);
}
