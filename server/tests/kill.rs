//! kill -9, again and again, under load and during start-up, against the real program over HTTP. Afterwards one history
//! checker goes through every attempt that was ever made: a success is there exactly once, what is unknown once at most,
//! what was refused not at all, nothing else is; the log has no gap, counts equal a recount, receipts verify, and every
//! checkpoint ever shown belongs to the one log.
//!
//! `FANFARE_KILL_CYCLES` sets the number of cycles (10).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    unreachable_pub,
    reason = "a test may stop at the first surprise"
)]

#[path = "kill/client.rs"]
mod client;
#[path = "kill/history.rs"]
mod history;
#[path = "kill/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use client::{Attempt, Client};
use server::Server;

const CLIENTS: u32 = 16;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_counted_twice_whenever_the_server_is_killed() {
    let cycles: u64 = std::env::var("FANFARE_KILL_CYCLES").ok().map_or(10, |n| n.parse().unwrap());
    let mut server = Server::new();
    server.apply_demo();
    let stop = Arc::new(AtomicBool::new(false));
    let (report, attempts) = mpsc::channel::<Attempt>();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (base, stop, report) = (server.base(), Arc::clone(&stop), report.clone());
            std::thread::spawn(move || Client::new(number, base).run(&stop, &report))
        })
        .collect();
    drop(report);

    let mut history: BTreeMap<String, Vec<Attempt>> = BTreeMap::new();
    for cycle in 0..cycles {
        server.start();
        server.wait_until_ready();
        // Killed after so many successes: at another point of the committer's work each time.
        let mut successes = 20 + (cycle * 37) % 90;
        while successes > 0 {
            let attempt = attempts.recv().unwrap();
            successes -= u64::from(attempt.succeeded());
            history.entry(attempt.key.clone()).or_default().push(attempt);
        }
        server.kill();
        if cycle % 3 == 2 {
            // And once more in the middle of starting.
            server.start();
            server.wait_until_it_speaks();
            server.kill();
        }
    }
    server.start();
    server.wait_until_ready();
    stop.store(true, Ordering::SeqCst);
    for attempt in attempts {
        history.entry(attempt.key.clone()).or_default().push(attempt);
    }
    for client in clients {
        client.join().unwrap();
    }

    // A fresh start shows the public everything that is durable.
    server.stop();
    server.start();
    server.wait_until_ready();
    history::check(&server, history);
    server.stop();
    server.check_store();
}
