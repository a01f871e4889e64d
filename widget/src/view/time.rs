//! Time left: in words while it is long, as a clock when it is short.
//!
//! It is announced at five marks of the last half hour only: a timer that speaks each second is unbearable.

use leptos::prelude::*;

use super::Scene;

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

/// "9 days left", "01:04:09 left".
fn left(scene: &Scene, seconds: u64) -> String {
    if seconds >= CLOCK_BELOW {
        scene.plural("days.left", seconds / DAY)
    } else {
        scene.context.words.fill("left", &[("when", &clock(seconds))])
    }
}

/// The seconds until a moment, as they pass.
fn remaining(scene: &Scene, until: u64) -> Memo<u64> {
    let now = scene.live.now;
    Memo::new(move |_| until.saturating_sub(now.get().0))
}

/// " · 9 days left", after the closing time. Says at its marks how many minutes are left.
#[component]
pub(super) fn TimeLeft(scene: Scene) -> impl IntoView {
    let closes = scene.model.view.closes.0;
    if closes == 0 {
        return ().into_any();
    }
    let seconds = remaining(&scene, closes);
    let mark = Memo::new(move |_| {
        let minutes = seconds.get().div_ceil(60);
        MARKS.into_iter().find(|mark| minutes <= *mark)
    });
    let spoken = scene.clone();
    view! {
        <span class="ff-left" role="timer">
            {move || left(&scene, seconds.get())}
        </span>
        {spoken
            .context
            .emit
            .is_some()
            .then(|| {
                view! {
                    <span class="ff-vh" role="status">
                        {move || mark.get().map(|minutes| spoken.plural("minutes.left", minutes))}
                    </span>
                }
            })}
    }
    .into_any()
}

/// Four figures until the opening; below an hour minutes and seconds only.
#[component]
pub(super) fn Countdown(scene: Scene) -> impl IntoView {
    let seconds = remaining(&scene, scene.model.view.opens.0);
    let label = scene.t("time.until");
    let long = Memo::new(move |_| seconds.get() >= 3600);
    let figures = move || {
        let units: &[(&str, u64, u64)] = if long.get() {
            &[("days", DAY, u64::MAX), ("hours", 3600, 24), ("minutes", 60, 60), ("seconds", 1, 60)]
        } else {
            &[("minutes", 60, 60), ("seconds", 1, 60)]
        };
        let figure = |&(key, size, of): &(&'static str, u64, u64)| {
            let scene = scene.clone();
            let value = Memo::new(move |_| seconds.get() / size % of);
            let figure = move || if size == DAY { value.get().to_string() } else { two(value.get()) };
            let word = move || scene.plural(key, value.get());
            view! {
                <div>
                    <b>{figure}</b>
                    <span>{word}</span>
                </div>
            }
        };
        units.iter().map(figure).collect_view()
    };
    view! {
        <div class="ff-count" role="timer" aria-label=label>
            {figures}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_drops_its_hours_in_the_last_one() {
        assert_eq!(clock(47 * 3600 + 10 * 60 + 9), "47:10:09");
        assert_eq!(clock(3599), "59:59");
        assert_eq!(clock(9), "00:09");
    }
}
