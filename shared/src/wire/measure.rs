//! The reach of a campaign: what the widget reports of a page's visit, and what the team sees of all visits. Counts alone.

use serde::{Deserialize, Serialize};

use crate::ids::{ActivityId, CampaignId, Slug};

/// Most events of one report.
pub const EVENTS: usize = 64;
/// A row of a breakdown with fewer than this stands for nobody: it is added to the others.
pub const FLOOR: u64 = 10;

/// Most of one value of money, in the smallest unit: ten billion euros.
pub const MOST_MONEY: u64 = 1_000_000_000_000;

/// What happened on a page since the last report. Sent as `text/plain`, so that no preflight is needed.
/// Fields that are not known are passed over: a newer widget may report to an older server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReachReport {
    /// Language of the widget.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lang: String,
    /// `utm_source` of the page's address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// `utm_medium` of the page's address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub medium: String,
    /// `utm_campaign` of the page's address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// Host of the page that led here, where it is another's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub referrer: String,
    /// What happened, 64 at most.
    pub events: Vec<ReachEvent>,
}

/// One thing that happened. Each at most once a visit, but for conversions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReachEvent {
    /// The widget was in view.
    Shown,
    /// Somebody began to answer.
    Started,
    /// Somebody answered a question.
    Reached {
        /// The activity.
        activity: ActivityId,
        /// The question.
        question: Slug,
    },
    /// Somebody sent an answer.
    Finished,
    /// The brand told of a conversion: `fanfare('convert', {value, currency})`.
    Converted {
        /// What it is worth, in the currency's smallest unit.
        #[serde(default, deserialize_with = "super::whole")]
        #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000_000_000i64))]
        value: u64,
        /// ISO 4217.
        #[serde(default)]
        currency: String,
        /// Whether this browser had taken part.
        #[serde(default)]
        won: bool,
    },
    /// The browser kept something from the widget; it was shown all the same.
    Blocked {
        /// What: `wasm`, `markup` or `storage`. Anything else is not counted.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        what: Part,
    },
}

/// What a browser may keep from the widget while visitors can still answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Compiling WebAssembly: a policy without `'wasm-unsafe-eval'`, or a browser's setting.
    Wasm,
    /// Markup from strings (Trusted Types), which the compiled widget makes: it stays without.
    Markup,
    /// The page's storage: an answer can be changed only until the page is closed.
    Storage,
    /// What this server does not know yet; not counted.
    #[serde(other)]
    Unknown,
}

impl Part {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wasm => "wasm",
            Self::Markup => "markup",
            Self::Storage => "storage",
            Self::Unknown => "unknown",
        }
    }
}

/// The reach of a campaign over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Measure {
    /// The campaign.
    pub campaign: CampaignId,
    /// The zone whose calendar the days are of.
    pub time_zone: String,
    /// Every day, the first first.
    pub days: Vec<MeasureDay>,
    /// By source, medium, tag, referrer, language, device, page.
    pub breakdowns: Vec<Breakdown>,
    /// What browsers kept from the widget, the most often first. What fewer than `floor` visits told is not here.
    #[serde(default)]
    pub blocked: Vec<Blocked>,
    /// How many answered each question, in the document's order.
    pub questions: Vec<QuestionReach>,
    /// How the team answered those who wrote.
    #[serde(default)]
    pub service: Service,
    /// What conversions were worth, by currency.
    pub money: Vec<Money>,
    /// What the campaign costs, where the team wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// What came back for each hundred units of cost, from visitors who had taken part; absent without a cost in the same
    /// currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_percent: Option<u64>,
    /// Rows of breakdowns with fewer than this are added to `(other)`.
    pub floor: u64,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasureDay {
    /// As `2026-11-27`.
    pub date: String,
    /// What happened on it.
    #[serde(flatten)]
    pub reach: Reach,
    /// Conversions the brand told of.
    pub conversions: u64,
    /// Of these, by visitors who had taken part.
    pub won: u64,
}

/// From seeing to counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reach {
    /// Times that the widget was in view.
    pub shown: u64,
    /// Times that somebody began to answer.
    pub started: u64,
    /// Times that somebody sent an answer.
    pub finished: u64,
    /// First answers that were counted, each with its receipt.
    pub receipts: u64,
}

/// The reach by one quality of the visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breakdown {
    /// `source`, `medium`, `tag`, `referrer`, `language`, `device` or `page` (the host that the widget stands on).
    pub by: String,
    /// The values, the most seen first.
    pub rows: Vec<BreakdownRow>,
}

/// One value of a quality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BreakdownRow {
    /// The value; `(none)` where a visit had none, `(other)` for what is too rare to be told.
    pub value: String,
    /// What happened. Receipts are known by language and device alone.
    #[serde(flatten)]
    pub reach: Reach,
}

/// What browsers kept from the widget on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Blocked {
    /// The page's host.
    pub page: String,
    /// `wasm`, `markup` or `storage`.
    pub what: String,
    /// Visits that told of it.
    pub visits: u64,
}

/// How many got as far as a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionReach {
    /// The activity.
    pub activity: ActivityId,
    /// The question.
    pub question: Slug,
    /// Times that it was answered, sent or not.
    pub reached: u64,
}

/// How the team answered those who wrote to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// Visitors who began to write.
    pub asked: u64,
    /// Visitors who were answered for the first time.
    pub answered: u64,
    /// Of these, how long they had waited, the shortest first.
    pub waits: Vec<ServiceWait>,
}

/// How many waited about as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceWait {
    /// Seconds at most, and more than in the row before; absent: longer than all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<u64>,
    /// First answers.
    pub answered: u64,
}

impl Service {
    /// Within how many seconds at least half of those answered were answered; none where that is longer than is counted, or
    /// nobody was.
    #[must_use]
    pub fn median_within(&self) -> Option<u64> {
        let mut sum = 0;
        let mut waits = self.waits.iter();
        let half = waits.find(|wait| {
            sum += wait.answered;
            wait.answered > 0 && 2 * sum >= self.answered
        });
        half.and_then(|wait| wait.within)
    }
}

/// What conversions were worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// ISO 4217.
    pub currency: String,
    /// All of them, in the currency's smallest unit.
    pub value: u64,
    /// Those of visitors who had taken part.
    pub won: u64,
}

/// What a campaign costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cost {
    /// In the currency's smallest unit.
    #[serde(deserialize_with = "super::whole")]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000_000_000i64))]
    pub amount: u64,
    /// ISO 4217.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
}
