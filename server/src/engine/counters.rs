//! What was counted since the last time it was written? Counts of reach gather in memory and go to the journal every half
//! minute: a halt costs the impressions of that time, never an answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};

use fanfare_shared::ids::CampaignId;

use super::{Engine, ReadError};
use crate::store::record::measure::{Counts, MeasureRecord, add};
use crate::store::state::key::Key;
use crate::store::state::overlay;

/// Counts that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    fresh: Mutex<BTreeMap<(CampaignId, u32), Counts>>,
    /// Held while counts move from here to the state: whoever reads both finds each of them once.
    moving: RwLock<()>,
}

impl Counters {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(CampaignId, u32), Counts>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps readers out while counts move.
    pub(crate) fn moving(&self) -> RwLockWriteGuard<'_, ()> {
        self.moving.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to a campaign's day.
    fn count(&self, campaign: &CampaignId, day: u32, counts: &Counts) {
        add(self.lock().entry((campaign.clone(), day)).or_default(), counts);
    }

    /// Everything, to be written.
    pub(crate) fn take(&self) -> Vec<MeasureRecord> {
        let taken = std::mem::take(&mut *self.lock());
        taken.into_iter().map(|((campaign, day), counts)| MeasureRecord { campaign, day, counts }).collect()
    }

    /// Puts back what could not be written.
    pub(crate) fn put_back(&self, records: &[MeasureRecord]) {
        for MeasureRecord { campaign, day, counts } in records {
            self.count(campaign, *day, counts);
        }
    }
}

impl Engine {
    /// Counts for a day (days since 1970-01-01, of the campaign's own calendar).
    pub fn count(&self, campaign: &CampaignId, day: u32, counts: &Counts) {
        self.inner.counters.count(campaign, day, counts);
    }

    /// The counts of the days `from..=to` on which there are any, what is not written yet included.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn counted(
        &self,
        campaign: &CampaignId,
        from: u32,
        to: u32,
    ) -> Result<BTreeMap<u32, Counts>, ReadError> {
        let _still = self.inner.counters.moving.read().unwrap_or_else(PoisonError::into_inner);
        let mut days: BTreeMap<u32, Counts> = BTreeMap::new();
        let begin = Key::measured(campaign, from);
        for row in self.inner.view.scan(&Key::measured_days(campaign), &begin) {
            let (key, bytes) = row?;
            let day = key.last_day().ok_or_else(|| ReadError("a row of counts has no day".to_owned()))?;
            if day > to {
                break;
            }
            days.insert(day, overlay::decode(&key, &bytes)?);
        }
        let fresh = self.inner.counters.lock();
        for ((_, day), counts) in
            fresh.iter().filter(|((of, day), _)| of == campaign && (from..=to).contains(day))
        {
            add(days.entry(*day).or_default(), counts);
        }
        Ok(days)
    }
}
