//! Where is a campaign while somebody is still writing it? A draft: a document that need not be whole, in a table of the
//! team, replaced only by a change that was made from what stands there.

use fanfare_shared::ids::{BrandId, PublicId};
use fanfare_shared::limits;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::draft::{Draft, DraftFault, DraftSummary};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::campaigns;
use crate::engine::{
    Actor, AuditNote, Engine, ReadError, TeamEntry, TeamError, TeamProposal, TeamTable, TeamValue,
};

/// Most drafts of a brand.
const MOST: usize = 200;
/// Brotli's quality and window for what is kept: a document becomes a tenth, in a millisecond.
const QUALITY: i32 = 5;
const WINDOW: i32 = 18;

/// What is kept of a draft, as JSON under brotli: documents repeat themselves in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    brand: BrandId,
    document: Value,
    changed: Timestamp,
    by: String,
}

/// A draft with what is needed to change it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: PublicId,
    /// The version to hold a change against.
    pub version: u64,
    kept: Kept,
}

/// Why a draft is not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DraftError {
    /// It names no brand, or another one than before.
    #[error("{0}")]
    Brand(&'static str),
    /// Larger than a document may be.
    #[error("the document is larger than {} KiB", limits::CAMPAIGN_BYTES / 1024)]
    TooLarge,
    /// The brand has many.
    #[error("a brand has {MOST} drafts at most: publish some, or throw some away")]
    TooMany,
    /// The store.
    #[error(transparent)]
    Store(#[from] TeamError),
}

impl From<ReadError> for DraftError {
    fn from(error: ReadError) -> Self {
        Self::Store(error.into())
    }
}

/// The brand that a document names.
///
/// # Errors
/// It names none.
pub fn brand_of(document: &Value) -> Result<BrandId, DraftError> {
    let named = document.get("brand").and_then(Value::as_str).and_then(|brand| brand.parse().ok());
    named.ok_or(DraftError::Brand("name the brand: 1 to 32 of a-z, 0-9 and -"))
}

fn packed(kept: &Kept) -> Result<Vec<u8>, DraftError> {
    let json = serde_json::to_vec(kept).map_err(|error| ReadError(error.to_string()))?;
    if json.len() > limits::CAMPAIGN_BYTES {
        return Err(DraftError::TooLarge);
    }
    let params = brotli::enc::BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, ..Default::default() };
    let mut bytes = Vec::new();
    brotli::BrotliCompress(&mut json.as_slice(), &mut bytes, &params)
        .map_err(|error| ReadError(error.to_string()))?;
    Ok(bytes)
}

fn unpacked(key: &[u8], entry: TeamEntry) -> Result<Found, ReadError> {
    let damaged = |error: &dyn std::fmt::Display| ReadError(format!("a draft is damaged: {error}"));
    let mut json = Vec::new();
    brotli::BrotliDecompress(&mut entry.bytes.as_slice(), &mut json).map_err(|error| damaged(&error))?;
    let kept = serde_json::from_slice(&json).map_err(|error| damaged(&error))?;
    let id = <[u8; 16]>::try_from(key).map_err(|error| damaged(&error))?;
    Ok(Found { id: PublicId::new(id), version: entry.version, kept })
}

/// All drafts, the newest first.
///
/// # Errors
/// The store could not be read.
pub fn all(engine: &Engine) -> Result<Vec<Found>, ReadError> {
    let entries = engine.team_entries(TeamTable::Draft);
    let mut found: Vec<Found> = entries
        .map(|entry| entry.and_then(|(key, entry)| unpacked(&key, entry)))
        .collect::<Result<_, _>>()?;
    found.sort_by_key(|draft| std::cmp::Reverse(draft.kept.changed));
    Ok(found)
}

/// A draft.
///
/// # Errors
/// The store could not be read.
pub fn find(engine: &Engine, id: &PublicId) -> Result<Option<Found>, ReadError> {
    let entry = engine.team_entry(TeamTable::Draft, id.bytes())?;
    entry.map(|entry| unpacked(id.bytes(), entry)).transpose()
}

