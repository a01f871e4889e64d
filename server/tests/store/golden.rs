//! A store as this version's first program wrote it, kept in `tests/golden/v1`: every later program must open it, check
//! it, and show the same logs, counts and receipts. Its keys are made for this test alone.
//!
//! A new format gets a folder of its own: `FANFARE_GOLDEN=write` makes it, and refuses where there is one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fanfare::engine::{Health, LogId, OpenError};
use fanfare::store::check::{self, Part};
use fanfare::store::journal::JournalError;
use fanfare::store::journal::frame::{self, Parsed};
use fanfare_shared::time::Timestamp;

use crate::backup::files;
use crate::harness::{Backend, Installation, START, audit, copy, counts};
use crate::transfer::everything;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")
}

/// What anybody can see of an installation: logs, counts, receipts.
fn seen(it: &Installation) -> BTreeMap<String, String> {
    let engine = it.engine();
    let mut seen = audit(engine);
    seen.retain(|name, _| name.starts_with("log ") || name.starts_with("registry "));
    for campaign in engine.campaigns() {
        for poll in &engine.campaign(&campaign).unwrap().activities {
            seen.insert(format!("counts {poll}"), format!("{:?}", counts(engine, poll)));
            let log = engine.log(&LogId::Activity(poll.clone())).unwrap();
            let receipts = (0..log.size()).filter_map(|index| log.receipt(index).unwrap());
            seen.insert(format!("receipts {poll}"), receipts.collect());
        }
    }
    seen
}

/// An installation over a copy of the golden folder.
async fn opened() -> Installation {
    let mut it = Installation::new(Backend::Embedded);
    it.stop().await;
    fs::remove_dir_all(it.data()).unwrap();
    fs::remove_dir_all(it.keys()).unwrap();
    copy(&golden().join("data"), &it.data());
    copy(&golden().join("keys"), &it.keys());
    it.clock.set(Timestamp(START.0 + 86_400));
    it
}

#[tokio::test]
async fn a_store_of_format_1_is_opened_checked_and_shown_as_it_was() {
    if std::env::var("FANFARE_GOLDEN").is_ok_and(|what| what == "write") {
        write().await;
    }
    let mut it = opened().await;
    let report = check::check(&it.data(), Some(&it.keys())).unwrap();
    assert!(report.ok && report.lost_links == 0, "{report:?}");
    it.start().unwrap();
    assert_eq!(it.engine().health(), Health::Ready { notes: Vec::new() });
    let expected: BTreeMap<String, String> =
        serde_json::from_slice(&fs::read(golden().join("seen.json")).unwrap()).unwrap();
    assert_eq!(seen(&it), expected);
    it.end().await;
}

#[tokio::test]
async fn a_store_of_a_later_format_is_refused_by_name_and_left_alone() {
    let mut it = opened().await;
    let path = it.data().join("journal/0000000001.seg");
    let before = fs::read(&path).unwrap();
    let Parsed::Frame(first, length) = frame::parse(&before[64..]) else { panic!("no frame") };
    let mut segment = before.clone();
    segment[7] = b'2';
    let mut header = before.clone();
    header[64 + 3] = b'2';
    let mut body = before.clone();
    let (bytes, _) = frame::encode(first.seq, first.count, 99, &first.prev, &first.body).unwrap();
    body[64..64 + length].copy_from_slice(&bytes);
    body.truncate(64 + length);
    for (later, what) in [(segment, "segment"), (header, "frame"), (body, "body")] {
        fs::write(&path, &later).unwrap();
        let error = it.start().unwrap_err();
        assert!(
            error.to_string().contains("does not know; start the program that wrote it"),
            "{what}: {error}"
        );
        assert!(matches!(
            error,
            OpenError::Journal(JournalError::UnknownVersion { .. }) | OpenError::Recover(_)
        ));
        let report = check::check(&it.data(), Some(&it.keys())).unwrap();
        assert!(report.findings.iter().any(|it| it.part == Part::Version), "{what}: {report:?}");
        assert_eq!(fs::read(&path).unwrap(), later, "{what}");
    }
    fs::write(&path, before).unwrap();
    it.start().unwrap();
    it.end().await;
}

/// Writes the golden folder of the format that this program writes, as small as it can be.
async fn write() {
    assert!(!golden().exists(), "a golden folder is never written again");
    let mut it = everything().await;
    it.clock.set(Timestamp(START.0 + 86_400));
    let seen = serde_json::to_vec_pretty(&seen(&it)).unwrap();
    it.stop().await;
    copy(&it.data().join("journal"), &golden().join("data/journal"));
    copy(&it.data().join("documents"), &golden().join("data/documents"));
    copy(&it.keys(), &golden().join("keys"));
    for segment in files(&golden().join("data/journal")) {
        let mut bytes = fs::read(&segment).unwrap();
        bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1);
        fs::write(&segment, bytes).unwrap();
    }
    // Keys are made 4,096 ahead; no record uses more than these.
    let people = golden().join("keys/people.keys");
    let bytes = fs::read(&people).unwrap();
    fs::write(&people, &bytes[..64 + 64 * 24]).unwrap();
    fs::write(golden().join("seen.json"), seen).unwrap();
}
