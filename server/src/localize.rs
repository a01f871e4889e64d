//! Activities as visitors see them, in one language: the wire's views made from definitions, and times as people say
//! them.

use fanfare_shared::contest::{Contest, Prize};
use fanfare_shared::log::leaf::BeaconKind;
use fanfare_shared::questions::{Choice, Kind, Question};
use fanfare_shared::text::Text;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::bootstrap::{ActivityView, OptionView, QuestionView};
use fanfare_shared::wire::tally::Tally;
use fanfare_widget::model::{ContestView, PrizeView};
use jiff::Zoned;

use crate::campaigns;
use crate::engine::ActivityState;

/// An activity in one language, as of `now`.
#[must_use]
pub fn activity(activity: &ActivityState, lang: &str, now: Timestamp, tally: Option<Tally>) -> ActivityView {
    ActivityView {
        id: activity.id.clone(),
        kind: activity.definition.kind,
        log: activity.log_origin.clone(),
        rules: activity.rules.to_string(),
        definition: activity.definition_hash.to_string(),
        opens: activity.window.opens,
        closes: activity.window.closes,
        state: activity.window.state(now, activity.sealed.is_some()),
        sealed: activity.sealed.is_some(),
        results: activity.results,
        openings: activity.openings,
        questions: activity.definition.questions.iter().map(|asked| question(asked, lang)).collect(),
        tally,
    }
}

/// A contest in one language; none for another activity.
#[must_use]
pub fn contest(activity: &ActivityState, lang: &str, now: Timestamp, zone: &str) -> Option<ContestView> {
    let (described, state) = activity.definition.contest.as_ref().zip(activity.contest.as_ref())?;
    let view = described_contest(described, state.rules.draw, lang, now, zone);
    Some(ContestView { drawn: state.drawn.is_some(), ..view })
}

/// A contest as its document describes it, drawn at a moment that is still to come.
#[must_use]
pub fn described_contest(
    contest: &Contest,
    draw: Timestamp,
    lang: &str,
    now: Timestamp,
    zone: &str,
) -> ContestView {
    let prize = |prize: &Prize| PrizeView {
        count: prize.count,
        title: prize.title.get(lang).to_owned(),
        text: prize.text.as_ref().map(|text| text.get(lang).to_owned()),
        value: prize.value.clone(),
    };
    ContestView {
        prizes: contest.prizes.iter().map(prize).collect(),
        draw: moment(draw, now, zone, lang).unwrap_or_default(),
        demonstration: contest.beacon == BeaconKind::Demo,
        drawn: false,
    }
}

/// A question in one language.
#[must_use]
pub fn question(question: &Question, lang: &str) -> QuestionView {
    let text = |text: &Text| text.get(lang).to_owned();
    let chosen = |options: &[Choice]| {
        options.iter().map(|option| OptionView { id: option.id.clone(), text: text(&option.text) }).collect()
    };
    let (min, max, options, low, high) = match &question.kind {
        Kind::Single(single) => (1, 1, chosen(&single.options), None, None),
        Kind::Multiple(multiple) => (multiple.min, multiple.most(), chosen(&multiple.options), None, None),
        Kind::Rating(rating) => {
            let steps = question.kind.behaviour().countable();
            let steps = steps.into_iter().map(|id| OptionView { text: id.to_string(), id }).collect();
            (1, usize::from(rating.max), steps, rating.low.as_ref().map(text), rating.high.as_ref().map(text))
        }
        Kind::FreeText(written) => (1, written.max, Vec::new(), None, None),
        Kind::Email(_) | Kind::Birth(_) | Kind::Consent(_) => (1, 1, Vec::new(), None, None),
    };
    QuestionView {
        id: question.id.clone(),
        kind: question.kind.name().to_owned(),
        text: text(&question.text),
        help: question.help.as_ref().map(text),
        required: question.required,
        min: min as u64,
        max: max as u64,
        options,
        low,
        high,
    }
}

/// A moment as people say it: "Sunday 23:59" within six days, else "12 December, 23:59" (with the year when another).
/// An Italian date has its article: sentences are made for "lunedì 09:00" and for "il 12 dicembre, 09:00".
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp, zone: &str, lang: &str) -> Option<String> {
    let zone = campaigns::zone(zone)?;
    let (at, now) = (campaigns::zoned(at, &zone)?, campaigns::zoned(now, &zone)?);
    let days = (at.date() - now.date()).get_days();
    let time = at.strftime("%H:%M");
    if (0..=6).contains(&days) {
        return Some(format!("{} {time}", weekday(&at, lang)));
    }
    let year = if at.year() == now.year() { String::new() } else { format!(" {}", at.year()) };
    let article = match (lang, at.day()) {
        ("it", 8 | 11) => "l'",
        ("it", _) => "il ",
        _ => "",
    };
    Some(format!("{article}{} {}{year}, {time}", at.day(), month(&at, lang)))
}

fn weekday(at: &Zoned, lang: &str) -> &'static str {
    const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const ITALIAN: [&str; 7] = ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"];
    let names = if lang == "it" { ITALIAN } else { ENGLISH };
    let index = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0);
    names.get(index).copied().unwrap_or("")
}

fn month(at: &Zoned, lang: &str) -> &'static str {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const ITALIAN: [&str; 12] = [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ];
    let names = if lang == "it" { ITALIAN } else { ENGLISH };
    let index = usize::try_from(at.month() - 1).unwrap_or(0);
    names.get(index).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_moment_is_a_weekday_and_a_far_one_a_date_in_the_campaigns_zone() {
        let now = Timestamp(1_796_122_800); // 1 December 2026, 12:00 in Rome, a Tuesday
        let said = |at, lang| moment(Timestamp(at), now, "Europe/Rome", lang).unwrap();
        assert_eq!(said(now.0 + 3 * 3600, "en"), "Tuesday 15:00");
        assert_eq!(said(now.0 + 6 * 86_400, "it"), "lunedì 12:00");
        assert_eq!(said(now.0 + 7 * 86_400, "it"), "l'8 dicembre, 12:00");
        assert_eq!(said(now.0 + 8 * 86_400, "it"), "il 9 dicembre, 12:00");
        assert_eq!(said(now.0 + 40 * 86_400, "en"), "10 January 2027, 12:00");
    }
}
