//! Where do they come from, in which language, on what? One table a quality of the visits.

use fanfare_shared::wire::measure::{Breakdown, BreakdownRow};
use leptos::prelude::*;

use super::Data;
use crate::amount::percent;
use crate::draft::tongues::TONGUES;
use crate::parts::chart::bars::{Stand, drawing};
use crate::parts::table::Table;
use crate::time::number;
use crate::words::{Words, words};

/// The qualities, in the order in which a team asks for them.
const QUALITIES: [&str; 7] = ["source", "medium", "tag", "referrer", "page", "language", "device"];
/// Rows that are seen before somebody asks for the rest.
const SEEN: usize = 6;

/// All of them.
#[component]
pub(super) fn Breakdowns(data: Data) -> impl IntoView {
    let tables = QUALITIES.map(|by| view! { <Quality by data /> });
    view! { <div class="halves">{tables.collect_view()}</div> }
}

/// A value as it is read.
fn named(words: Words, by: &str, value: &str, floor: u64) -> String {
    match (value, by) {
        ("(other)", _) => words.fill("measure.rest", &[("n", &number(words, floor))]),
        ("(none)", "referrer") => words.t("measure.none.referrer").to_owned(),
        ("(none)", "language" | "device" | "page") => words.t("measure.none.told").to_owned(),
        ("(none)", _) => words.t("measure.none").to_owned(),
        (tag, "language") => {
            TONGUES.iter().find(|(known, _)| *known == tag).map_or(tag, |(_, name)| name).to_owned()
        }
        (device, "device") => {
            words.find(&["device.", device].concat()).map_or_else(|| device.to_owned(), str::to_owned)
        }
        (value, _) => value.to_owned(),
    }
}

/// Receipts are known by these alone; for the others what the widget reports stands for them.
fn counted(by: &str) -> bool {
    matches!(by, "language" | "device")
}

#[component]
fn Quality(by: &'static str, data: Data) -> impl IntoView {
    let words = words();
    let all = RwSignal::new(false);
    let title = words.kind("by.", by);
    let found = Memo::new(move |_| {
        data.with(|measure| {
            let rows = measure.breakdowns.iter().find(|it| it.by == by);
            (rows.map(|Breakdown { rows, .. }| rows.clone()).unwrap_or_default(), measure.floor)
        })
    });
    let rows = move || {
        let (rows, floor) = found.get();
        let most = rows.iter().map(|row| row.reach.shown).max().unwrap_or_default();
        let seen = if all.get() { rows.len() } else { SEEN };
        let row = move |row: BreakdownRow| {
            let done = if counted(by) { row.reach.receipts } else { row.reach.finished };
            view! {
                <tr>
                    <th scope="row">
                        {named(words, by, &row.value, floor)} {drawing(row.reach.shown, most, Stand::Left)}
                    </th>
                    <td class="n">{number(words, row.reach.shown)}</td>
                    <td class="n">{number(words, row.reach.started)}</td>
                    <td class="n">{number(words, done)}</td>
                    <td class="n">{percent(words, done, row.reach.shown)}</td>
                </tr>
            }
        };
        rows.into_iter().take(seen).map(row).collect_view()
    };
    let done = if counted(by) { "measure.receipts" } else { "measure.finished" };
    let heads = ["table.value", "measure.shown", "measure.started", done, "table.share"];
    let table = {
        let (title, heads) = (title.clone(), heads.map(|head| words.t(head)).to_vec());
        move || {
            if found.with(|(rows, _)| rows.is_empty()) {
                return view! { <p class="soft">{words.t("measure.nothing")}</p> }.into_any();
            }
            view! { <Table caption=title.clone() heads=heads.clone()>{rows}</Table> }.into_any()
        }
    };
    let more = move || {
        let hidden = found.with(|(rows, _)| rows.len()).saturating_sub(SEEN);
        (hidden > 0).then(|| {
            let text = move || {
                if all.get() {
                    words.t("measure.less").to_owned()
                } else {
                    words.plural("measure.all", hidden as u64)
                }
            };
            view! {
                <button
                    type="button"
                    class="link"
                    aria-expanded=move || all.get().to_string()
                    on:click=move |_| all.update(|all| *all = !*all)
                >
                    {text}
                </button>
            }
        })
    };
    view! {
        <section class="part quality">
            <h3>{title}</h3>
            {table}
            {more}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn what_is_rare_or_absent_is_told_in_words() {
        let name = |by, value| named(Words::of(Lang::En), by, value, 10);
        assert!(name("source", "(other)").contains("10"));
        assert_ne!(name("source", "(none)"), "(none)");
        assert_ne!(name("referrer", "(none)"), name("source", "(none)"));
        assert_eq!(name("language", "it"), "Italiano");
        assert_eq!(name("language", "xx"), "xx");
        assert_eq!(name("device", "phone"), "Phone");
        assert_eq!(name("device", "fridge"), "fridge");
        assert_eq!(name("source", "newsletter"), "newsletter");
    }
}
