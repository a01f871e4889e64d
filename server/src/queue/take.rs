//! What may a visitor do? Write, read what was answered, write again, stop the letters, and take everything back.

use fanfare_shared::ids::{CampaignId, IdempotencyKey, PublicId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::text::tidied;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::{CaseKind, CaseState, MESSAGE_CHARS, NAME_CHARS, NewMessage, Voice};

use super::case::{ENTRIES, Kept, Said};
use super::{Found, Queue, desk, written};
use crate::engine::{By, CampaignState, Counts, TeamError, TeamProposal, TeamTable, TeamValue, What, Whose};
use crate::measure;
use crate::team::{TeamFault, accept_email};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It waits.
    Taken(PublicId),
    /// The same request was taken before.
    Again(PublicId),
    /// Its key stands for another message.
    KeyReused,
}

/// A case as its visitor sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Visited {
    /// The campaign whose page it came from.
    pub campaign: CampaignId,
    /// The language it was written in.
    pub lang: String,
    /// What it is about.
    pub kind: CaseKind,
    /// Whether it waits for an answer.
    pub state: CaseState,
    /// Until when somebody should have answered.
    pub due: Timestamp,
    /// Where answers are sent; empty: nowhere.
    pub email: String,
    /// Whether the letters were stopped.
    pub quiet: bool,
    /// What both sides said: when, whether it was the brand, and what.
    pub said: Vec<(Timestamp, bool, String)>,
}

/// Fails with a field.
fn field<T>(pointer: &'static str, rule: &'static str, detail: impl Into<String>) -> Result<T, TeamFault> {
    Err(TeamFault::Field(pointer, rule, detail.into()))
}

/// A message as it is kept.
pub(super) fn message(pointer: &'static str, typed: &str) -> Result<String, TeamFault> {
    let text = tidied(typed);
    match text.chars().count() {
        0 => field(pointer, "required", "write a few words"),
        1..=MESSAGE_CHARS => Ok(text),
        _ => field(pointer, "too-long", format!("at most {MESSAGE_CHARS} characters")),
    }
}

impl Queue {
    /// Takes a message. The key stands for this one alone: sent again, it is the same case.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn begin(
        &self,
        state: &CampaignState,
        key: &IdempotencyKey,
        sent: &NewMessage,
    ) -> Result<Begun, TeamFault> {
        let campaign = &state.campaign;
        if !CaseKind::ASKED.contains(&sent.kind) {
            return field("/kind", "kind", "`message`, `access` or `erasure`");
        }
        let text = message("/text", &sent.text)?;
        let name = tidied(&sent.name).replace('\n', " ");
        if name.chars().count() > NAME_CHARS {
            return field("/name", "too-long", format!("at most {NAME_CHARS} characters"));
        }
        let email =
            if sent.email.trim().is_empty() { String::new() } else { accept_email("/email", &sent.email)? };
        let request = Hash::of(&serde_json::to_vec(sent).unwrap_or_default()).to_base64();
        let by = [campaign.campaign.as_str(), "\n", key.as_str()].concat();
        let proof = self.engine.mac("queue-id", by.as_bytes());
        let id = PublicId::new(proof.first_chunk().copied().unwrap_or_default());
        let before = |found: &Found| {
            if found.kept.request == request { Begun::Again(id) } else { Begun::KeyReused }
        };
        if let Some(found) = self.find(&id)? {
            return Ok(before(&found));
        }
        let now = self.clock.now();
        let kept = Kept {
            kind: sent.kind,
            brand: campaign.brand.clone(),
            campaign: campaign.campaign.clone(),
            lang: fanfare_shared::text::choose(&campaign.languages, [sent.lang.as_str()].into_iter())
                .to_owned(),
            name,
            email,
            state: CaseState::Open,
            arrived: now,
            since: now,
            due: now.plus(desk::patience(&desk::read(&self.engine, &campaign.brand)?, sent.kind)),
            assignee: None,
            answered: false,
            quiet: false,
            request: request.clone(),
            ballot: None,
            entries: vec![Said { at: now, voice: Voice::Visitor, by: String::new(), text }],
        };
        let mut proposal = TeamProposal::default().expecting_none(TeamTable::Case, id.bytes());
        if !kept.email.is_empty() {
            let at = self.correspondence(&kept, &id);
            proposal = proposal.writing(TeamTable::Correspondent, &at, TeamValue::Plain(Vec::new()));
        }
        match self.engine.change_team(written(proposal, Some(Whose::New(0)), id, &kept)?).await {
            Ok(_) => {}
            // Two at once with the same key: one was first.
            Err(TeamError::Changed) => return Ok(before(&self.found(&id)?)),
            Err(error) => return Err(error.into()),
        }
        self.count(state, Counts::from([((By::All, String::new(), What::Asked), 1)]));
        Ok(Begun::Taken(id))
    }

    /// Where a case is found again by its address.
    pub(super) fn correspondence(&self, kept: &Kept, id: &PublicId) -> Vec<u8> {
        [self.correspondent(&kept.brand, &kept.email).as_slice(), id.bytes()].concat()
    }

    /// Counts something of a campaign's service.
    pub(super) fn count(&self, state: &CampaignState, counts: Counts) {
        let campaign = &state.campaign;
        self.engine.count(&campaign.campaign, measure::day(campaign, self.clock.now()), &counts);
    }

    /// A case as its visitor sees it.
    ///
    /// # Errors
    /// There is none, any more; the store could not be read.
    pub fn visit(&self, id: &PublicId) -> Result<Visited, TeamFault> {
        let kept = self.found(id)?.kept;
        let said = kept.entries.iter().filter(|said| said.voice != Voice::Note);
        let said = said.map(|said| (said.at, said.voice == Voice::Reply, said.text.clone())).collect();
        let Kept { campaign, lang, kind, state, due, email, quiet, .. } = kept;
        Ok(Visited { campaign, lang, kind, state, due, email, quiet, said })
    }

    /// Takes a further message in a case: it waits again. The same words twice in a row are taken once.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn write(&self, id: &PublicId, typed: &str) -> Result<(), TeamFault> {
        let text = message("/text", typed)?;
        let found = self.found(id)?;
        let now = self.clock.now();
        let mut kept = found.kept.clone();
        if kept.entries.last().is_some_and(|said| said.voice == Voice::Visitor && said.text == text) {
            return Ok(());
        }
        if kept.entries.len() >= ENTRIES {
            return field("/text", "too-many", "this conversation is full: begin another one");
        }
        kept.entries.push(Said { at: now, voice: Voice::Visitor, by: String::new(), text });
        if kept.state == CaseState::Done {
            (kept.state, kept.since) = (CaseState::Open, now);
            kept.due = now.plus(desk::patience(&desk::read(&self.engine, &kept.brand)?, kept.kind));
        }
        self.engine.change_team(found.changed(&kept)?).await?;
        Ok(())
    }

    /// Whether answers are sent by letter.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn set_quiet(&self, id: &PublicId, quiet: bool) -> Result<(), TeamFault> {
        let found = self.found(id)?;
        if found.kept.quiet != quiet {
            let kept = Kept { quiet, ..found.kept.clone() };
            self.engine.change_team(found.changed(&kept)?).await?;
        }
        Ok(())
    }
}
