//! How the server does, for those who look after it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::Timestamp;

/// The server as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Operate {
    /// Of the program.
    pub version: String,
    /// When it was started.
    pub started: Timestamp,
    /// Its clock.
    pub now: Timestamp,
    /// Where visitors reach it.
    pub url: String,
    /// Host that all logs are named after.
    pub host: String,
    /// The public key of every log, in hex.
    pub key: String,
    /// Why it takes no acts; absent while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// What the operator should know about the start, and what is lacking.
    pub notes: Vec<String>,
    /// Every figure that a scrape would read, but for distributions.
    pub figures: Vec<Figure>,
    /// The logs, those that grow first.
    pub logs: Vec<LogSummary>,
    /// Every setting in force; secrets are hidden.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub settings: Value,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figure {
    /// Its name, as in `/metrics`.
    pub name: String,
    /// Labels, as in `/metrics`; empty without any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub labels: String,
    /// What it says.
    pub help: String,
    /// Its value.
    pub value: String,
}

/// A log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogSummary {
    /// Its origin.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// Whether it is closed for good.
    pub sealed: bool,
}
