//! The receipt: a quiet chip; what was checked, and where the answer stands, only for those who ask.

use leptos::prelude::*;

use super::{Action, Intent, Scene, tick};
use crate::model::{Own, Place, Step};

/// A hash in groups of four, so that eyes can compare it.
fn groups(hash: &str) -> String {
    let mut text = String::new();
    for (i, digit) in hash.chars().enumerate() {
        if i > 0 && i.is_multiple_of(4) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The chip with its details.
#[component]
pub(super) fn Receipt<'a>(scene: Scene, own: &'a Own) -> impl IntoView {
    let label = [
        (Step::Pending, "receipt"),
        (Step::Ok, "receipt.checked"),
        (Step::Failed, "receipt.failed"),
        (Step::Unsupported, "receipt.unchecked"),
    ];
    let note = [
        (Step::Pending, "receipt.note"),
        (Step::Ok, "receipt.note"),
        (Step::Failed, "receipt.failed.note"),
        (Step::Unsupported, "receipt.unchecked.note"),
    ];
    let verdict = own.check.verdict();
    // Without JavaScript nobody makes the check: the text itself is what one can keep.
    let (steps, keep) = match scene.context.frame.place {
        Place::Hosted { .. } => {
            let label = scene.t("receipt.text");
            let text = own.receipt.clone();
            (None, view! { <textarea readonly rows="6" aria-label=label>{text}</textarea> }.into_any())
        }
        Place::Shadow => {
            let steps = own.check.0.iter().map(|(name, step)| line(&scene, name, *step)).collect_view();
            let steps = view! { <ol class="ff-steps">{steps}</ol> };
            let keep = view! { <Action scene=scene.clone() intent=Intent::Download name="download" label="receipt.download" /> };
            (Some(steps), keep.into_any())
        }
    };
    view! {
        <details class="ff-receipt" data-ff-check data-ff-show=verdict.name()>
            <summary class="ff-chip">{tick()} {switch(&scene, verdict, &label)}</summary>
            <div class="ff-panel">
                {steps} <p class="ff-note">{switch(&scene, verdict, &note)}</p>
                <dl class="ff-facts">
                    <dt>{scene.t("leaf")}</dt>
                    <dd>{scene.context.format.number(own.index)}</dd>
                    <dt>{scene.t("code")}</dt>
                    <dd class="ff-mono">{groups(&scene.model.view.rules)}</dd>
                </dl>
                {keep}
            </div>
        </details>
    }
    .into_any()
}

/// One step of the check.
fn line(scene: &Scene, name: &str, state: Step) -> AnyView {
    let holds = ["check.", name].concat();
    let fails = ["check.failed.", name].concat();
    let texts = [
        (Step::Pending, holds.as_str()),
        (Step::Ok, &holds),
        (Step::Failed, &fails),
        (Step::Unsupported, "check.unsupported"),
    ];
    view! {
        <li data-ff-step=name.to_owned() data-ff-show=state.name()>
            {tick()}
            {switch(scene, state, &texts)}
        </li>
    }
    .into_any()
}

/// The text of each state, of which one is seen: `core.js` moves the switch where no WASM runs. Texts that two states
/// share stand once; where views can render again only the present one is made.
fn switch(scene: &Scene, state: Step, texts: &[(Step, &str)]) -> AnyView {
    if scene.context.emit.is_some() || scene.context.frame.place != Place::Shadow {
        let key = texts.iter().find(|(wanted, _)| *wanted == state).map_or("", |(_, key)| key);
        return view! { <span>{scene.t(key)}</span> }.into_any();
    }
    let mut keys: Vec<&str> = texts.iter().map(|(_, key)| *key).collect();
    keys.dedup();
    let spans = keys.into_iter().map(|key| {
        let states: Vec<Step> = texts.iter().filter(|(_, of)| *of == key).map(|(state, _)| *state).collect();
        let hidden = !states.contains(&state);
        let when = states.into_iter().map(Step::name).collect::<Vec<_>>().join(" ");
        view! { <span data-ff-when=when hidden=hidden>{scene.t(key)}</span> }
    });
    spans.collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_shown_in_groups_of_four() {
        assert_eq!(groups("7f3a91c0de"), "7f3a 91c0 de");
    }
}
