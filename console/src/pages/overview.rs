//! The overview of a campaign: what was answered so far, read again while somebody looks.

mod draw;
mod end;

use std::time::Duration;

use fanfare_shared::campaign::{ActivityKind, Results};
use fanfare_shared::ids::{ActivityId, Slug};
use fanfare_shared::team::Right;
use fanfare_shared::time::State;
use fanfare_shared::wire::bootstrap::QuestionView;
use fanfare_shared::wire::overview::{ActivitySummary, CampaignSummary};
use fanfare_shared::wire::tally::{OptionTally, QuestionTally, Tally};
use leptos::prelude::*;
use serde::Deserialize;

use self::draw::Draw;
use self::end::End;
use super::campaign::{CampaignPage, Tab};
use crate::api::{Fault, Read, api};
use crate::browser;
use crate::parts::export::Exports;
use crate::parts::figures::{Figure, Figures};
use crate::parts::load::Skeleton;
use crate::parts::table::Table;
use crate::session::session;
use crate::time::{number, window};
use crate::words::{Words, words};

/// How often counts are read again while somebody looks.
const AGAIN: Duration = Duration::from_secs(5);

/// The overview.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    view! { <CampaignPage tab=Tab::Overview content=overview /> }
}

/// What is read of the bootstrap: the questions in words.
#[derive(Clone, Deserialize)]
pub(crate) struct Labels {
    activities: Vec<Labelled>,
}

impl Labels {
    /// A question in words.
    pub(crate) fn text(&self, activity: &ActivityId, question: &Slug) -> Option<String> {
        let activity = self.activities.iter().find(|it| it.id == *activity)?;
        activity.questions.iter().find(|it| it.id == *question).map(|it| it.text.clone())
    }
}

#[derive(Clone, Deserialize)]
struct Labelled {
    id: ActivityId,
    questions: Vec<QuestionView>,
}

fn overview(campaign: CampaignSummary) -> impl IntoView {
    let words = words();
    // In the console's language if the campaign has it; else the server answers in the campaign's own.
    let address = ["/api/v1/campaigns/", campaign.campaign.as_str(), "?lang=", words.lang.tag()].concat();
    let labels = api().read::<Labels>(move || address.clone());
    let install = ["/console/campaigns/", campaign.campaign.as_str(), "/install"].concat();
    let may = |right| session().may(right, Some(&campaign.brand));
    let (out, edit) = (may(Right::Export), may(Right::Edit));
    let ending = edit.then(|| campaign.campaign.to_string());
    let activity = |summary: ActivitySummary| {
        view! { <Activity summary labels install=install.clone() out ending=ending.clone() /> }
    };
    campaign.activities.into_iter().map(activity).collect_view()
}

