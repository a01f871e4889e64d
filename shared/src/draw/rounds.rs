//! Which round of the beacon is a draw's, and when does it come out? drand quicknet and demonstrations keep the same time.

use crate::log::leaf::BeaconKind;
use crate::time::Timestamp;

/// drand quicknet's chain hash, pinned: never read from a relay.
pub const QUICKNET: &str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
/// When round 1 came out, in Unix seconds.
pub const GENESIS: u64 = 1_692_803_367;
/// Seconds from round to round.
pub const PERIOD: u64 = 3;

/// Seconds between seal and round: ten minutes for witnesses and seal codes, and as many to reach them.
const SEALED_BEFORE: u64 = 1_200;

/// Seconds from the close to the draw, at least.
#[must_use]
pub const fn after_close(kind: BeaconKind) -> u64 {
    match kind {
        BeaconKind::Drand => 1_800,
        BeaconKind::Demo => 60,
    }
}

/// When a list of entries is sealed: in time for a real round to prove something, else at its close.
#[must_use]
pub fn seals(kind: BeaconKind, closes: Timestamp, round: u64) -> Timestamp {
    match kind {
        BeaconKind::Drand => closes.max(Timestamp(time_of(round).0.saturating_sub(SEALED_BEFORE)).minute()),
        BeaconKind::Demo => closes,
    }
}

/// The first round that comes out at `draw` or later: `ceil((t - genesis) / period) + 1`, for t after the genesis.
#[must_use]
pub fn round_of(draw: Timestamp) -> Option<u64> {
    let since = draw.0.checked_sub(GENESIS).filter(|since| *since > 0)?;
    Some(since.div_ceil(PERIOD) + 1)
}

/// When a round comes out.
#[must_use]
pub const fn time_of(round: u64) -> Timestamp {
    Timestamp(GENESIS.saturating_add(round.saturating_sub(1).saturating_mul(PERIOD)))
}
