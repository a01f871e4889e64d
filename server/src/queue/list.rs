//! Which cases lie where in the queue? A page is found by key, whatever the length of the queue; a filter that fits few
//! gives short pages and a place to go on from, never a long wait.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use fanfare_shared::ids::{BrandId, CampaignId, MemberId};
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::{COUNTED, CaseKind, CaseRow, CaseState, QueuePage};

use super::Queue;
use super::spot::{Facts, Place, prefix};
use crate::engine::{ReadError, TeamTable};
use crate::team::TeamFault;

/// Most places of one brand that are looked at for one page.
const LOOKED_AT: usize = 5_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Waiting, or done.
    pub state: CaseState,
    /// The brands looked at.
    pub brands: Vec<BrandId>,
    /// Of this campaign alone.
    pub campaign: Option<CampaignId>,
    /// Of this kind alone.
    pub kind: Option<CaseKind>,
    /// Of this member alone; of nobody, where there is none in it.
    pub assignee: Option<Option<MemberId>>,
    /// Only what has waited too long.
    pub late: bool,
    /// After this place.
    pub after: Option<String>,
    /// Most cases.
    pub limit: usize,
}

impl Filter {
    fn fits(&self, facts: &Facts, now: Timestamp) -> bool {
        self.campaign.as_ref().is_none_or(|campaign| *campaign == facts.campaign)
            && self.kind.is_none_or(|kind| kind == facts.kind)
            && self.assignee.is_none_or(|assignee| assignee == facts.assignee)
            && !(self.late && now < facts.due)
    }
}

/// What was found in one brand: places that fit, and where it was left off.
struct Looked {
    fit: Vec<Place>,
    /// The last place looked at, where there may be more.
    until: Option<Place>,
}

impl Queue {
    /// A page of the queue.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn list(&self, filter: &Filter) -> Result<QueuePage, TeamFault> {
        let after = filter.after.as_ref().map(|text| {
            let place = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| Place::read(&bytes));
            place.ok_or_else(|| TeamFault::Field("query:after", "place", "as `next` gave it".to_owned()))
        });
        let after = after.transpose()?;
        let looked: Result<Vec<Looked>, ReadError> =
            filter.brands.iter().map(|brand| self.look(filter, brand, after)).collect();
        let looked = looked?;
        // Up to here every brand was looked at.
        let until = looked.iter().filter_map(|looked| looked.until).min();
        let all = looked.into_iter().flat_map(|looked| looked.fit);
        let mut places: Vec<Place> = all.filter(|place| until.is_none_or(|until| *place <= until)).collect();
        places.sort_unstable();
        let more = places.len() > filter.limit;
        places.truncate(filter.limit);
        let next = if more { places.last().copied() } else { until };
        let names = self.team.names()?;
        let (mut cases, mut gone) = (Vec::new(), Vec::new());
        for place in places {
            match self.row(place, &names)? {
                Some(case) => cases.push(case),
                None => gone.push(place.id()),
            }
        }
        self.sweep(&gone).await?;
        let (open, late) = self.counts(&filter.brands)?;
        Ok(QueuePage { cases, next: next.map(|place| HEXLOWER.encode(&place.bytes())), open, late })
    }

    fn look(&self, filter: &Filter, brand: &BrandId, after: Option<Place>) -> Result<Looked, ReadError> {
        let beginning = prefix(filter.state, brand);
        let from = after.map_or_else(|| beginning.clone(), |place| [&*beginning, &place.bytes()].concat());
        let now = self.clock.now();
        let mut looked = Looked { fit: Vec::new(), until: None };
        let mut seen = 0;
        for entry in self.engine.team_entries_from(TeamTable::Queue, &beginning, &from) {
            let (key, entry) = entry?;
            let Some(place) = Place::of_key(&key, &beginning).filter(|place| Some(*place) != after) else {
                continue;
            };
            seen += 1;
            if filter.fits(&facts(&entry.bytes)?, now) {
                looked.fit.push(place);
            }
            if looked.fit.len() > filter.limit || seen == LOOKED_AT {
                looked.until = Some(place);
                break;
            }
        }
        Ok(looked)
    }

    /// None where it was forgotten meanwhile.
    fn row(&self, place: Place, names: &BTreeMap<String, String>) -> Result<Option<CaseRow>, ReadError> {
        let id = place.id();
        let found = self.find(&id)?;
        Ok(found.map(|found| found.kept.row(id, found.answer.as_deref(), &|by| names.get(by).cloned())))
    }

    /// How many wait in these brands, and how many of them too long, up to [`COUNTED`].
    ///
    /// # Errors
    /// The store could not be read.
    pub fn counts(&self, brands: &[BrandId]) -> Result<(u32, u32), ReadError> {
        let now = self.clock.now();
        let (mut open, mut late) = (0, 0);
        for brand in brands {
            let beginning = prefix(CaseState::Open, brand);
            for entry in self.engine.team_entries_from(TeamTable::Queue, &beginning, &beginning) {
                if open == COUNTED {
                    return Ok((open, late));
                }
                open += 1;
                late += u32::from(facts(&entry?.1.bytes)?.due <= now);
            }
        }
        Ok((open, late))
    }
}

pub(super) fn facts(bytes: &[u8]) -> Result<Facts, ReadError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ReadError(format!("a place in the queue is damaged: {error}")))
}
