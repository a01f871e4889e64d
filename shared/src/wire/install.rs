//! What a page lacks for the widget to work on it.

use serde::{Deserialize, Serialize};

/// What is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstallCheckRequest {
    /// Address of the page, with http or https.
    pub page: String,
}

/// What was found on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstallCheck {
    /// Where the page is, after redirects.
    pub page: String,
    /// Whether visitors can answer there.
    pub works: bool,
    /// What is amiss, the gravest first.
    pub findings: Vec<InstallFinding>,
}

/// One thing that is amiss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstallFinding {
    /// Stable name.
    pub slug: String,
    /// How grave it is.
    pub effect: Effect,
    /// What is wrong, and what to do.
    pub what: String,
    /// What to write, and where it goes is said in `what`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Effect {
    /// Visitors cannot answer.
    Stops,
    /// Visitors can answer, and something is missing.
    Limits,
}
