//! What does the server do now? The figures that a person asks for, and all of them with a filter.

use fanfare_shared::wire::operate::Figure as Counted;
use leptos::prelude::*;

use super::Data;
use crate::amount::size;
use crate::borrowed::lower;
use crate::parts::figures::{Figure, Figures};
use crate::parts::table::Table;
use crate::time::number;
use crate::words::{Words, words};

/// The whole part of a figure.
pub(super) fn one(figures: &[Counted], name: &str) -> Option<u64> {
    let found = figures.iter().find(|it| it.name == name && it.labels.is_empty())?;
    whole(&found.value)
}

fn whole(value: &str) -> Option<u64> {
    value.split('.').next()?.parse().ok()
}

/// A figure of each value of a label.
fn by_label(figures: &[Counted], name: &str, label: &str) -> Vec<(String, u64)> {
    let start = [label, "=\""].concat();
    let of = |it: &Counted| {
        let value = it.labels.strip_prefix(start.as_str())?.strip_suffix('"')?;
        Some((value.to_owned(), whole(&it.value)?))
    };
    figures.iter().filter(|it| it.name == name).filter_map(of).collect()
}

/// Outcomes of acts, the good ones first.
const OUTCOMES: [&str; 6] = ["accepted", "repeated", "refused", "busy", "not-committed", "unknown"];

/// The key figures of the work; those that this server has.
fn work(words: Words, figures: &[Counted]) -> Vec<Figure> {
    let acts = by_label(figures, "fanfare_acts_total", "outcome");
    let count = |outcome: &str| acts.iter().find(|(known, _)| known == outcome).map_or(0, |(_, n)| *n);
    let refused: u64 = OUTCOMES.iter().skip(2).map(|outcome| count(outcome)).sum();
    let n = |n: u64| number(words, n);
    let limit = one(figures, "fanfare_queue_limit").map(n);
    let queue = words.fill("work.queue.note", &[("limit", &limit.unwrap_or_else(|| String::from("–")))]);
    let figure = |key: &str, value: Option<String>, note: String| {
        value.map(|value| Figure { label: words.t(key).to_owned(), value, note })
    };
    let told = |name: &str| one(figures, name).map(n);
    [
        figure("work.acts", Some(n(count("accepted"))), words.fill("work.acts.note", &[("n", &n(refused))])),
        figure("work.queue", told("fanfare_queue_depth"), queue),
        figure("work.listeners", told("fanfare_live_listeners"), words.t("work.listeners.note").to_owned()),
        figure("work.connections", told("fanfare_connections"), words.t("work.connections.note").to_owned()),
        figure(
            "work.memory",
            one(figures, "process_resident_memory_bytes").map(|bytes| size(words, bytes)),
            words.t("work.memory.note").to_owned(),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The section.
#[component]
pub(super) fn Work(data: Data) -> impl IntoView {
    let words = words();
    let strip = move || {
        let figures = data.with(|server| work(words, &server.figures));
        view! { <Figures label=words.t("work.title") figures /> }
    };
    let outcomes = Memo::new(move |_| {
        data.with(|server| {
            let acts = by_label(&server.figures, "fanfare_acts_total", "outcome");
            let known = OUTCOMES.into_iter().map(|outcome| {
                let n = acts.iter().find(|(known, _)| known == outcome).map_or(0, |(_, n)| *n);
                (outcome, n)
            });
            known.collect::<Vec<_>>()
        })
    });
    let rows = move || {
        let row = |(outcome, n): (&'static str, u64)| {
            let title = words.kind("outcome.", outcome);
            view! { <tr><th scope="row">{title}</th><td class="n">{number(words, n)}</td></tr> }
        };
        outcomes.get().into_iter().map(row).collect_view()
    };
    let heads = vec![words.t("work.outcome"), words.t("table.number")];
    view! {
        <section class="part">
            <h2>{words.t("work.title")}</h2>
            {strip}
            <details>
                <summary>{words.t("work.outcomes")}</summary>
                <Table caption=words.t("work.outcomes") heads>{rows}</Table>
            </details>
        </section>
    }
}

/// Whether a figure is one that is looked for: every word of the filter stands in it somewhere.
fn matches(figure: &Counted, filter: &str) -> bool {
    let text = lower(&[figure.name.as_str(), &figure.labels, &figure.help].join(" "));
    lower(filter).split_whitespace().all(|word| text.contains(word))
}

/// Everything that a scrape would read, but what is nothing; and with a filter that too.
#[component]
pub(super) fn AllFigures(data: Data) -> impl IntoView {
    let words = words();
    let filter = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let filter = filter.get();
        data.with(|server| {
            let wanted = |it: &&Counted| {
                if filter.trim().is_empty() { it.value != "0" } else { matches(it, &filter) }
            };
            server.figures.iter().filter(wanted).cloned().collect::<Vec<_>>()
        })
    });
    let rows = move || {
        let row = |figure: Counted| {
            let labels = (!figure.labels.is_empty())
                .then(|| view! { <br /><span class="soft">{figure.labels}</span> });
            view! {
                <tr>
                    <th scope="row"><code>{figure.name}</code>{labels}</th>
                    <td class="n">{figure.value}</td>
                    <td class="soft">{figure.help}</td>
                </tr>
            }
        };
        found.get().into_iter().map(row).collect_view()
    };
    let heads = vec![words.t("figures.name"), words.t("table.value"), words.t("figures.help")];
    let count = move || words.plural("figures.found", found.with(Vec::len) as u64);
    view! {
        <section class="part">
            <h2>{words.t("figures.title")}</h2>
            <details>
                <summary>{words.t("figures.show")}</summary>
                <div class="part">
                    <div class="field filter">
                        <label for="figures-filter">{words.t("figures.filter")}</label>
                        <input
                            id="figures-filter"
                            type="search"
                            autocomplete="off"
                            spellcheck="false"
                            aria-describedby="figures-found"
                            on:input=move |event| filter.set(event_target_value(&event))
                        />
                        <p class="help" id="figures-found" aria-live="polite">{count}</p>
                    </div>
                    <Table caption=words.t("figures.title") heads>{rows}</Table>
                </div>
            </details>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn figure(name: &str, labels: &str, value: &str) -> Counted {
        let (help, name) = ("Messages waiting.".to_owned(), name.to_owned());
        Counted { name, labels: labels.to_owned(), help, value: value.to_owned() }
    }

    #[test]
    fn figures_are_found_by_name_and_by_label() {
        let figures = [
            figure("a", "", "4.0"),
            figure("fanfare_acts_total", "outcome=\"accepted\"", "7"),
            figure("fanfare_acts_total", "outcome=\"busy\"", "2"),
        ];
        assert_eq!(one(&figures, "a"), Some(4));
        assert_eq!(one(&figures, "b"), None);
        assert_eq!(by_label(&figures, "fanfare_acts_total", "outcome")[1], ("busy".to_owned(), 2));
        let work = work(Words::of(Lang::En), &figures);
        assert_eq!(work.len(), 1, "figures that are not there are left out");
        assert!(work[0].value == "7" && work[0].note.contains('2'));
    }

    #[test]
    fn a_filter_finds_what_has_all_of_its_words() {
        let figure = figure("fanfare_queue_depth", "", "0");
        assert!(matches(&figure, "Queue waiting") && matches(&figure, " "));
        assert!(!matches(&figure, "queue memory"));
    }
}
