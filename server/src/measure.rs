//! How far does a campaign reach? Reports of visits become counts of a day; the counts of days become what the team sees.
//!
//! Deliberately absent: visitors. A report is added up and forgotten; what is rare is told only as part of the rest.

use std::collections::BTreeMap;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::measure::{
    Blocked, Breakdown, BreakdownRow, Cost, FLOOR, Measure, MeasureDay, Money, Part, QuestionReach, Reach,
    ReachEvent, ReachReport, Service, ServiceWait,
};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::campaigns;
use crate::engine::{By, CampaignState, Counts, Engine, REST, ReadError, What};
use crate::queue::{LONGER, WAITS};

/// A visit that says nothing of a quality.
const NONE: &str = "(none)";
/// Most characters of a value.
const VALUE: usize = 40;
/// Most days that are looked at.
pub const DAYS: u32 = 400;
/// Where days are counted from.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The qualities that visits are told by, and what they are called.
const QUALITIES: [(By, &str); 7] = [
    (By::Source, "source"),
    (By::Medium, "medium"),
    (By::Tag, "tag"),
    (By::Referrer, "referrer"),
    (By::Language, "language"),
    (By::Device, "device"),
    (By::Page, "page"),
];

/// The day of a moment on the campaign's calendar, as days since 1970-01-01.
#[must_use]
pub fn day(campaign: &Campaign, at: Timestamp) -> u32 {
    let zoned = campaigns::zone(&campaign.time_zone).and_then(|zone| campaigns::zoned(at, &zone));
    // A zone that is not known any more: the day in Greenwich.
    let days = zoned.map_or(i64::try_from(at.0 / 86_400).unwrap_or(0), |zoned| since_epoch(zoned.date()));
    u32::try_from(days).unwrap_or(0)
}

fn since_epoch(date: Date) -> i64 {
    i64::from((date - EPOCH).get_days())
}

/// The day of a date written as `2026-11-27`; what lies before 1970 is its first day.
#[must_use]
pub fn parse_day(text: &str) -> Option<u32> {
    u32::try_from(since_epoch(text.parse().ok()?).max(0)).ok()
}

fn written(day: u32) -> String {
    EPOCH.checked_add(i64::from(day).days()).map(|date| date.to_string()).unwrap_or_default()
}

/// A value as it is counted: what somebody wrote into an address may name nobody, nor be anything but a word.
fn value(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
    match text.as_str() {
        "" => NONE.to_owned(),
        word if word.len() <= VALUE && word.bytes().all(plain) => text,
        _ => REST.to_owned(),
    }
}

/// The class of device, as the browser tells it.
#[must_use]
pub fn device(agent: &str) -> &'static str {
    let has = |mark: &str| agent.contains(mark);
    if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
        "tablet"
    } else if has("Mobi") || has("iPhone") {
        "phone"
    } else {
        "desktop"
    }
}

/// What a report adds to the day. `agent` is the browser, `origin` that of the page (`https://www.brand.example`), each as
/// its header says it.
#[must_use]
pub fn counts(state: &CampaignState, report: &ReachReport, agent: &str, origin: &str) -> Counts {
    let mut counts = Counts::new();
    let mut count = |by: By, value: String, what: What, n: u64| {
        let entry = counts.entry((by, value, what)).or_default();
        *entry = u64::saturating_add(*entry, n);
    };
    let page = value(origin.split_once("://").map_or("", |(_, host)| host));
    let visit = [
        (By::All, String::new()),
        (By::Source, value(&report.source)),
        (By::Medium, value(&report.medium)),
        (By::Tag, value(&report.tag)),
        (By::Referrer, value(&report.referrer)),
        (By::Language, value(&report.lang)),
        (By::Device, device(agent).to_owned()),
        (By::Page, page.clone()),
    ];
    for event in &report.events {
        let what = match event {
            ReachEvent::Shown => What::Shown,
            ReachEvent::Started => What::Started,
            ReachEvent::Finished => What::Finished,
            ReachEvent::Reached { activity, question } => {
                if asks(state, activity, question.as_str()) {
                    count(By::Question, format!("{activity}/{question}"), What::Started, 1);
                }
                continue;
            }
            ReachEvent::Blocked { what: Part::Unknown } => continue,
            ReachEvent::Blocked { what } => {
                count(By::Blocked, format!("{page} {}", what.as_str()), What::Shown, 1);
                continue;
            }
            ReachEvent::Converted { value, currency, won } => {
                let currency = currency.to_ascii_uppercase();
                count(By::All, String::new(), What::Converted, 1);
                if *won {
                    count(By::All, String::new(), What::Won, 1);
                }
                if is_currency(&currency) {
                    count(By::Currency, currency.clone(), What::Value, *value);
                    if *won {
                        count(By::Currency, currency, What::WonValue, *value);
                    }
                }
                continue;
            }
        };
        for (by, value) in &visit {
            count(*by, value.clone(), what, 1);
        }
    }
    counts
}

