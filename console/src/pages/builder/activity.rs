//! Everything about one activity: its name, its window, its rules, its questions.

use fanfare_shared::campaign::{Activity, Openings, Results};
use fanfare_shared::limits;
use fanfare_shared::time::State;
use leptos::prelude::*;

use super::activities::part;
use super::contest::ContestForm;
use super::device::morning_in;
use super::fields::{Check, Line, Name, Number, Pick, fault_line};
use super::question;
use super::rows::Rows;
use super::state::{Builder, Spot, builder};
use crate::browser;
use crate::draft::change::{add_question, shift};
use crate::draft::names::free;
use crate::draft::promises::{Promised, in_force};
use crate::draft::window::{Closes, Opens, Unit};

/// The fields.
#[component]
pub(super) fn Form(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let spot = Spot { activity: at, ..Spot::default() };
    let promised = Memo::new(move |_| builder.promised(at));
    let places = ["name", "opens", "closes", "results", "openings", "contest"]
        .map(|it| format!("/activities/{at}/{it}"));
    let contest = Memo::new(move |_| part(builder, at, |it| it.contest.is_some()).unwrap_or_default());
    let ruled = move || promised.get() >= Promised::Rules && !builder.wrong_in(&places);
    let note = move || {
        let key = match promised.get() {
            Promised::Nothing => return None,
            Promised::Rules | Promised::All if contest.get() => "fixed.contest",
            Promised::Rules => "fixed.rules",
            Promised::All => "fixed.all",
        };
        Some(view! { <p class="note">{words.t(key)}</p> })
    };
    view! {
        <div class="inside">
            {note}
            <Questions at />
            <fieldset class="fields" disabled=ruled>
                <div class="pair"><Opening at /><Closing at /></div>
                {move || if contest.get() {
                    view! { <ContestForm at /> }.into_any()
                } else {
                    view! { <div class="pair"><Seen at /><Opened at /></div> }.into_any()
                }}
                <Name
                    at=format!("/activities/{at}/name")
                    spot
                    label=words.t("activity.name")
                    help=words.t("activity.name.text")
                    read=|it, spot| it.activities.get(spot.activity).map(|it| it.name.to_string()).unwrap_or_default()
                    write=|it, spot, name| {
                        let others = it.activities.iter().enumerate().filter(|(i, _)| *i != spot.activity);
                        let others: Vec<String> = others.map(|(_, it)| it.name.to_string()).collect();
                        let name = free(name, |name| others.iter().any(|it| it == name)).parse();
                        if let (Ok(name), Some(activity)) = (name, it.activities.get_mut(spot.activity)) {
                            activity.name = name;
                        }
                    }
                />
            </fieldset>
            <Ended at />
        </div>
    }
}

/// Changes when the activity is open.
fn set_time(builder: Builder, at: usize, place: &str, change: impl FnOnce(&mut Activity)) {
    builder.typed(&format!("/activities/{at}{place}"), |it| {
        if let Some(activity) = it.activities.get_mut(at) {
            change(activity);
        }
    });
}

/// Changes a part of the activity.
fn set(builder: Builder, at: usize, place: &str, change: impl FnOnce(&mut Activity)) {
    builder.change(&format!("/activities/{at}{place}"), |it| {
        if let Some(activity) = it.activities.get_mut(at) {
            change(activity);
        }
    });
}

#[component]
fn Opening(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let opens = Memo::new(move |_| part(builder, at, |it| Opens::read(it.opens.as_deref())));
    let kind = Memo::new(move |_| {
        opens.with(|opens| match opens {
            Some(Opens::At(_)) => "at",
            Some(Opens::Other(_)) => "other",
            Some(Opens::Published) | None => "published",
        })
    });
    let write = move |opens: Opens| set_time(builder, at, "/opens", |it| it.opens = opens.written());
    let choose = move |kind: String| {
        write(match kind.as_str() {
            "at" => Opens::At(morning_in(1)),
            _ => Opens::Published,
        });
    };
    let text = Signal::derive(move || {
        opens.with(|opens| opens.clone().and_then(Opens::written)).unwrap_or_default()
    });
    let field = move || {
        let place = format!("/activities/{at}/opens");
        match kind.get() {
            "at" => Some(view! {
                <Line at=place kind="datetime-local" label=words.t("opens.at") value=text write=move |it: String| write(Opens::At(it)) />
            }.into_any()),
            "other" => Some(view! {
                <Line at=place label=words.t("window.written") value=text write=move |it: String| write(Opens::Other(it)) />
            }.into_any()),
            _ => None,
        }
    };
    let mut options = vec![
        ("published", words.t("opens.published").to_owned(), words.t("opens.published.text")),
        ("at", words.t("window.at").to_owned(), words.t("window.zone")),
    ];
    if kind.get_untracked() == "other" {
        options.push(("other", words.t("window.custom").to_owned(), ""));
    }
    view! {
        <div class="part">
            <Pick at=format!("/activities/{at}/opens#kind") label=words.t("opens") options value=Signal::derive(move || kind.get().to_owned()) write=choose />
            {field}
        </div>
    }
}

