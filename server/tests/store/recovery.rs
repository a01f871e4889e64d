//! Starts after a halt, after damage, and with the wrong things: each ends well or says which file, what, and what to do.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use fanfare::engine::{Engine, Health, LogId, OpenError};
use fanfare::store::check::{self, CheckError, Report};
use fanfare::store::embedded::Rows as _;
use fanfare::store::journal::frame::{self, Parsed};
use fanfare::store::rebuild;
use fanfare::store::state::key::Key;

use crate::harness::{Backend, Installation, Visitor, audit, copy, vote};

async fn installation(votes: u32) -> Installation {
    let it = Installation::new(Backend::Embedded);
    let poll = it.poll().await;
    for n in 0..votes {
        vote(it.engine(), &poll, n).await.unwrap();
    }
    it
}

fn segment(it: &Installation) -> PathBuf {
    it.data().join("journal/0000000001.seg")
}

/// Where the last frame of a segment begins and ends.
fn last_frame(path: &Path) -> (u64, u64) {
    let bytes = fs::read(path).unwrap();
    let begin = bytes.windows(4).rposition(|window| window == frame::MAGIC).unwrap();
    // Its last byte may well be a zero: the length is what its header says.
    let Parsed::Frame(_, length) = frame::parse(&bytes[begin..]) else { panic!("no frame at {begin}") };
    (begin as u64, (begin + length) as u64)
}

fn write(path: &Path, offset: u64, bytes: &[u8]) {
    OpenOptions::new().write(true).open(path).unwrap().write_all_at(bytes, offset).unwrap();
}

fn checked(it: &Installation) -> Report {
    check::check(&it.data(), Some(&it.keys())).unwrap()
}

fn notes(engine: &Engine) -> Vec<String> {
    match engine.health() {
        Health::Ready { notes } => notes,
        Health::NotReady(reason) => panic!("{reason}"),
    }
}

#[tokio::test]
async fn a_copy_taken_in_the_middle_of_work_starts_with_everything_that_was_answered() {
    let mut it = installation(20).await;
    let copied = tempfile::tempdir().unwrap();
    copy(&it.data(), copied.path());
    let before = audit(it.engine());
    it.stop().await;
    fs::remove_dir_all(it.data()).unwrap();
    copy(copied.path(), &it.data());
    it.start().unwrap();
    assert_eq!(audit(it.engine()).len(), before.len());
    it.end().await;
}

#[tokio::test]
async fn a_torn_last_frame_is_cut_off_and_reported() {
    let mut it = installation(5).await;
    it.stop().await;
    // A frame that was being written: its first sectors are there, its last is not.
    let (begin, end) = last_frame(&segment(&it));
    let mut torn = fs::read(segment(&it)).unwrap()[begin as usize..end as usize].to_vec();
    torn.truncate(usize::try_from((end + end - begin - 1) / 512 * 512 - end).unwrap());
    assert!(!torn.is_empty(), "the frame ends in the sector it begins in");
    write(&segment(&it), end, &torn);
    assert!(checked(&it).ok, "a torn tail is no damage");
    it.start().unwrap();
    assert!(
        notes(it.engine()).iter().any(|note| note.contains("0000000001.seg")),
        "{:?}",
        notes(it.engine())
    );
    it.restart().await;
    assert_eq!(notes(it.engine()), Vec::<String>::new());
    it.end().await;
}

