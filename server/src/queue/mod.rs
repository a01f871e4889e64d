//! What waits for a person of the team, and what became of it? A case is what a visitor wrote and what was answered: an
//! entry of the store's tables under a key of its own, so that it can be forgotten; beside it stands where it lies in the
//! queue, without a word of it.
//!
//! Deliberately absent: HTTP (that is `routes`), and the log: what is said here is between two.

mod case;
mod change;
pub mod desk;
mod feed;
mod forget;
mod list;
mod notices;
pub mod preferences;
mod spot;
mod take;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use fanfare_shared::ids::{BrandId, CampaignId, MemberId, PublicId};
use subtle::ConstantTimeEq;

use crate::clock::Clock;
use crate::engine::{Engine, ReadError, TeamEntry, TeamProposal, TeamTable, TeamValue, Whose};
use crate::mail::Mail;
use crate::team::{Team, TeamFault};
use crate::url::PublicUrl;
use case::Kept;
pub use change::{LONGER, WAITS};
pub use list::Filter;
pub use take::{Begun, Visited};

/// Bytes of the proof in a visitor's link, and in a link that stops letters.
const PROOF: usize = 16;

/// The queue of this installation.
pub struct Queue {
    engine: Engine,
    clock: Arc<dyn Clock>,
    mail: Arc<Mail>,
    team: Arc<Team>,
    url: Arc<PublicUrl>,
    /// Where the team works on it.
    page: String,
}

/// A case with what is needed to change it.
struct Found {
    id: PublicId,
    version: u64,
    slot: Option<u64>,
    kept: Kept,
    /// What its ballot says, where it is about one.
    answer: Option<String>,
}

/// What stops letters that come by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Answers in a case, to its visitor.
    Case(PublicId),
    /// What waits each morning, to a member.
    Digest(MemberId),
    /// Something new waits, to a member.
    Alerts(MemberId),
}

impl Queue {
    /// The queue of this engine.
    #[must_use]
    pub fn new(
        engine: Engine,
        clock: Arc<dyn Clock>,
        mail: Arc<Mail>,
        team: Arc<Team>,
        url: Arc<PublicUrl>,
    ) -> Self {
        let page = url.join("/console/queue");
        Self { engine, clock, mail, team, url, page }
    }

    fn find(&self, id: &PublicId) -> Result<Option<Found>, ReadError> {
        let Some(found) = self.kept(id)? else { return Ok(None) };
        let Some(ballot) = &found.kept.ballot else { return Ok(Some(found)) };
        // Where the answer no longer stands there is nothing to work on.
        Ok(self.written(ballot)?.map(|(_, text)| Found { answer: Some(text), ..found }))
    }

    /// A case as it is kept, whatever became of its answer.
    fn kept(&self, id: &PublicId) -> Result<Option<Found>, ReadError> {
        let entry = self.engine.team_entry(TeamTable::Case, id.bytes())?;
        entry.map(|entry| found(*id, entry)).transpose()
    }

    /// The brand that a case was sent to.
    ///
    /// # Errors
    /// There is no such case; the store could not be read.
    pub fn brand_of(&self, id: &PublicId) -> Result<BrandId, TeamFault> {
        Ok(self.found(id)?.kept.brand)
    }

    fn found(&self, id: &PublicId) -> Result<Found, TeamFault> {
        self.find(id)?.ok_or(TeamFault::NotFound("case"))
    }

    /// The name that a brand goes by, in its campaign.
    fn brand_name(&self, campaign: &CampaignId) -> String {
        let state = self.engine.campaign(campaign);
        state.map_or_else(|| campaign.to_string(), |state| state.campaign.brand_name.clone())
    }

    /// Under what the cases of an address in a brand are found: nothing that tells the address to who reads the store.
    fn correspondent(&self, brand: &BrandId, email: &str) -> Vec<u8> {
        let text = [brand.as_str(), "\n", &email.to_lowercase()].concat();
        self.engine.mac("queue-address", text.as_bytes()).to_vec()
    }

    /// The page of a case for its visitor.
    #[must_use]
    pub fn link(&self, id: &PublicId) -> String {
        self.url.join(&format!("/m/{}", self.token("queue-case", id.bytes())))
    }