#[component]
fn Closing(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let closes = Memo::new(move |_| {
        part(builder, at, |it| Closes::read(it.closes.as_deref())).unwrap_or(Closes::Ended)
    });
    let kind = Memo::new(move |_| {
        closes.with(|closes| match closes {
            Closes::Ended => "ended",
            Closes::At(_) => "at",
            Closes::After(..) => "after",
            Closes::Other(_) => "other",
        })
    });
    let write = move |closes: Closes| set_time(builder, at, "/closes", |it| it.closes = closes.written());
    let choose = move |kind: String| {
        write(match kind.as_str() {
            "at" => Closes::At(morning_in(11)),
            "after" => Closes::After(10, Unit::Days),
            _ => Closes::Ended,
        });
    };
    let text = Signal::derive(move || closes.get().written().unwrap_or_default());
    let after =
        move || closes.with(|it| if let Closes::After(n, unit) = it { Some((*n, *unit)) } else { None });
    let unit = Signal::derive(move || {
        let unit = after().map_or(Unit::Days, |(_, unit)| unit);
        Unit::ALL.into_iter().find(|(it, ..)| *it == unit).map_or("days", |(_, word, _)| word).to_owned()
    });
    let count = Signal::derive(move || after().map(|(n, _)| n));
    let set_count = move |n: Option<u32>| {
        let unit = untrack(after).map_or(Unit::Days, |(_, unit)| unit);
        write(Closes::After(n.unwrap_or_default(), unit));
    };
    let set_unit = move |word: String| {
        write(Closes::After(untrack(after).map_or(1, |(n, _)| n), Unit::of(&word)));
    };
    let field = move || {
        let place = format!("/activities/{at}/closes");
        match kind.get() {
            "at" => Some(view! {
                <Line at=place kind="datetime-local" label=words.t("closes.at") value=text write=move |it: String| write(Closes::At(it)) />
            }.into_any()),
            "after" => Some(view! {
                <div class="row short">
                    <Number
                        at=place.clone()
                        label=words.t("closes.after.n")
                        min=1
                        max=1000
                        value=count
                        write=set_count
                    />
                    <Pick
                        at=[&place, "#unit"].concat()
                        label=words.t("closes.after.unit")
                        options=Unit::ALL.map(|(_, word, key)| (word, words.t(key).to_owned(), "")).to_vec()
                        value=unit
                        write=set_unit
                    />
                </div>
            }.into_any()),
            "other" => Some(view! {
                <Line at=place label=words.t("window.written") value=text write=move |it: String| write(Closes::Other(it)) />
            }.into_any()),
            _ => None,
        }
    };
    let contest = untrack(|| part(builder, at, |it| it.contest.is_some()).unwrap_or_default());
    let mut options = vec![
        ("ended", words.t("closes.ended").to_owned(), words.t("closes.ended.text")),
        ("at", words.t("window.at").to_owned(), words.t("window.zone")),
        ("after", words.t("closes.after").to_owned(), words.t("closes.after.text")),
    ];
    // The draw follows the close: a contest has one.
    options.retain(|(word, ..)| !contest || *word != "ended");
    if kind.get_untracked() == "other" {
        options.push(("other", words.t("window.custom").to_owned(), ""));
    }
    view! {
        <div class="part">
            <Pick at=format!("/activities/{at}/closes#kind") label=words.t("closes") options value=Signal::derive(move || kind.get().to_owned()) write=choose />
            {field}
        </div>
    }
}

