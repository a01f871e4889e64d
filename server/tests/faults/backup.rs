//! A backup made by a second process while the server works: restored elsewhere, it holds every act that was answered
//! before it began, under the root that its manifest names (long: 30 rounds).

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use fanfare::store::copy::manifest::{self, Backup};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::note::VerifierKey;

use crate::harness::{Load, Server, cycles, report, server::POLL};

const CLIENTS: u32 = 8;

fn run(server: &Server, name: &str, arguments: &[&Path]) -> Output {
    let mut command = server.command(name);
    command.args(arguments).stderr(Stdio::piped()).output().unwrap()
}

fn done(server: &Server, name: &str, arguments: &[&Path]) -> String {
    let output = run(server, name, arguments);
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {said}{failed}");
    said.into_owned()
}

#[test]
fn a_backup_made_under_load_holds_everything_that_was_answered_before_it_began() {
    let (root, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut server = Server::new(root.path());
    server.start_ready();
    let mut load = Load::start(&server, CLIENTS);
    let (to, keys_to) = (place.path().join("data"), place.path().join("keys"));
    let (to, keys_to) = (to.as_path(), keys_to.as_path());
    let backups = cycles(4, 30);
    for _ in 0..backups {
        load.successes(60);
        // Whatever was answered by now is in it. What is answered from here on may be.
        load.history();
        done(&server, "backup", &["--to".as_ref(), to, "--keys-to".as_ref(), keys_to]);
    }
    load.doubt();
    let last = done(&server, "export", &["--to".as_ref(), &place.path().join("all.ndjson")]);
    assert!(last.contains("exported"), "{last}");
    load.successes(60);
    let history = load.finish();
    server.stop();

    // Beside keys that signed more, the backup would fork the log.
    let third = root.path().join("third");
    let mut beside = server.command("restore");
    beside.args(["--from".as_ref(), to]).arg("--data").arg(&third);
    let beside = beside.stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&beside.stderr).into_owned();
    assert!(!beside.status.success() && !third.exists(), "{said}");

    let other = tempfile::tempdir().unwrap();
    let mut elsewhere = server.at(other.path());
    let said = run(&elsewhere, "restore", &["--from".as_ref(), to, "--keys-from".as_ref(), keys_to]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("signer-state"), "the operator has to know: {said}");
    // The machine that signed last is lost, and nothing newer exists.
    fs::write(elsewhere.keys().join("signer-state"), b"").unwrap();
    let manifest: Backup = manifest::read(to, manifest::BACKUP).unwrap().unwrap();
    let checked = done(&elsewhere, "check", &[]);
    for log in &manifest.logs {
        let line = format!("{} has {} leaves, root {}", log.origin, log.size, log.root);
        assert!(checked.contains(&line), "{line} is not in {checked}");
    }
    elsewhere.start_ready();
    let origin = format!("{}/log/a/{POLL}", elsewhere.base().trim_start_matches("http://"));
    let key: VerifierKey = elsewhere.get(&format!("/log/key?origin={origin}")).trim_end().parse().unwrap();
    let shown = elsewhere.get(&format!("/log/a/{POLL}/checkpoint"));
    let shown = Checkpoint::open(&shown, &origin, key.key()).unwrap();
    let named = manifest.logs.iter().find(|log| log.origin == origin).unwrap();
    assert_eq!((shown.size, shown.root), (named.size, named.root));
    let figures = history.check(&elsewhere, 101);
    elsewhere.stop();
    elsewhere.check_store();
    report::row("T16: backup under load, restored elsewhere", backups, &format!("{figures}; roots as named"));
}

#[test]
fn commands_tell_a_damaged_store_from_a_wrong_question() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::bare(root.path());
    let code = |output: Output| output.status.code();
    assert_eq!(code(run(&server, "check", &[])), Some(2), "there is no store");
    assert_eq!(code(run(&server, "backup", &[])), Some(2), "where to?");
    let (one, two) = (root.path().join("copy"), root.path().join("copy/keys"));
    let nested = ["--to".as_ref(), one.as_path(), "--keys-to".as_ref(), two.as_path()];
    assert_eq!(code(run(&server, "backup", &nested)), Some(2), "keys and data in one place");
    assert!(server.apply().status.success());
    assert_eq!(code(run(&server, "check", &["--json".as_ref()])), Some(0));
    let documents = server.data().join("documents");
    let document = documents.read_dir().unwrap().next().unwrap().unwrap().path();
    fs::write(&document, b"another text").unwrap();
    let output = run(&server, "check", &["--json".as_ref()]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((report["ok"].as_bool(), &report["findings"][0]["part"]), (Some(false), &"document".into()));
    assert_eq!(report["findings"][0]["file"], document.to_str().unwrap());
}

#[test]
fn a_start_that_had_to_mend_something_says_so_at_readyz() {
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::new(root.path());
    let state = server.data().join("state");
    for file in state.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        fs::write(&file, b"not what it was").unwrap();
    }
    server.start_ready();
    let ready = server.get("/readyz");
    assert!(ready.starts_with("ready\nnote: state: the state could not be used"), "{ready}");
    assert!(!ready.contains(root.path().to_str().unwrap()), "{ready}");
    server.restart();
    assert_eq!(server.get("/readyz"), "ready\n");
    server.stop();
}
