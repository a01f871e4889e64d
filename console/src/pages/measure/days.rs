//! How did it go from day to day? A line of those who took part, a quieter one of those who saw it.

use fanfare_shared::wire::measure::MeasureDay;
use leptos::prelude::*;

use super::{Data, range};
use crate::amount::percent;
use crate::browser;
use crate::parts::chart::line::{LineChart, Lines};
use crate::parts::table::Table;
use crate::time::number;
use crate::words::{Words, words};

/// The card.
#[component]
pub(super) fn Days(data: Data) -> impl IntoView {
    let words = words();
    let days = Memo::new(move |_| data.with(|measure| measure.days.clone()));
    let lines = Memo::new(move |_| {
        days.with(|days| Lines {
            days: days.iter().map(|day| named(words, day, false)).collect(),
            first: days.iter().map(|day| day.reach.receipts).collect(),
            second: days.iter().map(|day| day.reach.shown).collect(),
        })
    });
    let label =
        Signal::derive(move || days.with(|days| described(words, days, |day| named(words, day, false))));
    let told = Callback::new(move |n: usize| {
        days.with(|days| {
            days.get(n).map_or_else(String::new, |day| told(words, day, &named(words, day, true)))
        })
    });
    let names = ["measure.receipts", "measure.shown"].map(|key| words.t(key).to_owned());
    let heads = ["table.day", "measure.shown", "measure.started", "measure.finished"].into_iter();
    let heads: Vec<&'static str> =
        heads.chain(["measure.receipts", "measure.conversions"]).map(|head| words.t(head)).collect();
    let rows = move || {
        let row = move |day: MeasureDay| {
            let MeasureDay { reach, conversions, .. } = &day;
            let counts = [reach.shown, reach.started, reach.finished, reach.receipts, *conversions];
            let cells = counts.map(|n| view! { <td class="n">{number(words, n)}</td> });
            view! { <tr><th scope="row" class="when">{named(words, &day, true)}</th>{cells.collect_view()}</tr> }
        };
        days.get().into_iter().rev().map(row).collect_view()
    };
    view! {
        <section class="card">
            <h2>{words.t("measure.daily")}</h2>
            <LineChart lines label choose=words.t("measure.day") names told />
            <details>
                <summary>{words.t("table.show")}</summary>
                <Table caption=words.t("measure.daily") heads>{rows}</Table>
            </details>
        </section>
    }
}

/// A day as it is read.
fn named(words: Words, day: &MeasureDay, year: bool) -> String {
    let date = range::day(&day.date);
    date.map_or_else(|| day.date.clone(), |date| browser::day(date, words.lang.tag(), year))
}

/// One day's numbers.
fn told(words: Words, day: &MeasureDay, name: &str) -> String {
    let (took, shown) = (day.reach.receipts, day.reach.shown);
    let values = [
        ("day", name),
        ("took", &number(words, took)),
        ("shown", &number(words, shown)),
        ("share", &percent(words, took, shown)),
    ];
    words.fill("measure.told", &values)
}

/// What the line does, in one sentence.
fn described(words: Words, days: &[MeasureDay], name: impl Fn(&MeasureDay) -> String) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return String::new() };
    let Some(best) = days.iter().max_by_key(|day| day.reach.receipts).filter(|day| day.reach.receipts > 0)
    else {
        return words.t("measure.described.none").to_owned();
    };
    let count = |day: &MeasureDay| number(words, day.reach.receipts);
    let values = [
        ("first", count(first)),
        ("from", name(first)),
        ("last", count(last)),
        ("to", name(last)),
        ("best", count(best)),
        ("on", name(best)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    words.fill("measure.described", &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;
    use fanfare_shared::wire::measure::Reach;

    fn day(date: &str, shown: u64, receipts: u64) -> MeasureDay {
        let reach = Reach { shown, receipts, ..Reach::default() };
        MeasureDay { date: date.to_owned(), reach, ..MeasureDay::default() }
    }

    #[test]
    fn a_line_is_described_by_its_ends_and_its_best_day() {
        let days = [day("1", 9, 4), day("2", 9, 8), day("3", 9, 6)];
        let text = described(Words::of(Lang::En), &days, |day| day.date.clone());
        assert_eq!(text, "From 4 on 1 to 6 on 3; most on 2: 8.");
        let none = described(Words::of(Lang::En), &[day("1", 9, 0)], |day| day.date.clone());
        assert_eq!(none, "Nobody took part in these days.");
    }

    #[test]
    fn a_day_tells_how_many_of_those_who_saw_it_took_part() {
        let text = told(Words::of(Lang::En), &day("1", 1000, 170), "1 Nov");
        assert_eq!(text, "1 Nov: 170 took part, shown 1,000 times (17.0\u{a0}%)");
    }
}
