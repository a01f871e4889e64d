//! The end of a poll: seals, openings, tally, and a recount by the independent verifier.

use fanfare::engine::{LogId, SubmitError};
use fanfare_shared::campaign::Openings;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::time::Window;
use fanfare_shared::verify::{self, Trust};

use crate::harness::{Installation, START, Visitor, bundle, check_receipt, closed, vote};
use crate::on_every_backend;

async fn within_the_hour(it: &Installation, openings: Openings) -> ActivityId {
    let window = Window { opens: START.minute(), closes: START.minute().plus(3600) };
    let change =
        |campaign: &mut fanfare_shared::campaign::Campaign| campaign.activities[0].openings = openings;
    it.apply_within(window, change).await.unwrap().activities.remove(0).1
}

async fn votes(it: &Installation, poll: &ActivityId, count: u32) {
    for n in 0..count {
        vote(it.engine(), poll, n).await.unwrap();
    }
}

on_every_backend! {
    async fn a_poll_is_sealed_when_its_time_is_over_and_anybody_can_recount_it(it) {
        let poll = within_the_hour(&it, Openings::Close).await;
        votes(&it, &poll, 14).await;
        let mut visitor = Visitor::number(100);
        it.engine().submit(visitor.ballot(&poll, ["fig", ""])).await.unwrap();
        let change = it.engine().submit(visitor.ballot(&poll, ["lemon", "sea"])).await.unwrap();
        let mut gone = Visitor::number(101);
        it.engine().submit(gone.plain_ballot(&poll, ["fig", "hill"])).await.unwrap();
        it.engine().submit(gone.withdraw(&poll)).await.unwrap();
        it.engine().submit(Visitor::number(102).plain_ballot(&poll, ["fig", "hill"])).await.unwrap();
        it.clock.advance(3600);
        closed(&it, &poll).await;
        let text = bundle(it.engine(), &poll);
        let report = verify::bundle::verify(&text, &Trust::default());
        assert!(report.verdict().stands(), "{report}");
        let openings = it.engine().log(&LogId::Activity(poll.clone())).unwrap().openings().unwrap();
        assert_eq!(openings.openings.iter().map(|file| file.rows).sum::<u64>(), 2 * 17);
        check_receipt(it.engine(), &change);
        let report = verify::receipt::verify(&change.receipt, &Trust::default(), Some(&text));
        assert!(report.verdict().stands(), "{report}");
        let late = it.engine().submit(visitor.ballot(&poll, ["fig", ""])).await;
        assert!(matches!(late, Err(SubmitError::Refused(Refusal::Closed))));
        let late = it.engine().submit(visitor.withdraw(&poll)).await;
        assert!(matches!(late, Err(SubmitError::Refused(Refusal::Closed))));
    }

    async fn in_a_small_poll_nothing_is_opened(it) {
        let poll = within_the_hour(&it, Openings::Close).await;
        votes(&it, &poll, 9).await;
        it.clock.advance(3600);
        closed(&it, &poll).await;
        let log = it.engine().log(&LogId::Activity(poll.clone())).unwrap();
        let openings = log.openings().unwrap();
        assert_eq!((openings.openings.len(), openings.tally.is_some(), log.size()), (0, true, 12));
        let report = verify::bundle::verify(&bundle(it.engine(), &poll), &Trust::default());
        assert!(report.verdict().stands(), "{report}");
    }

    async fn a_poll_that_promised_to_open_nothing_opens_nothing(it) {
        let poll = within_the_hour(&it, Openings::Never).await;
        votes(&it, &poll, 12).await;
        it.clock.advance(3600);
        closed(&it, &poll).await;
        let openings = it.engine().log(&LogId::Activity(poll)).unwrap().openings().unwrap();
        assert_eq!((openings.openings.len(), openings.tally.is_some()), (0, true));
    }

    async fn a_close_that_was_missed_while_the_server_was_down_is_made_up_for(it) {
        let poll = within_the_hour(&it, Openings::Close).await;
        votes(&it, &poll, 10).await;
        it.stop().await;
        it.clock.advance(7200);
        it.start().unwrap();
        closed(&it, &poll).await;
        let report = verify::bundle::verify(&bundle(it.engine(), &poll), &Trust::default());
        assert!(report.verdict().stands(), "{report}");
    }

    async fn a_poll_may_be_ended_early_and_one_without_an_end_too(it) {
        let poll = it.poll().await;
        votes(&it, &poll, 11).await;
        it.apply(|campaign| campaign.activities[0].ended = true).await.unwrap();
        assert!(matches!(vote(it.engine(), &poll, 50).await, Err(SubmitError::Refused(Refusal::Closed))));
        closed(&it, &poll).await;
        let report = verify::bundle::verify(&bundle(it.engine(), &poll), &Trust::default());
        assert!(report.verdict().stands(), "{report}");
    }
}
