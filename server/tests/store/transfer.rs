//! Export and import: one stream, from which the same store comes again, and the same stream from that.

use std::fs;
use std::path::Path;

use fanfare::store::copy::CopyError;
use fanfare::store::copy::export::export;
use fanfare::store::copy::import::import;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::time::Window;

use crate::backup::{files, installation};
use crate::harness::{Backend, Installation, START, Visitor, audit, closed, vote};

/// An installation in which every kind of record was written.
pub async fn everything() -> Installation {
    let it = Installation::new(Backend::Embedded);
    let window = Window { opens: START.minute(), closes: START.minute().plus(1200) };
    let poll = it.apply_within(window, |_| {}).await.unwrap().activities.remove(0).1;
    let amended = |campaign: &mut fanfare_shared::campaign::Campaign| {
        campaign.terms.0.insert("en".to_owned(), "Be very kind.".to_owned());
    };
    it.apply_within(window, amended).await.unwrap();
    it.engine().change_team(crate::team::anna("Anna Riva")).await.unwrap();
    let mut visitors: Vec<Visitor> = (0..4).map(Visitor::number).collect();
    it.engine().submit(visitors[0].ballot(&poll, ["fig", "sea"])).await.unwrap();
    it.engine().submit(visitors[1].plain_ballot(&poll, ["lemon", ""])).await.unwrap();
    it.engine().submit(visitors[2].ballot(&poll, ["fig", ""])).await.unwrap();
    it.engine().submit(visitors[0].ballot(&poll, ["lemon", "sea,town"])).await.unwrap();
    it.engine().submit(visitors[2].withdraw(&poll)).await.unwrap();
    it.engine().submit(visitors[3].plain_ballot(&poll, ["fig", "hill"])).await.unwrap();
    it.engine().erase(&visitors[3].participant).await.unwrap();
    // Ballots are opened where at least ten holders count.
    for n in 10..22 {
        vote(it.engine(), &poll, n).await.unwrap();
    }
    it.clock.set(window.closes);
    closed(&it, &poll).await;
    it
}

/// The bytes of every frame of a journal, one after the other, whatever segments they lie in.
fn frames(data: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for file in files(&data.join("journal")) {
        let bytes = fs::read(file).unwrap();
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        all.extend_from_slice(&bytes[64..end]);
    }
    all
}

#[tokio::test]
async fn an_imported_store_is_the_exported_one_and_exports_the_same_bytes() {
    let mut it = everything().await;
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("1.ndjson"), folder.path().join("2.ndjson"));
    let written = export(&it.data(), &first).unwrap();
    assert!(written.records >= 27 && written.documents >= 7, "{written:?}");
    let text = fs::read_to_string(&first).unwrap();
    let kinds = [
        "installation",
        "campaign",
        "open",
        "amend",
        "ballot",
        "withdraw",
        "seal",
        "opening",
        "tally",
        "erase",
        "team",
    ];
    for kind in kinds {
        assert!(text.contains(&format!("\"is\":{{\"{kind}\":{{")), "no record of kind {kind}");
    }
    let before = audit(it.engine());
    it.stop().await;
    let old = frames(&it.data());
    fs::remove_dir_all(it.data()).unwrap();
    let imported = import(&first, &it.data(), &it.keys()).unwrap();
    assert!(imported.report.ok && imported.last_seq == written.records, "{imported:?}");
    assert_eq!(frames(&it.data()), old, "the same frames, and so the same chain of hashes");
    export(&it.data(), &second).unwrap();
    assert_eq!(fs::read(&second).unwrap(), fs::read(&first).unwrap());
    assert!(matches!(import(&first, &it.data(), &it.keys()), Err(CopyError::Taken(_))));
    it.start().unwrap();
    assert_eq!(audit(it.engine()), before);
    it.end().await;
}

#[tokio::test]
async fn an_export_names_no_person_and_holds_no_key() {
    let (it, poll, folder) = installation(3).await;
    let mut visitor = Visitor::number(9);
    it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
    let file = folder.path().join("all.ndjson");
    export(&it.data(), &file).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let secret = visitor.participant.bytes();
    let person = Hash::of(secret);
    let key = fs::read(it.keys().join("people.keys")).unwrap()[64..96].to_vec();
    for secret in [secret.as_slice(), person.bytes(), &key] {
        for spelt in [data_encoding::HEXLOWER.encode(secret), data_encoding::BASE64.encode(secret)] {
            assert!(!text.contains(&spelt));
        }
    }
    it.end().await;
}

#[tokio::test]
async fn a_changed_line_is_named_and_nothing_comes_of_it() {
    let mut it = everything().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, target) = (folder.path().join("all.ndjson"), folder.path().join("data"));
    export(&it.data(), &file).unwrap();
    it.stop().await;
    let whole = fs::read(&file).unwrap();
    let refused = |bytes: &[u8], line: usize, what: &str| {
        fs::write(&file, bytes).unwrap();
        let error = import(&file, &target, &it.keys()).unwrap_err();
        assert!(
            matches!(error, CopyError::Damaged { .. } | CopyError::UnknownVersion { .. }),
            "{what}: {error:?}"
        );
        assert!(error.to_string().contains(&format!("line {line}")), "{what}: {error}");
        assert!(!target.join("journal").exists(), "{what}");
    };
    let line_of = |at: usize| whole[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let every = std::env::var_os("FANFARE_LONG").map_or(239, |_| 1);
    for at in (0..whole.len()).step_by(every) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 7);
        refused(&flipped, line_of(at), &format!("flipped at {at}"));
        refused(&whole[..at], line_of(at), &format!("cut at {at}"));
    }
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    for gone in 0..lines.len() {
        let kept: Vec<u8> = [&lines[..gone], &lines[gone + 1..]].concat().concat();
        fs::write(&file, &kept).unwrap();
        let error = import(&file, &target, &it.keys()).unwrap_err();
        assert!(error.to_string().contains(", line "), "without line {}: {error}", gone + 1);
    }
    let later =
        String::from_utf8(whole.clone()).unwrap().replacen("fanfare-export/v1", "fanfare-export/v2", 1);
    fs::write(&file, later).unwrap();
    let error = import(&file, &target, &it.keys()).unwrap_err();
    assert!(
        matches!(&error, CopyError::UnknownVersion { format, .. } if format == "fanfare-export/v2"),
        "{error}"
    );
    refused(&[&whole[..], lines[1]].concat(), lines.len() + 1, "a line more");
    fs::write(&file, &whole).unwrap();
    assert!(import(&file, &target, &it.keys()).unwrap().report.ok);
    it.start().unwrap();
    it.end().await;
}

#[tokio::test]
async fn a_stream_that_is_behind_what_was_signed_is_refused() {
    let (mut it, poll, folder) = installation(3).await;
    let file = folder.path().join("all.ndjson");
    export(&it.data(), &file).unwrap();
    vote(it.engine(), &poll, 10).await.unwrap();
    it.stop().await;
    let error = import(&file, &folder.path().join("data"), &it.keys()).unwrap_err();
    assert!(matches!(error, CopyError::Behind { .. }), "{error}");
    it.start().unwrap();
    it.end().await;
}
