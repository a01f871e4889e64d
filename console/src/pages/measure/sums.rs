//! What do the days come to? Sums, comparisons and shares, in numbers and in words.

use fanfare_shared::wire::measure::{Measure, MeasureDay, QuestionReach, Reach};

use crate::amount::{money, percent, permille, sign};
use crate::parts::chart::bars::Bar;
use crate::parts::figures::Figure;
use crate::time::number;
use crate::words::Words;

/// All of these days as one.
pub(super) fn sum(days: &[MeasureDay]) -> MeasureDay {
    let mut sum = MeasureDay::default();
    for MeasureDay { reach, conversions, won, .. } in days {
        sum.reach.shown += reach.shown;
        sum.reach.started += reach.started;
        sum.reach.finished += reach.finished;
        sum.reach.receipts += reach.receipts;
        sum.conversions += conversions;
        sum.won += won;
    }
    sum
}

/// "12.0 % more than in the 28 days before".
fn against(words: Words, now: u64, before: u64, days: usize) -> String {
    let days = words.plural("measure.days", days as u64);
    let (key, change) = match now.cmp(&before) {
        std::cmp::Ordering::Greater => ("measure.more", now - before),
        std::cmp::Ordering::Less => ("measure.fewer", before - now),
        std::cmp::Ordering::Equal => ("measure.same", 0),
    };
    words.fill(key, &[("share", &percent(words, change, before)), ("days", &days)])
}

/// The key figures; what was before them, where that is known.
pub(super) fn figures(words: Words, measure: &Measure, before: Option<&Measure>) -> Vec<Figure> {
    let now = sum(&measure.days);
    let Reach { shown, started, finished, receipts } = now.reach;
    let before = before.map(|before| sum(&before.days)).filter(|before| before.reach.shown > 0);
    let figure =
        |key: &str, value: String, note: String| Figure { label: words.t(key).to_owned(), value, note };
    let seen = before.map_or_else(
        || words.t("measure.shown.note").to_owned(),
        |before| against(words, shown, before.reach.shown, measure.days.len()),
    );
    let share = |key: &str, part, whole| words.fill(key, &[("share", &percent(words, part, whole))]);
    let (back, note) = returned(words, measure);
    vec![
        figure("measure.shown", number(words, shown), seen),
        figure("measure.receipts", number(words, receipts), share("measure.receipts.note", receipts, shown)),
        figure(
            "measure.finished",
            number(words, finished),
            share("measure.finished.note", finished, started),
        ),
        figure(
            "measure.conversions",
            number(words, now.conversions),
            words.fill("measure.conversions.note", &[("n", &number(words, now.won))]),
        ),
        figure("measure.return", back, note),
    ]
}

/// What came back for each unit spent, and what that is.
fn returned(words: Words, measure: &Measure) -> (String, String) {
    let unknown = |key: &str| (String::from("–"), words.t(key).to_owned());
    match (measure.returned_percent, &measure.cost) {
        (Some(percent), Some(cost)) => {
            // Hundredths of a unit, in the digits that the currency has.
            let amount = match crate::amount::digits(&cost.currency) {
                0 => percent / 100,
                2 => percent,
                _ => percent * 10,
            };
            let note = words.fill("measure.return.note", &[("sign", sign(&cost.currency))]);
            (money(words, amount, &cost.currency), note)
        }
        (None, Some(_)) => unknown("measure.return.foreign"),
        (_, None) => unknown("measure.return.none"),
    }
}

/// From shown to receipt.
pub(super) fn funnel(words: Words, reach: &Reach) -> Vec<Bar> {
    let Reach { shown, started, finished, receipts } = *reach;
    let steps = [
        ("measure.shown", shown),
        ("measure.started", started),
        ("measure.finished", finished),
        ("measure.receipt", receipts),
    ];
    let bar = |(key, value)| Bar {
        label: words.t(key).to_owned(),
        value,
        figure: number(words, value),
        note: percent(words, value, shown),
    };
    steps.map(bar).to_vec()
}

/// Those who looked and did no more.
pub(super) const fn silent(reach: &Reach) -> u64 {
    reach.shown.saturating_sub(reach.receipts)
}

/// Creating, sharing, silent. Nobody creates before there are idea boards.
pub(super) fn pyramid(words: Words, reach: &Reach) -> Vec<Bar> {
    let steps = [
        ("measure.creating", 0),
        ("measure.sharing", reach.receipts.min(reach.shown)),
        ("measure.silent", silent(reach)),
    ];
    let bar = |(key, value)| Bar {
        label: words.t(key).to_owned(),
        value,
        figure: percent(words, value, reach.shown),
        note: String::new(),
    };
    steps.map(bar).to_vec()
}

