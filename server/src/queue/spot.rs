//! Where does a case lie in the queue? In the order of its key: by state, then brand, then time, then id. Nothing of what
//! was written stands here, so that a list opens no more cases than it shows.

use fanfare_shared::ids::{BrandId, CampaignId, MemberId, PublicId};
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::{CaseKind, CaseState};
use serde::{Deserialize, Serialize};

/// Where a case lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) state: CaseState,
    pub(super) brand: BrandId,
    /// Since when it waits, or is done.
    pub(super) since: Timestamp,
    pub(super) id: PublicId,
}

/// What the queue is filtered by, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) campaign: CampaignId,
    pub(super) kind: CaseKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) assignee: Option<MemberId>,
    pub(super) due: Timestamp,
}

/// A place in the order of one state, whatever the brand: the longest waiting first, the newest done first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    at: u64,
    id: [u8; 16],
}

const fn byte(state: CaseState) -> u8 {
    match state {
        CaseState::Open => b'o',
        CaseState::Done => b'x',
    }
}

/// The beginning of all keys of a state in a brand. A brand's id has no zero byte.
pub(super) fn prefix(state: CaseState, brand: &BrandId) -> Vec<u8> {
    [&[byte(state)], brand.as_str().as_bytes(), &[0]].concat()
}

impl Spot {
    pub(super) fn key(&self) -> Vec<u8> {
        [prefix(self.state, &self.brand), self.place().bytes()].concat()
    }

    pub(super) const fn place(&self) -> Place {
        let at = match self.state {
            CaseState::Open => self.since.0,
            CaseState::Done => u64::MAX - self.since.0,
        };
        Place { at, id: *self.id.bytes() }
    }
}

impl Place {
    /// The end of a key.
    pub(super) fn bytes(self) -> Vec<u8> {
        [self.at.to_be_bytes().as_slice(), &self.id].concat()
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (at, id) = bytes.split_first_chunk::<8>()?;
        Some(Self { at: u64::from_be_bytes(*at), id: id.try_into().ok()? })
    }

    /// The place of a key with this beginning.
    pub(super) fn of_key(key: &[u8], prefix: &[u8]) -> Option<Self> {
        Self::read(key.strip_prefix(prefix)?)
    }

    pub(super) const fn id(self) -> PublicId {
        PublicId::new(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(state: CaseState, since: u64) -> Spot {
        Spot { state, brand: "aurora".parse().unwrap(), since: Timestamp(since), id: PublicId::new([9; 16]) }
    }

    #[test]
    fn the_longest_waiting_comes_first_and_of_what_is_done_the_newest() {
        assert!(spot(CaseState::Open, 5).key() < spot(CaseState::Open, 600).key());
        assert!(spot(CaseState::Done, 600).key() < spot(CaseState::Done, 5).key());
    }

    #[test]
    fn a_key_tells_its_place_and_fits_the_table() {
        let spot = Spot { brand: "a".repeat(32).parse().unwrap(), ..spot(CaseState::Open, 5) };
        assert!(spot.key().len() <= 64, "as a record of the team has it");
        let place = Place::of_key(&spot.key(), &prefix(spot.state, &spot.brand)).unwrap();
        assert_eq!((place, place.id()), (spot.place(), spot.id));
        let shorter = prefix(CaseState::Open, &"aurora-2".parse().unwrap());
        assert!(!shorter.starts_with(&prefix(CaseState::Open, &"aurora".parse().unwrap())));
    }
}
