//! How did the team answer? How many wrote, how many were answered, and how long that took.

use fanfare_shared::wire::measure::{Service, ServiceWait};
use leptos::prelude::*;

use super::Data;
use crate::parts::chart::bars::{Bar, Stand, bars};
use crate::parts::figures::{Figure, Figures};
use crate::parts::table::Table;
use crate::time::number;
use crate::words::{Words, words};

/// The section.
#[component]
pub(super) fn Answers(data: Data) -> impl IntoView {
    let words = words();
    let service = Memo::new(move |_| data.with(|measure| measure.service.clone()));
    let body = move || {
        let service = service.get();
        if service.asked == 0 && service.answered == 0 {
            return view! { <p class="soft">{words.t("measure.service.none")}</p> }.into_any();
        }
        let rows = waits(words, &service);
        let most = rows.iter().map(|bar| bar.value).max().unwrap_or_default();
        let heads = ["measure.service.waits", "table.number"].map(|head| words.t(head)).to_vec();
        let row = |bar: &Bar| {
            view! { <tr><th scope="row">{bar.label.clone()}</th><td class="n">{bar.figure.clone()}</td></tr> }
        };
        let table = rows.iter().map(row).collect_view();
        view! {
            <Figures label=words.t("measure.service") figures=figures(words, &service) />
            <h3>{words.t("measure.service.waits")}</h3>
            {bars(rows, most, Stand::Left)}
            <details>
                <summary>{words.t("table.show")}</summary>
                <Table caption=words.t("measure.service.waits") heads>{table}</Table>
            </details>
        }
        .into_any()
    };
    view! {
        <section class="part">
            <h2>{words.t("measure.service")}</h2>
            {body}
        </section>
    }
}

fn figures(words: Words, service: &Service) -> Vec<Figure> {
    let figure =
        |key: &str, value: String| Figure { label: words.t(key).to_owned(), value, note: String::new() };
    let mut figures = vec![
        figure("measure.service.asked", number(words, service.asked)),
        figure("measure.service.answered", number(words, service.answered)),
    ];
    if service.answered > 0 {
        let within = service.median_within();
        let value = within.map_or_else(|| words.t("measure.service.longer").to_owned(), |it| span(words, it));
        figures.push(figure("measure.service.within", value));
    }
    figures
}

/// A time in the one unit that it is whole in.
fn span(words: Words, seconds: u64) -> String {
    match seconds {
        0..3_600 => words.plural("span.minutes", seconds / 60),
        3_600..86_400 => words.plural("span.hours", seconds / 3_600),
        _ => words.plural("span.days", seconds / 86_400),
    }
}

fn waits(words: Words, service: &Service) -> Vec<Bar> {
    let bar = |ServiceWait { within, answered }: &ServiceWait| Bar {
        label: within.map_or_else(
            || words.t("measure.service.longer").to_owned(),
            |it| words.fill("measure.service.upto", &[("span", &span(words, it))]),
        ),
        value: *answered,
        figure: number(words, *answered),
        note: String::new(),
    };
    service.waits.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn a_wait_is_told_in_the_unit_it_is_whole_in() {
        let words = Words::of(Lang::En);
        assert_eq!(
            [900, 3_600, 14_400, 86_400, 604_800].map(|it| span(words, it)),
            ["15 minutes", "1 hour", "4 hours", "1 day", "7 days"]
        );
    }

    #[test]
    fn half_of_the_answers_came_within_a_wait() {
        let wait = |within, answered| ServiceWait { within, answered };
        let waits = vec![wait(Some(900), 1), wait(Some(3_600), 2), wait(None, 1)];
        let service = Service { asked: 6, answered: 4, waits };
        assert_eq!(service.median_within(), Some(3_600));
        let figures = figures(Words::of(Lang::En), &service);
        assert_eq!(figures.last().map(|it| it.value.as_str()), Some("1 hour"));
    }
}