/// What a first answer adds, however it came.
#[must_use]
pub fn receipt(lang: &str, agent: &str) -> Counts {
    let visit =
        [(By::All, String::new()), (By::Language, value(lang)), (By::Device, device(agent).to_owned())];
    visit.into_iter().map(|(by, value)| ((by, value, What::Receipt), 1)).collect()
}

fn asks(state: &CampaignState, activity: &ActivityId, question: &str) -> bool {
    let asked = state.activities.iter().zip(&state.campaign.activities);
    asked
        .into_iter()
        .any(|(id, it)| id == activity && it.questions.iter().any(|it| it.id.as_str() == question))
}

/// Three capital letters, as ISO 4217 has them.
#[must_use]
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The reach of a campaign on the days `from..=to`.
///
/// # Errors
/// The store could not be read.
pub fn read(
    engine: &Engine,
    state: &CampaignState,
    from: u32,
    to: u32,
    cost: Option<Cost>,
) -> Result<Measure, ReadError> {
    let campaign = &state.campaign;
    let days = engine.counted(&campaign.campaign, from, to)?;
    let mut total = Counts::new();
    for counts in days.values() {
        for (key, n) in counts {
            let entry = total.entry(key.clone()).or_default();
            *entry = entry.saturating_add(*n);
        }
    }
    let money = money(&total);
    let returned = |cost: &Cost| {
        let won = money.iter().find(|it| it.currency == cost.currency).map_or(0, |it| it.won);
        (won.saturating_mul(100)).checked_div(cost.amount)
    };
    Ok(Measure {
        campaign: campaign.campaign.clone(),
        time_zone: campaign.time_zone.clone(),
        days: (from..=to).map(|day| of_day(day, days.get(&day))).collect(),
        breakdowns: QUALITIES.iter().map(|(by, name)| breakdown(&total, *by, name)).collect(),
        blocked: blocked(&total),
        questions: questions(state, &total),
        service: service(&total),
        returned_percent: cost.as_ref().and_then(returned),
        money,
        cost,
        floor: FLOOR,
    })
}

fn of_day(day: u32, counts: Option<&Counts>) -> MeasureDay {
    let get = |what: What| {
        counts.and_then(|counts| counts.get(&(By::All, String::new(), what))).copied().unwrap_or_default()
    };
    MeasureDay {
        date: written(day),
        reach: Reach {
            shown: get(What::Shown),
            started: get(What::Started),
            finished: get(What::Finished),
            receipts: get(What::Receipt),
        },
        conversions: get(What::Converted),
        won: get(What::Won),
    }
}

fn breakdown(total: &Counts, by: By, name: &str) -> Breakdown {
    let mut found: BTreeMap<&str, Reach> = BTreeMap::new();
    for ((of, value, what), n) in total {
        let reach = found.entry(value).or_default();
        match what {
            _ if *of != by => {}
            What::Shown => reach.shown = reach.shown.saturating_add(*n),
            What::Started => reach.started = reach.started.saturating_add(*n),
            What::Finished => reach.finished = reach.finished.saturating_add(*n),
            What::Receipt => reach.receipts = reach.receipts.saturating_add(*n),
            What::Converted | What::Won | What::Value | What::WonValue | What::Asked | What::Answered => {}
        }
    }
    let mut rest = Reach::default();
    let mut rows = Vec::new();
    for (value, reach) in found {
        let Reach { shown, started, finished, receipts } = reach;
        if value == REST || shown.max(started).max(finished).max(receipts) < FLOOR {
            rest.shown = rest.shown.saturating_add(shown);
            rest.started = rest.started.saturating_add(started);
            rest.finished = rest.finished.saturating_add(finished);
            rest.receipts = rest.receipts.saturating_add(receipts);
        } else {
            rows.push(BreakdownRow { value: value.to_owned(), reach });
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.reach.shown, row.reach.receipts)));
    if rest != Reach::default() {
        rows.push(BreakdownRow { value: REST.to_owned(), reach: rest });
    }
    Breakdown { by: name.to_owned(), rows }
}

