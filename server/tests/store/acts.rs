//! Acts: ballots, changes, withdrawals, and everything that is refused.

use fanfare::engine::{LogId, SubmitError};
use fanfare_shared::ids::LockKey;
use fanfare_shared::log::leaf::{Body, Custody};
use fanfare_shared::refusal::Refusal;
use fanfare_shared::time::{Timestamp, Window};
use fanfare_shared::wire::act::{ActKind, CustodyWord};
use fanfare_shared::wire::participant::ActState;

use crate::harness::{START, Visitor, check_receipt, counts, vote};
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

    async fn a_withdrawal_takes_the_count_back_and_a_new_vote_is_a_new_holder(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        let first = it.engine().submit(visitor.ballot(&poll, ["fig", "sea"])).await.unwrap();
        it.engine().submit(visitor.ballot(&poll, ["lemon", ""])).await.unwrap();
        let mut thief = visitor.clone();
        thief.key = None;
        let stolen = thief.withdraw(&poll);
        assert_eq!(refusal(it.engine().submit(stolen).await.unwrap_err()), Refusal::WrongUnlock);
        let gone = it.engine().submit(visitor.withdraw(&poll)).await.unwrap();
        assert_eq!((gone.act, gone.revision, gone.holder), (ActKind::Withdraw, 0, first.holder));
        check_receipt(it.engine(), &gone);
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 0);
        assert!(counts(it.engine(), &poll).values().all(|count| *count == 0));
        assert!(it.engine().latest_of(&poll, &visitor.participant).unwrap().is_none());
        let again = visitor.withdraw(&poll);
        assert_eq!(refusal(it.engine().submit(again).await.unwrap_err()), Refusal::NothingToWithdraw);
        let anew = it.engine().submit(visitor.ballot(&poll, ["fig", ""])).await.unwrap();
        assert_eq!(anew.revision, 1);
        assert_ne!(anew.holder, first.holder);
        let acts = it.engine().acts_of(&visitor.participant).unwrap();
        let states: Vec<_> = acts.iter().map(|act| (act.revision, act.state)).collect();
        let void = ActState::Void;
        assert_eq!(states, [(1, void), (2, void), (0, void), (1, ActState::Counted)]);
    }

    async fn acts_are_taken_from_the_opening_until_before_the_close(it) {
        let window = Window { opens: START.minute().plus(600), closes: START.minute().plus(1200) };
        let poll = it.apply_within(window, |_| {}).await.unwrap().activities.remove(0).1;
        let early = vote(it.engine(), &poll, 1).await.unwrap_err();
        assert_eq!(refusal(early), Refusal::NotOpenYet { opens: window.opens });
        it.clock.set(window.opens);
        vote(it.engine(), &poll, 1).await.unwrap();
        it.clock.set(Timestamp(window.closes.0 - 1));
        vote(it.engine(), &poll, 2).await.unwrap();
        it.clock.set(window.closes);
        assert_eq!(refusal(vote(it.engine(), &poll, 3).await.unwrap_err()), Refusal::Closed);
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 2);
    }

    async fn a_clock_that_jumps_back_never_makes_a_leaf_older_than_the_one_before(it) {
        let poll = it.poll().await;
        let first = vote(it.engine(), &poll, 1).await.unwrap();
        it.clock.set(Timestamp(START.0 - 86_400));
        let second = vote(it.engine(), &poll, 2).await.unwrap();
        assert_eq!(second.at, first.at);
        it.clock.set(START);
    }

    async fn an_activity_that_is_not_there_is_named(it) {
        it.poll().await;
        let nowhere = "aaaaaaaaaaaaaaaaaaaaaaaaaa".parse().unwrap();
        assert!(matches!(vote(it.engine(), &nowhere, 1).await, Err(SubmitError::UnknownActivity)));
    }

    async fn answers_that_fit_no_longer_are_refused_inside_the_commit(it) {
        let poll = it.poll().await;
        for answers in [["plum", ""], ["", "sea"], ["fig", "town,sea"], ["fig", "sea,hill,town"]] {
            let act = Visitor::number(1).ballot(&poll, answers);
            assert!(matches!(refusal(it.engine().submit(act).await.unwrap_err()), Refusal::Answers(_)), "{answers:?}");
        }
        assert_eq!(it.engine().log(&LogId::Activity(poll)).unwrap().size(), 1);
    }

    async fn fifty_votes_of_one_person_at_once_are_one_vote(it) {
        let poll = it.poll().await;
        let mut visitor = Visitor::number(1);
        let acts: Vec<_> = (0..50).map(|_| visitor.plain_ballot(&poll, ["fig", ""])).collect();
        let asked = acts.into_iter().map(|act| {
            let engine = it.engine().clone();
            tokio::spawn(async move { engine.submit(act).await })
        });
        let mut revisions = Vec::new();
        for asked in asked.collect::<Vec<_>>() { revisions.push(asked.await.unwrap().unwrap().revision); }
        revisions.sort_unstable();
        assert_eq!(revisions, (1..=50).collect::<Vec<_>>());
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 1);
    }

    async fn one_key_asked_many_times_at_once_is_one_act(it) {
        let poll = it.poll().await;
        let act = Visitor::number(1).ballot(&poll, ["fig", ""]);
        let asked: Vec<_> = (0..40).map(|_| {
            let (engine, act) = (it.engine().clone(), act.clone());
            tokio::spawn(async move { engine.submit(act).await })
        }).collect();
        let mut receipts = std::collections::BTreeSet::new();
        let mut new = 0;
        for asked in asked {
            let committed = asked.await.unwrap().unwrap();
            new += u32::from(!committed.replayed);
            receipts.insert(committed.receipt);
        }
        assert_eq!((receipts.len(), new), (1, 1));
    }

    async fn proofs_hold_across_full_tiles_and_a_new_start(it) {
        let poll = it.poll().await;
        let mut early = Vec::new();
        for n in 0..6 {
            let asked: Vec<_> = (0..100).map(|k| {
                let (engine, poll) = (it.engine().clone(), poll.clone());
                tokio::spawn(async move { vote(&engine, &poll, n * 100 + k).await })
            }).collect();
            for asked in asked { early.push(asked.await.unwrap().unwrap()); }
        }
        it.restart().await;
        vote(it.engine(), &poll, 9999).await.unwrap();
        for committed in early { check_receipt(it.engine(), &committed); }
        it.clock.advance(60);
        let log = it.engine().log(&LogId::Activity(poll)).unwrap();
        assert_eq!(log.size(), 602);
        for (path, bytes) in [("tile/0/000", 8192), ("tile/0/002.p/90", 90 * 32), ("tile/1/000.p/2", 64), ("tile/0/001.p/7", 7 * 32)] {
            assert_eq!(log.tile(path.parse().unwrap()).unwrap().unwrap().len(), bytes, "{path}");
        }
        assert_eq!(log.tile("tile/0/002.p/91".parse().unwrap()).unwrap(), None);
        let entries = log.tile("tile/entries/002.p/90".parse().unwrap()).unwrap().unwrap();
        assert_eq!(fanfare_shared::log::tile::decode_entries(&entries).unwrap(), log.leaves(512..602).unwrap());
        for index in [1, 255, 256, 600] { assert!(log.receipt(index).unwrap().is_some()); }
        assert_eq!((log.receipt(0).unwrap(), log.receipt(602).unwrap()), (None, None));
    }

    async fn the_public_sees_a_log_grow_at_most_once_a_minute(it) {
        let poll = it.poll().await;
        let id = LogId::Activity(poll.clone());
        assert_eq!(it.engine().log(&id).unwrap().size(), 1);
        vote(it.engine(), &poll, 1).await.unwrap();
        it.clock.advance(59);
        assert_eq!(it.engine().log(&id).unwrap().size(), 1);
        it.clock.advance(1);
        assert_eq!(it.engine().log(&id).unwrap().size(), 2);
        vote(it.engine(), &poll, 2).await.unwrap();
        assert_eq!(it.engine().log(&id).unwrap().size(), 2);
        it.clock.advance(60);
    }
}
