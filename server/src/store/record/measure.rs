//! What does the journal remember of a campaign's reach? Counts of a day, added up: of those who saw it, began, finished.
//! Nothing in them tells one visitor from another.

use std::collections::BTreeMap;

use fanfare_shared::ids::CampaignId;
use serde::{Deserialize, Serialize};

/// See [`super::Record::Measure`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRecord {
    /// The campaign.
    pub campaign: CampaignId,
    /// The day in the campaign's time zone, as days since 1970-01-01.
    pub day: u32,
    /// What is added to the counts of that day.
    pub counts: Counts,
}

/// Counts: how often what happened, by one quality of those it happened to.
pub type Counts = BTreeMap<(By, String, What), u64>;

/// The quality. Only ever added to at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Everybody; the value is empty.
    All,
    /// `utm_source` of the page's address.
    Source,
    /// `utm_medium`.
    Medium,
    /// `utm_campaign`.
    Tag,
    /// The host that led to the page.
    Referrer,
    /// Language of the widget.
    Language,
    /// `phone`, `tablet` or `desktop`.
    Device,
    /// A question, as `<activity id>/<question id>`.
    Question,
    /// A currency (ISO 4217) of conversions.
    Currency,
    /// How long somebody waited for a first answer of the team.
    Wait,
    /// The host that the widget stands on.
    Page,
    /// What a browser kept from the widget, as `<host> <part>`.
    Blocked,
}

/// What happened. Only ever added to at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// The widget was in view.
    Shown,
    /// Somebody began to answer.
    Started,
    /// Somebody sent an answer.
    Finished,
    /// A first answer was counted, with its receipt.
    Receipt,
    /// The brand told of a conversion.
    Converted,
    /// The same, of a visitor who had taken part.
    Won,
    /// What conversions were worth, in the currency's smallest unit.
    Value,
    /// The same, of visitors who had taken part.
    WonValue,
    /// A visitor wrote to the team.
    Asked,
    /// The team answered one for the first time.
    Answered,
}

/// Most values of one quality on one day: whoever invents new ones fills no disk.
const VALUES: usize = 30;
/// In whose name the rest is counted.
pub const REST: &str = "(other)";

/// Adds counts to others. A quality that has many values already takes new ones as [`REST`]; questions are as many as the
/// campaign has.
///
/// Invariant: a replay gives the same counts, so this never changes for counts that were written.
pub fn add(to: &mut Counts, more: &Counts) {
    for ((by, value, what), n) in more {
        let known = |to: &Counts| to.keys().any(|(b, v, _)| b == by && v == value);
        let full = |to: &Counts| {
            let mut values: Vec<&str> =
                to.keys().filter(|(b, ..)| b == by).map(|(_, v, _)| v.as_str()).collect();
            values.dedup();
            values.len() >= VALUES
        };
        let bounded = !matches!(by, By::All | By::Question);
        let value = if !bounded || known(to) || !full(to) { value.as_str() } else { REST };
        let count = to.entry((*by, value.to_owned(), *what)).or_default();
        *count = count.saturating_add(*n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_added_and_invented_values_come_to_lie_together() {
        let mut counts = Counts::new();
        for n in 0..100 {
            let more = Counts::from([((By::Source, format!("s{n}"), What::Shown), 2)]);
            add(&mut counts, &more);
            add(&mut counts, &more);
        }
        assert_eq!(counts.values().sum::<u64>(), 400);
        assert_eq!(counts.len(), VALUES + 1);
        assert_eq!(counts[&(By::Source, "s0".to_owned(), What::Shown)], 4);
        assert_eq!(counts[&(By::Source, REST.to_owned(), What::Shown)], 400 - 4 * VALUES as u64);
        add(&mut counts, &Counts::from([((By::Device, "phone".to_owned(), What::Shown), 1)]));
        assert_eq!(
            counts[&(By::Device, "phone".to_owned(), What::Shown)],
            1,
            "each quality has room of its own"
        );
    }
}