fn note(actor: Actor, action: &'static str, brand: &BrandId, id: &PublicId) -> AuditNote {
    AuditNote::new(actor, action, id.to_hex()).within(brand.clone())
}

/// Begins a draft.
///
/// # Errors
/// [`DraftError`].
pub async fn begin(engine: &Engine, actor: Actor, document: Value) -> Result<Found, DraftError> {
    let brand = brand_of(&document)?;
    if all(engine)?.iter().filter(|draft| draft.kept.brand == brand).count() >= MOST {
        return Err(DraftError::TooMany);
    }
    let id = PublicId::new(engine.entropy().bytes());
    let kept = Kept { brand, document, changed: engine.clock().now(), by: actor.to_string() };
    let proposal = TeamProposal::default()
        .writing(TeamTable::Draft, id.bytes(), TeamValue::Plain(packed(&kept)?))
        .noted(note(actor, "draft.begun", &kept.brand, &id));
    let version = engine.change_team(proposal).await?;
    Ok(Found { id, version, kept })
}

impl Found {
    /// Its brand.
    #[must_use]
    pub const fn brand(&self) -> &BrandId {
        &self.kept.brand
    }

    /// Its document.
    #[must_use]
    pub const fn document(&self) -> &Value {
        &self.kept.document
    }

    /// Puts another document in its place, made from this version. No line of the audit log: it is saved every few
    /// seconds while somebody writes.
    ///
    /// # Errors
    /// [`DraftError`].
    pub async fn change(
        self,
        engine: &Engine,
        actor: Actor,
        version: u64,
        document: Value,
    ) -> Result<Self, DraftError> {
        if brand_of(&document)? != self.kept.brand {
            return Err(DraftError::Brand("a draft stays with its brand; begin another one there"));
        }
        let brand = self.kept.brand;
        let kept = Kept { brand, document, changed: engine.clock().now(), by: actor.to_string() };
        let proposal = TeamProposal::default().expecting(TeamTable::Draft, self.id.bytes(), version).writing(
            TeamTable::Draft,
            self.id.bytes(),
            TeamValue::Plain(packed(&kept)?),
        );
        let version = engine.change_team(proposal).await?;
        Ok(Self { id: self.id, version, kept })
    }

    /// Takes it away: published, or thrown away.
    ///
    /// # Errors
    /// [`DraftError`].
    pub async fn end(
        self,
        engine: &Engine,
        actor: Actor,
        version: u64,
        published: bool,
    ) -> Result<(), DraftError> {
        let action = if published { "draft.published" } else { "draft.discarded" };
        let proposal = TeamProposal::default()
            .expecting(TeamTable::Draft, self.id.bytes(), version)
            .gone(TeamTable::Draft, self.id.bytes())
            .noted(note(actor, action, &self.kept.brand, &self.id));
        engine.change_team(proposal).await?;
        Ok(())
    }

    /// As it is listed; `name` finds the name behind an actor.
    #[must_use]
    pub fn summary(&self, name: impl Fn(&str) -> Option<String>) -> DraftSummary {
        let document = &self.kept.document;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let first = document.get("languages").and_then(|all| all.get(0)).and_then(Value::as_str);
        DraftSummary {
            id: self.id,
            brand: self.kept.brand.clone(),
            campaign: text(document.get("campaign")),
            title: text(document.get("title").zip(first).and_then(|(title, lang)| title.get(lang))),
            changed: self.kept.changed,
            changed_by: name(&self.kept.by),
        }
    }

    /// With its document, and what has to be mended.
    #[must_use]
    pub fn shown(&self, engine: &Engine, name: impl Fn(&str) -> Option<String>) -> Draft {
        let faults = campaigns::faults(&self.kept.document, engine);
        Draft {
            summary: self.summary(name),
            version: self.version,
            document: self.kept.document.clone(),
            faults: faults.into_iter().map(|(pointer, detail)| DraftFault { pointer, detail }).collect(),
        }
    }
}
