//! How does what visitors wrote in answer to a question come into the queue? By its number: a job goes on where it was,
//! and where that is stands in the same change as the cases it made, so that a halt loses none and makes none twice.
//!
//! A case of an answer holds no word of it: the text is read where it is kept, under the key of whoever wrote it. Changed,
//! taken back or forgotten there, it is gone here.

use std::sync::Arc;

use fanfare_shared::ids::{ActivityId, PublicId};
use fanfare_shared::log::opening::AnswerKind;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::{CaseKind, CaseState};
use serde::{Deserialize, Serialize};

use super::case::Kept;
use super::{Queue, desk, written};
use crate::engine::{ActivityState, CampaignState, ReadError, TeamError, TeamProposal, TeamTable, TeamValue};
use crate::team::TeamFault;

/// Most cases of one change.
const STEP: u64 = 50;

/// Which ballot a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ballot {
    pub(super) activity: ActivityId,
    /// Among those of the activity with free text.
    pub(super) number: u64,
}

impl Queue {
    /// Brings new answers in free text into the queue.
    ///
    /// # Errors
    /// The store could not be read or written; what is new stays new.
    pub async fn feed(&self) -> Result<(), TeamFault> {
        for id in self.engine.campaigns() {
            let Some(state) = self.engine.campaign(&id) else { continue };
            for id in &state.activities {
                // What an entrant fills in waits for nobody.
                let poll = |activity: &Arc<ActivityState>| activity.contest.is_none();
                let Some(activity) = self.engine.activity(id).filter(poll) else { continue };
                while self.feed_some(&state, &activity).await? {}
            }
        }
        Ok(())
    }

    /// Brings some in; whether there is more.
    async fn feed_some(&self, state: &CampaignState, activity: &ActivityState) -> Result<bool, TeamFault> {
        let count = self.engine.written_count(&activity.id)?;
        let entry = self.engine.team_entry(TeamTable::Fed, activity.id.as_str().as_bytes())?;
        let fed = entry.as_ref().and_then(|entry| <[u8; 8]>::try_from(entry.bytes.as_slice()).ok());
        let fed = fed.map_or(0, u64::from_be_bytes);
        if fed >= count {
            return Ok(false);
        }
        let until = count.min(fed + STEP);
        let key = activity.id.as_str().as_bytes();
        let mut proposal = match &entry {
            Some(entry) => TeamProposal::default().expecting(TeamTable::Fed, key, entry.version),
            None => TeamProposal::default().expecting_none(TeamTable::Fed, key),
        };
        let place = TeamValue::Plain(until.to_be_bytes().to_vec());
        proposal = proposal.writing(TeamTable::Fed, key, place);
        let desk = desk::read(&self.engine, &state.campaign.brand)?;
        for number in fed..until {
            let ballot = Ballot { activity: activity.id.clone(), number };
            // Taken back or changed since, or the brand wants none of them here.
            let Some((at, _)) = self.written(&ballot)?.filter(|_| desk.answers) else { continue };
            let id = self.id_of(&ballot);
            let now = self.clock.now();
            let due = now.plus(desk::patience(&desk, CaseKind::Answer));
            let kept = Kept { since: now, due, ..about(state, ballot, at) };
            proposal = written(proposal, None, id, &kept)?;
        }
        match self.engine.change_team(proposal).await {
            Ok(_) => Ok(true),
            // Another run was here a moment ago.
            Err(TeamError::Changed) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn id_of(&self, ballot: &Ballot) -> PublicId {
        let text = format!("{}\n{}", ballot.activity, ballot.number);
        let mac = self.engine.mac("queue-answer", text.as_bytes());
        PublicId::new(mac.first_chunk().copied().unwrap_or_default())
    }

    /// When a ballot's texts were written, and what they are, question by question; none where they no longer stand.
    pub(super) fn written(&self, ballot: &Ballot) -> Result<Option<(Timestamp, String)>, ReadError> {
        let texts = self.engine.text(&ballot.activity, ballot.number)?;
        let Some(at) = texts.first().map(|text| text.at) else { return Ok(None) };
        let Some(activity) = self.engine.activity(&ballot.activity) else { return Ok(None) };
        let questions = &activity.definition.questions;
        let several = questions.iter().filter(|it| it.answers() == AnswerKind::Text).count() > 1;
        let lang = activity.definition.languages.first().map_or("en", String::as_str);
        let parts = texts.into_iter().map(|written| {
            let asked = questions.iter().find(|question| question.id == written.question);
            match asked.filter(|_| several) {
                Some(question) => format!("{}\n{}", question.text.get(lang), written.text),
                None => written.text,
            }
        });
        Ok(Some((at, parts.collect::<Vec<_>>().join("\n\n"))))
    }
}

/// The case of a ballot.
fn about(state: &CampaignState, ballot: Ballot, at: Timestamp) -> Kept {
    let campaign = &state.campaign;
    Kept {
        kind: CaseKind::Answer,
        brand: campaign.brand.clone(),
        campaign: campaign.campaign.clone(),
        lang: String::new(),
        name: String::new(),
        email: String::new(),
        state: CaseState::Open,
        arrived: at,
        since: at,
        due: at,
        assignee: None,
        answered: false,
        quiet: false,
        request: String::new(),
        entries: Vec::new(),
        ballot: Some(ballot),
    }
}
