//! Backups: made while the engine runs, read back with every byte, refused where anything is not what it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fanfare::engine::{Health, OpenError};
use fanfare::store::copy::backup::{Done, backup};
use fanfare::store::copy::manifest::{self, Backup};
use fanfare::store::copy::restore::{Verified, restore};
use fanfare::store::copy::{CopyError, keys};
use fanfare_shared::ids::ActivityId;

use crate::harness::{Backend, Installation, START, Visitor, audit, copy, vote};

/// An installation with some votes, and a folder for its copies.
pub async fn installation(votes: u32) -> (Installation, ActivityId, tempfile::TempDir) {
    let it = Installation::new(Backend::Embedded);
    let poll = it.poll().await;
    for n in 0..votes {
        vote(it.engine(), &poll, n).await.unwrap();
    }
    (it, poll, tempfile::tempdir().unwrap())
}

fn backed_up(it: &Installation, to: &Path) -> Done {
    backup(&it.data(), to, START).unwrap()
}

fn manifest_of(folder: &Path) -> Backup {
    manifest::read(folder, manifest::BACKUP).unwrap().unwrap()
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_backup_of_a_running_store_is_a_store_with_the_same_logs() {
    let (mut it, poll, folder) = installation(30).await;
    it.engine().erase(&Visitor::number(3).participant).await.unwrap();
    it.clock.advance(60);
    let before = audit(it.engine());
    let done = backed_up(&it, folder.path());
    vote(it.engine(), &poll, 99).await.unwrap();
    it.stop().await;
    // What was signed after the backup is behind it; a machine that is lost takes that knowledge with it.
    let keys = it.keys();
    fs::write(keys.join("signer-state"), b"").unwrap();
    fs::remove_dir_all(it.data()).unwrap();
    let restored = restore(folder.path(), &it.data(), &keys).unwrap();
    assert!(restored.report.ok, "{:?}", restored.report);
    assert_eq!(restored.report.heads, manifest_of(folder.path()).logs);
    assert_eq!((restored.last_seq, done.last_seq), (35, 35));
    it.start().unwrap();
    assert_eq!(audit(it.engine()), before);
    it.end().await;
}

#[tokio::test]
async fn a_second_backup_copies_only_what_is_new() {
    let (it, poll, folder) = installation(500).await;
    let first = backed_up(&it, folder.path());
    assert!(first.segments_copied >= 2 && first.documents_copied == 3, "{first:?}");
    let again = backed_up(&it, folder.path());
    assert_eq!((again.segments_copied, again.documents_copied, again.bytes_copied), (0, 0, 0));
    assert_eq!((again.segments_kept, again.documents_kept), (first.segments_copied, 3));
    vote(it.engine(), &poll, 1000).await.unwrap();
    let third = backed_up(&it, folder.path());
    assert_eq!((third.segments_copied, third.segments_kept), (1, first.segments_copied - 1));
    assert_eq!(files(&folder.path().join("journal")).len() as u64, first.segments_copied);
    Verified::open(folder.path(), None).unwrap();
    it.end().await;
}

#[tokio::test]
async fn no_backup_holds_a_key() {
    let (it, _, folder) = installation(3).await;
    backed_up(&it, folder.path());
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for name in ["signing.key", "installation.secret"] {
        let text = fs::read_to_string(it.keys().join(name)).unwrap();
        let text = text.split(' ').next().unwrap();
        secrets.push(data_encoding::HEXLOWER.decode(text.trim().as_bytes()).unwrap());
        secrets.push(text.trim().as_bytes().to_vec());
    }
    secrets.push(fs::read(it.keys().join("people.keys")).unwrap()[64..96].to_vec());
    for file in files(folder.path()) {
        let bytes = fs::read(&file).unwrap();
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|it| it == secret), "{}", file.display());
        }
    }
    it.end().await;
}

