//! kill -9, again and again, at random moments under load and during start-up (long: 500 cycles).

use std::time::Duration;

use crate::harness::{Load, Server, cycles, report, server::pause};

const CLIENTS: u32 = 32;
/// A start after a kill is ready within this time.
const READY: Duration = Duration::from_secs(2);

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_counted_twice_whenever_the_server_is_killed() {
    let cycles = cycles(10, 500);
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::new(root.path());
    let mut load = Load::start(&server, CLIENTS);
    let mut slowest = Duration::ZERO;
    let mut cut_starts = 0;
    for cycle in 0..cycles {
        let ready = server.start_ready();
        slowest = slowest.max(ready);
        // Killed after so many successes: at another point of the committer's work each time.
        load.successes(20 + (cycle * 37) % 90);
        server.kill();
        if cycle % 3 == 2 {
            // And once more while it starts: at each part of the start in turn.
            server.start();
            pause(u64::try_from(ready.as_millis()).unwrap() * (cycle % 16) / 16);
            server.kill();
            cut_starts += 1;
        }
        if cycle % 7 == 6 {
            server.start();
            server.wait_until_it_speaks();
            server.kill();
            cut_starts += 1;
        }
    }
    slowest = slowest.max(server.start_ready());
    let history = load.finish();
    server.restart();
    let figures = history.check(&server, 100);
    server.stop();
    server.check_store();
    assert!(slowest < READY, "the slowest start was ready after {slowest:?}");
    let slowest = slowest.as_millis();
    report::row(
        "T1: kill -9",
        cycles,
        &format!("{figures}; {cut_starts} kills during start-up; ready after {slowest} ms at most"),
    );
}
