//! A store as each format's program wrote it, kept in `tests/golden`: every later program must open it, check it, and show
//! the same logs, counts and receipts. Its keys are made for this test alone.
//!
//! A new format gets a folder of its own: `FANFARE_GOLDEN=write` makes it, and refuses where there is one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fanfare::beacon;
use fanfare::engine::{Actor, AuditNote, By, Counts, Health, LogId, OpenError, TeamProposal, What};
use fanfare::store::check::{self, Part};
use fanfare::store::journal::JournalError;
use fanfare::store::journal::frame::{self, Parsed};
use fanfare::store::record::BODY_VERSION;
use fanfare_shared::ids::{CampaignId, MemberId, PublicId};
use fanfare_shared::time::Timestamp;

use crate::backup::files;
use crate::contests;
use crate::harness::{Backend, Installation, START, Visitor, audit, closed, copy, counts};
use crate::text;
use crate::transfer::everything;

/// Every format that a program was released with, the newest last.
const FORMATS: [u16; 3] = [1, 2, 3];
/// The day whose visits the second format counted.
const DAY: u32 = 20_000;

fn golden(format: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/v{format}"))
}

/// What can be seen of an installation: logs, counts, receipts; what was written, and the audit log.
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
            for text in engine.texts(poll, None, usize::MAX).unwrap() {
                seen.insert(format!("text {poll} {}", text.index), text.text);
            }
        }
        for (day, counts) in engine.counted(&campaign, 0, u32::MAX).unwrap() {
            seen.insert(format!("reach {campaign} {day}"), format!("{counts:?}"));
        }
    }
    for line in engine.audit(u64::MAX) {
        let (line, _) = line.unwrap();
        seen.insert(format!("audit {}", line.n), String::from_utf8(line.encode().unwrap()).unwrap());
    }
    seen
}

/// An installation over a copy of the golden folder.
async fn opened(format: u16) -> Installation {
    let mut it = Installation::new(Backend::Embedded);
    it.stop().await;
    fs::remove_dir_all(it.data()).unwrap();
    fs::remove_dir_all(it.keys()).unwrap();
    copy(&golden(format).join("data"), &it.data());
    copy(&golden(format).join("keys"), &it.keys());
    it.clock.set(Timestamp(START.0 + 86_400));
    it
}

#[tokio::test]
async fn a_store_of_every_format_is_opened_checked_and_shown_as_it_was() {
    if std::env::var("FANFARE_GOLDEN").is_ok_and(|what| what == "write") {
        write().await;
    }
    for format in FORMATS {
        let mut it = opened(format).await;
        let report = check::check(&it.data(), Some(&it.keys())).unwrap();
        assert!(report.ok && report.lost_links == 0, "{format}: {report:?}");
        it.start().unwrap();
        assert_eq!(it.engine().health(), Health::Ready { notes: Vec::new() }, "{format}");
        let expected: BTreeMap<String, String> =
            serde_json::from_slice(&fs::read(golden(format).join("seen.json")).unwrap()).unwrap();
        assert_eq!(seen(&it), expected, "{format}");
        it.end().await;
    }
}

#[tokio::test]
async fn a_store_of_a_later_format_is_refused_by_name_and_left_alone() {
    let mut it = opened(FORMATS[FORMATS.len() - 1]).await;
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
    let golden = golden(BODY_VERSION);
    assert!(!golden.exists(), "a golden folder is never written again");
    let mut it = everything().await;
    // What came with the second format: free text, visits, and tokens in the audit log.
    let poll = text::poll_of(&it, "autumn").await;
    text::said(&it, &poll, 40, "At the sea").await;
    let (visitor, _) = text::said(&it, &poll, 41, "In the hills").await;
    it.engine().erase(&visitor.participant).await.unwrap();
    // With the third: a contest, with entries that were taken back and forgotten, drawn.
    let prizes = contests::contest(&it).await;
    contests::enter(it.engine(), &prizes, 50..56).await;
    let mut gone = Visitor::number(51);
    let _key_of_the_entry = gone.withdraw(&prizes);
    it.engine().submit(gone.withdraw(&prizes)).await.unwrap();
    it.engine().erase(&Visitor::number(52).participant).await.unwrap();
    it.clock.set(Timestamp(START.0 + 86_400));
    closed(&it, &poll).await;
    contests::sealed(it.engine(), &prizes).await;
    assert!(beacon::round(it.engine(), &[]).await && it.engine().waiting_for_a_round().is_empty());
    let autumn: CampaignId = "autumn".parse().unwrap();
    let visits =
        [(By::All, "", 3), (By::Page, "www.brand.example", 3), (By::Blocked, "www.brand.example wasm", 1)];
    let visits = visits.map(|(by, value, n)| ((by, value.to_owned(), What::Shown), n));
    it.engine().count(&autumn, DAY, &Counts::from(visits));
    let actor = Actor::Token(MemberId::new([7; 16]), PublicId::new([8; 16]));
    let note = AuditNote::new(actor, "campaign.cost", "autumn").saying("1 EUR");
    it.engine().change_team(TeamProposal::default().noted(note)).await.unwrap();
    let seen = serde_json::to_vec_pretty(&seen(&it)).unwrap();
    it.stop().await;
    copy(&it.data().join("journal"), &golden.join("data/journal"));
    copy(&it.data().join("documents"), &golden.join("data/documents"));
    copy(&it.keys(), &golden.join("keys"));
    for segment in files(&golden.join("data/journal")) {
        let mut bytes = fs::read(&segment).unwrap();
        let mut end = 64;
        while let Parsed::Frame(_, length) = frame::parse(&bytes[end..]) {
            end += length;
        }
        bytes.truncate(end);
        fs::write(&segment, bytes).unwrap();
    }
    // Keys are made 4,096 ahead; no record uses more than these.
    let people = golden.join("keys/people.keys");
    let bytes = fs::read(&people).unwrap();
    fs::write(&people, &bytes[..64 + 64 * 40]).unwrap();
    fs::write(golden.join("seen.json"), seen).unwrap();
}