#[component]
fn Activity(
    summary: ActivitySummary,
    labels: Read<Labels>,
    install: String,
    /// Whether this member may take it out as files.
    out: bool,
    /// Its campaign, where this member may change it, and so end it.
    ending: Option<String>,
) -> impl IntoView {
    let (words, api, edit) = (words(), api(), ending.is_some());
    let address = ["/api/v1/activities/", summary.id.as_str(), "/tally"].concat();
    let tally = api.read::<Tally>(move || address.clone());
    let over = move || matches!(tally.get(), Some(Ok(tally)) if tally.state == State::Closed);
    let again = move || {
        if browser::visible() && !api.expired.get_untracked() && !untrack(over) {
            tally.again();
        }
    };
    if let Ok(timer) = set_interval_with_handle(again, AGAIN) {
        on_cleanup(move || timer.clear());
    }
    let id = summary.id.clone();
    let questions = Memo::new(move |_| match labels.get() {
        Some(Ok(labels)) => {
            labels.activities.into_iter().find(|it| it.id == id).map(|it| it.questions).unwrap_or_default()
        }
        _ => Vec::new(),
    });
    let name = summary.name.to_string();
    let facts = summary.clone();
    let kept = tally.kept();
    let results = move || match kept.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Err(fault)) => told(words, &fault, &facts).into_any(),
        Some(Ok(tally)) => {
            let now = ActivitySummary { state: tally.state, ..facts.clone() };
            let empty = (tally.ballots == 0).then(|| {
                let put =
                    edit.then(|| view! { " " <a href=install.clone()>{words.t("overview.none.link")}</a> });
                let none = if facts.draw.is_some() { "overview.entries.none" } else { "overview.none" };
                view! { <p class="note">{words.t(none)} {put}</p> }
            });
            let shown = questions.get();
            let bars = (tally.ballots > 0)
                .then(|| tally.questions.iter().map(|question| bars(words, question, &shown)).collect_view());
            view! {
                <Figures label=words.t("overview.figures") figures=figures(words, &now, Some(tally.ballots)) />
                {empty}
                {bars}
            }
            .into_any()
        }
    };
    let open = Memo::new(move |_| matches!(tally.get(), Some(Ok(tally)) if tally.state == State::Open));
    let live = move || open.get().then(|| view! { <span class="now">{words.t("overview.live")}</span> });
    let ended = summary.clone();
    let end = move || {
        // A contest ends at the close that its rules name.
        let campaign = ending.clone().filter(|_| open.get() && ended.kind == ActivityKind::Poll)?;
        Some(view! { <End campaign activity=ended.clone() /> })
    };
    let contest = summary.kind == ActivityKind::Contest;
    let drawn = contest.then(|| view! { <Draw contest=summary.id.clone() out /> });
    let exports = out.then(|| {
        let base = ["/api/v1/activities/", summary.id.as_str()].concat();
        view! {
            <div class="taken">
                {(!contest).then(|| view! { <Exports base=[&base, "/tally/export"].concat() label=words.t("export.results") /> })}
                <Exports base=[&base, "/export"].concat() label=words.t(if contest { "export.entries" } else { "export.answers" }) />
                <p class="soft">{words.t(if contest { "export.entries.text" } else { "export.answers.text" })}</p>
            </div>
        }
    });
    view! {
        <section class="activity">
            <div class="acts">
                <h2>{name}</h2>
                {live}
                {end}
            </div>
            {results}
            {drawn}
            {exports}
        </section>
    }
}

/// Counts that are not for this member, or not to be had: what is known without them.
fn told(words: Words, fault: &Fault, facts: &ActivitySummary) -> impl IntoView {
    view! {
        <Figures label=words.t("overview.figures") figures=figures(words, facts, None) />
        <p class="note">{fault.text(words)}</p>
    }
}

fn figures(words: Words, activity: &ActivitySummary, ballots: Option<u64>) -> Vec<Figure> {
    let now = browser::now();
    let seen = match activity.results {
        Results::Always => "results.always",
        Results::Voted => "results.voted",
        Results::Close => "results.close",
        Results::Staff => "results.staff",
    };
    let moment = match activity.state {
        State::Scheduled => Some(activity.opens),
        State::Open | State::Closed if activity.closes.0 == 0 => None,
        State::Open | State::Closed => Some(activity.closes),
    };
    let contest = activity.draw.is_some();
    let acts = if contest {
        ("overview.entries", "overview.entries.note")
    } else {
        ("overview.ballots", "overview.ballots.note")
    };
    let last = match activity.draw {
        Some(draw) => Figure {
            label: words.t("draw").to_owned(),
            value: words.t(if draw > now { "overview.draw.ahead" } else { "overview.draw.past" }).to_owned(),
            note: browser::moment(draw, words.lang.tag()),
        },
        None => Figure {
            label: words.t("overview.seen").to_owned(),
            value: words.t(seen).to_owned(),
            note: words.t("overview.seen.note").to_owned(),
        },
    };
    vec![
        Figure {
            label: words.t(acts.0).to_owned(),
            value: ballots.map_or_else(|| String::from("–"), |n| number(words, n)),
            note: words.t(acts.1).to_owned(),
        },
        Figure {
            label: words.t("overview.window").to_owned(),
            value: words.t(state_key(activity.state)).to_owned(),
            note: match moment {
                Some(at) => {
                    [&window(words, activity, now), ", ", &browser::moment(at, words.lang.tag())].concat()
                }
                None => window(words, activity, now),
            },
        },
        last,
    ]
}

