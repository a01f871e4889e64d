//! Faults, one at each step, in pairs: stored and not stored. Whatever was acknowledged is there after a new start,
//! whatever was refused is not, and what is unknown is there once at most.

use fanfare::engine::{Health, SpaceLimits, SubmitError};
use fanfare::store::memory::Fault;

use crate::harness::{Backend, Installation, Visitor};

/// Each fault, whether it leaves the store usable, and whether what it hit is there after a new start.
const TABLE: [(Fault, bool, bool); 7] = [
    (Fault::BeforeWrite, true, false),
    (Fault::AtWrite { stored: false }, false, false),
    (Fault::AtWrite { stored: true }, false, true),
    (Fault::AtSync { stored: false }, false, false),
    (Fault::AtSync { stored: true }, false, true),
    (Fault::AtApply, false, true),
    (Fault::AtRead, false, false),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_answered_truthfully() {
    for (fault, goes_on, stored) in TABLE {
        let mut it = Installation::new(Backend::Memory);
        let poll = it.poll().await;
        let mut asked = Vec::new();
        for n in 0..12 {
            if n == 5 {
                it.faults.after(0, fault);
            }
            let act = Visitor::number(n).ballot(&poll, ["fig", "sea"]);
            let outcome = it.engine().submit(act.clone()).await;
            asked.push((act, outcome));
        }
        let health = it.engine().health();
        assert_eq!(matches!(health, Health::Ready { .. }), goes_on, "{fault:?}: {health:?}");
        let expected = if goes_on { 11 } else { 5 };
        assert_eq!(asked.iter().filter(|(_, outcome)| outcome.is_ok()).count(), expected, "{fault:?}");

        it.restart().await;
        let mut counted = 0;
        for (n, (act, outcome)) in asked.iter().enumerate() {
            let found = it.engine().by_key(&poll, &act.key).unwrap();
            match outcome {
                Ok(committed) => {
                    assert_eq!(found.as_ref().unwrap().receipt, committed.receipt, "{fault:?} {n}")
                }
                Err(SubmitError::Unknown(_)) => assert_eq!((n, found.is_some()), (5, stored), "{fault:?}"),
                Err(SubmitError::NotCommitted(_)) => assert!(found.is_none(), "{fault:?} {n}"),
                Err(other) => panic!("{fault:?} {n}: {other:?}"),
            }
            counted += u64::from(found.is_some());
        }
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, counted, "{fault:?}");
        // The same request again: once, whatever happened before.
        for (act, _) in asked {
            it.engine().submit(act).await.unwrap();
        }
        assert_eq!(it.engine().tally(&poll).unwrap().ballots, 12, "{fault:?}");
        it.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_failed_says_so_and_takes_nothing_more() {
    let mut it = Installation::new(Backend::Memory);
    let poll = it.poll().await;
    it.faults.after(0, Fault::AtSync { stored: false });
    let unknown = it.engine().submit(Visitor::number(1).ballot(&poll, ["fig", ""])).await;
    assert!(matches!(unknown, Err(SubmitError::Unknown(_))), "{unknown:?}");
    assert!(it.engine().failed().await.contains("input/output error"));
    let later = it.engine().submit(Visitor::number(2).ballot(&poll, ["fig", ""])).await;
    assert!(matches!(later, Err(SubmitError::NotCommitted(_))), "{later:?}");
    let figures = it.engine().telemetry().render();
    for line in
        ["fanfare_ready 0\n", "fanfare_acts_total{outcome=\"unknown\"} 1\n", "fanfare_queue_depth 0\n"]
    {
        assert!(figures.contains(line), "{figures}");
    }
    assert_eq!(it.engine().tally(&poll).unwrap().ballots, 0, "reads go on");
    it.restart().await;
    it.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_acts_are_refused_and_reads_go_on() {
    let mut it = Installation::new(Backend::Embedded);
    let poll = it.poll().await;
    it.engine().submit(Visitor::number(1).ballot(&poll, ["fig", ""])).await.unwrap();
    it.stop().await;
    let roomy = std::mem::replace(
        &mut it.space,
        SpaceLimits { free_bytes: u64::MAX, free_percent: 100, ballast_bytes: 0 },
    );
    it.start().unwrap();
    let act = Visitor::number(2).ballot(&poll, ["fig", ""]);
    let refused = it.engine().submit(act.clone()).await;
    assert!(
        matches!(&refused, Err(SubmitError::NotCommitted(why)) if why.contains("kept free")),
        "{refused:?}"
    );
    assert_eq!(it.engine().tally(&poll).unwrap().ballots, 1);
    let Health::Ready { notes } = it.engine().health() else { panic!("reads go on") };
    assert!(notes.iter().any(|note| note.contains("acts are refused")), "{notes:?}");
    it.stop().await;
    it.space = roomy;
    it.start().unwrap();
    assert_eq!(it.engine().health(), Health::Ready { notes: Vec::new() });
    it.engine().submit(act).await.unwrap();
    it.end().await;
}
