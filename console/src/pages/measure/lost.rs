//! Where are people lost on the way? From shown to receipt, the pyramid of who takes part, and question by question.

use fanfare_shared::ids::{ActivityId, Slug};
use fanfare_shared::wire::measure::Reach;
use fanfare_shared::wire::overview::{ActivitySummary, CampaignSummary};
use leptos::prelude::*;

use super::{Data, sums};
use crate::api::api;
use crate::pages::overview::Labels;
use crate::parts::chart::bars::{Bar, Stand, bars};
use crate::parts::table::Table;
use crate::words::{Words, words};

/// The card with the funnel and the pyramid.
#[component]
pub(super) fn Way(data: Data) -> impl IntoView {
    let words = words();
    let reach = Memo::new(move |_| data.with(|measure| sums::sum(&measure.days).reach));
    let drift = Memo::new(move |_| data.with(|measure| sums::drift(words, &measure.days)));
    let funnel = move || {
        let rows = sums::funnel(words, &reach.get());
        bars(rows, reach.get().shown, Stand::Left)
    };
    let pyramid = move || {
        let Reach { shown, .. } = reach.get();
        bars(sums::pyramid(words, &reach.get()), shown, Stand::Middle)
    };
    view! {
        <section class="card">
            <h2>{words.t("measure.funnel")}</h2>
            {funnel}
            {table(words, "measure.funnel", move || sums::funnel(words, &reach.get()))}
            <h2>{words.t("measure.pyramid")}</h2>
            <div class="pyramid">{pyramid}</div>
            <p class="soft">{move || drift.get()} " " {words.t("measure.creating.text")}</p>
            {table(words, "measure.pyramid", move || sums::pyramid(words, &reach.get()))}
        </section>
    }
}

/// The bars as a table.
fn table(words: Words, caption: &'static str, rows: impl Fn() -> Vec<Bar> + Send + 'static) -> impl IntoView {
    let heads = ["table.value", "table.number", "table.share"].map(|head| words.t(head)).to_vec();
    let row = move |bar: Bar| {
        let (count, share) = if bar.note.is_empty() {
            (crate::time::number(words, bar.value), bar.figure)
        } else {
            (bar.figure, bar.note)
        };
        view! { <tr><th scope="row">{bar.label}</th><td class="n">{count}</td><td class="n">{share}</td></tr> }
    };
    let rows = move || rows().into_iter().map(row).collect_view();
    view! {
        <details>
            <summary>{words.t("table.show")}</summary>
            <Table caption=words.t(caption) heads>{rows}</Table>
        </details>
    }
}

/// Question by question, for each activity.
#[component]
pub(super) fn Lost(campaign: CampaignSummary, data: Data) -> impl IntoView {
    let words = words();
    let address = ["/api/v1/campaigns/", campaign.campaign.as_str(), "?lang=", words.lang.tag()].concat();
    let labels = api().read::<Labels>(move || address.clone());
    let reached = Memo::new(move |_| data.with(|measure| measure.questions.clone()));
    let several = campaign.activities.len() > 1;
    let activities = move || {
        let labels = labels.get().and_then(Result::ok);
        let label = |activity: &ActivityId, question: &Slug| {
            let text = labels.as_ref().and_then(|labels| labels.text(activity, question));
            text.unwrap_or_else(|| question.to_string())
        };
        let activity = |activity: &ActivitySummary| {
            reached.with(|reached| {
                let asked = reached.iter().filter(|it| it.activity == activity.id);
                let asked: Vec<_> = asked.map(|it| (it, label(&it.activity, &it.question))).collect();
                let rows = sums::questions(words, &asked);
                let most = rows.iter().map(|row| row.value).max().unwrap_or_default();
                let name = several.then(|| view! { <h3>{activity.name.to_string()}</h3> });
                (most > 0).then(|| {
                    let again = rows.clone();
                    view! {
                        <div class="question wide">
                            {name}
                            {bars(rows, most, Stand::Left)}
                            {table(words, "measure.questions", move || again.clone())}
                        </div>
                    }
                })
            })
        };
        campaign.activities.iter().map(activity).collect_view()
    };
    let nobody = move || {
        let some = reached.with(|reached| reached.iter().any(|it| it.reached > 0));
        (!some).then(|| view! { <p class="soft">{words.t("measure.nothing")}</p> })
    };
    view! {
        <section class="part">
            <h2>{words.t("measure.questions")}</h2>
            <p class="soft">{words.t("measure.questions.text")}</p>
            {nobody}
            {activities}
        </section>
    }
}