#[tokio::test]
async fn a_backup_with_any_byte_changed_or_cut_off_is_refused() {
    let (mut it, _, folder) = installation(12).await;
    backed_up(&it, folder.path());
    it.stop().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("data");
    let refused = |what: &str| {
        let error = restore(folder.path(), &target, &it.keys());
        assert!(
            matches!(
                &error,
                Err(CopyError::Damaged { .. } | CopyError::UnknownVersion { .. } | CopyError::Io { .. })
            ),
            "{what}: {error:?}"
        );
        assert!(!target.exists(), "{what}");
    };
    let every = std::env::var_os("FANFARE_LONG").map_or(61, |_| 1);
    for file in files(folder.path()).into_iter().filter(|file| !file.ends_with("lock")) {
        let before = fs::read(&file).unwrap();
        for at in (0..before.len()).step_by(every).chain([before.len() - 1]) {
            let mut flipped = before.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&file, flipped).unwrap();
            refused(&format!("{} flipped at {at}", file.display()));
            fs::write(&file, &before[..at]).unwrap();
            refused(&format!("{} cut at {at}", file.display()));
        }
        fs::write(&file, [&before[..], b"x"].concat()).unwrap();
        refused(&format!("{} with a byte more", file.display()));
        fs::remove_file(&file).unwrap();
        refused(&format!("{} gone", file.display()));
        fs::write(&file, before).unwrap();
    }
    restore(folder.path(), &target, &it.keys()).unwrap();
    let error = restore(folder.path(), &target, &it.keys()).unwrap_err();
    assert!(matches!(error, CopyError::Taken(_)), "{error}");
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn a_damaged_copy_is_made_again_and_a_damaged_store_spoils_no_copy() {
    let (mut it, _, folder) = installation(20).await;
    backed_up(&it, folder.path());
    it.stop().await;
    let copied = files(&folder.path().join("journal")).remove(0);
    let whole = fs::read(&copied).unwrap();
    fs::write(&copied, &whole[..whole.len() - 9]).unwrap();
    let done = backed_up(&it, folder.path());
    assert!(done.notes[0].contains("was damaged"), "{done:?}");
    assert_eq!(fs::read(&copied).unwrap(), whole);

    let segment = it.data().join("journal/0000000001.seg");
    let before = fs::read(&segment).unwrap();
    let mut damaged = before.clone();
    damaged[200] ^= 1;
    fs::write(&segment, damaged).unwrap();
    let error = backup(&it.data(), folder.path(), START).unwrap_err();
    assert!(error.to_string().contains("0000000001.seg, byte"), "{error}");
    assert_eq!(fs::read(&copied).unwrap(), whole);
    Verified::open(folder.path(), None).unwrap();
    fs::write(&segment, before).unwrap();
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn a_backup_of_another_installation_behind_or_of_another_history_is_refused() {
    let (mut it, poll, folder) = installation(5).await;
    let early = folder.path().join("early");
    backed_up(&it, &early);
    let older = folder.path().join("older");
    it.stop().await;
    copy(&it.data(), &older);
    it.start().unwrap();
    vote(it.engine(), &poll, 50).await.unwrap();
    let late = folder.path().join("late");
    backed_up(&it, &late);
    it.stop().await;

    let target = folder.path().join("data");
    let error = restore(&early, &target, &it.keys()).unwrap_err();
    assert!(matches!(error, CopyError::Behind { .. }) && error.to_string().contains("fork"), "{error}");
    // The store itself went back: its backup is newer, and stays.
    let error = backup(&older, &late, START).unwrap_err();
    assert!(matches!(error, CopyError::Behind { .. }), "{error}");

    let (mut other, _, _folder) = installation(5).await;
    let foreign = folder.path().join("foreign");
    backed_up(&other, &foreign);
    let error = restore(&foreign, &target, &it.keys()).unwrap_err();
    assert!(matches!(error, CopyError::Foreign { .. }), "{error}");
    let error = backup(&it.data(), &foreign, START).unwrap_err();
    assert!(matches!(error, CopyError::Foreign { .. }), "{error}");
    other.stop().await;

    // A second history of the same keys: it went on from the older copy after the signer's state was lost.
    let newest = folder.path().join("newest");
    copy(&it.data(), &newest);
    fs::remove_dir_all(it.data()).unwrap();
    copy(&older, &it.data());
    let signed = fs::read(it.keys().join("signer-state")).unwrap();
    fs::write(it.keys().join("signer-state"), b"").unwrap();
    it.start().unwrap();
    vote(it.engine(), &poll, 51).await.unwrap();
    it.stop().await;
    let error = backup(&it.data(), &late, START).unwrap_err();
    assert!(matches!(error, CopyError::Forked { .. }), "{error}");
    let forked = folder.path().join("forked");
    backed_up(&it, &forked);
    fs::write(it.keys().join("signer-state"), signed).unwrap();
    let error = restore(&forked, &target, &it.keys()).unwrap_err();
    assert!(matches!(error, CopyError::Forked { .. }), "{error}");
    assert!(!target.exists());

    fs::remove_dir_all(it.data()).unwrap();
    restore(&late, &it.data(), &it.keys()).unwrap();
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn what_is_no_backup_is_never_written_into() {
    let (mut it, _, folder) = installation(2).await;
    it.stop().await;
    fs::create_dir_all(folder.path().join("letters")).unwrap();
    assert!(matches!(backup(&it.data(), folder.path(), START), Err(CopyError::Taken(_))));
    fs::remove_dir_all(it.data().join("state")).unwrap();
    assert!(matches!(backup(&it.data(), &it.data(), START), Err(CopyError::Taken(_))));
    assert!(matches!(backup(folder.path(), &it.data(), START), Err(CopyError::Nothing(_))));
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn a_restored_store_forgets_again_whom_the_copy_of_the_keys_still_knows() {
    let (mut it, poll, folder) = installation(2).await;
    let mut visitor = Visitor::number(7);
    it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
    let (data_copy, keys_copy) = (folder.path().join("data"), folder.path().join("keys"));
    assert!(keys::backup(&it.data(), &it.keys(), &keys_copy, START).unwrap() >= 3);
    it.engine().erase(&visitor.participant).await.unwrap();
    backed_up(&it, &data_copy);
    it.stop().await;
    fs::remove_dir_all(it.data()).unwrap();
    fs::remove_dir_all(it.keys()).unwrap();

    keys::restore(&keys_copy, &it.keys()).unwrap();
    let report = restore(&data_copy, &it.data(), &it.keys()).unwrap().report;
    let missing: Vec<_> = report.findings.iter().map(|finding| finding.what.as_str()).collect();
    assert!(missing.len() == 1 && missing[0].contains("signer-state"), "{missing:?}");
    let error = it.start().unwrap_err();
    assert!(matches!(&error, OpenError::Keys(_)) && error.to_string().contains("signer-state"), "{error}");
    fs::write(it.keys().join("signer-state"), b"").unwrap();
    it.start().unwrap();
    assert_eq!(it.engine().health(), Health::Ready { notes: Vec::new() });
    assert_eq!(it.engine().acts_of(&visitor.participant).unwrap(), []);
    assert_eq!(it.engine().acts_of(&Visitor::number(1).participant).unwrap().len(), 1);
    assert_eq!(it.engine().tally(&poll).unwrap().ballots, 3);
    it.end().await;
}

#[tokio::test]
async fn the_copy_of_the_keys_follows_erasures_and_is_not_given_up_for_damaged_ones() {
    let (it, poll, folder) = installation(2).await;
    let to = folder.path().join("keys");
    let kept = |to: &Path| -> BTreeMap<String, Vec<u8>> {
        let files = files(to).into_iter();
        files
            .map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&file).unwrap()))
            .collect()
    };
    let before = keys::backup(&it.data(), &it.keys(), &to, START).unwrap();
    assert!(kept(&to).keys().all(|name| !name.starts_with("signer-state")));
    let older = fs::read(it.keys().join("people.keys")).unwrap();
    it.engine().erase(&Visitor::number(1).participant).await.unwrap();
    assert_eq!(keys::backup(&it.data(), &it.keys(), &to, START).unwrap(), before - 1);
    let copied = kept(&to);
    let people = copied.iter().find(|(name, _)| name.starts_with("people.keys")).unwrap().1;
    assert_eq!(copied.len(), 6, "four files, the manifest and the lock: {:?}", copied.keys());
    assert_ne!(*people, older);

    // A key that nobody erased is gone: the copy that has it stays.
    let damaged = it.keys().join("people.keys");
    let whole = fs::read(&damaged).unwrap();
    let mut bytes = whole.clone();
    bytes[64..128].fill(0);
    fs::write(&damaged, &bytes).unwrap();
    let error = keys::backup(&it.data(), &it.keys(), &to, START).unwrap_err();
    assert!(error.to_string().contains("1 keys are gone"), "{error}");
    bytes[70] = 1;
    fs::write(&damaged, &bytes).unwrap();
    let error = keys::backup(&it.data(), &it.keys(), &to, START).unwrap_err();
    assert!(error.to_string().contains("slot 0"), "{error}");
    assert_eq!(kept(&to), copied);
    fs::write(&damaged, &whole).unwrap();
    vote(it.engine(), &poll, 60).await.unwrap();
    it.end().await;
}
