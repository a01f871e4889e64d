//! Acts: ballots, changes, withdrawals, and everything that is refused.

use fanfare::engine::SubmitError;
use fanfare_shared::ids::LockKey;
use fanfare_shared::log::leaf::{Body, Custody};
use fanfare_shared::refusal::Refusal;
use fanfare_shared::wire::act::{ActKind, CustodyWord};

use crate::harness::{Visitor, check_receipt, counts, vote};
use crate::on_every_backend;

fn refusal(error: SubmitError) -> Refusal {
    match error {
        SubmitError::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

on_every_backend! {
    async fn a_ballot_is_counted_and_its_receipt_verifies(it) {
        let poll = it.poll().await;
        let committed = it.engine().submit(Visitor::number(1).ballot(&poll, ["fig", "sea,town"])).await.unwrap();
        assert_eq!((committed.index, committed.revision, committed.act), (1, 1, ActKind::Ballot));
        assert_eq!(committed.custody, CustodyWord::Client);
        let leaf = check_receipt(it.engine(), &committed);
        assert!(matches!(leaf.body, Body::Ballot(ballot) if ballot.held.custody == Custody::Client));
        assert_eq!(counts(it.engine(), &poll).into_iter().collect::<Vec<_>>(),
            [("fig", 1), ("hill", 0), ("lemon", 0), ("sea", 1), ("town", 1)].map(|(id, n)| (id.to_owned(), n)));
    }

    async fn the_same_key_gives_the_same_receipt_and_another_body_is_refused(it) {
        let poll = it.poll().await;
        let act = Visitor::number(1).ballot(&poll, ["fig", ""]);
        let first = it.engine().submit(act.clone()).await.unwrap();
        for n in 2..20 { vote(it.engine(), &poll, n).await.unwrap(); }
        it.restart().await;
        let again = it.engine().submit(act.clone()).await.unwrap();
        assert!(again.replayed && !first.replayed);
        assert_eq!(again.receipt, first.receipt);
        assert_eq!(it.engine().by_key(&poll, &act.key).unwrap().unwrap().receipt, first.receipt);
        let mut other = act;
        other.request = fanfare_shared::log::hash::Hash::of(b"another body");
        assert_eq!(refusal(it.engine().submit(other).await.unwrap_err()), Refusal::KeyReused);
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 19);
    }

    async fn a_change_moves_the_count_and_needs_the_key_of_the_last_lock(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        let first = it.engine().submit(visitor.ballot(&poll, ["fig", "sea"])).await.unwrap();
        let mut thief = visitor.clone();
        thief.key = Some(LockKey::new([9; 32]));
        let stolen = thief.ballot(&poll, ["lemon", ""]);
        assert_eq!(refusal(it.engine().submit(stolen).await.unwrap_err()), Refusal::WrongUnlock);
        thief.key = None;
        let silent = thief.plain_ballot(&poll, ["lemon", ""]);
        assert_eq!(refusal(it.engine().submit(silent).await.unwrap_err()), Refusal::WrongUnlock);
        let second = it.engine().submit(visitor.ballot(&poll, ["lemon", ""])).await.unwrap();
        assert_eq!((second.revision, second.holder), (2, first.holder));
        check_receipt(it.engine(), &second);
        let counts = counts(it.engine(), &poll);
        assert_eq!((counts["fig"], counts["lemon"], counts["sea"]), (0, 1, 0));
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 1);
    }

    async fn a_lock_stands_once_in_a_log(it) {
        let poll = it.poll().await;
        let act = Visitor::number(1).ballot(&poll, ["fig", ""]);
        it.engine().submit(act.clone()).await.unwrap();
        let mut other = Visitor::number(2).ballot(&poll, ["fig", ""]);
        other.kind = act.kind;
        assert_eq!(refusal(it.engine().submit(other).await.unwrap_err()), Refusal::LockUsed);
    }

    async fn the_server_keeps_keys_for_those_who_cannot_and_gives_them_over(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        let first = it.engine().submit(visitor.plain_ballot(&poll, ["fig", ""])).await.unwrap();
        assert_eq!(first.custody, CustodyWord::Server);
        it.restart().await;
        let second = it.engine().submit(visitor.plain_ballot(&poll, ["lemon", ""])).await.unwrap();
        assert_eq!((second.revision, second.custody, second.holder), (2, CustodyWord::Server, first.holder));
        assert_eq!(it.engine().tally(&poll).unwrap().custody_server, 1);
        let third = it.engine().submit(visitor.ballot(&poll, ["lemon", "hill"])).await.unwrap();
        assert_eq!((third.revision, third.custody), (3, CustodyWord::Client));
        assert_eq!(it.engine().tally(&poll).unwrap().custody_server, 0);
        let fourth = visitor.plain_ballot(&poll, ["fig", ""]);
        assert_eq!(refusal(it.engine().submit(fourth).await.unwrap_err()), Refusal::WrongUnlock);
    }
}
