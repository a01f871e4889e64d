//! `check --repair`: the state from the journal, closed segments and documents from a backup, and nothing by guessing.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use fanfare::engine::Health;
use fanfare::store::check::Part;
use fanfare::store::check::repair::repair;
use fanfare::store::copy::backup::backup;

use crate::backup::{files, installation};
use crate::harness::{START, audit, vote};

fn damage(path: &Path, at: u64) {
    let file = fs::File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 0x20], at).unwrap();
}

#[tokio::test]
async fn a_damaged_state_is_made_again_and_leaves_nothing_behind() {
    let (mut it, _, _folder) = installation(40).await;
    it.clock.advance(60);
    let before = audit(it.engine());
    it.stop().await;
    let state = it.data().join("state");
    for file in files(&state) {
        fs::write(&file, b"not what it was").unwrap();
    }
    let journal = fs::read(it.data().join("journal/0000000001.seg")).unwrap();
    let report = repair(&it.data(), &it.keys(), None).unwrap();
    assert!(report.ok && report.repaired[0].contains("made again from the journal"), "{report:?}");
    assert!(!it.data().join("state.damaged-1").exists() && !it.data().join("state.new").exists());
    assert_eq!(fs::read(it.data().join("journal/0000000001.seg")).unwrap(), journal);
    it.start().unwrap();
    assert_eq!(it.engine().health(), Health::Ready { notes: Vec::new() });
    assert_eq!(audit(it.engine()), before);
    it.stop().await;
    let report = repair(&it.data(), &it.keys(), None).unwrap();
    assert!(report.ok && report.repaired.is_empty(), "{report:?}");
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn without_the_keys_no_state_is_made_because_it_would_lack_every_link() {
    let (mut it, _, folder) = installation(5).await;
    it.stop().await;
    for file in files(&it.data().join("state")) {
        fs::write(&file, b"not what it was").unwrap();
    }
    let error = repair(&it.data(), &folder.path().join("none"), None).unwrap_err();
    assert!(error.to_string().contains("--keys"), "{error}");
    assert!(!it.data().join("state.damaged-1").exists());
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn closed_segments_and_documents_come_back_from_a_backup() {
    let (mut it, poll, folder) = installation(900).await;
    backup(&it.data(), folder.path(), START).unwrap();
    for n in 900..1000 {
        vote(it.engine(), &poll, n).await.unwrap();
    }
    it.clock.advance(60);
    let before = audit(it.engine());
    it.stop().await;
    let segments = files(&it.data().join("journal"));
    assert!(segments.len() >= 3, "{segments:?}");
    let whole: Vec<_> = segments.iter().map(|path| fs::read(path).unwrap()).collect();
    fs::remove_file(&segments[0]).unwrap();
    damage(&segments[1], 20_000);
    let documents = files(&it.data().join("documents"));
    damage(&documents[0], 3);
    fs::remove_file(&documents[1]).unwrap();

    let report = repair(&it.data(), &it.keys(), None).unwrap();
    assert!(!report.ok && report.repaired.is_empty(), "{report:?}");
    let places: Vec<_> =
        report.findings.iter().map(|it| (it.part, it.file.as_str(), it.byte.is_some())).collect();
    assert!(places.contains(&(Part::Journal, segments[0].to_str().unwrap(), false)), "{places:?}");
    assert!(places.contains(&(Part::Journal, segments[1].to_str().unwrap(), true)), "{places:?}");
    assert!(report.notes.iter().any(|note| note.contains("can be read in records")), "{:?}", report.notes);

    let report = repair(&it.data(), &it.keys(), Some(folder.path())).unwrap();
    assert!(report.ok && report.repaired.len() == 4, "{report:?}");
    for (path, bytes) in segments.iter().zip(&whole).take(2) {
        let now = fs::read(path).unwrap();
        assert_eq!(now, bytes[..now.len()]);
    }
    assert!(segments[1].with_file_name("0000000002.seg.damaged-1").exists());
    it.start().unwrap();
    assert_eq!(audit(it.engine()), before);
    it.end().await;
}

#[tokio::test]
async fn what_no_backup_can_prove_is_left_as_it_is() {
    let (mut it, poll, folder) = installation(250).await;
    backup(&it.data(), folder.path(), START).unwrap();
    for n in 250..1000 {
        vote(it.engine(), &poll, n).await.unwrap();
    }
    it.stop().await;
    let segments = files(&it.data().join("journal"));
    assert!(segments.len() >= 3, "{segments:?}");
    // The last one: more may have been acknowledged than the backup knows. And one that was open when it was made.
    for (path, why) in [(segments.last().unwrap(), "cannot tell"), (&segments[0], "do not follow")] {
        let before = fs::read(path).unwrap();
        damage(path, 70);
        let damaged = fs::read(path).unwrap();
        let report = repair(&it.data(), &it.keys(), Some(folder.path())).unwrap();
        assert!(!report.ok && report.repaired.is_empty(), "{report:?}");
        assert!(report.notes.iter().any(|note| note.contains(why)), "{why}: {:?}", report.notes);
        assert_eq!(fs::read(path).unwrap(), damaged);
        fs::write(path, before).unwrap();
    }
    it.start().unwrap();
    it.end().await;
}
