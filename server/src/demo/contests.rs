//! The demonstration's contests: one that is drawn minutes after each start, and one that was drawn from a real round of
//! drand and is brought in whole, through the same engine, under the clock of those days.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use fanfare_shared::campaign::Campaign;
use fanfare_shared::draw::rounds::time_of;
use fanfare_shared::ids::{ActivityId, IdempotencyKey, Participant};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::questions::Given;
use fanfare_shared::rules;
use fanfare_shared::time::Timestamp;

use crate::campaigns::{self, Format};
use crate::clock::ManualClock;
use crate::engine::types::{Act, ActProposal};
use crate::engine::{Engine, Open};

/// Drawn two to three minutes after the start.
const SOON: &[u8] = include_bytes!("../../../demo/estate.toml");
/// Drawn from a recorded round.
const RECORDED: &[u8] = include_bytes!("../../../demo/archivio.toml");

/// A round of drand quicknet and its signature. Source: the HTTP API of drand; it authenticates itself.
const ROUND: u64 = 657_413;
const SIGNATURE: &str =
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";

/// Invented people in each contest.
const ENTRANTS: u64 = 40;

/// The contest of this start: the one that still runs, or a new one under the next free name.
///
/// # Errors
/// When it is refused or cannot be stored.
pub(super) async fn soon(engine: &Engine, origins: &[String]) -> anyhow::Result<()> {
    let mut campaign: Campaign = campaigns::read(SOON, Format::Toml)?;
    super::allow(&mut campaign, origins);
    let running = engine.campaign(&campaign.campaign).is_some_and(|known| {
        let activities = known.activities.iter().filter_map(|id| engine.activity(id));
        activities.into_iter().any(|activity| activity.sealed.is_none())
    });
    if running {
        return Ok(());
    }
    for (n, activity) in (2..).zip(&mut campaign.activities) {
        let name = activity.name.clone();
        let names = std::iter::successors(Some(n), |n| Some(n + 1)).map(|n| format!("{name}-{n}"));
        let mut names = std::iter::once(name.to_string()).chain(names).filter_map(|name| name.parse().ok());
        let free = names.find(|name| !engine.has_activity(&campaign.campaign, name));
        activity.name = free.context("a free name")?;
    }
    let apply = campaigns::resolve(campaign, engine.clock().now(), engine.entropy())?;
    let applied = engine.apply(apply).await.context("the demonstration cannot be applied to this store")?;
    for (_, id) in applied.activities {
        enter(engine, &id).await?;
    }
    Ok(())
}

/// Brings the recorded contest into a store that is new, from its opening to its draw. Gives what a first start shows once:
/// the owner token.
///
/// # Errors
/// When the store cannot be opened or the contest is refused.
pub async fn record(open: Open) -> anyhow::Result<Option<String>> {
    if open.data.join("journal").exists() {
        return Ok(None);
    }
    let campaign: Campaign = campaigns::read(RECORDED, Format::Toml)?;
    let clock = Arc::new(ManualClock::default());
    let engine = Engine::open(open, Arc::clone(&clock) as _)?;
    let mut apply = campaigns::resolve(campaign, Timestamp(0), engine.entropy())?;
    let mut due = Timestamp(0);
    for activity in &mut apply.activities {
        clock.set(activity.window.opens);
        if let Some(contest) = &mut activity.contest {
            // Documents name whole minutes; the round that was recorded came out three seconds after one.
            (contest.draw, contest.round) = (time_of(ROUND), ROUND);
            due = contest.draw;
        }
    }
    let applied = engine.apply(apply).await.context("the recorded contest cannot be applied")?;
    for (_, id) in applied.activities {
        enter(&engine, &id).await?;
        clock.set(due);
        sealed(&engine, &id).await?;
        engine.draw(&id, SIGNATURE).await?;
    }
    engine.shutdown().await;
    Ok(engine.owner_token())
}

/// Waits for the committer to see the clock.
async fn sealed(engine: &Engine, contest: &ActivityId) -> anyhow::Result<()> {
    let mut changes = engine.changes();
    engine.wake();
    while engine.activity(contest).is_some_and(|activity| activity.sealed.is_none()) {
        changes.recv().await.context("the store closed")?;
    }
    Ok(())
}

/// Enters the invented people.
async fn enter(engine: &Engine, contest: &ActivityId) -> anyhow::Result<()> {
    let Some(activity) = engine.activity(contest) else { return Ok(()) };
    for n in 1..=ENTRANTS {
        let given = |id: &str, value: String| (id.to_owned(), Given::One(value));
        let form = [given("mail", format!("visitor-{n}@example.org")), given("regole", "yes".to_owned())];
        let answers = rules::accept_entry(&activity.definition.questions, &BTreeMap::from(form))?;
        let participant = Participant::new(engine.entropy().bytes());
        let key: IdempotencyKey =
            format!("demo-{}", participant.to_hex().get(..32).unwrap_or_default()).parse()?;
        let kind = ActProposal::Entry { answers, lock: None };
        let request = Hash::of(key.as_str().as_bytes());
        engine.submit(Act { activity: contest.clone(), key, request, participant, kind }).await?;
    }
    Ok(())
}