/// Who sees results.
#[component]
fn Seen(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let options = vec![
        ("voted", words.t("seen.voted").to_owned(), words.t("seen.voted.text")),
        ("always", words.t("seen.always").to_owned(), words.t("seen.always.text")),
        ("close", words.t("seen.close").to_owned(), words.t("seen.close.text")),
        ("staff", words.t("seen.staff").to_owned(), words.t("seen.staff.text")),
    ];
    let value =
        Signal::derive(move || part(builder, at, |it| it.results.word().to_owned()).unwrap_or_default());
    let write = move |word: String| {
        let results = [Results::Always, Results::Voted, Results::Close, Results::Staff];
        if let Some(results) = results.into_iter().find(|it| it.word() == word) {
            set(builder, at, "/results", |it| it.results = results);
        }
    };
    view! { <Pick at=format!("/activities/{at}/results") label=words.t("seen") options value write /> }
}

/// Whether anybody can recount the ballots.
#[component]
fn Opened(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let options = vec![
        ("close", words.t("opened.close").to_owned(), words.t("opened.close.text")),
        ("never", words.t("opened.never").to_owned(), words.t("opened.never.text")),
    ];
    let value =
        Signal::derive(move || part(builder, at, |it| it.openings.word().to_owned()).unwrap_or_default());
    let write = move |word: String| {
        let openings = if word == "never" { Openings::Never } else { Openings::Close };
        set(builder, at, "/openings", |it| it.openings = openings);
    };
    view! { <Pick at=format!("/activities/{at}/openings") label=words.t("opened") options value write /> }
}

/// Ending what runs.
#[component]
fn Ended(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let running = Memo::new(move |_| {
        builder.force.with(|force| {
            let poll = |it: &Activity| {
                in_force(it, force.as_ref()).filter(|_| it.contest.is_none()).map(|it| it.state)
            };
            let known = part(builder, at, poll).flatten();
            known.is_some_and(|state| state != State::Closed)
        })
    });
    let value = Signal::derive(move || part(builder, at, |it| it.ended).unwrap_or_default());
    move || {
        running.get().then(|| {
            view! {
                <Check
                    at=format!("/activities/{at}/ended")
                    label=words.t("ended")
                    help=words.t("ended.text")
                    value
                    write=move |ended| set(builder, at, "/ended", |it| it.ended = ended)
                />
            }
        })
    }
}

#[component]
fn Questions(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let list = format!("/activities/{at}/questions");
    let places = [list.clone()];
    // Of a contest nothing changes once it is there.
    let contest = move || part(builder, at, |it| it.contest.is_some()).unwrap_or_default();
    let fixed = Memo::new(move |_| {
        let last = if contest() { Promised::Rules } else { Promised::All };
        builder.promised(at) >= last && !builder.wrong_in(&places)
    });
    let rows = Rows::new(
        list.clone(),
        move || part(builder, at, |it| it.questions.len()).unwrap_or_default(),
        move || fixed.get(),
        move |from, to| {
            set(builder, at, "/questions", |it| shift(&mut it.questions, from, to));
            let moved = |open: usize| if open == from { to } else { open };
            builder.question.update(|open| *open = open.map(moved));
        },
        move |gone| {
            set(builder, at, "/questions", |it| {
                if gone < it.questions.len() {
                    it.questions.remove(gone);
                }
            });
        },
    );
    let add = move |_| {
        set(builder, at, "/questions", add_question);
        let last = rows.length.get_untracked().saturating_sub(1);
        builder.question.set(Some(last));
        browser::focus(["[id^=\"", &rows.at(last), "/text/\"]"].concat());
    };
    let full = move || rows.length.get() >= limits::QUESTIONS;
    let row = move |question: usize| {
        let spot = Spot { activity: at, question, option: 0 };
        rows.item(question, "panel inner", question::card(builder, rows, spot))
    };
    view! {
        <div class="texts" role="group" aria-label=words.t("questions")>
            <div class="label">{words.t("questions")}</div>
            <ol class="panels" id=list.clone()>
                <For each=move || 0..rows.length.get() key=|at| *at children=row />
            </ol>
            {fault_line(builder, &list)}
            <button type="button" class="btn small add" hidden=move || fixed.get() aria-disabled=move || full().then_some("true") on:click=move |event| if !untrack(full) { add(event) }>
                {words.t("questions.add")}
            </button>
        </div>
    }
}
