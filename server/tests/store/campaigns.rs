//! Campaign documents: what they may change, and when.

use fanfare::engine::{ApplyError, LogId};
use fanfare_shared::campaign::{Openings, Results};
use fanfare_shared::log::leaf::{Body, Leaf};
use fanfare_shared::time::{State, Timestamp, Window};

use crate::harness::{START, vote};
use crate::on_every_backend;

fn pointers(error: ApplyError) -> Vec<String> {
    match error {
        ApplyError::Refused(faults) => faults.into_iter().map(|(pointer, _)| pointer).collect(),
        other => panic!("{other:?}"),
    }
}

on_every_backend! {
    async fn the_same_document_twice_changes_nothing(it) {
        let first = it.apply(|_| {}).await.unwrap();
        let again = it.apply(|_| {}).await.unwrap();
        assert!(!first.unchanged && again.unchanged);
        assert_eq!((again.version, &again.activities), (1, &first.activities));
        it.restart().await;
        assert!(it.apply(|_| {}).await.unwrap().unchanged);
    }

    async fn what_is_around_an_activity_may_change_at_any_time(it) {
        let poll = it.poll().await;
        vote(it.engine(), &poll, 1).await.unwrap();
        let applied = it.apply(|campaign| {
            campaign.origins.push("https://b.example".to_owned());
            campaign.theme.hue = 20;
        }).await.unwrap();
        assert_eq!((applied.version, applied.unchanged), (2, false));
        let campaign = it.engine().campaign(&"summer".parse().unwrap()).unwrap();
        assert_eq!(campaign.campaign.origins.len(), 2);
        assert_eq!(campaign.activities, [poll]);
    }

    async fn questions_may_be_amended_until_the_first_ballot(it) {
        let poll = it.poll().await;
        let retitled = |campaign: &mut fanfare_shared::campaign::Campaign| {
            campaign.title.0.insert("en".to_owned(), "Autumn".to_owned());
        };
        assert_eq!(it.engine().log(&LogId::Activity(poll.clone())).unwrap().size(), 1);
        it.apply(retitled).await.unwrap();
        let leaves = it.engine().log(&LogId::Activity(poll.clone())).unwrap();
        assert_eq!(leaves.size(), 1, "the public sees the amendment a minute later");
        it.clock.advance(60);
        let log = it.engine().log(&LogId::Activity(poll.clone())).unwrap();
        let last = Leaf::decode(log.leaves(1..2).unwrap().first().unwrap()).unwrap();
        let Body::Amend(amend) = last.body else { panic!("{last:?}") };
        let state = it.engine().activity(&poll).unwrap();
        assert_eq!((state.definition_hash, state.definition.title.get("en")), (amend.definition, "Autumn"));
        assert!(log.document(&amend.definition).unwrap().is_some());
        vote(it.engine(), &poll, 1).await.unwrap();
        let refused = it.apply(|campaign| {
            campaign.activities[0].questions.pop();
            campaign.terms.0.insert("en".to_owned(), "Be nice.".to_owned());
        }).await.unwrap_err();
        assert_eq!(pointers(refused), ["/activities/0/questions", "/title", "/terms"]);
    }

    async fn the_rules_of_an_activity_never_move(it) {
        it.poll().await;
        let refused = it.apply(|campaign| {
            campaign.activities[0].results = Results::Staff;
            campaign.activities[0].openings = Openings::Never;
            campaign.activities[0].id = Some("aaaaaaaaaaaaaaaaaaaaaaaaaa".parse().unwrap());
        }).await.unwrap_err();
        let mut pointers = pointers(refused);
        pointers.sort_unstable();
        assert_eq!(pointers, ["/activities/0/id", "/activities/0/openings", "/activities/0/results"]);
        let other = it.apply(|campaign| campaign.brand = "other".parse().unwrap()).await.unwrap_err();
        assert!(self::pointers(other).contains(&"/brand".to_owned()));
    }

    async fn an_id_belongs_to_one_activity(it) {
        let poll = it.poll().await;
        let refused = it.apply(|campaign| {
            campaign.campaign = "winter".parse().unwrap();
            campaign.activities[0].id = Some(poll.clone());
        }).await.unwrap_err();
        assert_eq!(pointers(refused), ["/activities/0/id"]);
        assert!(it.engine().campaign(&"winter".parse().unwrap()).is_none());
    }

    async fn a_running_activity_is_ended_before_it_is_taken_out(it) {
        let poll = it.poll().await;
        let second = |campaign: &mut fanfare_shared::campaign::Campaign| {
            let mut activity = campaign.activities[0].clone();
            activity.name = "second".parse().unwrap();
            campaign.activities.push(activity);
        };
        it.apply(second).await.unwrap();
        let refused = it.apply(|campaign| { second(campaign); campaign.activities.remove(0); }).await.unwrap_err();
        assert_eq!(pointers(refused), ["/activities"]);
        it.apply(|campaign| { second(campaign); campaign.activities[0].ended = true; }).await.unwrap();
        assert_eq!(it.engine().tally(&poll).unwrap().state, State::Closed);
        let reopened = it.apply(second).await.unwrap_err();
        assert_eq!(pointers(reopened), ["/activities/0/ended"]);
        let left = it.apply(|campaign| { second(campaign); campaign.activities.remove(0); }).await.unwrap();
        assert_eq!(left.activities.len(), 1);
        assert!(it.engine().log(&LogId::Activity(poll.clone())).is_some(), "its log stays");
    }

    async fn a_window_that_was_not_written_as_fixed_moments_is_kept(it) {
        let window = Window { opens: START.minute(), closes: START.minute().plus(3600) };
        let poll = it.apply_within(window, |_| {}).await.unwrap().activities.remove(0).1;
        let later = Window { opens: START.minute().plus(60), closes: Timestamp(0) };
        assert!(it.apply_within(later, |_| {}).await.unwrap().unchanged);
        assert_eq!(it.engine().activity(&poll).unwrap().window, window);
    }
}
