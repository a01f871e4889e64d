//! A report as a visitor reads it: the verdict first, then what it means for them, then every step.

use fanfare_shared::draw::slots::{Slot, Stake as For};
use fanfare_shared::log::leaf::BeaconKind;
use fanfare_shared::verify::drawn::{Drawn, TimeGrade};
use fanfare_shared::verify::report::{Count, ONLY_THE_BUNDLE, Outcome};
use fanfare_shared::verify::{Report, Status, Step, Verdict};
use leptos::prelude::*;

use crate::subject::Stake;
use crate::words::Words;

/// Milliseconds between one step and the next, as they come in.
const BEAT: usize = 60;

/// The whole report.
pub(crate) fn report(words: Words, report: &Report, stakes: &[Stake]) -> AnyView {
    let verdict = report.verdict();
    let (key, tone) = match verdict {
        Verdict::Verified => ("verified", "ff-good"),
        Verdict::WithMisconduct => ("misconduct", "ff-warn"),
        Verdict::NotVerified => ("not-verified", "ff-warn"),
        Verdict::Refused => ("refused", "ff-bad"),
    };
    let (title, meaning) =
        (words.t(&["verdict.", key].concat()), words.t(&["verdict.", key, ".text"].concat()));
    let drawn = match &report.count {
        Some(Count::Contest(drawn)) => Some(drawn.as_ref()),
        Some(Count::Poll(_) | Count::Board(_)) | None => None,
    };
    let counted = match &report.count {
        Some(Count::Poll(poll)) => Some(view! { <pre class="ff-mono">{poll.to_string()}</pre> }),
        Some(Count::Contest(_) | Count::Board(_)) | None => None,
    };
    let steps = report.steps().enumerate().map(|(at, (asked, outcome))| step(words, at, asked, outcome));
    let steps = steps.collect_view();
    let class = ["ff-card ff-verdict ", tone].concat();
    view! {
        <section class=class role="status" tabindex="-1" id="verdict">
            <h2>{title}</h2>
            <p>{meaning}</p>
            {drawn.map(|drawn| view! { <p class="ff-label">{label(words, drawn)}</p> })}
            {stakes.iter().map(|stake| own(words, stake)).collect_view()}
            {counted}
        </section>
        {drawn.map(|drawn| winners(words, drawn))}
        <section class="ff-card">
            <h2>{words.t("steps")}</h2>
            <ol class="ff-proof">{steps}</ol>
            {report.light.then(|| light(words))}
        </section>
        <section class="ff-card">
            <h2>{words.t("trust")}</h2>
            <p class="ff-note">{words.t("trust.text")}</p>
            <pre class="ff-mono">{report.trust.clone()}</pre>
        </section>
    }
    .into_any()
}

fn step(
    words: Words,
    at: usize,
    asked: Step,
    Outcome { status, details, .. }: &Outcome,
) -> impl IntoView + use<> {
    let (sign, key) = match status {
        Status::Ok => ("\u{2713}", "ok"),
        Status::Misconduct => ("!", "misconduct"),
        Status::NotVerified => ("?", "open"),
        Status::Fail => ("\u{2715}", "fail"),
    };
    let details = details.iter().map(|text| view! { <small>{text.clone()}</small> }).collect_view();
    let delay = [&(at * BEAT).to_string(), "ms"].concat();
    view! {
        <li class=["ff-", key].concat() style:animation-delay=delay>
            <span aria-hidden="true">{sign}</span>
            <span>
                {words.asks(asked)} <span class="ff-vh">{words.t(&["status.", key].concat())}</span>
                {details}
            </span>
        </li>
    }
}

/// What the draw is worth, in the protocol's words.
fn label(words: Words, drawn: &Drawn) -> String {
    let key = match (drawn.source, drawn.time) {
        (BeaconKind::Demo, _) => "grade.demo",
        (BeaconKind::Drand, TimeGrade::Witnessed) => "grade.witnessed",
        (BeaconKind::Drand, TimeGrade::SealCode) => "grade.seal",
        (BeaconKind::Drand, TimeGrade::Unproven) => "grade.unproven",
    };
    words.fill(key, &[("when", &fanfare_shared::verify::drawn::latest(drawn.round).utc())])
}

fn own(words: Words, stake: &Stake) -> impl IntoView + use<> {
    let (first, last) = (stake.tickets.0.to_string(), stake.tickets.1.to_string());
    let tickets = if first == last {
        words.fill("own.ticket", &[("n", &first)])
    } else {
        words.fill("own.tickets", &[("first", &first), ("last", &last)])
    };
    let drawn = match stake.slot {
        Some(slot) => words.fill("own.drawn", &[("n", &slot.to_string())]),
        None => words.t("own.not"),
    };
    view! { <p class="ff-notice ff-good">{tickets} " " {drawn}</p> }
}

fn winners(words: Words, drawn: &Drawn) -> AnyView {
    let slot = |slot: &Slot| {
        let stake = match slot.stake {
            For::Prize(n) => words.fill("slot.prize", &[("n", &n.to_string())]),
            For::Reserve => words.t("slot.reserve"),
        };
        let ticket = words.fill("slot.ticket", &[("n", &(slot.ticket + 1).to_string())]);
        let held = drawn.standing.holder(slot.number);
        let moved = match (slot.stake, held) {
            (For::Prize(_), Some(of)) if of != slot.number => {
                words.fill("slot.moved", &[("n", &of.to_string())])
            }
            (For::Prize(_), None) => words.t("slot.nobody"),
            _ => String::new(),
        };
        let holder: String = slot.holder.to_hex().chars().take(8).collect();
        let class = if slot.stake == For::Reserve { "ff-slot ff-spare" } else { "ff-slot" };
        view! {
            <li class=class>
                <b>{slot.number} " \u{b7} " {stake}</b>
                <span>{ticket}</span>
                <code>{holder}</code>
                {(!moved.is_empty()).then(|| view! { <span class="ff-note">{moved}</span> })}
            </li>
        }
    };
    let slots = drawn.slots.0.iter().map(slot).collect_view();
    view! {
        <section class="ff-card">
            <h2>{words.t("winners")}</h2>
            <ol class="ff-slots">{slots}</ol>
            <p class="ff-note">{words.t("code")} " " <code class="ff-mono">{drawn.seal_code.grouped()}</code></p>
        </section>
    }
    .into_any()
}

/// What a light check leaves open.
fn light(words: Words) -> impl IntoView {
    let open = (0..ONLY_THE_BUNDLE.len())
        .map(|at| view! { <li>{words.t(&["light.", &at.to_string()].concat())}</li> });
    view! {
        <p class="ff-note">{words.t("light")}</p>
        <ul class="ff-note">{open.collect_view()}</ul>
    }
}
