//! A campaign document from its bytes to something that can be applied: parsed, checked, its local times resolved.
//!
//! What only the commit can decide (whether the rules of a running activity would move) is not decided here.

mod contest;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fanfare_shared::campaign::{Activity, Campaign};
use fanfare_shared::contest::Contest;
use fanfare_shared::draw::rounds::after_close;
use fanfare_shared::ids::{ActivityId, BrandId};
use fanfare_shared::limits;
use fanfare_shared::questions::Fault;
use fanfare_shared::time::{Timestamp, Window};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};
use serde::Deserialize;

use crate::engine::{Actor, Apply, CampaignState, Engine, Resolved};
use crate::entropy::Entropy;

/// The two ways of writing a campaign document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/toml`
    Toml,
    /// `application/json`
    Json,
}

impl Format {
    /// Of a file: TOML where its name says so, else JSON.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        if path.extension().is_some_and(|extension| extension == "toml") { Self::Toml } else { Self::Json }
    }
}

/// Why a document cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Larger than the limit.
    #[error("the document is larger than {} KiB", limits::CAMPAIGN_BYTES / 1024)]
    TooLarge,
    /// Not well formed, or a field that does not exist.
    #[error("the document cannot be read: {0}")]
    Malformed(String),
    /// Well formed, with faults; each has a JSON pointer.
    #[error("the document has {} faults", .0.len())]
    Faults(Vec<Fault>),
}

/// Reads a document.
///
/// # Errors
/// [`DocumentError`], with every fault at once.
pub fn read(bytes: &[u8], format: Format) -> Result<Campaign, DocumentError> {
    if bytes.len() > limits::CAMPAIGN_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let malformed = |error: &dyn std::fmt::Display| DocumentError::Malformed(error.to_string());
    let campaign: Campaign = match format {
        Format::Json => serde_json::from_slice(bytes).map_err(|error| malformed(&error))?,
        Format::Toml => {
            let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
            toml::from_str(text).map_err(|error| malformed(&error))?
        }
    };
    let faults = campaign.faults();
    if faults.is_empty() { Ok(campaign) } else { Err(DocumentError::Faults(faults)) }
}

/// Resolves the times of a document, as of `now`, and gives new activities a candidate id.
///
/// # Errors
/// [`DocumentError::Faults`] for a time zone or a time that cannot be read.
pub fn resolve(campaign: Campaign, now: Timestamp, entropy: &Entropy) -> Result<Apply, DocumentError> {
    let fault = |pointer: String, detail: &str| DocumentError::Faults(vec![(pointer, detail.to_owned())]);
    let zone = zone(&campaign.time_zone)
        .ok_or_else(|| fault("/time_zone".to_owned(), "an IANA name such as `Europe/Rome`"))?;
    let mut activities = Vec::new();
    let mut faults = Vec::new();
    for (i, activity) in campaign.activities.iter().enumerate() {
        let resolved = window(activity, &zone, now).and_then(|(window, explicit)| {
            let contest = activity.contest.as_ref().map(|contest| contest::times(contest, window, &zone));
            Ok((window, explicit, contest.transpose()?))
        });
        match resolved {
            Ok((window, explicit, contest)) => activities.push(Resolved {
                candidate: activity.id.clone().unwrap_or_else(|| ActivityId::from_random(entropy.bytes())),
                window,
                explicit,
                contest,
            }),
            Err((pointer, detail)) => faults.push((format!("/activities/{i}{pointer}"), detail)),
        }
    }
    if faults.is_empty() {
        Ok(Apply { campaign, activities, by: Actor::Server })
    } else {
        Err(DocumentError::Faults(faults))
    }
}

/// Everything that keeps a document, whole or not, from being applied now.
#[must_use]
pub fn faults(document: &serde_json::Value, engine: &Engine) -> Vec<Fault> {
    let now = engine.clock().now();
    let campaign = match Campaign::deserialize(document) {
        Ok(campaign) => campaign,
        Err(error) => return vec![(String::new(), error.to_string())],
    };
    let mut faults = campaign.faults();
    match resolve(campaign, now, engine.entropy()) {
        Ok(apply) => faults.extend(over(&apply, engine, now)),
        Err(DocumentError::Faults(of_times)) => faults.extend(of_times),
        Err(DocumentError::Malformed(_) | DocumentError::TooLarge) => {}
    }
    faults
}

/// New activities whose close is past. The commit asks the same once more.
fn over(apply: &Apply, engine: &Engine, now: Timestamp) -> Vec<Fault> {
    let wishes = apply.campaign.activities.iter().zip(&apply.activities).enumerate();
    let new =
        wishes.filter(|(_, (activity, _))| !engine.has_activity(&apply.campaign.campaign, &activity.name));
    let over = new.filter_map(|(at, (_, resolved))| Some((at, resolved.over(now)?)));
    over.map(|(at, detail)| (format!("/activities/{at}/closes"), detail.to_owned())).collect()
}

/// The time zone of that name.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The window of an activity as of `now`; none where its times cannot be read.
#[must_use]
pub fn planned(campaign: &Campaign, activity: &Activity, now: Timestamp) -> Option<Window> {
    window(activity, &zone(&campaign.time_zone)?, now).ok().map(|(window, _)| window)
}

/// When a contest is drawn that has this window; as soon after its close as may be where its document says no time that
/// can be.
#[must_use]
pub fn planned_draw(campaign: &Campaign, contest: &Contest, window: Window) -> Timestamp {
    let times = zone(&campaign.time_zone).and_then(|zone| contest::times(contest, window, &zone).ok());
    times.map_or_else(|| window.closes.plus(after_close(contest.beacon)), |times| times.draw)
}

