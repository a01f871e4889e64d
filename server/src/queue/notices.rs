//! Who is told, and when? Each morning what waits, and within the hour that something new does: to members who answer
//! somewhere and did not stop these letters. A letter is written together with the mark that it was, so that a halt sends
//! none twice.

use std::time::Duration;

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::{Right, allowed};
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::CaseState;
use tokio::sync::watch;

use super::preferences::{Found, Kept};
use super::spot::prefix;
use super::{Letters, Queue};
use crate::engine::{ReadError, TeamError, TeamTable};
use crate::mail::letters::Waiting;
use crate::mail::{Lang, Letter};
use crate::team::{Staff, TeamFault};
use crate::{campaigns, measure};

/// How often it is looked.
const BEAT: Duration = Duration::from_secs(15);
/// Seconds between two letters that something new waits.
const PAUSE: u64 = 3_600;
/// The hour of the morning's letter, where the brand is.
const MORNING: i8 = 8;
/// Past this many, what is new is not counted one by one.
const COUNTED: u32 = 100;

/// Where and when a brand is.
struct Place {
    /// Days since 1970-01-01.
    day: u32,
    morning: bool,
    lang: String,
}

/// The second before: what comes in the rest of this one is told next time.
const fn before(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_sub(1))
}

impl Queue {
    /// Brings in what is new and tells the team, until the server drains.
    pub async fn run(&self, mut draining: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.feed().await {
                tracing::warn!(%error, "answers could not be brought into the queue; it is tried again");
            }
            if let Err(error) = self.tell().await {
                tracing::warn!(%error, "the team could not be told what waits; it is tried again");
            }
            tokio::select! {
                () = tokio::time::sleep(BEAT) => {}
                _ = draining.wait_for(|draining| *draining) => return,
            }
        }
    }

    /// Writes the letters that are due, once.
    ///
    /// # Errors
    /// The store could not be read or written; what is due stays due.
    pub async fn tell(&self) -> Result<(), TeamFault> {
        for member in self.team.staff(Right::Answer)? {
            let brands = self.answered_by(&member);
            let Some(brand) = brands.first() else { continue };
            let place = self.place(brand);
            let found = self.preference(&member.id)?;
            let wanted = &found.kept.wanted;
            let lang = wanted.lang.as_deref().unwrap_or(&place.lang);
            let lang = Lang::of(lang);
            if wanted.digest && place.morning && place.day > found.kept.digested {
                self.digest(&member, &brands, found, place.day, lang).await?;
            } else if wanted.alerts {
                self.alert(&member, &brands, found, lang).await?;
            }
        }
        Ok(())
    }

    async fn digest(
        &self,
        member: &Staff,
        brands: &[BrandId],
        found: Found,
        day: u32,
        lang: Lang,
    ) -> Result<(), TeamFault> {
        let (open, late) = self.counts(brands)?;
        // Whoever reads this knows of everything that waits.
        let kept = Kept { digested: day, alerted: before(self.clock.now()), ..found.kept.clone() };
        let letter = (open > 0).then(|| {
            let stop = self.stop_link(Letters::Digest(member.id));
            self.waiting(member, open, late, &stop).digest(lang)
        });
        self.marked(member, &found, &kept, letter).await
    }

    async fn alert(
        &self,
        member: &Staff,
        brands: &[BrandId],
        found: Found,
        lang: Lang,
    ) -> Result<(), TeamFault> {
        let (now, told) = (self.clock.now(), found.kept.alerted);
        if now < told.plus(PAUSE) {
            return Ok(());
        }
        // Who joins is told of what comes from then on.
        let joined = told == Timestamp(0);
        let new = if joined { 0 } else { self.new_between(brands, told, now)? };
        if new == 0 && !joined {
            return Ok(());
        }
        let kept = Kept { alerted: before(now), ..found.kept.clone() };
        let letter = (new > 0).then(|| {
            let stop = self.stop_link(Letters::Alerts(member.id));
            self.waiting(member, new, 0, &stop).alert(lang)
        });
        self.marked(member, &found, &kept, letter).await
    }

    /// Writes the mark, and the letter with it.
    async fn marked(
        &self,
        member: &Staff,
        found: &Found,
        kept: &Kept,
        letter: Option<Letter>,
    ) -> Result<(), TeamFault> {
        let mut proposal = found.changed(&member.id, kept)?;
        let wakes = letter.is_some();
        if let Some(letter) = letter {
            self.mail.enclose(&mut proposal, letter);
        }
        match self.engine.change_team(proposal).await {
            Ok(_) if wakes => self.mail.wake(),
            // They changed their mind this moment: looked at again in a minute.
            Ok(_) | Err(TeamError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn answered_by(&self, member: &Staff) -> Vec<BrandId> {
        let all = campaigns::brands(&self.engine).into_keys();
        all.filter(|brand| allowed(&member.grants, Right::Answer, Some(brand))).collect()
    }

    /// The calendar and the language of a brand: those of its newest campaign.
    fn place(&self, brand: &BrandId) -> Place {
        let state = campaigns::brands(&self.engine).remove(brand);
        let campaign = state.as_ref().map(|state| &state.campaign);
        let zone = campaign.and_then(|campaign| campaigns::zone(&campaign.time_zone));
        let now = self.clock.now();
        let local = zone.and_then(|zone| campaigns::zoned(now, &zone));
        Place {
            day: campaign.map_or(0, |campaign| measure::day(campaign, now)),
            morning: local.is_some_and(|local| local.hour() >= MORNING),
            lang: campaign.and_then(|it| it.languages.first()).cloned().unwrap_or_default(),
        }
    }

    fn waiting<'a>(&'a self, member: &'a Staff, open: u32, late: u32, stop: &'a str) -> Waiting<'a> {
        Waiting { to: &member.email, host: self.url.host(), open, late, link: &self.page, stop }
    }

    /// How many began to wait after a moment and before another.
    fn new_between(&self, brands: &[BrandId], after: Timestamp, before: Timestamp) -> Result<u32, ReadError> {
        let mut new = 0;
        for brand in brands {
            let beginning = prefix(CaseState::Open, brand);
            let edge = |at: Timestamp| [beginning.as_slice(), &at.0.to_be_bytes()].concat();
            let (from, end) = (edge(after.plus(1)), edge(before));
            for entry in self.engine.team_entries_from(TeamTable::Queue, &beginning, &from) {
                if entry?.0 >= end {
                    break;
                }
                new += 1;
                if new == COUNTED {
                    return Ok(new);
                }
            }
        }
        Ok(new)
    }
}
