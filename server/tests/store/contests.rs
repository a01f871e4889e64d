//! A contest over restarts, halts and restores: it is sealed once, drawn once, and always to the same winners.

use fanfare::beacon;
use fanfare::campaigns::{self, Format};
use fanfare::clock::Clock as _;
use fanfare::engine::{ActProposal, Engine, LogId, OpenError};
use fanfare::store::copy::CopyError;
use fanfare::store::copy::backup::backup;
use fanfare::store::copy::restore::restore;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::leaf::{Body, Leaf, RegistryBody, RegistryLeaf};
use fanfare_shared::time::Timestamp;

use crate::harness::{Backend, Installation, START, Visitor, copy};
use crate::on_every_backend;

const DOCUMENT: &str = r#"
format = 1
campaign = "bici"
brand = "aurora"
brand_name = "Aurora"
languages = ["en"]
time_zone = "Europe/Rome"
origins = ["*"]
title.en = "A bicycle"
terms.en = "One entry a person."

[[activities]]
name = "bici"
kind = "contest"
closes = "PT1H"

[activities.contest]
beacon = "demo"
reserves = 2

[[activities.contest.prizes]]
count = 3
title.en = "A mug"

[[activities.questions]]
id = "mail"
type = "email"
text.en = "Your address"
"#;

/// Past the close; past the round.
const CLOSED: Timestamp = Timestamp(START.0 + 3_700);
const OUT: Timestamp = Timestamp(START.0 + 4_000);

/// The contest, brought in now.
pub async fn contest(it: &Installation) -> ActivityId {
    let campaign = campaigns::read(DOCUMENT.as_bytes(), Format::Toml).unwrap();
    let apply = campaigns::resolve(campaign, it.clock.now(), it.engine().entropy()).unwrap();
    it.engine().apply(apply).await.unwrap().activities.remove(0).1
}

pub async fn enter(engine: &Engine, contest: &ActivityId, numbers: std::ops::Range<u32>) {
    for n in numbers {
        let answers = vec![format!("anna{n}@example.org")];
        let entry = ActProposal::Entry { answers, lock: None };
        engine.submit(Visitor::number(n).propose(contest, entry)).await.unwrap();
    }
}

pub async fn sealed(engine: &Engine, contest: &ActivityId) {
    let mut changes = engine.changes();
    engine.wake();
    while engine.activity(contest).unwrap().sealed.is_none() {
        changes.recv().await.unwrap();
    }
}

/// Seals, draws, and gives the leaves behind the entries: of the log, and of the registry.
async fn drawn(it: &Installation, contest: &ActivityId) -> (Vec<Body>, Vec<RegistryBody>) {
    it.clock.set(CLOSED);
    sealed(it.engine(), contest).await;
    it.clock.set(OUT);
    assert!(beacon::round(it.engine(), &[]).await);
    ends(it.engine(), contest)
}

fn ends(engine: &Engine, contest: &ActivityId) -> (Vec<Body>, Vec<RegistryBody>) {
    let log = engine.log(&LogId::Activity(contest.clone())).unwrap();
    let leaves = log.leaves(0..log.size()).unwrap().into_iter().map(|leaf| Leaf::decode(&leaf).unwrap().body);
    let registry = engine.log(&LogId::Registry("aurora".parse().unwrap())).unwrap();
    let registered = registry.leaves(0..registry.size()).unwrap().into_iter();
    let ends = leaves.filter(|body| matches!(body, Body::Seal(_) | Body::Result(_)));
    (ends.collect(), registered.map(|leaf| RegistryLeaf::decode(&leaf).unwrap().body).collect())
}

on_every_backend! {
    async fn a_restart_at_any_step_changes_nothing_of_a_draw(it) {
        let contest = contest(&it).await;
        enter(it.engine(), &contest, 0..6).await;
        it.restart().await;
        enter(it.engine(), &contest, 6..12).await;
        it.stop().await;
        // It closes while nobody is there.
        it.clock.set(CLOSED);
        it.start().unwrap();
        sealed(it.engine(), &contest).await;
        it.restart().await;
        assert_eq!(it.engine().waiting_for_a_round(), std::slice::from_ref(&contest));
        it.clock.set(OUT);
        it.restart().await;
        assert!(beacon::round(it.engine(), &[]).await);
        let first = ends(it.engine(), &contest);
        assert!(matches!(first.0[..], [Body::Seal(_), Body::Result(_)]), "{first:?}");
        assert!(matches!(first.1[..], [RegistryBody::Open { .. }, RegistryBody::Seal { .. }, RegistryBody::Result { .. }]));
        it.restart().await;
        assert_eq!(it.engine().waiting_for_a_round(), []);
        let value = it.engine().activity(&contest).unwrap().contest.clone().unwrap().drawn.unwrap();
        it.engine().draw(&contest, &value).await.unwrap();
        assert!(beacon::round(it.engine(), &[]).await);
        assert_eq!(ends(it.engine(), &contest), first, "nothing is sealed or drawn twice");
    }
}

/// What a machine that halts leaves behind, at each step: a copy of the data and the keys of that moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_halt_at_any_step_leads_to_the_same_winners() {
    let mut it = Installation::new(Backend::Embedded);
    let contest = contest(&it).await;
    enter(it.engine(), &contest, 0..20).await;
    let folder = tempfile::tempdir().unwrap();
    let image = |name: &str| {
        copy(&it.data(), &folder.path().join(name).join("data"));
        copy(&it.keys(), &folder.path().join(name).join("keys"));
    };
    image("entered");
    it.clock.set(CLOSED);
    sealed(it.engine(), &contest).await;
    image("sealed");
    it.clock.set(OUT);
    assert!(beacon::round(it.engine(), &[]).await);
    image("drawn");
    let expected = ends(it.engine(), &contest);
    for name in ["entered", "sealed", "drawn"] {
        it.stop().await;
        for part in ["data", "keys"] {
            let here = if part == "data" { it.data() } else { it.keys() };
            std::fs::remove_dir_all(&here).unwrap();
            copy(&folder.path().join(name).join(part), &here);
        }
        it.clock.set(CLOSED);
        it.start().unwrap();
        assert_eq!(drawn(&it, &contest).await, expected, "after a halt when it was {name}");
    }
    it.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_from_before_the_draw_is_not_signed_for_again() {
    let mut it = Installation::new(Backend::Embedded);
    let contest = contest(&it).await;
    enter(it.engine(), &contest, 0..5).await;
    let folder = tempfile::tempdir().unwrap();
    backup(&it.data(), folder.path(), START).unwrap();
    drawn(&it, &contest).await;
    it.stop().await;
    std::fs::remove_dir_all(it.data()).unwrap();
    let restored = restore(folder.path(), &it.data(), &it.keys());
    // Another list could be sealed and drawn from the round that everybody knows by now.
    assert!(matches!(restored, Err(CopyError::Behind { .. })), "{restored:?}");
    if !it.data().join("journal").exists() {
        copy(folder.path(), &it.data());
    }
    assert!(matches!(it.start(), Err(OpenError::SignerAhead { .. })));
}
