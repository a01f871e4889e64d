//! When everything happens: the time zone that local times are meant in, and all windows at a glance.

use fanfare_shared::campaign::Activity;
use leptos::prelude::*;

use super::device;
use super::fields::Line;
use super::state::builder;
use crate::draft::faults::Section;
use crate::draft::window::{Closes, Opens, Unit};
use crate::parts::table::Table;
use crate::words::Words;

/// The section.
#[component]
pub(super) fn Schedule() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let zone = Signal::derive(move || builder.read(|it| it.time_zone.clone()));
    let zones = device::time_zones().into_iter().map(|zone| view! { <option value=zone></option> });
    let rows = move || {
        builder.read(|it| it.activities.clone()).into_iter().enumerate().map(|(at, activity)| {
            let show = move |_| {
                builder.activity.set(Some(at));
                builder.section.set(Section::Activities);
                crate::browser::focus(format!("[id=\"/activities/{at}/opens#kind\"]"));
            };
            view! {
                <tr>
                    <td><strong>{activity.name.to_string()}</strong></td>
                    <td>{opens(words, &activity)}</td>
                    <td>{closes(words, &activity)}</td>
                    <td class="n"><button type="button" class="link" on:click=show aria-label=words.fill("schedule.change.what", &[("what", activity.name.as_str())])>{words.t("schedule.change")}</button></td>
                </tr>
            }
        }).collect_view()
    };
    let heads = vec![words.t("activity.name"), words.t("opens"), words.t("closes"), ""];
    view! {
        <Line
            at="/time_zone".to_owned()
            label=words.t("schedule.zone")
            help=words.t("schedule.zone.text")
            list="zones"
            value=zone
            write=move |zone: String| builder.change("/time_zone", |it| it.time_zone = zone)
        />
        <datalist id="zones">{zones.collect_view()}</datalist>
        <Table caption=words.t("schedule.windows") heads>{rows}</Table>
    }
}

/// A local time as it is read: the day, then the hour.
fn local(text: &str) -> String {
    text.replace('T', ", ")
}

fn opens(words: Words, activity: &Activity) -> String {
    match Opens::read(activity.opens.as_deref()) {
        Opens::Published => words.t("opens.published").to_owned(),
        Opens::At(text) | Opens::Other(text) => local(&text),
    }
}

fn closes(words: Words, activity: &Activity) -> String {
    match Closes::read(activity.closes.as_deref()) {
        Closes::Ended => words.t("closes.ended").to_owned(),
        Closes::At(text) | Closes::Other(text) => local(&text),
        Closes::After(n, Unit::Hours) => words.plural("closes.hours", n.into()),
        Closes::After(n, Unit::Days) => words.plural("closes.days", n.into()),
        Closes::After(n, Unit::Weeks) => words.plural("closes.weeks", n.into()),
    }
}

/// A window in one line.
pub(super) fn window_in_words(words: Words, activity: &Activity) -> String {
    words.fill("window.words", &[("opens", &opens(words, activity)), ("closes", &closes(words, activity))])
}
