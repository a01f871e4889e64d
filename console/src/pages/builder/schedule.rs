//! When everything happens: the time zone that local times are meant in, and all windows at a glance.

use fanfare_shared::campaign::Activity;
use fanfare_shared::time::Timestamp;
use leptos::prelude::*;

use super::device;
use super::fields::Line;
use super::state::{Builder, builder};
use crate::browser;
use crate::draft::faults::Section;
use crate::draft::promises::in_force;
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
            let (opens, closes) = window(builder, &activity);
            let show = move |_| {
                builder.activity.set(Some(at));
                builder.section.set(Section::Activities);
                browser::focus(format!("[id=\"/activities/{at}/opens#kind\"]"));
            };
            view! {
                <tr>
                    <td><strong>{activity.name.to_string()}</strong></td>
                    <td>{opens}</td>
                    <td>{closes}</td>
                    <td class="n"><button type="button" class="link" on:click=show aria-label=words.fill("schedule.change.what", &[("what", activity.name.as_str())])>{words.t("schedule.change")}</button></td>
                </tr>
            }
        }).collect_view()
    };
    let heads =
        vec![words.t("activity.name"), words.t("opens"), words.t("closes"), words.t("schedule.change")];
    view! {
        <Line
            at="/time_zone".to_owned()
            label=words.t("schedule.zone")
            help=words.t("schedule.zone.text")
            list="zones"
            value=zone
            write=move |zone: String| builder.typed("/time_zone", |it| it.time_zone = zone)
        />
        <datalist id="zones">{zones.collect_view()}</datalist>
        <Table caption=words.t("schedule.windows") heads>{rows}</Table>
    }
}

/// An opening as a document writes it, in words.
pub(super) fn opens(words: Words, written: Option<&str>) -> String {
    match Opens::read(written) {
        Opens::Published => words.t("said.published").to_owned(),
        Opens::At(text) => device::day_and_hour(&text, words.lang.tag()),
        Opens::Other(text) => text,
    }
}

/// A close likewise.
pub(super) fn closes(words: Words, written: Option<&str>) -> String {
    match Closes::read(written) {
        Closes::Ended => words.t("said.ended").to_owned(),
        Closes::At(text) => device::day_and_hour(&text, words.lang.tag()),
        Closes::Other(text) => text,
        Closes::After(n, Unit::Hours) => words.plural("closes.hours", n.into()),
        Closes::After(n, Unit::Days) => words.plural("closes.days", n.into()),
        Closes::After(n, Unit::Weeks) => words.plural("closes.weeks", n.into()),
    }
}

/// A window in one line: that of the campaign in force where it is promised already.
pub(super) fn window_in_words(builder: Builder, activity: &Activity) -> String {
    let (opens, closes) = window(builder, activity);
    builder.words.fill("window.words", &[("opens", &opens), ("closes", &closes)])
}

fn window(builder: Builder, activity: &Activity) -> (String, String) {
    let words = builder.words;
    let known =
        builder.force.with(|force| in_force(activity, force.as_ref()).map(|it| (it.opens, it.closes)));
    let moment = |at| browser::moment(at, words.lang.tag());
    match known {
        None => (opens(words, activity.opens.as_deref()), closes(words, activity.closes.as_deref())),
        Some((opens, Timestamp(0))) => (moment(opens), words.t("said.ended").to_owned()),
        Some((opens, closes)) => (moment(opens), moment(closes)),
    }
}