fn blocked(total: &Counts) -> Vec<Blocked> {
    let told = total.iter().filter(|((by, ..), visits)| *by == By::Blocked && **visits >= FLOOR);
    let mut told: Vec<_> = told
        // What has no page is the rest of many.
        .filter_map(|((_, value, _), visits)| {
            let (page, what) = value.split_once(' ')?;
            Some(Blocked { page: page.to_owned(), what: what.to_owned(), visits: *visits })
        })
        .collect();
    told.sort_by_key(|blocked| std::cmp::Reverse(blocked.visits));
    told
}

fn questions(state: &CampaignState, total: &Counts) -> Vec<QuestionReach> {
    let asked = state.activities.iter().zip(&state.campaign.activities);
    let all =
        asked.flat_map(|(activity, it)| it.questions.iter().map(move |question| (activity, &question.id)));
    all.map(|(activity, question)| {
        let key = (By::Question, format!("{activity}/{question}"), What::Started);
        let reached = total.get(&key).copied().unwrap_or_default();
        QuestionReach { activity: activity.clone(), question: question.clone(), reached }
    })
    .collect()
}

/// How the team answered.
fn service(total: &Counts) -> Service {
    let get = |by: By, value: &str, what: What| {
        total.get(&(by, value.to_owned(), what)).copied().unwrap_or_default()
    };
    let ends = WAITS.iter().map(|(name, end)| (*name, Some(*end))).chain([(LONGER, None)]);
    let waits =
        ends.map(|(name, within)| ServiceWait { within, answered: get(By::Wait, name, What::Answered) });
    Service {
        asked: get(By::All, "", What::Asked),
        answered: get(By::All, "", What::Answered),
        waits: waits.collect(),
    }
}

fn money(total: &Counts) -> Vec<Money> {
    let mut found: BTreeMap<&str, Money> = BTreeMap::new();
    for ((by, currency, what), n) in total {
        if *by != By::Currency {
            continue;
        }
        let money =
            found.entry(currency).or_insert_with(|| Money { currency: currency.clone(), value: 0, won: 0 });
        match what {
            What::Value => money.value = money.value.saturating_add(*n),
            What::WonValue => money.won = money.won.saturating_add(*n),
            What::Shown
            | What::Started
            | What::Finished
            | What::Receipt
            | What::Converted
            | What::Won
            | What::Asked
            | What::Answered => {}
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_writes_into_an_address_is_a_word_or_nothing() {
        assert_eq!(value(" Newsletter "), "newsletter");
        assert_eq!(value("www.aurora.example:8080"), "www.aurora.example:8080");
        assert_eq!(value(""), NONE);
        assert_eq!(value("anna@aurora.example"), REST);
        assert_eq!(value(&"a".repeat(41)), REST);
        assert_eq!(value("=1+1"), REST);
    }

    #[test]
    fn a_device_is_what_its_browser_says() {
        assert_eq!(
            device("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1"),
            "phone"
        );
        assert_eq!(
            device("Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/156.0.0.0 Mobile Safari/537.36"),
            "phone"
        );
        assert_eq!(device("Mozilla/5.0 (Linux; Android 16; Tab) Chrome/156.0.0.0 Safari/537.36"), "tablet");
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"),
            "desktop"
        );
    }

    #[test]
    fn a_day_ends_at_midnight_where_the_campaign_is() {
        let mut campaign =
            crate::campaigns::read(include_bytes!("../../demo/aurora.toml"), crate::campaigns::Format::Toml)
                .unwrap();
        // 2026-11-26 23:30 UTC is half past midnight in Rome.
        let at = Timestamp(1_795_735_800);
        assert_eq!(written(day(&campaign, at)), "2026-11-27");
        campaign.time_zone = "America/New_York".to_owned();
        assert_eq!(written(day(&campaign, at)), "2026-11-26");
        assert_eq!(parse_day("2026-11-26"), Some(day(&campaign, at)));
    }

    #[test]
    fn what_is_rare_is_told_only_as_part_of_the_rest() {
        let mut total = Counts::new();
        for (value, n) in [("newsletter", 40), ("poster", 9), ("anna", 1), (REST, 3)] {
            total.insert((By::Source, value.to_owned(), What::Shown), n);
        }
        let rows = breakdown(&total, By::Source, "source").rows;
        let told: Vec<(&str, u64)> = rows.iter().map(|row| (row.value.as_str(), row.reach.shown)).collect();
        assert_eq!(told, [("newsletter", 40), (REST, 13)]);
    }
}
