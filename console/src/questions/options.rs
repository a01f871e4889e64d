//! The options of a choice: what may be chosen, in the order shown.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::limits;
use fanfare_shared::questions::Choice;
use fanfare_shared::text::Text;
use leptos::prelude::*;

use super::{options, question};
use crate::browser;
use crate::draft::change::{add_option, follow_option, shift};
use crate::draft::promises::Promised;
use crate::pages::builder::fields::{Texts, fault_line};
use crate::pages::builder::rows::Rows;
use crate::pages::builder::state::{Builder, Find, Spot};

/// Options to begin with: those there are, two at least.
pub(super) fn at_least_two(mut options: Vec<Choice>) -> Vec<Choice> {
    while options.len() < 2 {
        let before = options.len();
        add_option(&mut options);
        if options.len() == before {
            break;
        }
    }
    options
}

/// The texts of options.
pub(super) fn texts(options: &mut [Choice]) -> Vec<&mut Text> {
    options.iter_mut().map(|option| &mut option.text).collect()
}

fn all(campaign: &mut Campaign, spot: Spot) -> Option<&mut Vec<Choice>> {
    options(&mut question(campaign, spot)?.kind)
}

fn text(campaign: &mut Campaign, spot: Spot) -> Option<&mut Text> {
    Some(&mut all(campaign, spot)?.get_mut(spot.option)?.text)
}

fn follow(_: Builder, campaign: &mut Campaign, spot: Spot, before: &str, after: &str) {
    if let Some(options) = all(campaign, spot) {
        follow_option(options, spot.option, before, after);
    }
}

/// The list.
pub(super) fn list(builder: Builder, spot: Spot) -> AnyView {
    let words = builder.words;
    let pointer = [&spot.question_pointer(), "/options"].concat();
    let place = StoredValue::new(pointer.clone());
    let count = move || {
        builder.document.track();
        let mut count = 0;
        builder.document.update_untracked(|document| count = all(document, spot).map_or(0, |it| it.len()));
        count
    };
    let rows = Rows::new(
        pointer.clone(),
        count,
        move || builder.promised(spot.activity) == Promised::All,
        move |from, to| {
            builder.change(&place.get_value(), |it| {
                all(it, spot).map(|it| shift(it, from, to)).unwrap_or_default()
            });
        },
        move |at| {
            builder.change(&place.get_value(), |it| {
                if let Some(options) = all(it, spot).filter(|it| at < it.len()) {
                    options.remove(at);
                }
            });
        },
    );
    let row = move |at: usize| {
        let spot = Spot { option: at, ..spot };
        let label = words.fill("option.n", &[("n", &(at + 1).to_string())]);
        let name = Signal::stored(label.clone());
        let content = view! {
            {rows.handle(at)}
            <Texts at=[&rows.at(at), "/text"].concat() find=Find::Text(text) spot label bare=true follow />
            {rows.buttons(at, name, None, Signal::stored(false))}
        };
        rows.item(at, "choice", content.into_any())
    };
    let add = move |_| {
        let at = rows.length.get_untracked();
        builder.change(&place.get_value(), |it| all(it, spot).map(add_option).unwrap_or_default());
        browser::focus(["[id^=\"", &rows.at(at), "/text\"]"].concat());
    };
    let full = move || rows.length.get() >= limits::OPTIONS;
    view! {
        <div class="texts" role="group" aria-label=words.t("options")>
            <div class="label">{words.t("options")}</div>
            <ol class="choices">
                <For each=move || 0..rows.length.get() key=|at| *at children=row />
            </ol>
            {fault_line(builder, &pointer)}
            <button type="button" class="btn small add"
                hidden=move || rows.fixed.get() aria-disabled=move || full().then_some("true") on:click=move |event| if !untrack(full) { add(event) }>
                {words.t("options.add")}
            </button>
        </div>
    }
    .into_any()
}
