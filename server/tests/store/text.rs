//! Free text: sealed wherever it stands, read by those who may, and gone with the person's key, while the log, the counts
//! and the public receipt stay as they were.

use std::fs;
use std::ops::ControlFlow;

use fanfare::engine::{Act, ActProposal, Committed, Engine, SubmitError};
use fanfare::store::check;
use fanfare::store::copy::backup::backup;
use fanfare::store::copy::export::export;
use fanfare::store::copy::import::import;
use fanfare::store::copy::restore::restore;
use fanfare_shared::ids::{ActivityId, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::Body;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::time::Window;
use fanfare_shared::verify::{self, Trust};

use crate::backup::files;
use crate::harness::{Backend, Installation, START, Visitor, bundle, check_receipt, closed};
use crate::on_every_backend;

const WORDS: &str = "Al mare, con mia nonna Adele";

/// A poll that asks for a flavour, for a reason in free text, and for a place.
async fn poll(it: &Installation) -> ActivityId {
    poll_of(it, "summer").await
}

/// The same, of a campaign of this name.
pub(crate) async fn poll_of(it: &Installation, name: &str) -> ActivityId {
    let window = Window { opens: START.minute(), closes: START.minute().plus(3600) };
    let asked = r#"{"id":"why","type":"text","required":false,"max":100,"text":{"en":"Why?"}}"#;
    let change = |campaign: &mut fanfare_shared::campaign::Campaign| {
        campaign.campaign = name.parse().unwrap();
        campaign.activities[0].questions.insert(1, serde_json::from_str(asked).unwrap());
    };
    it.apply_within(window, change).await.unwrap().activities.remove(0).1
}

/// A ballot with these words.
fn says(visitor: &mut Visitor, poll: &ActivityId, words: &str) -> Act {
    let unlock = visitor.key;
    let key = LockKey::new(
        *Hash::of(format!("{poll} {words} {unlock:?} {:?}", visitor.participant.bytes()).as_bytes()).bytes(),
    );
    visitor.key = Some(key);
    let answers = ["fig", words, ""].map(str::to_owned).to_vec();
    let lock = Some(commitment::lock(poll, &key));
    visitor.propose(poll, ActProposal::Ballot { answers, lock, unlock })
}

pub(crate) async fn said(it: &Installation, poll: &ActivityId, n: u32, words: &str) -> (Visitor, Committed) {
    let mut visitor = Visitor::number(n);
    let committed = it.engine().submit(says(&mut visitor, poll, words)).await.unwrap();
    (visitor, committed)
}

/// The texts as the team reads them, newest first.
fn texts(engine: &Engine, poll: &ActivityId) -> Vec<(u64, String)> {
    let texts = engine.texts(poll, None, usize::MAX).unwrap();
    texts.into_iter().map(|it| (it.index, it.text)).collect()
}

/// What an export of the answers has of the text, act by act.
fn exported(engine: &Engine, poll: &ActivityId) -> Vec<String> {
    let mut found = Vec::new();
    let each = engine.each_act(poll, |act| {
        found.push(act.answers.get(1).cloned().unwrap_or_default());
        ControlFlow::Continue(())
    });
    each.unwrap();
    found
}

fn answered(engine: &Engine, poll: &ActivityId) -> u64 {
    engine.tally(poll).unwrap().questions[1].answered
}

/// Whether the private form of a receipt opens the ballot's commitment.
fn opens(it: &Installation, committed: &Committed) -> bool {
    let Body::Ballot(ballot) = check_receipt(it.engine(), committed).body else { panic!("no ballot") };
    let receipt: Receipt = committed.receipt.parse().unwrap();
    let Some(private) = receipt.private else { return false };
    let (poll, definition) =
        (&committed.activity, it.engine().activity(&committed.activity).unwrap().definition_hash);
    let answers = private.opens.iter().map(|it| commitment::answer(poll, &it.name, &it.salt, &it.bytes));
    commitment::ballot(poll, &definition, &answers.collect::<Vec<_>>()) == ballot.commit
}

/// Files of the data folder that hold these bytes as they are.
fn holding(it: &Installation, needle: &[u8]) -> Vec<String> {
    let files = files(&it.data()).into_iter();
    let holds = |bytes: Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle);
    files.filter(|file| holds(fs::read(file).unwrap())).map(|file| file.display().to_string()).collect()
}

/// Words and salt, as a private receipt has them.
fn secrets(committed: &Committed) -> [Vec<u8>; 2] {
    let receipt: Receipt = committed.receipt.parse().unwrap();
    let private = receipt.private.unwrap();
    let text = &private.opens[1];
    [text.bytes.clone(), text.salt.bytes().to_vec()]
}

