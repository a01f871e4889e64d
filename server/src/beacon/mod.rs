//! Where does the value of a round come from? From a relay of drand, or from this installation's own demonstration. It
//! authenticates itself, so no relay has to be trusted; a late round is waited for.

mod relay;

use std::time::Duration;

use fanfare_shared::draw::rounds::time_of;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::leaf::{Beacon, BeaconKind};
use fanfare_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub use relay::{RelayError, ask};

use crate::engine::{DrawError, Engine};

/// How often the job looks whether a round is out.
const BEAT: Duration = Duration::from_secs(1);
/// Seconds between two tries for a round that nobody had.
const PATIENCE: u64 = 5;

/// `[beacon]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Relays of drand, asked in this order: each an address without the chain's hash. None: rounds are brought in by hand.
    pub relays: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { relays: relay::KNOWN.map(str::to_owned).to_vec() }
    }
}

/// Draws sealed contests as their rounds come out, until the server drains. Asks these relays.
pub async fn run(engine: Engine, relays: Vec<String>, mut draining: watch::Receiver<bool>) {
    let work = async {
        let mut tried = Timestamp(0);
        loop {
            let now = engine.clock().now();
            if now >= tried.plus(PATIENCE) && !round(&engine, &relays).await {
                tried = now;
            }
            tokio::time::sleep(BEAT).await;
        }
    };
    // A relay that keeps silent does not hold up the end: the next start asks again.
    tokio::select! {
        () = work => {}
        _ = draining.wait_for(|draining| *draining) => {}
    }
}

/// Draws every contest whose round is out. False where one is left waiting, because nobody gave the value.
pub async fn round(engine: &Engine, relays: &[String]) -> bool {
    let mut done = true;
    for activity in engine.waiting_for_a_round() {
        let state = engine.activity(&activity);
        let Some(beacon) = state.and_then(|state| Some(state.contest.as_ref()?.rules.beacon.clone())) else {
            continue;
        };
        if time_of(beacon.round) > engine.clock().now() {
            continue;
        }
        if let Err(error) = draw(engine, &activity, &beacon, relays).await {
            done = false;
            tracing::warn!(activity.id = %activity, round = beacon.round, %error, "a contest waits for its round");
        }
    }
    done
}

async fn draw(
    engine: &Engine,
    activity: &ActivityId,
    beacon: &Beacon,
    relays: &[String],
) -> Result<(), String> {
    let value = match beacon.kind {
        BeaconKind::Demo => engine.demonstration().sign(beacon.round).to_string(),
        BeaconKind::Drand => {
            let (relays, beacon) = (relays.to_vec(), beacon.clone());
            let asked = tokio::task::spawn_blocking(move || ask(&relays, &beacon)).await;
            asked.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?
        }
    };
    engine.draw(activity, &value).await.map_err(|error: DrawError| error.to_string())
}
