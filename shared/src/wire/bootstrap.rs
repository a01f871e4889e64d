//! The bootstrap of a campaign: one cacheable document with everything a widget needs. Never anything about a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tally::Tally;
use crate::campaign::{ActivityKind, Openings, Results, Theme};
use crate::ids::{ActivityId, BrandId, CampaignId, Slug};
use crate::time::{State, Timestamp};

/// The bootstrap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bootstrap {
    /// The campaign.
    pub campaign: CampaignId,
    /// The brand.
    pub brand: BrandId,
    /// The brand's name.
    pub brand_name: String,
    /// Language of the texts.
    pub lang: String,
    /// The server's time when this was made.
    pub now: Timestamp,
    /// Title of the campaign.
    pub title: String,
    /// Colours.
    pub theme: Theme,
    /// The server's fragment: works on its own, its forms post to the API.
    pub html: String,
    /// Style sheet of the fragment.
    pub css: String,
    /// Address of the hosted page.
    pub hosted: String,
    /// The activities.
    pub activities: Vec<ActivityView>,
    /// Addresses of further parts.
    pub assets: Assets,
    /// The few texts that the loader itself may have to say.
    pub words: BTreeMap<String, String>,
}

/// Addresses of the widget's further parts, absolute, with the content's hash in the name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assets {
    /// Outbox, keys, posting and receipt check.
    pub core: String,
    /// Glue of the compiled widget; absent where the server carries none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widget: Option<String>,
    /// The compiled widget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wasm: Option<String>,
    /// Texts of the compiled widget in this language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strings: Option<String>,
}

/// One activity as visitors see it, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityView {
    /// Its id.
    pub id: ActivityId,
    /// What it is.
    pub kind: ActivityKind,
    /// Origin of its log.
    pub log: String,
    /// Hash of leaf 0: what a receipt is checked against.
    pub rules: String,
    /// Hash of the definition in force: what the answers of a receipt are opened with.
    pub definition: String,
    /// When it opens.
    pub opens: Timestamp,
    /// When it closes; 0: until it is ended.
    pub closes: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Its log is sealed: receipts can be had under the sealed checkpoint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// Who sees results.
    pub results: Results,
    /// Whether ballots are opened.
    pub openings: Openings,
    /// The questions.
    pub questions: Vec<QuestionView>,
    /// Results, where everybody may see them now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
}

/// A question in one language, flat for every type: what a type does not use is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionView {
    /// Its id.
    pub id: Slug,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is asked.
    pub text: String,
    /// A line under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Whether an answer is needed.
    pub required: bool,
    /// Fewest options of an answer.
    pub min: u64,
    /// Most options of an answer; of a scale its highest step; of a text its most characters.
    pub max: u64,
    /// The options, or the steps of a scale; none of a text.
    pub options: Vec<OptionView>,
    /// What the lowest step means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// What the highest step means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
}

/// An option in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptionView {
    /// Its id.
    pub id: Slug,
    /// What the visitor reads.
    pub text: String,
}