    /// The case behind a visitor's link.
    #[must_use]
    pub fn of_token(&self, token: &str) -> Option<PublicId> {
        self.proven("queue-case", token).map(PublicId::new)
    }

    /// The page where somebody stops letters that come by themselves.
    fn stop_link(&self, letters: Letters) -> String {
        let (kind, id) = match &letters {
            Letters::Case(id) => ('c', id.bytes()),
            Letters::Digest(id) => ('d', id.bytes()),
            Letters::Alerts(id) => ('a', id.bytes()),
        };
        self.url.join(&format!("/letters/{kind}{}", self.token(stop_purpose(kind), id)))
    }

    /// Which letters a link stops.
    #[must_use]
    pub fn letters_of(&self, token: &str) -> Option<Letters> {
        let kind = token.chars().next().filter(|kind| "cda".contains(*kind))?;
        let id = self.proven(stop_purpose(kind), token.get(1..)?)?;
        Some(match kind {
            'c' => Letters::Case(PublicId::new(id)),
            'd' => Letters::Digest(MemberId::new(id)),
            _ => Letters::Alerts(MemberId::new(id)),
        })
    }

    /// Stops them.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn stop(&self, letters: Letters) -> Result<(), TeamFault> {
        match letters {
            Letters::Case(id) => self.set_quiet(&id, true).await,
            Letters::Digest(id) => self.stop_for(&id, |wanted| wanted.digest = false).await,
            Letters::Alerts(id) => self.stop_for(&id, |wanted| wanted.alerts = false).await,
        }
    }

    fn token(&self, purpose: &str, id: &[u8; 16]) -> String {
        let proof = self.engine.mac(purpose, id);
        HEXLOWER.encode(&[id.as_slice(), proof.get(..PROOF).unwrap_or_default()].concat())
    }

    fn proven(&self, purpose: &str, token: &str) -> Option<[u8; 16]> {
        let bytes = HEXLOWER.decode(token.as_bytes()).ok()?;
        let id = *bytes.first_chunk::<16>()?;
        let right = self.token(purpose, &id);
        bool::from(right.as_bytes().ct_eq(token.as_bytes())).then_some(id)
    }
}

const fn stop_purpose(kind: char) -> &'static str {
    match kind {
        'c' => "stop-case",
        'd' => "stop-digest",
        _ => "stop-alerts",
    }
}

fn found(id: PublicId, entry: TeamEntry) -> Result<Found, ReadError> {
    let TeamEntry { version, slot, bytes } = entry;
    let kept =
        serde_json::from_slice(&bytes).map_err(|error| ReadError(format!("a case is damaged: {error}")))?;
    Ok(Found { id, version, slot, kept, answer: None })
}

impl Found {
    /// The change that puts this in its place, here and in the queue.
    fn changed(&self, kept: &Kept) -> Result<TeamProposal, ReadError> {
        let proposal = TeamProposal::default().expecting(TeamTable::Case, self.id.bytes(), self.version);
        let before = self.kept.spot(self.id).key();
        let moved = before != kept.spot(self.id).key();
        let proposal = if moved { proposal.gone(TeamTable::Queue, &before) } else { proposal };
        written(proposal, Some(self.slot.map_or(Whose::New(0), Whose::Slot)), self.id, kept)
    }
}

/// Adds a case to a change, here and in the queue: under a person's key, or in the clear while nothing was said in it.
fn written(
    proposal: TeamProposal,
    whose: Option<Whose>,
    id: PublicId,
    kept: &Kept,
) -> Result<TeamProposal, ReadError> {
    let bytes = |encoded: serde_json::Result<Vec<u8>>| encoded.map_err(|error| ReadError(error.to_string()));
    let case = bytes(serde_json::to_vec(kept))?;
    let case = whose.map_or(TeamValue::Plain(case.clone()), |whose| TeamValue::Personal(whose, case));
    let facts = TeamValue::Plain(bytes(serde_json::to_vec(&kept.facts()))?);
    let at = kept.spot(id).key();
    Ok(proposal.writing(TeamTable::Case, id.bytes(), case).writing(TeamTable::Queue, &at, facts))
}
