//! What a verified contest comes to: the winners, and how much the draw promises.

use std::fmt;

use data_encoding::HEXLOWER as HEX;

use crate::draw::rounds::time_of;
use crate::draw::seal_code::SealCode;
use crate::draw::select::Call;
use crate::draw::skips::Standing;
use crate::draw::slots::{Slot, Slots, Stake};
use crate::ids::HolderTag;
use crate::log::certificate::Grades;
use crate::log::leaf::{Beacon, BeaconKind};
use crate::log::lines::Bytes32;
use crate::time::Timestamp;

/// Seconds between what proves the time of a seal and the round, at least.
const BEFORE_ROUND: u64 = 600;

/// The last moment at which something proves that a list was sealed before a round.
#[must_use]
pub const fn latest(round: u64) -> Timestamp {
    Timestamp(time_of(round).0.saturating_sub(BEFORE_ROUND))
}

/// What proves that the list was sealed before its numbers could be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeGrade {
    /// 1: the policy's quorum of pinned witnesses saw it in time.
    Witnessed,
    /// 2: the seal code that somebody had in time is this list's.
    SealCode,
    /// 0: nothing.
    Unproven,
}

/// A draw, recomputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Which beacon.
    pub source: BeaconKind,
    /// Its round.
    pub round: u64,
    /// The grade of the seal's time.
    pub time: TimeGrade,
    /// The code of the sealed list.
    pub seal_code: SealCode,
    /// The text that the seed is the hash of.
    pub transcript: String,
    /// The seed.
    pub seed: Bytes32,
    /// Every ticket drawn.
    pub calls: Vec<Call>,
    /// Who was drawn for what.
    pub slots: Slots,
    /// Who holds each prize after the skips.
    pub standing: Standing,
}

impl TimeGrade {
    /// The grades of a draw as its certificate states them.
    #[must_use]
    pub fn grades(self, beacon: &Beacon) -> Grades {
        let source = match beacon.kind {
            BeaconKind::Drand => "drand",
            BeaconKind::Demo => "demonstration",
        };
        Grades {
            source: source.to_owned(),
            time: self.name().to_owned(),
            label: self.label(beacon.kind, beacon.round),
        }
    }

    /// What a draw promises, in the words of `docs/PROTOCOL.md`.
    #[must_use]
    pub fn label(self, source: BeaconKind, round: u64) -> String {
        match (source, self) {
            (BeaconKind::Demo, _) => "A demonstration, not a real draw.".to_owned(),
            (BeaconKind::Drand, Self::Witnessed) => {
                "Nobody could choose the winners, unless the organiser worked together with most operators of drand \
                 or with the witnesses."
                    .to_owned()
            }
            (BeaconKind::Drand, Self::SealCode) => {
                let latest = latest(round).utc();
                format!(
                    "Nobody could choose the winners if this seal code was yours before {latest}. Compare it."
                )
            }
            (BeaconKind::Drand, Self::Unproven) => {
                "The organiser could have added entries after the numbers were known.".to_owned()
            }
        }
    }

    /// The grade's number and name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Witnessed => "1 witnessed",
            Self::SealCode => "2 seal code",
            Self::Unproven => "0 unproven",
        }
    }
}

impl Drawn {
    /// What the draw promises, in the words of `docs/PROTOCOL.md`.
    #[must_use]
    pub fn label(&self) -> String {
        self.time.label(self.source, self.round)
    }

    /// The slot that a holder was drawn for.
    #[must_use]
    pub fn slot_of(&self, holder: &HolderTag) -> Option<&Slot> {
        self.slots.0.iter().find(|slot| slot.holder == *holder)
    }
}

/// As text for a terminal.
impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match self.source {
            BeaconKind::Drand => "drand quicknet",
            BeaconKind::Demo => "demonstration",
        };
        writeln!(f, "beacon     {source}, round {}", self.round)?;
        writeln!(f, "seal code  {}", self.seal_code)?;
        writeln!(f, "time       {}", self.time.name())?;
        writeln!(f, "seed       {}", HEX.encode(&self.seed.0))?;
        for slot in &self.slots.0 {
            let stake = slot.stake.to_string();
            let moved = match (slot.stake, self.standing.holder(slot.number)) {
                (Stake::Reserve, _) => String::new(),
                (Stake::Prize(_), Some(of)) if of == slot.number => String::new(),
                (Stake::Prize(_), Some(of)) => format!("  skipped, goes to slot {of}"),
                (Stake::Prize(_), None) => "  skipped, goes to nobody".to_owned(),
            };
            let holder = slot.holder.to_hex();
            let (number, ticket, leaf) = (slot.number, slot.ticket, slot.leaf);
            writeln!(
                f,
                "slot {number:<4}  {stake:<9}  ticket {ticket}, leaf {leaf}, holder {holder}{moved}"
            )?;
        }
        Ok(())
    }
}