const fn state_key(state: State) -> &'static str {
    match state {
        State::Scheduled => "state.scheduled",
        State::Open => "state.open",
        State::Closed => "state.closed",
    }
}

/// One option's bar.
#[derive(Debug, PartialEq, Eq)]
struct Bar {
    text: String,
    count: u64,
    percent: u64,
    /// Nobody has more.
    first: bool,
}

/// The bars of a question, in the definition's order.
fn rows(question: &QuestionTally, labels: &[QuestionView]) -> Vec<Bar> {
    let label = labels.iter().find(|label| label.id == question.id);
    let text = |id: &Slug| {
        let option = label.and_then(|label| label.options.iter().find(|option| option.id == *id));
        option.map_or_else(|| id.to_string(), |option| option.text.clone())
    };
    let most = question.options.iter().map(|option| option.count).max().unwrap_or_default();
    let bar = |option: &OptionTally| Bar {
        text: text(&option.id),
        count: option.count,
        percent: question.percent(option.count),
        first: option.count == most && most > 0,
    };
    question.options.iter().map(bar).collect()
}

fn bars(words: Words, question: &QuestionTally, labels: &[QuestionView]) -> impl IntoView + use<> {
    let title = labels.iter().find(|label| label.id == question.id).map(|label| label.text.clone());
    let title = title.unwrap_or_else(|| question.id.to_string());
    let rows = rows(question, labels);
    let bar = move |row: &Bar| {
        let (text, share) = (row.text.clone(), row.percent.to_string());
        let percent = [&share, " %"].concat();
        view! {
            <li class:first=row.first style:--share=share>
                <span>{text}</span>
                <span><b>{percent}</b> " · " {number(words, row.count)}</span>
            </li>
        }
    };
    let cells = move |row: &Bar| {
        view! {
            <tr>
                <td>{row.text.clone()}</td>
                <td class="n">{number(words, row.count)}</td>
                <td class="n">{[&row.percent.to_string(), " %"].concat()}</td>
            </tr>
        }
    };
    let heads = vec![words.t("table.option"), words.t("table.count"), words.t("table.share")];
    let counts = if rows.is_empty() {
        // Free text: nothing is counted but how many wrote.
        view! { <p class="soft">{words.t("overview.texts")}</p> }.into_any()
    } else {
        view! {
            <ul class="bars">{rows.iter().map(bar).collect_view()}</ul>
            <details>
                <summary>{words.t("table.show")}</summary>
                <Table caption=title.clone() heads>{rows.iter().map(cells).collect_view()}</Table>
            </details>
        }
        .into_any()
    };
    view! {
        <div class="question">
            <div class="top">
                <h3>{title}</h3>
                <p class="soft">{words.plural("overview.answered", question.answered)}</p>
            </div>
            {counts}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_keep_their_order_and_know_who_leads() {
        let tally: QuestionTally = serde_json::from_str(
            r#"{"id":"q","answered":4,"options":[{"id":"a","count":1},{"id":"b","count":3}]}"#,
        )
        .unwrap();
        let labels: QuestionView = serde_json::from_str(
            r#"{"id":"q","type":"single","text":"Which?","required":true,"min":1,"max":1,"options":[{"id":"b","text":"Bee"}]}"#,
        )
        .unwrap();
        let rows = rows(&tally, &[labels]);
        assert_eq!(rows[0], Bar { text: "a".into(), count: 1, percent: 25, first: false });
        assert_eq!(rows[1], Bar { text: "Bee".into(), count: 3, percent: 75, first: true });
    }

    #[test]
    fn nobody_leads_before_the_first_ballot() {
        let tally: QuestionTally =
            serde_json::from_str(r#"{"id":"q","answered":0,"options":[{"id":"a","count":0}]}"#).unwrap();
        assert!(!rows(&tally, &[])[0].first);
    }
}
