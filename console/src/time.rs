//! How far away is a moment, and how is a number written? In words of the catalogue, to the one unit that matters.

use fanfare_shared::time::{State, Timestamp};
use fanfare_shared::wire::overview::ActivitySummary;

use crate::words::Words;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The unit a person would choose, and how many of it, as `count` counts them. Seconds are never told.
fn unit(seconds: u64, count: fn(u64, u64) -> u64) -> (&'static str, u64) {
    // Above a day and a half hours are noise.
    let units = [("minutes", MINUTE, 59), ("hours", HOUR, 36)];
    let counted = units.map(|(name, size, most)| (name, count(seconds, size), most));
    let fits = counted.into_iter().find(|(_, n, most)| n <= most);
    fits.map_or_else(|| ("days", count(seconds, DAY)), |(name, n, _)| (name, n))
}

/// How many are over.
const fn whole(seconds: u64, size: u64) -> u64 {
    seconds / size
}

/// How many are left: what is to last for a week says seven days just after it began, not six.
const fn nearest(seconds: u64, size: u64) -> u64 {
    (seconds + size / 2) / size
}

/// "in 3 days", "2 hours ago", "now".
pub(crate) fn distance(words: Words, at: Timestamp, now: Timestamp) -> String {
    let (unit, n) = unit(at.0.abs_diff(now.0), if at > now { nearest } else { whole });
    if n == 0 {
        return words.t("time.now").to_owned();
    }
    let direction = if at > now { "time.in." } else { "time.ago." };
    words.plural(&[direction, unit].concat(), n)
}

/// What matters of an activity's window now: "closes in 3 days".
pub(crate) fn window(words: Words, activity: &ActivitySummary, now: Timestamp) -> String {
    let (key, at) = match activity.state {
        State::Scheduled => ("window.opens", activity.opens),
        State::Open if activity.closes.0 == 0 => return words.t("window.endless").to_owned(),
        State::Open => ("window.closes", activity.closes),
        State::Closed if activity.closes.0 == 0 || activity.closes > now => {
            return words.t("window.ended").to_owned();
        }
        State::Closed => ("window.closed", activity.closes),
    };
    words.fill(key, &[("when", &distance(words, at, now))])
}

/// A whole number with its thousands apart.
pub(crate) fn number(words: Words, n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push_str(words.t("number.group"));
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn later(seconds: u64) -> String {
        distance(Words::of(Lang::En), NOW.plus(seconds), NOW)
    }

    #[test]
    fn a_distance_is_told_in_the_one_unit_that_matters() {
        assert_eq!(later(20), "now");
        assert_eq!(later(60), "in 1 minute");
        assert_eq!(later(3 * HOUR + 59), "in 3 hours");
        assert_eq!(later(35 * HOUR), "in 35 hours");
        assert_eq!(later(37 * HOUR), "in 2 days");
        assert_eq!(later(40 * DAY), "in 40 days");
        let words = Words::of(Lang::It);
        assert_eq!(distance(words, NOW, NOW.plus(2 * DAY)), "2 giorni fa");
    }

    #[test]
    fn what_is_left_is_told_to_the_nearest_and_what_is_over_in_full() {
        assert_eq!(later(7 * DAY - 1), "in 7 days");
        assert_eq!(later(6 * DAY + DAY / 2 - 1), "in 6 days");
        assert_eq!(later(5 * HOUR - 1), "in 5 hours");
        assert_eq!(later(HOUR - 1), "in 1 hour", "never in 60 minutes");
        let ago = |seconds| distance(Words::of(Lang::En), NOW, NOW.plus(seconds));
        assert_eq!(ago(HOUR - 1), "59 minutes ago");
        assert_eq!(ago(7 * DAY - 1), "6 days ago");
    }

    #[test]
    fn a_window_says_what_comes_next() {
        let activity = |state, opens: u64, closes: u64| {
            let json = format!(
                r#"{{"id":"{}","name":"a","kind":"poll","state":"{state}","opens":{opens},"closes":{closes},"results":"always"}}"#,
                "a".repeat(26)
            );
            window(Words::of(Lang::En), &serde_json::from_str(&json).unwrap(), NOW)
        };
        assert_eq!(activity("scheduled", NOW.0 + 2 * DAY, 0), "Opens in 2 days");
        assert_eq!(activity("open", 0, NOW.0 + 3 * DAY), "Closes in 3 days");
        assert_eq!(activity("open", 0, 0), "Open until the team ends it");
        assert_eq!(activity("closed", 0, NOW.0 - 2 * HOUR), "Closed 2 hours ago");
        assert_eq!(activity("closed", 0, 0), "Ended");
    }

    #[test]
    fn thousands_stand_apart_as_the_language_does_it() {
        let words = Words::of(Lang::En);
        assert_eq!(number(words, 0), "0");
        assert_eq!(number(words, 999), "999");
        assert_eq!(number(words, 8204), "8,204");
        assert_eq!(number(Words::of(Lang::It), 1_234_567), "1.234.567");
    }
}