#[tokio::test]
async fn damage_in_the_journal_is_named_and_nothing_is_touched() {
    let mut it = installation(5).await;
    it.stop().await;
    let path = segment(&it);
    let (begin, end) = last_frame(&path);
    for at in [70, begin + 20, begin + 100, end - 1] {
        let before = fs::read(&path).unwrap();
        write(&path, at, &[before[at as usize] ^ 0x10]);
        let damaged = fs::read(&path).unwrap();
        let error = it.start().unwrap_err().to_string();
        assert!(error.contains("0000000001.seg, byte"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), damaged);
        let report = checked(&it);
        assert!(!report.ok && report.findings[0].file.ends_with("0000000001.seg"), "{report:?}");
        fs::write(&path, before).unwrap();
    }
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn an_acknowledged_frame_that_was_zeroed_is_noticed() {
    let mut it = installation(5).await;
    it.stop().await;
    let (begin, end) = last_frame(&segment(&it));
    write(&segment(&it), begin, &vec![0; usize::try_from(end - begin).unwrap()]);
    assert!(!checked(&it).ok);
    // By the state, which knows of the record.
    let error = it.start().unwrap_err();
    assert!(error.to_string().contains("acknowledged records are missing"), "{error}");
    // And without it, by what was signed.
    fs::remove_dir_all(it.data().join("state")).unwrap();
    let error = it.start().unwrap_err();
    assert!(matches!(error, OpenError::SignerAhead { .. }), "{error}");
}

/// Every file of the state holds something else.
fn ruin_the_state(it: &Installation) {
    for entry in it.data().join("state").read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && !path.ends_with("mark") {
            fs::write(&path, b"not what it was").unwrap();
        }
    }
}

/// The start makes the state again, says why, and leaves one state; gives the other notes.
async fn made_again(it: &mut Installation, why: &str) -> Vec<String> {
    it.start().unwrap();
    let mut notes = notes(it.engine());
    let said = notes.pop().unwrap();
    assert!(said.contains(why) && said.contains("was made again"), "{said}");
    assert!(it.engine().telemetry().render().contains("fanfare_state_rebuilt 1\n"));
    assert!(!it.data().join("state.new").exists());
    notes
}

#[tokio::test]
async fn a_state_that_does_not_open_is_made_again_and_leaves_nothing_behind() {
    let mut it = installation(30).await;
    let before = audit(it.engine());
    it.stop().await;
    ruin_the_state(&it);
    assert!(!checked(&it).ok);
    assert!(made_again(&mut it, "could not be used").await.is_empty());
    assert!(!it.data().join("state.damaged-1").exists());
    assert_eq!(audit(it.engine()), before);
    it.stop().await;
    let report = checked(&it);
    assert!(report.ok, "{report:?}");
    it.start().unwrap();
    assert_eq!(notes(it.engine()), Vec::<String>::new());
    it.end().await;
}

#[tokio::test]
async fn a_state_is_believed_after_a_kill_and_not_after_the_machine_went_down() {
    let mut it = installation(5).await;
    let state = it.data().join("state");
    let mark = state.join("mark");
    let this_run = fs::read_to_string(&mark).unwrap();
    it.stop().await;
    assert_eq!(fs::read_to_string(&mark).unwrap(), "closed\n");
    // A row that was written is missing, as the loss of power may leave it.
    let rows = rebuild::open(&state).unwrap();
    rows.write([(Key::link(0), None)].into()).unwrap();
    drop(rows);
    // Within one run of the machine nothing like that happens: a start looks at no more than it needs.
    fs::write(&mark, &this_run).unwrap();
    assert!(!checked(&it).ok);
    it.start().unwrap();
    assert_eq!(notes(it.engine()), Vec::<String>::new());
    it.stop().await;
    fs::write(&mark, "0d4c9c54-95d5-4d25-b4c6-8c3e4e5e9a5f\n").unwrap();
    assert!(checked(&it).notes.iter().any(|note| note.contains("the next start")));
    assert!(made_again(&mut it, "the machine went down").await.is_empty());
    it.stop().await;
    assert!(checked(&it).ok);
    fs::remove_file(&mark).unwrap();
    assert!(made_again(&mut it, "it failed before").await.is_empty());
    it.end().await;
}

#[tokio::test]
async fn a_start_that_misses_a_row_is_refused_and_the_next_one_mends_it() {
    let mut it = installation(5).await;
    let poll = it.engine().campaign(&it.engine().campaigns()[0]).unwrap().activities[0].clone();
    it.stop().await;
    let rows = rebuild::open(&it.data().join("state")).unwrap();
    rows.write([(Key::leaf(&LogId::Activity(poll), 3), None)].into()).unwrap();
    drop(rows);
    let error = it.start().unwrap_err();
    assert!(matches!(error, OpenError::Read(_)), "{error}");
    assert!(made_again(&mut it, "it failed before").await.is_empty());
    it.end().await;
}

