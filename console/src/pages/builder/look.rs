//! The one accent: its hue, how strong it is, and whether it can be read by light and by dark.

use fanfare_shared::campaign::Theme;
use leptos::prelude::*;

use super::fields::fault_line;
use super::state::builder;
use crate::borrowed::fixed;
use crate::draft::colour::{Contrast, TEXT, contrasts};
use crate::parts::chip::Chip;
use crate::words::Words;

/// Hues to begin with, and how strong they are.
const SWATCHES: [(u16, u16); 10] = [
    (350, 170),
    (25, 170),
    (50, 130),
    (85, 110),
    (130, 140),
    (160, 110),
    (200, 100),
    (250, 150),
    (290, 170),
    (320, 20),
];

/// The section.
#[component]
pub(super) fn Look() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let theme = Memo::new(move |_| builder.read(|it| it.theme));
    let set =
        move |place: &str, change: &dyn Fn(&mut Theme)| builder.typed(place, |it| change(&mut it.theme));
    let swatch = move |(hue, chroma): (u16, u16)| {
        let pressed = move || (theme.get() == Theme { hue, chroma }).to_string();
        view! {
            <button
                type="button"
                class="swatch"
                aria-label=words.fill("look.swatch", &[("hue", &hue.to_string())])
                aria-pressed=pressed
                style:--h=hue.to_string()
                style:--c=css(chroma)
                on:click=move |_| set("/theme", &|it| *it = Theme { hue, chroma })
            ></button>
        }
    };
    let slider = move |at: &'static str,
                       label: &'static str,
                       help: &'static str,
                       max: u16,
                       read: fn(Theme) -> u16,
                       write: fn(&mut Theme, u16)| {
        let typed = move |event| {
            if let Ok(n) = event_target_value(&event).parse::<u16>() {
                set(at, &|it| write(it, n.min(max)));
            }
        };
        view! {
            <div class="field slide">
                <label for=at>{words.t(label)}</label>
                <output for=at>{move || read(theme.get())}</output>
                <input
                    id=at
                    class=["slider ", label.trim_start_matches("look.")].concat()
                    type="range"
                    min="0"
                    max=max
                    prop:value=move || read(theme.get()).to_string()
                    style:--h=move || theme.get().hue.to_string()
                    style:--c=move || css(theme.get().chroma)
                    on:input=typed
                />
                <p class="help">{words.t(help)}</p>
                {fault_line(builder, at)}
            </div>
        }
    };
    let proof = move || {
        let [light, dark] = contrasts(theme.get());
        view! {
            <div class="proofs">
                {proof(words, "light", "look.light", light)}
                {proof(words, "dark", "look.dark", dark)}
            </div>
        }
    };
    let meaning = move || {
        let enough = contrasts(theme.get()).into_iter().all(Contrast::enough);
        words.t(if enough { "look.enough" } else { "look.short" })
    };
    view! {
        <div class="texts" role="group" aria-label=words.t("look.swatches")>
            <div class="label">{words.t("look.swatches")}</div>
            <div class="swatches">{SWATCHES.map(swatch).collect_view()}</div>
        </div>
        {slider("/theme/hue", "look.hue", "look.hue.text", 359, |it| it.hue, |it, n| it.hue = n)}
        {slider("/theme/chroma", "look.chroma", "look.chroma.text", 250, |it| it.chroma, |it, n| it.chroma = n)}
        <div class="texts themed" style:--brand-h=move || theme.get().hue.to_string() style:--brand-c=move || css(theme.get().chroma)>
            <div class="label">{words.t("look.contrast")}</div>
            {proof}
            <p class="help">{meaning}</p>
        </div>
    }
}

/// Chroma as the style sheet writes it.
fn css(chroma: u16) -> String {
    format!("{}.{:03}", chroma / 1000, chroma % 1000)
}

/// One side of the proof: the accent as it will be, and how far it stands out.
fn proof(words: Words, scheme: &'static str, name: &'static str, contrast: Contrast) -> impl IntoView {
    let chip = |value: f64, key: &str| {
        let text = words.fill(key, &[("ratio", &fixed(value, 1).replace('.', words.t("number.point")))]);
        let tone = if value < TEXT { "bad" } else { "good" };
        view! { <Chip tone text /> }
    };
    view! {
        <div class=["proof ", scheme].concat()>
            <strong>{words.t(name)}</strong>
            <span class="shown">{words.t("look.sample")}</span>
            <span class="shown pressed">{words.t("look.button")}</span>
            <span class="chips">{chip(contrast.text, "look.ratio.text")}{chip(contrast.button, "look.ratio.button")}</span>
        </div>
    }
}
