//! A disk of 64 MB runs full under load, stays so over a restart, and is freed again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::harness::client::Outcome;
use crate::harness::disk::Disk;
use crate::harness::server::POLL;
use crate::harness::{Load, Server, cycles, report};

const MIB: u64 = 64;
const CLIENTS: u32 = 8;
const REFUSED_WITHIN: Duration = Duration::from_secs(1);
const BACK_WITHIN: Duration = Duration::from_secs(10);

/// Takes all the room that is left.
fn fill(filler: &Path) {
    let mut file = File::create(filler).unwrap();
    while file.write_all(&[0xff; 4096]).is_ok() {}
}

/// What a supervisor does (`Restart=always`): a server that ended by itself is started again.
fn supervise(server: &mut Server) -> u32 {
    if server.has_ended() {
        server.kill();
        server.start();
        return 1;
    }
    0
}

/// Until acts are refused by a server that is there to stay. What was under way when the disk ran full may end it first.
fn until_refused(server: &mut Server, load: &mut Load) -> u32 {
    let since = Instant::now();
    let (mut restarts, mut in_a_row) = (0, 0);
    while in_a_row < 3 * CLIENTS {
        match load.next() {
            Some(Outcome::Refused(slug)) if slug == "not-ready" => in_a_row += 1,
            _ => in_a_row = 0,
        }
        if server.has_ended() || server.ready().is_none() {
            (restarts, in_a_row) = (restarts + supervise(server), 0);
        }
        assert!(since.elapsed() < Duration::from_secs(60), "nothing is refused: {}", server.said());
    }
    restarts
}

fn reads_go_on(server: &Server) {
    let tally = server.get(&format!("/api/v1/activities/{POLL}/tally"));
    assert!(tally.contains("\"ballots\""), "{tally}");
    assert!(server.get("/c/aurora").contains("<form"));
}

#[test]
fn a_full_disk_refuses_acts_loses_none_and_is_forgotten_when_there_is_room() {
    const NAME: &str = "T3: disk full";
    let disk = match Disk::tmpfs(MIB) {
        Ok(disk) => disk,
        Err(why) => return report::skipped(NAME, &why),
    };
    let cycles = cycles(2, 10);
    let filler = disk.root().join("filler");
    let mut server = Server::bare(&disk.root());
    let ballast = server.data().join("ballast");
    server.environment.push(("FANFARE__STORE__BALLAST_MIB", "4".to_owned()));
    server.environment.push(("FANFARE__STORE__FREE_MIB", "2".to_owned()));
    assert!(server.apply().status.success());
    server.start_ready();
    let mut load = Load::start(&server, CLIENTS);
    let (mut restarts, mut slowest_back) = (0, Duration::ZERO);
    let mut slowest_refusal = Duration::ZERO;
    for _ in 0..cycles {
        load.successes(100);
        fill(&filler);
        restarts += until_refused(&mut server, &mut load);
        // Held full: refusals are quick from here on, and reads go on.
        load.history().slowest_refusal = Duration::ZERO;
        restarts += until_refused(&mut server, &mut load);
        reads_go_on(&server);
        // A start gives up the ballast, for it would find no room otherwise.
        server.stop();
        server.start_ready();
        reads_go_on(&server);
        slowest_refusal = slowest_refusal.max(load.history().slowest_refusal);
        fs::remove_file(&filler).unwrap();
        let freed = Instant::now();
        // What the ballast had room for was taken before: an act more than there are clients was asked for after this.
        load.history();
        load.until(u64::from(CLIENTS) + 1, || {
            restarts += supervise(&mut server);
            false
        });
        slowest_back = slowest_back.max(freed.elapsed());
        // Without a ballast the next full disk could not be started on.
        let laid = load.until(u64::MAX, || {
            restarts += supervise(&mut server);
            ballast.exists()
        });
        assert!(!laid && ballast.exists(), "the ballast was not laid down again: {}", server.said());
    }
    load.successes(50);
    let history = load.finish();
    server.restart();
    let figures = history.check(&server, 100);
    server.stop();
    server.check_store();
    assert!(slowest_refusal < REFUSED_WITHIN, "a refusal took {slowest_refusal:?}");
    assert!(slowest_back < BACK_WITHIN, "acts were taken again after {slowest_back:?}");
    let (refusal, back) = (slowest_refusal.as_millis(), slowest_back.as_millis());
    report::row(
        NAME,
        cycles,
        &format!(
            "{figures}; refused within {refusal} ms, reads went on, taken again {back} ms after there was room, \
             {restarts} times started again by its supervisor"
        ),
    );
}
