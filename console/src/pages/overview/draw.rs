//! The draw of a contest: its public page, and, for those who may take single answers out, the winners.

use fanfare_shared::ids::ActivityId;
use fanfare_shared::wire::draw::{Winner, Winners};
use leptos::prelude::*;

use crate::api::{Read, api};
use crate::parts::table::Table;
use crate::words::{Words, words};

/// The line under a contest's figures.
#[component]
pub(super) fn Draw(
    contest: ActivityId,
    /// Whether this member may read the winners.
    out: bool,
) -> impl IntoView {
    let words = words();
    let page = ["/d/", contest.as_str()].concat();
    let asked = RwSignal::new(None::<Read<Winners>>);
    let address = ["/api/v1/activities/", contest.as_str(), "/draws/1/winners"].concat();
    let ask = move |_| {
        let address = address.clone();
        // Asked for by the button alone: each look is remembered.
        asked.set(Some(api().read::<Winners>(move || address.clone())));
    };
    let button = out.then(|| {
        view! {
            <button type="button" class="btn small" on:click=ask>{words.t("winners.show")}</button>
            <span class="help">{words.t("winners.text")}</span>
        }
    });
    let shown = move || {
        asked.get().and_then(Read::get).map(|answer| match answer {
            Ok(winners) => table(words, winners).into_any(),
            Err(fault) => view! { <p class="note" role="status">{fault.text(words)}</p> }.into_any(),
        })
    };
    view! {
        <div class="acts">
            <a href=page target="_blank" rel="noopener">{words.t("draw.page")}</a>
            {button}
        </div>
        {shown}
    }
}

fn table(words: Words, winners: Winners) -> impl IntoView {
    let none = winners.slots.is_empty().then(|| view! { <p class="note">{words.t("winners.none")}</p> });
    let heads = ["winners.slot", "winners.prize", "winners.ticket", "winners.answers"];
    let heads = heads.map(|key| words.t(key)).to_vec();
    let rows = winners.slots.into_iter().map(move |winner| row(words, winner)).collect_view();
    view! {
        {none}
        <Table caption=words.t("winners") heads>{rows}</Table>
    }
}

fn row(words: Words, winner: Winner) -> impl IntoView {
    let prize = match (winner.title, winner.wins) {
        (Some(title), true) => title,
        (Some(title), false) => words.fill("winners.skipped", &[("prize", &title)]),
        (None, true) => words.t("winners.moved").to_owned(),
        (None, false) => words.t("winners.reserve").to_owned(),
    };
    let filled = match winner.answers {
        Some(answers) => {
            let told = answers.iter().map(|(question, answer)| [question, ": ", answer].concat());
            told.collect::<Vec<_>>().join(" \u{b7} ")
        }
        None => words.t("winners.forgotten").to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{winner.slot}</th>
            <td>{prize}</td>
            <td>{winner.ticket + 1}</td>
            <td>{filled}</td>
        </tr>
    }
}