#[tokio::test]
async fn an_old_state_that_may_know_lost_links_is_kept() {
    let mut it = installation(5).await;
    it.stop().await;
    ruin_the_state(&it);
    // The first keys are gone: the file's header ends where they begin.
    write(&it.keys().join("people.keys"), 64, &[0; 5 * 64]);
    let notes = made_again(&mut it, "kept as").await;
    assert!(notes[0].contains("people.keys does not open the links"), "{notes:?}");
    assert!(it.data().join("state.damaged-1").is_dir());
    it.stop().await;
}

#[tokio::test]
async fn a_leftover_of_a_killed_start_does_no_harm() {
    let mut it = installation(3).await;
    it.stop().await;
    fs::write(it.data().join("state/snap.0000000000000001.generating"), b"half").unwrap();
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn the_wrong_address_the_wrong_keys_and_a_second_server_are_refused() {
    let mut it = installation(2).await;
    let error = it.start().unwrap_err();
    assert!(matches!(error, OpenError::InUse(_)), "{error}");
    assert!(matches!(check::check(&it.data(), None), Err(CheckError::InUse(_))));
    it.stop().await;

    let open = |keys: PathBuf, base: Option<&str>| fanfare::engine::Open {
        data: it.data(),
        keys,
        base: base.map(str::to_owned),
        first_base: None,
        limits: fanfare::engine::StoreLimits::default(),
    };
    let clock = || std::sync::Arc::clone(&it.clock) as std::sync::Arc<dyn fanfare::clock::Clock>;
    let error = Engine::open(open(it.keys(), Some("other.example")), clock()).unwrap_err();
    assert!(matches!(error, OpenError::OtherBase { .. }), "{error}");
    let elsewhere = it.data().with_file_name("other-keys");
    let error = Engine::open(open(elsewhere.clone(), None), clock()).unwrap_err();
    assert!(error.to_string().contains("signing.key is missing"), "{error}");
    copy(&it.keys(), &elsewhere);
    fs::write(elsewhere.join("signing.key"), format!("{}\n", "07".repeat(32))).unwrap();
    let error = Engine::open(open(elsewhere, None), clock()).unwrap_err();
    assert!(matches!(error, OpenError::OtherKey(_)), "{error}");
    let engine = Engine::open(open(it.keys(), None), clock()).unwrap();
    assert_eq!(engine.base(), crate::harness::HOST);
    engine.shutdown().await;
    drop(engine);
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn segments_follow_each_other_and_all_are_read_again() {
    let mut it = Installation::new(Backend::Embedded);
    let poll = it.poll().await;
    for n in 0..400 {
        vote(it.engine(), &poll, n).await.unwrap();
    }
    it.restart().await;
    vote(it.engine(), &poll, 1000).await.unwrap();
    it.stop().await;
    assert!(it.data().join("journal/0000000002.seg").exists());
    let report = checked(&it);
    assert!(report.ok, "{report:?}");
    // Beside the leaves: the installation, the campaign, and the line of the audit log about it; `open` makes two.
    assert_eq!((report.leaves, report.records), (403, 405));
    // A closed segment has no torn tail: the same cut there is damage.
    let (begin, end) = last_frame(&segment(&it));
    write(&segment(&it), begin, &vec![0; usize::try_from(end - begin).unwrap()]);
    assert!(!checked(&it).ok);
}

#[tokio::test]
async fn a_check_finds_a_flipped_bit_in_every_kind_of_file() {
    let mut it = installation(30).await;
    it.engine().erase(&Visitor::number(3).participant).await.unwrap();
    it.stop().await;
    assert!(checked(&it).ok, "{:?}", checked(&it));
    let documents = it.data().join("documents");
    let document = documents.read_dir().unwrap().next().unwrap().unwrap().path();
    for path in [document, it.keys().join("signer-state"), segment(&it)] {
        let before = fs::read(&path).unwrap();
        let mut changed = before.clone();
        let last = changed.iter().rposition(|byte| *byte != 0).unwrap();
        changed[last - 3] ^= 1;
        fs::write(&path, changed).unwrap();
        let report = checked(&it);
        assert!(!report.ok, "{}", path.display());
        fs::write(&path, before).unwrap();
    }
    let report = checked(&it);
    assert!(report.ok && report.rows > 100, "{report:?}");
}
