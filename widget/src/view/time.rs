//! Time left: in words while it is long, as a clock when it is short.
//!
//! It is announced at five marks of the last half hour only: a timer that speaks each second is unbearable.

use leptos::prelude::*;

use super::Scene;
use super::element::{Element, bare, el};

const DAY: u64 = 86_400;
/// Above this a ticking clock is noise.
const CLOCK_BELOW: u64 = 2 * DAY;
/// Minutes before the end at which a screen reader is told.
const MARKS: [u64; 4] = [1, 5, 10, 30];

fn two(n: u64) -> String {
    let mut text = String::new();
    if n < 10 {
        text.push('0');
    }
    text.push_str(&n.to_string());
    text
}

/// `47:10:09`, below an hour `10:09`.
fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let rest = [two(minutes), two(seconds)].join(":");
    if hours == 0 { rest } else { [two(hours), rest].join(":") }
}

/// To the nearest day: what runs for a week says seven just after it began.
const fn days(seconds: u64) -> u64 {
    (seconds + DAY / 2) / DAY
}

/// "9 days left", "01:04:09 left".
fn left(scene: &Scene, seconds: u64) -> String {
    if seconds >= CLOCK_BELOW {
        scene.plural("days.left", days(seconds))
    } else {
        scene.context.words.fill("left", &[("when", &clock(seconds))])
    }
}

/// The seconds until a moment, as they pass.
fn remaining(scene: &Scene, until: u64) -> impl Fn() -> u64 + Copy + Send + Sync + use<> {
    let live = scene.live;
    move || until.saturating_sub(live.with(|live| live.now.0))
}

/// " · 9 days left", after the closing time. Says at its marks how many minutes are left.
pub(super) fn time_left(scene: &Scene) -> Vec<Element> {
    let closes = scene.model.view.closes.0;
    if closes == 0 {
        return Vec::new();
    }
    let seconds = remaining(scene, closes);
    let shown = scene.clone();
    let left = move || left(&shown, seconds());
    let mut parts = vec![el("span", "ff-left").attr("role", "timer").live_text(Box::new(left))];
    if scene.context.emit.is_some() {
        let scene = scene.clone();
        let spoken = move || {
            let mark = MARKS.into_iter().find(|mark| seconds().div_ceil(60) <= *mark);
            mark.map_or_else(String::new, |minutes| scene.plural("minutes.left", minutes))
        };
        parts.push(el("span", "ff-vh").attr("role", "status").live_text(Box::new(spoken)));
    }
    parts
}

/// Four figures until the opening. In the last hour days and hours are not shown.
pub(super) fn countdown(scene: &Scene) -> Element {
    let seconds = remaining(scene, scene.model.view.opens.0);
    let label = scene.t("time.until");
    let figures = UNITS.iter().map(|unit| figure(scene, *unit, seconds));
    el("div", "ff-count").attr("role", "timer").attr("aria-label", &label).children(figures)
}

/// A unit of time: the key of its name, its seconds, and how many make the next.
type Unit = (&'static str, u64, u64);

const UNITS: [Unit; 4] =
    [("days", DAY, u64::MAX), ("hours", 3600, 24), ("minutes", 60, 60), ("seconds", 1, 60)];

/// One figure with its unit.
fn figure(
    scene: &Scene,
    (key, size, of): Unit,
    seconds: impl Fn() -> u64 + Copy + Send + Sync + 'static,
) -> Element {
    let scene = scene.clone();
    let value = move || seconds() / size % of;
    let figure = move || if size == DAY { value().to_string() } else { two(value()) };
    let spare = move || (size >= 3600 && seconds() < 3600).then(String::new);
    bare("div")
        .live("hidden", Box::new(spare))
        .child(bare("b").live_text(Box::new(figure)))
        .child(bare("span").live_text(Box::new(move || scene.plural(key, value()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_that_has_just_begun_is_seven_days() {
        assert_eq!(days(7 * DAY - 1), 7);
        assert_eq!(days(6 * DAY + DAY / 2 - 1), 6);
        assert_eq!(days(CLOCK_BELOW), 2);
    }

    #[test]
    fn a_clock_drops_its_hours_in_the_last_one() {
        assert_eq!(clock(47 * 3600 + 10 * 60 + 9), "47:10:09");
        assert_eq!(clock(3599), "59:59");
        assert_eq!(clock(9), "00:09");
    }
}
