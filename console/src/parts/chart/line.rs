//! Lines over days: the one that matters with its area, the other quieter. Whoever points at a day, or goes there by
//! the arrow keys, reads its numbers.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use super::geometry::{PLANE, across, area, down, levels, named, nearest, path};
use crate::time::number;
use crate::words::words;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lines {
    /// The days, as they are read.
    pub(crate) days: Vec<String>,
    /// The line that matters, a value a day.
    pub(crate) first: Vec<u64>,
    /// The quieter one.
    pub(crate) second: Vec<u64>,
}

impl Lines {
    fn top(&self, both: bool) -> u64 {
        let second = self.second.iter().filter(|_| both);
        self.first.iter().chain(second).copied().max().unwrap_or_default()
    }
}

/// The chart.
#[component]
pub(crate) fn LineChart(
    lines: Memo<Lines>,
    /// What it shows, for those who do not see it.
    label: Signal<String>,
    /// What the slider over the days is called.
    #[prop(into)]
    choose: String,
    /// Names of the two lines.
    names: [String; 2],
    /// One day in words: its number in the list.
    told: Callback<usize, String>,
) -> impl IntoView {
    let words = words();
    let both = RwSignal::new(true);
    let at = RwSignal::new(None::<usize>);
    let scale = Memo::new(move |_| lines.with(|lines| levels(lines.top(both.get()))));
    let top = move || scale.with(|levels| levels.last().copied().unwrap_or(1));
    let count = move || lines.with(|lines| lines.days.len());
    let chosen = Memo::new(move |_| at.get().filter(|at| *at < count()));
    let point = move |event: PointerEvent| {
        let plot = event.current_target().and_then(|plot| plot.dyn_into::<Element>().ok());
        if let Some(plot) = plot {
            // The slider covers the plot, so that what is pointed at is where the pointer is on the slider.
            let place = u64::try_from(event.offset_x()).unwrap_or_default() * PLANE;
            let width = u64::try_from(plot.client_width()).unwrap_or_default().max(1);
            at.set(Some(nearest(place / width, untrack(count))));
        }
    };
    let grid = move || {
        let top = top();
        scale.get().into_iter().map(|level| view! { <path d=flat(down(level, top)) /> }).collect_view()
    };
    let marks = move || {
        let top = top();
        let mark = move |level: u64| {
            let from_top = percent(down(level, top));
            view! { <span style:--at=from_top>{number(words, level)}</span> }
        };
        scale.get().into_iter().map(mark).collect_view()
    };
    let below = move || {
        lines.with(|lines| {
            let count = lines.days.len();
            let name = |n: usize| {
                let day = lines.days.get(n).cloned().unwrap_or_default();
                view! { <span style:--at=percent(across(n, count))>{day}</span> }
            };
            named(count).into_iter().map(name).collect_view()
        })
    };
    let dots = move || {
        chosen.get().map(|n| {
            lines.with(|lines| {
                let (left, top) = (percent(across(n, lines.days.len())), top());
                let dot = |values: &[u64], class: &'static str| {
                    let at = percent(down(values.get(n).copied().unwrap_or_default(), top));
                    view! { <i class=class style:--at=at></i> }
                };
                let quiet = both.get().then(|| dot(&lines.second, "quiet"));
                view! { <div class="guide" style:--at=left>{quiet}{dot(&lines.first, "")}</div> }
            })
        })
    };
    let readout = move || chosen.get().map_or_else(|| label.get(), |n| told.run(n));
    let newest = move || count().saturating_sub(1);
    let [first, second] = names;
    view! {
        <div class="chart">
            <div class="legend">
                <span class="key">{first}</span>
                <button
                    type="button"
                    class="key quiet"
                    aria-pressed=move || both.get().to_string()
                    on:click=move |_| both.update(|both| *both = !*both)
                >
                    {second}
                </button>
            </div>
            <div class="plot" on:pointermove=point on:pointerleave=move |_| at.set(None)>
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label=label>
                    <g class="grid">{grid}</g>
                    <path class="wash" d=move || lines.with(|lines| area(&lines.first, top())) />
                    <path
                        class="line quiet"
                        d=move || if both.get() { lines.with(|lines| path(&lines.second, top())) } else { String::new() }
                    />
                    <path class="line" d=move || lines.with(|lines| path(&lines.first, top())) />
                </svg>
                <div class="marks" aria-hidden="true">{marks}</div>
                {dots}
                <input
                    type="range"
                    min="0"
                    max=move || newest().to_string()
                    prop:value=move || chosen.get().unwrap_or_else(newest).to_string()
                    aria-label=choose
                    aria-valuetext=move || told.run(chosen.get().unwrap_or_else(newest))
                    on:input=move |event| at.set(event_target_value(&event).parse().ok())
                    on:focus=move |_| if at.get_untracked().is_none() { at.set(Some(untrack(newest))) }
                    on:blur=move |_| at.set(None)
                />
            </div>
            <div class="days" aria-hidden="true">{below}</div>
            <p class="soft readout" aria-hidden="true">{readout}</p>
        </div>
    }
}

/// A line across the plane.
fn flat(y: u64) -> String {
    ["M0 ", &y.to_string(), "H1000"].concat()
}

/// A place on the plane for the style.
fn percent(place: u64) -> String {
    [&(place / 10).to_string(), ".", &(place % 10).to_string(), "%"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_hidden_does_not_flatten_the_other() {
        let lines = Lines { days: Vec::new(), first: vec![1, 7], second: vec![900] };
        assert_eq!([lines.top(true), lines.top(false)], [900, 7]);
    }

    #[test]
    fn a_place_is_told_to_the_tenth_of_a_percent() {
        assert_eq!([percent(0), percent(333), percent(1000)], ["0.0%", "33.3%", "100.0%"]);
    }
}