/// The window of an activity, and whether its ends were written as fixed moments.
fn window(activity: &Activity, zone: &TimeZone, now: Timestamp) -> Result<(Window, (bool, bool)), Fault> {
    let opens = match &activity.opens {
        None => now.minute(),
        Some(text) => moment(text, zone).ok_or_else(|| time_fault("/opens"))?,
    };
    let (closes, fixed) = match &activity.closes {
        None => (Timestamp(0), true),
        Some(text) => match moment(text, zone) {
            Some(closes) => (closes, true),
            None => (after(opens, text, zone).ok_or_else(|| time_fault("/closes"))?, false),
        },
    };
    if closes.0 != 0 && closes <= opens {
        return Err(("/closes".to_owned(), "must be after the opening".to_owned()));
    }
    Ok((Window { opens, closes }, (activity.opens.is_some(), fixed)))
}

fn time_fault(pointer: &str) -> Fault {
    let detail = "a local time (`2026-12-01T09:00`), RFC 3339 with an offset, or for `closes` a duration (`P10D`); \
                  whole minutes";
    (pointer.to_owned(), detail.to_owned())
}

/// A fixed moment: RFC 3339, or a local time of the zone. Whole minutes only, as in a leaf.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let moment = match text.parse::<jiff::Timestamp>() {
        Ok(moment) => moment,
        Err(_) => text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok()?.timestamp(),
    };
    let seconds = u64::try_from(moment.as_second()).ok()?;
    (seconds % 60 == 0 && moment.subsec_nanosecond() == 0).then_some(Timestamp(seconds))
}

/// A moment an ISO 8601 duration after another; days and months are the zone's own.
fn after(start: Timestamp, text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let span: Span = text.parse().ok()?;
    let end = zoned(start, zone)?.checked_add(span).ok()?;
    let seconds = u64::try_from(end.timestamp().as_second()).ok()?;
    Some(Timestamp(seconds).minute())
}

/// The day of a moment on a campaign's calendar: `2026-11-30`.
#[must_use]
pub fn today(campaign: &Campaign, at: Timestamp) -> String {
    let zone = zone(&campaign.time_zone).unwrap_or(TimeZone::UTC);
    zoned(at, &zone).map_or_else(String::new, |at| at.date().to_string())
}

/// The moment on the calendar of a zone.
#[must_use]
pub fn zoned(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let seconds = i64::try_from(at.0).ok()?;
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(zone.clone()))
}

/// Every brand that has a campaign, with its newest one.
#[must_use]
pub fn brands(engine: &Engine) -> BTreeMap<BrandId, Arc<CampaignState>> {
    let campaigns = engine.campaigns().into_iter().filter_map(|id| engine.campaign(&id));
    let mut named: Vec<_> = campaigns.collect();
    named.sort_by_key(|state| state.version);
    named.into_iter().map(|state| (state.campaign.brand.clone(), state)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rome() -> TimeZone {
        zone("Europe/Rome").unwrap()
    }

    fn activity(opens: Option<&str>, closes: Option<&str>) -> Activity {
        let json = serde_json::json!({"name": "a", "kind": "poll", "opens": opens, "closes": closes, "questions": []});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn local_times_are_those_of_the_campaigns_zone_summer_and_winter() {
        assert_eq!(moment("2026-07-01T12:00", &rome()), Some(Timestamp(1_782_900_000)));
        assert_eq!(moment("2026-12-01T12:00", &rome()), Some(Timestamp(1_796_122_800)));
        assert_eq!(moment("2026-12-01T12:00:00+01:00", &rome()), Some(Timestamp(1_796_122_800)));
    }

    #[test]
    fn a_duration_counts_from_the_opening_over_the_change_of_the_clocks() {
        // 25 October 2026 has 25 hours in Rome: the poll still closes at noon.
        let (window, explicit) =
            window(&activity(Some("2026-10-24T12:00"), Some("P2D")), &rome(), Timestamp(0)).unwrap();
        assert_eq!(window.closes.0 - window.opens.0, 49 * 3600);
        assert_eq!(explicit, (true, false));
    }

    #[test]
    fn seconds_nonsense_and_a_close_before_the_opening_are_named() {
        for (opens, closes, pointer) in [
            (Some("2026-10-24T12:00:30"), None, "/opens"),
            (Some("tomorrow"), None, "/opens"),
            (None, Some("soon"), "/closes"),
            (Some("2026-10-24T12:00"), Some("2026-10-24T11:59"), "/closes"),
        ] {
            let (found, _) = window(&activity(opens, closes), &rome(), Timestamp(600)).unwrap_err();
            assert_eq!(found, pointer);
        }
    }

    #[test]
    fn toml_and_json_give_the_same_document() {
        let toml = include_bytes!("../../demo/aurora.toml");
        let campaign = read(toml, Format::Toml).unwrap();
        let json = serde_json::to_vec(&campaign).unwrap();
        assert_eq!(read(&json, Format::Json).unwrap(), campaign);
    }

    #[test]
    fn an_unknown_field_and_too_large_a_document_are_refused() {
        assert!(matches!(read(b"colour = 1", Format::Toml), Err(DocumentError::Malformed(_))));
        let large = vec![b' '; limits::CAMPAIGN_BYTES + 1];
        assert!(matches!(read(&large, Format::Json), Err(DocumentError::TooLarge)));
    }
}