on_every_backend! {
    async fn words_open_for_their_writer_and_for_the_team_alone(it) {
        let poll = poll(&it).await;
        let (visitor, first) = said(&it, &poll, 1, WORDS).await;
        assert!(opens(&it, &first));
        assert_eq!(secrets(&first)[0], WORDS.as_bytes());
        let own = it.engine().acts_of(&visitor.participant).unwrap();
        assert_eq!(own[0].answers["why"], WORDS);
        assert_eq!(own[0].receipt, first.receipt, "the same receipt, made again");
        assert_eq!(texts(it.engine(), &poll), [(1, WORDS.to_owned())]);
        assert_eq!(exported(it.engine(), &poll), [WORDS]);
        assert_eq!((answered(it.engine(), &poll), it.engine().written_count(&poll).unwrap()), (1, 1));
        it.restart().await;
        assert_eq!(it.engine().acts_of(&visitor.participant).unwrap(), own);
        assert_eq!(texts(it.engine(), &poll), [(1, WORDS.to_owned())]);
    }

    async fn an_erasure_leaves_count_log_and_public_receipt_and_no_word(it) {
        let poll = poll(&it).await;
        let (mut visitor, _) = said(&it, &poll, 1, "a first reason").await;
        let last = says(&mut visitor, &poll, WORDS);
        let committed = it.engine().submit(last.clone()).await.unwrap();
        it.engine().erase(&visitor.participant).await.unwrap();
        for restart in [false, true] {
            if restart {
                it.restart().await;
            }
            assert_eq!(it.engine().acts_of(&visitor.participant).unwrap(), []);
            assert_eq!(texts(it.engine(), &poll), []);
            assert_eq!(exported(it.engine(), &poll), ["", ""]);
            assert_eq!((answered(it.engine(), &poll), it.engine().tally(&poll).unwrap().ballots), (1, 1));
            // Whoever still has the client's key gets the receipt in its public form: it verifies, and opens nothing.
            let again = it.engine().submit(last.clone()).await.unwrap();
            assert!(again.replayed && !opens(&it, &again));
            let receipt: Receipt = again.receipt.parse().unwrap();
            assert_eq!(receipt.private, None);
            assert_eq!(receipt.leaf, committed.receipt.parse::<Receipt>().unwrap().leaf);
        }
    }

    async fn an_older_copy_of_the_keys_does_not_bring_the_words_back(it) {
        let poll = poll(&it).await;
        let (visitor, _) = said(&it, &poll, 1, WORDS).await;
        let keys = it.keys().join("people.keys");
        let older = fs::read(&keys).unwrap();
        it.engine().erase(&visitor.participant).await.unwrap();
        it.stop().await;
        fs::write(&keys, &older).unwrap();
        it.start().unwrap();
        assert_eq!(texts(it.engine(), &poll), []);
        assert_eq!(exported(it.engine(), &poll), [""]);
    }

    async fn the_team_reads_what_counts_now_newest_first_page_by_page(it) {
        let poll = poll(&it).await;
        let (mut changed, _) = said(&it, &poll, 1, "one").await;
        let (mut gone, _) = said(&it, &poll, 2, "two").await;
        said(&it, &poll, 3, "").await;
        said(&it, &poll, 4, "four").await;
        assert_eq!(it.engine().written_count(&poll).unwrap(), 3);
        it.engine().submit(says(&mut changed, &poll, "one, again")).await.unwrap();
        it.engine().submit(gone.withdraw(&poll)).await.unwrap();
        assert_eq!(texts(it.engine(), &poll), [(5, "one, again".to_owned()), (4, "four".to_owned())]);
        let page = it.engine().texts(&poll, None, 1).unwrap();
        assert_eq!((page.len(), page[0].number, page[0].question.as_str()), (1, 3, "why"));
        let page = it.engine().texts(&poll, Some(page[0].number), 1).unwrap();
        assert_eq!((page.len(), page[0].number, page[0].text.as_str()), (1, 2, "four"));
        assert_eq!(it.engine().texts(&poll, Some(page[0].number), 1).unwrap(), []);
        // The change takes the place of what was written; the withdrawal takes it away.
        assert_eq!(answered(it.engine(), &poll), 2);
        it.engine().submit(says(&mut changed, &poll, "")).await.unwrap();
        assert_eq!(answered(it.engine(), &poll), 1);
        assert_eq!(texts(it.engine(), &poll), [(4, "four".to_owned())]);
    }

    async fn the_commit_takes_no_text_that_the_rules_would_not_give(it) {
        let poll = poll(&it).await;
        for wrong in ["x".repeat(101), " spaced ".to_owned(), "\u{202e}abc".to_owned(), "\u{200d}".to_owned()] {
            let act = says(&mut Visitor::number(1), &poll, &wrong);
            let refused = it.engine().submit(act).await.unwrap_err();
            assert!(matches!(refused, SubmitError::Refused(Refusal::Answers(_))), "{wrong:?}");
        }
        assert_eq!(it.engine().written_count(&poll).unwrap(), 0);
    }

    async fn a_poll_with_free_text_is_recounted_without_its_words(it) {
        let poll = poll(&it).await;
        for n in 0..12 {
            said(&it, &poll, n, ["", WORDS][n as usize % 2]).await;
        }
        let (erased, committed) = said(&it, &poll, 50, "do not remember me").await;
        it.engine().erase(&erased.participant).await.unwrap();
        it.clock.advance(3600);
        closed(&it, &poll).await;
        let text = bundle(it.engine(), &poll);
        assert!(!text.contains(WORDS) && !text.contains(&data_encoding::BASE64.encode(WORDS.as_bytes())));
        let report = verify::bundle::verify(&text, &Trust::default());
        assert!(report.verdict().stands(), "{report}");
        let log = it.engine().log(&fanfare::engine::LogId::Activity(poll.clone())).unwrap();
        let openings = log.openings().unwrap().openings;
        assert_eq!(openings.iter().map(|file| file.rows).sum::<u64>(), 2 * 13, "the two choices of each");
        // The erased person's own copy of the private receipt still opens what they wrote.
        let report = verify::receipt::verify(&committed.receipt, &Trust::default(), Some(&text));
        assert!(report.verdict().stands(), "{report}");
    }
}

