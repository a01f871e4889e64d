//! What may the team do with a case? Answer, note, hand over, lay aside, take up again: all of one change, or nothing.

use fanfare_shared::ids::{BrandId, MemberId, PublicId};
use fanfare_shared::team::Right;
use fanfare_shared::wire::queue::{Assign, CaseChange, CaseRow, CaseState, CaseView, Colleague, Voice};

use super::case::{ENTRIES, Kept, Said};
use super::take::message;
use super::{Found, Letters, Queue, desk};
use crate::engine::{Actor, AuditNote, By, Counts, TeamError, TeamTable, What};
use crate::mail::{Lang, letters};
use crate::team::TeamFault;

/// Most further cases of somebody that are shown beside one.
const OTHERS: usize = 20;
/// How long somebody waited for a first answer: names and upper ends in seconds, as they are counted.
pub const WAITS: [(&str, u64); 6] =
    [("15m", 900), ("1h", 3_600), ("4h", 14_400), ("1d", 86_400), ("2d", 172_800), ("7d", 604_800)];
/// What lies beyond the last of them.
pub const LONGER: &str = "longer";

impl Queue {
    /// A case with everything said in it.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub fn read(&self, id: &PublicId) -> Result<CaseView, TeamFault> {
        let found = self.found(id)?;
        self.shown(&found)
    }

    fn shown(&self, found: &Found) -> Result<CaseView, TeamFault> {
        let names = self.team.names()?;
        let name = |by: &str| names.get(by).cloned();
        let kept = &found.kept;
        let colleagues = self.team.who_may(Right::Answer, &kept.brand)?;
        Ok(CaseView {
            case: kept.row(found.id, found.answer.as_deref(), &name),
            version: found.version,
            email: kept.email.clone(),
            quiet: kept.quiet,
            lang: kept.lang.clone(),
            arrived: kept.arrived,
            entries: kept.said(found.answer.as_deref(), &name),
            others: self.others(found, &name)?,
            colleagues: colleagues.into_iter().map(|(id, name)| Colleague { id, name: Some(name) }).collect(),
        })
    }

    /// Further cases of the same address, the newest first.
    fn others(
        &self,
        found: &Found,
        name: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<CaseRow>, TeamFault> {
        let mut rows = Vec::new();
        for id in self.of_same_address(found)?.into_iter().filter(|id| *id != found.id) {
            rows.extend(self.find(&id)?.map(|other| other.kept.row(id, None, name)));
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.since));
        rows.truncate(OTHERS);
        Ok(rows)
    }

    /// Every case of the address of one, itself among them.
    pub(super) fn of_same_address(&self, found: &Found) -> Result<Vec<PublicId>, TeamFault> {
        if found.kept.email.is_empty() {
            return Ok(vec![found.id]);
        }
        let address = self.correspondent(&found.kept.brand, &found.kept.email);
        let entries = self.engine.team_entries_from(TeamTable::Correspondent, &address, &address);
        let mut ids = Vec::new();
        for entry in entries {
            let (key, _) = entry?;
            ids.extend(key.last_chunk().map(|id| PublicId::new(*id)));
        }
        Ok(ids)
    }

    /// Changes a case, made from the version that the change names.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn change(
        &self,
        actor: Actor,
        id: &PublicId,
        change: &CaseChange,
    ) -> Result<CaseView, TeamFault> {
        let found = self.found(id)?;
        if found.version != change.version {
            return Err(TeamError::Changed.into());
        }
        let now = self.clock.now();
        let mut kept = found.kept.clone();
        let mut done = Vec::new();
        if let Some(typed) = &change.note {
            let text = message("/note", typed)?;
            kept.entries.push(Said { at: now, voice: Voice::Note, by: actor.to_string(), text });
            done.push("note");
        }
        let reply = change.reply.as_ref().map(|typed| message("/reply", typed)).transpose()?;
        if reply.is_some() && kept.ballot.is_some() {
            let nowhere = "whoever answers a question leaves no address: make a note instead".to_owned();
            return Err(TeamFault::Field("/reply", "no-address", nowhere));
        }
        if let Some(text) = &reply {
            let text = text.clone();
            kept.entries.push(Said { at: now, voice: Voice::Reply, by: actor.to_string(), text });
            done.push("reply");
        }
        if kept.entries.len() > ENTRIES {
            let full = "nothing more fits into this conversation".to_owned();
            return Err(TeamFault::Field("/reply", "too-many", full));
        }
        if let Some(Assign { to }) = &change.assign {
            self.may_be_assigned(*to, &kept.brand)?;
            kept.assignee = *to;
            done.push("assign");
        }
        if let Some(state) = change.state.filter(|state| *state != kept.state) {
            (kept.state, kept.since) = (state, now);
            if state == CaseState::Open {
                kept.due = now.plus(desk::patience(&desk::read(&self.engine, &kept.brand)?, kept.kind));
            }
            done.push(if state == CaseState::Open { "reopen" } else { "done" });
        }
        if done.is_empty() {
            let nothing = "a reply, a note, somebody to look after it, or a state".to_owned();
            return Err(TeamFault::Field("", "required", nothing));
        }
        let first = reply.is_some() && !kept.answered;
        kept.answered |= reply.is_some();
        let note = AuditNote::new(actor, "case.changed", id.to_hex()).within(kept.brand.clone());
        let mut proposal = found.changed(&kept)?.noted(note.saying(done.join(" ")));
        if let Some(text) = reply.filter(|_| !kept.email.is_empty() && !kept.quiet) {
            let letter = letters::Answer {
                to: &kept.email,
                brand: &self.brand_name(&kept.campaign),
                text: &text,
                link: &self.link(id),
                stop: &self.stop_link(Letters::Case(*id)),
            };
            self.mail.enclose(&mut proposal, letter.written(Lang::of(&kept.lang)));
        }
        let version = self.engine.change_team(proposal).await?;
        self.mail.wake();
        if first {
            self.count_first_answer(&kept, now.0.saturating_sub(kept.arrived.0));
        }
        self.shown(&Found { version, kept, ..found })
    }

    /// Lays cases aside together; what is gone, done or not waiting any more is passed over.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn lay_aside(&self, actor: Actor, ids: &[PublicId]) -> Result<(), TeamFault> {
        for id in ids {
            let Some(found) = self.find(id)?.filter(|found| found.kept.state == CaseState::Open) else {
                continue;
            };
            let kept = Kept { state: CaseState::Done, since: self.clock.now(), ..found.kept.clone() };
            let note = AuditNote::new(actor, "case.changed", id.to_hex()).within(kept.brand.clone());
            match self.engine.change_team(found.changed(&kept)?.noted(note.saying("done"))).await {
                // A colleague was quicker: they know more of it.
                Ok(_) | Err(TeamError::Changed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn may_be_assigned(&self, to: Option<MemberId>, brand: &BrandId) -> Result<(), TeamFault> {
        let Some(to) = to else { return Ok(()) };
        if self.team.who_may(Right::Answer, brand)?.iter().any(|(id, _)| *id == to) {
            return Ok(());
        }
        let detail = "a member who answers in this brand".to_owned();
        Err(TeamFault::Field("/assign/to", "member", detail))
    }

    fn count_first_answer(&self, kept: &Kept, waited: u64) {
        let Some(state) = self.engine.campaign(&kept.campaign) else { return };
        let (wait, _) = WAITS.into_iter().find(|(_, end)| waited <= *end).unwrap_or((LONGER, 0));
        self.count(
            &state,
            Counts::from([
                ((By::All, String::new(), What::Answered), 1),
                ((By::Wait, wait.to_owned(), What::Answered), 1),
            ]),
        );
    }
}
