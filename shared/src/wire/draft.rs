//! Drafts of campaigns: documents in the making, that need not be whole yet.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{BrandId, PublicId};
use crate::time::Timestamp;

/// The drafts that the one who asks may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftList {
    /// The newest first.
    pub drafts: Vec<DraftSummary>,
}

/// A draft without its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftSummary {
    /// Its id.
    pub id: PublicId,
    /// Its brand.
    pub brand: BrandId,
    /// The campaign's slug, as far as one is written.
    pub campaign: String,
    /// The campaign's title in its first language, as far as one is written.
    pub title: String,
    /// When it was changed last.
    pub changed: Timestamp,
    /// Who changed it last, if they still belong to the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// What it is.
    #[serde(flatten)]
    pub summary: DraftSummary,
    /// Its version: a change names the one it was made from.
    pub version: u64,
    /// The document, whole or not.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub document: Value,
    /// What has to be mended before it can be published.
    pub faults: Vec<DraftFault>,
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftFault {
    /// JSON pointer into the document; empty for all of it.
    pub pointer: String,
    /// What would be right.
    pub detail: String,
}

/// What has to stand in a draft's document; whatever else stands there is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftDocument {
    /// The brand.
    pub brand: BrandId,
}

/// Begins a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewDraft {
    /// The document: an object that names its `brand`; the rest may still be missing.
    #[cfg_attr(feature = "openapi", schema(value_type = DraftDocument))]
    pub document: Value,
}

/// Changes a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftChange {
    /// The version it was made from.
    #[serde(deserialize_with = "super::whole")]
    pub version: u64,
    /// The document as it is now.
    #[cfg_attr(feature = "openapi", schema(value_type = DraftDocument))]
    pub document: Value,
}

/// Publishes a draft, or throws it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftVersion {
    /// The version that was looked at.
    #[serde(deserialize_with = "super::whole")]
    pub version: u64,
}