async fn on_disk() -> (Installation, ActivityId, Visitor, Committed) {
    let it = Installation::new(Backend::Embedded);
    let poll = poll(&it).await;
    let (visitor, committed) = said(&it, &poll, 1, WORDS).await;
    said(&it, &poll, 2, "another").await;
    (it, poll, visitor, committed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_of_the_store_holds_words_or_salt_in_the_clear() {
    let (mut it, _, _, committed) = on_disk().await;
    it.stop().await;
    for secret in secrets(&committed) {
        assert_eq!(holding(&it, &secret), [""; 0]);
    }
    it.start().unwrap();
    it.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_made_again_after_an_erasure_is_the_one_before_it_to_the_last_row() {
    let (mut it, poll, visitor, _) = on_disk().await;
    it.engine().erase(&visitor.participant).await.unwrap();
    said(&it, &poll, 3, "a third").await;
    it.stop().await;
    let report = check::check(&it.data(), Some(&it.keys())).unwrap();
    assert!(report.ok && report.rows > 0 && report.lost_links == 0, "{report:?}");
    // Sealed words are no personal rows: they compare without any key as well.
    let report = check::check(&it.data(), None).unwrap();
    assert!(report.ok, "{report:?}");
    it.start().unwrap();
    it.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_from_before_an_erasure_has_no_word_that_the_keys_of_today_open() {
    let (mut it, poll, visitor, committed) = on_disk().await;
    let folder = tempfile::tempdir().unwrap();
    backup(&it.data(), folder.path(), START).unwrap();
    let text = fs::read(folder.path().join("manifest.json")).unwrap();
    assert!(!text.is_empty());
    it.engine().erase(&visitor.participant).await.unwrap();
    it.stop().await;
    fs::write(it.keys().join("signer-state"), b"").unwrap();
    fs::remove_dir_all(it.data()).unwrap();
    let restored = restore(folder.path(), &it.data(), &it.keys()).unwrap();
    assert!(restored.report.findings.is_empty(), "{:?}", restored.report);
    for secret in secrets(&committed) {
        assert_eq!(holding(&it, &secret), [""; 0]);
    }
    it.start().unwrap();
    assert_eq!(texts(it.engine(), &poll), [(2, "another".to_owned())]);
    it.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exported_store_carries_the_words_sealed_and_gives_them_back() {
    let (mut it, poll, visitor, committed) = on_disk().await;
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("1.ndjson"), folder.path().join("2.ndjson"));
    export(&it.data(), &first).unwrap();
    let stream = fs::read_to_string(&first).unwrap();
    for secret in secrets(&committed) {
        for spelt in [data_encoding::HEXLOWER.encode(&secret), data_encoding::BASE64.encode(&secret)] {
            assert!(!stream.contains(&spelt));
        }
    }
    assert!(!stream.contains(WORDS) && stream.contains("\"written\":{\"commitments\":[[1,"));
    it.stop().await;
    fs::remove_dir_all(it.data()).unwrap();
    assert!(import(&first, &it.data(), &it.keys()).unwrap().report.ok);
    export(&it.data(), &second).unwrap();
    assert_eq!(fs::read(&second).unwrap(), fs::read(&first).unwrap());
    it.start().unwrap();
    assert_eq!(texts(it.engine(), &poll), [(2, "another".to_owned()), (1, WORDS.to_owned())]);
    assert_eq!(it.engine().acts_of(&visitor.participant).unwrap()[0].receipt, committed.receipt);
    it.end().await;
}