/// How the silent share went, from the first half of the days to the last; nothing where a half saw nobody.
pub(super) fn drift(words: Words, days: &[MeasureDay]) -> Option<String> {
    let half = days.len() / 2;
    let (first, last) = (sum(days.get(..half)?).reach, sum(days.get(days.len() - half..)?).reach);
    if first.shown == 0 || last.shown == 0 {
        return None;
    }
    let (then, now) = (permille(silent(&first), first.shown), permille(silent(&last), last.shown));
    let key = match now.cmp(&then) {
        std::cmp::Ordering::Less => "measure.drift.less",
        std::cmp::Ordering::Greater => "measure.drift.more",
        std::cmp::Ordering::Equal => "measure.drift.same",
    };
    let share = |reach: &Reach| percent(words, silent(reach), reach.shown);
    Some(words.fill(key, &[("then", &share(&first)), ("now", &share(&last))]))
}

/// The questions of an activity, each with what was lost since the one before.
pub(super) fn questions(words: Words, asked: &[(&QuestionReach, String)]) -> Vec<Bar> {
    let mut before = None::<u64>;
    let bar = |(reach, label): &(&QuestionReach, String)| {
        let note = match before.replace(reach.reached) {
            Some(before) if before > reach.reached => {
                words.fill("measure.lost", &[("share", &percent(words, before - reach.reached, before))])
            }
            _ => String::new(),
        };
        let (value, label) = (reach.reached, label.clone());
        Bar { label, value, figure: number(words, value), note }
    };
    asked.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn en() -> Words {
        Words::of(Lang::En)
    }

    fn day(shown: u64, receipts: u64) -> MeasureDay {
        let reach = Reach { shown, started: receipts, finished: receipts, receipts };
        MeasureDay { reach, ..MeasureDay::default() }
    }

    fn measure(days: Vec<MeasureDay>, cost: &str, returned: Option<u64>) -> Measure {
        let json = r#"{"campaign":"a","time_zone":"UTC","days":[],"breakdowns":[],"questions":[],"money":[],"floor":10}"#;
        let mut measure: Measure = serde_json::from_str(json).unwrap();
        measure.days = days;
        measure.cost = serde_json::from_str(cost).ok();
        measure.returned_percent = returned;
        measure
    }

    #[test]
    fn more_and_fewer_are_told_against_what_was_before() {
        assert_eq!(against(en(), 112, 100, 7), "12.0\u{a0}% more than in the 7 days before");
        assert_eq!(against(en(), 80, 100, 1), "20.0\u{a0}% fewer than in the 1 day before");
        assert!(against(en(), 80, 80, 7).starts_with("As many"));
    }

    #[test]
    fn what_comes_back_is_told_in_the_money_that_was_spent() {
        let euro = r#"{"amount":100,"currency":"EUR"}"#;
        assert_eq!(returned(en(), &measure(vec![], euro, Some(240))).0, "€\u{a0}2.40");
        assert!(returned(en(), &measure(vec![], euro, Some(240))).1.starts_with("for each € spent"));
        let foreign = returned(en(), &measure(vec![], euro, None));
        assert_eq!(foreign, ("–".to_owned(), en().t("measure.return.foreign").to_owned()));
        assert_eq!(returned(en(), &measure(vec![], "", None)).1, en().t("measure.return.none"));
        let yen = r#"{"amount":100,"currency":"JPY"}"#;
        assert_eq!(returned(en(), &measure(vec![], yen, Some(240))).0, "JPY\u{a0}2");
    }

    #[test]
    fn a_first_range_has_nothing_to_be_compared_with() {
        let now = measure(vec![day(100, 10)], "", None);
        let empty = measure(vec![day(0, 0)], "", None);
        assert_eq!(figures(en(), &now, Some(&empty))[0].note, figures(en(), &now, None)[0].note);
        assert_eq!(figures(en(), &now, None)[1].note, "10.0\u{a0}% of shown");
    }

    #[test]
    fn the_silent_share_is_followed_from_half_to_half() {
        let days = [day(100, 10), day(1, 1), day(100, 17)];
        assert_eq!(
            drift(en(), &days).unwrap(),
            "Fewer stay silent: 90.0\u{a0}% in the first half of these days, 83.0\u{a0}% in the last."
        );
        assert_eq!(drift(en(), &[day(100, 10)]), None);
        assert_eq!(drift(en(), &[day(0, 0), day(100, 10)]), None);
    }

    #[test]
    fn more_receipts_than_views_make_no_share_above_the_whole() {
        let reach = day(3, 5).reach;
        assert_eq!(silent(&reach), 0);
        assert_eq!(pyramid(en(), &reach)[1].value, 3);
    }

    #[test]
    fn each_question_tells_what_was_lost_before_it() {
        let question = |reached| -> QuestionReach {
            let json = format!(r#"{{"activity":"{}","question":"q","reached":{reached}}}"#, "a".repeat(26));
            serde_json::from_str(&json).unwrap()
        };
        let asked = [question(100), question(80), question(90)];
        let asked: Vec<_> = asked.iter().map(|it| (it, String::from("Q"))).collect();
        let notes: Vec<String> = questions(en(), &asked).into_iter().map(|bar| bar.note).collect();
        assert_eq!(notes, ["", "20.0\u{a0}% lost before it", ""]);
    }
}
