//! The disk answers EIO: each kind of call on each kind of file, at several moments. Whatever happens, nothing is
//! acknowledged that is lost afterwards, the reason is said, and a new start recovers (long: twenty moments each).
//!
//! One failure, once: a second sync of the same file would succeed, as it does on Linux, and must not be believed.

use std::time::{Duration, Instant};

use crate::harness::tools::tools;
use crate::harness::{Load, Server, cycles, is_long, report};

const CLIENTS: u32 = 4;
/// Acts after the failure that a server which goes on has to take.
const AFTER: u64 = 60;
const GOES_ON_WITHIN: Duration = Duration::from_secs(20);

/// What the server may do when a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It ends with a failure: what the disk holds is not known any more.
    Ends,
    /// It refuses what was asked and goes on: nothing was promised yet.
    GoesOn,
    /// Either: sled does not tell of every sync of its own that fails, and then syncs again.
    Either,
}

/// Call, file, what then; for calls made while acts are taken.
const UNDER_LOAD: [(&str, &str, Then); 10] = [
    ("write", "/journal/0", Then::Ends),
    ("tear", "/journal/0", Then::Ends),
    ("sync", "/journal/0", Then::Ends),
    ("write", "/keys/signer-state", Then::Ends),
    ("tear", "/keys/signer-state", Then::Ends),
    ("write", "/state/db", Then::Ends),
    ("sync", "/state/db", Then::Either),
    // Rare: a new segment, a new block of keys. The first of each comes to pass.
    ("write", "/journal/new-segment", Then::GoesOn),
    ("write", "/keys/people.keys", Then::GoesOn),
    ("sync", "/keys/people.keys", Then::GoesOn),
];

/// Call and file, for calls made at the first start: it fails, says so, and the next one goes well.
const AT_THE_FIRST_START: [(&str, &str); 12] = [
    ("write", "/keys/signing.key.new"),
    ("sync", "/keys/signing.key.new"),
    ("rename", "/keys/signing.key"),
    ("rename", "/keys/installation.secret"),
    ("rename", "/keys/owner.hash"),
    ("write", "/keys/people.keys"),
    ("sync", "/keys/people.keys"),
    ("write", "/journal/new-segment"),
    ("sync", "/journal/new-segment"),
    ("rename", "/journal/0000000001.seg"),
    ("write", "/documents/"),
    ("rename", "/documents/"),
];

/// Loads the shim with one failure.
fn arm(server: &mut Server, (call, path, nth): (&str, &str, u64)) {
    let shim = tools().unwrap().shim.display().to_string();
    server.environment.extend([
        ("LD_PRELOAD", shim),
        ("SHIM_CALL", call.to_owned()),
        ("SHIM_PATH", path.to_owned()),
        ("SHIM_NTH", nth.to_string()),
    ]);
}

fn disarm(server: &mut Server) {
    server.environment.retain(|(name, _)| *name != "LD_PRELOAD");
}

/// One failure under load; gives whether it struck.
fn under_load(call: &str, path: &str, nth: u64, then: Then) -> bool {
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::new(root.path());
    server.environment.push(("FANFARE__STORE__SEGMENT_MIB", "1".to_owned()));
    arm(&mut server, (call, path, nth));
    server.start_ready();
    let what = format!("{call} {path} {nth}");
    let mut load = Load::start(&server, CLIENTS);
    // A new segment comes after about a thousand acts.
    load.until(3000, || server.has_ended() || server.said().contains("shim: "));
    let struck = server.said().contains("shim: ");
    let since = Instant::now();
    let goes_on = load.until(AFTER, || server.has_ended() || since.elapsed() > GOES_ON_WITHIN);
    let said = server.said();
    if let Some(status) = server.ended_within(Duration::ZERO) {
        assert!(then != Then::GoesOn && status.code() == Some(1), "{what}: {status:?}: {said}");
        assert!(said.contains("start again"), "{what}: what to do is said: {said}");
    } else {
        assert!(goes_on && (then != Then::Ends || !struck), "{what}: {said}");
        server.kill();
    }
    disarm(&mut server);
    server.start_ready();
    let failed = path.contains("/state/") && said.contains("the store has failed");
    assert_eq!(failed, server.said().contains("it failed before"), "{what}: {said}{}", server.said());
    load.successes(20);
    let history = load.finish();
    server.restart();
    history.check(&server, 20);
    server.stop();
    server.check_store();
    struck
}

/// One failure while everything is made; gives whether it struck.
fn at_the_first_start(call: &str, path: &str) -> bool {
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::bare(root.path());
    arm(&mut server, (call, path, 1));
    let done = server.apply();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success() && !said.contains("panicked"), "{call} {path}: {done:?}");
    disarm(&mut server);
    let done = server.apply();
    assert!(done.status.success(), "{call} {path}, then: {done:?}");
    server.check_store();
    said.contains("shim: ")
}

#[test]
fn an_input_output_error_ends_the_server_or_is_refused_and_costs_nothing() {
    const NAME: &str = "T4: input/output errors";
    if let Err(why) = tools() {
        return report::skipped(NAME, &why);
    }
    let moments = cycles(1, 20);
    let (mut injected, mut struck) = (0, 0);
    for (call, path) in AT_THE_FIRST_START {
        assert!(at_the_first_start(call, path), "{call} {path} never came to pass");
        struck += 1;
        injected += 1;
    }
    for (call, path, then) in UNDER_LOAD {
        let rare = then == Then::GoesOn;
        if rare && path.contains("segment") && !is_long() {
            // Thousands of acts.
            continue;
        }
        for moment in 0..if rare { 1 } else { moments } {
            let nth = if rare { 1 } else { 3 + moment * 5 };
            injected += 1;
            struck += u64::from(under_load(call, path, nth, then));
        }
    }
    report::row(NAME, injected, &format!("{struck} failures struck, nothing acknowledged was lost"));
}
