//! The campaigns of an installation, as the team sees them.

use serde::{Deserialize, Serialize};

use crate::campaign::{ActivityKind, Results};
use crate::ids::{ActivityId, BrandId, CampaignId, Slug};
use crate::text::Text;
use crate::time::{State, Timestamp};

/// The campaigns that the one who asks may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignList {
    /// By id.
    pub campaigns: Vec<CampaignSummary>,
}

/// A campaign and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignSummary {
    /// Its slug.
    pub campaign: CampaignId,
    /// Its brand.
    pub brand: BrandId,
    /// The brand's name.
    pub brand_name: String,
    /// Title by language.
    pub title: Text,
    /// Languages, the default one first.
    pub languages: Vec<String>,
    /// Version of the document in force.
    pub version: u64,
    /// Origins of the pages that may send answers.
    pub origins: Vec<String>,
    /// Whether it is put away: closed, and out of the way in the console.
    pub archived: bool,
    /// Address of the hosted page.
    pub hosted: String,
    /// Its activities, in the document's order.
    pub activities: Vec<ActivitySummary>,
}

/// Puts a campaign away, or brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Archive {
    /// Whether it is to be put away.
    pub archived: bool,
}

/// An activity and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivitySummary {
    /// Public id.
    pub id: ActivityId,
    /// Name in the document.
    pub name: Slug,
    /// What it is.
    pub kind: ActivityKind,
    /// Whether it takes acts.
    pub state: State,
    /// When it opens or opened.
    pub opens: Timestamp,
    /// When it closes or closed; 0: when it is ended.
    pub closes: Timestamp,
    /// Who sees results.
    pub results: Results,
    /// When a contest is drawn; absent for a poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Timestamp>,
    /// Ballots that count, or people who take part; absent for those who may not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ballots: Option<u64>,
}
