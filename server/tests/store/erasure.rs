//! Erasure: the link goes, the count stays, and no restart or older copy brings the link back.

use fanfare::engine::Health;
use fanfare_shared::wire::act::CustodyWord;

use crate::harness::{Backend, Installation, Visitor, vote};
use crate::on_every_backend;

on_every_backend! {
    async fn a_forgotten_person_is_unknown_and_still_counted(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        let first = it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
        assert_eq!(first.custody, CustodyWord::Server);
        vote(it.engine(), &poll, 2).await.unwrap();
        assert_eq!(it.engine().acts_of(&visitor.participant).unwrap().len(), 1);
        it.engine().erase(&visitor.participant).await.unwrap();
        assert_eq!(it.engine().acts_of(&visitor.participant).unwrap(), []);
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 2);
        it.restart().await;
        assert_eq!(it.engine().acts_of(&visitor.participant).unwrap(), []);
        let anew = it.engine().submit(visitor.plain_ballot(&poll, ["lemon", ""])).await.unwrap();
        assert_eq!(anew.revision, 1);
        assert_ne!(anew.holder, first.holder);
    }

    async fn forgetting_somebody_unknown_is_success(it) {
        it.poll().await;
        it.engine().erase(&Visitor::number(7).participant).await.unwrap();
    }

    async fn an_older_copy_of_the_keys_does_not_bring_the_link_back(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
        let keys = it.keys().join("people.keys");
        let older = std::fs::read(&keys).unwrap();
        it.engine().erase(&visitor.participant).await.unwrap();
        assert_ne!(std::fs::read(&keys).unwrap(), older);
        it.stop().await;
        std::fs::write(&keys, &older).unwrap();
        it.start().unwrap();
        assert_ne!(std::fs::read(&keys).unwrap(), older, "the key is destroyed again");
        assert_eq!(it.engine().acts_of(&visitor.participant).unwrap(), []);
    }

    async fn no_stored_byte_names_a_person_after_erasure(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
        it.engine().erase(&visitor.participant).await.unwrap();
        it.stop().await;
        let secret = visitor.participant.bytes().to_vec();
        let hash = fanfare_shared::log::hash::Hash::of(&secret).bytes().to_vec();
        // The state forgets too, but sled may keep old pages until it collects them: what is looked at is what lasts.
        for name in ["journal", "documents"] {
            let Ok(files) = it.data().join(name).read_dir() else { continue };
            for file in files {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!has(&secret) && !has(&hash), "{name}");
            }
        }
        it.start().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_keys_are_said_and_cost_no_vote() {
    let mut it = Installation::new(Backend::Embedded);
    let poll = it.poll().await;
    let mut visitor = Visitor::number(1);
    it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
    vote(it.engine(), &poll, 2).await.unwrap();
    it.stop().await;
    let keys = it.keys().join("people.keys");
    std::fs::remove_file(&keys).unwrap();
    let error = it.start().unwrap_err().to_string();
    assert!(error.contains("people.keys is missing") && error.contains("make an empty file"), "{error}");
    std::fs::write(&keys, b"").unwrap();
    std::fs::remove_dir_all(it.data().join("state")).unwrap();
    it.start().unwrap();
    let Health::Ready { notes } = it.engine().health() else { panic!("not ready") };
    assert!(notes[0].contains("links of 2 participants"), "{notes:?}");
    assert_eq!(it.engine().tally(&poll).unwrap().ballots, 2);
    it.end().await;
}
