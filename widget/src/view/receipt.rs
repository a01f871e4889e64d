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

/// The verdict's name in the markup, its label and the sentence under it.
const fn words(verdict: Step) -> (Option<&'static str>, &'static str, &'static str) {
    match verdict {
        Step::Pending => (None, "receipt", "receipt.note"),
        Step::Ok => (Some("checked"), "receipt.checked", "receipt.note"),
        Step::Failed => (Some("failed"), "receipt.failed", "receipt.failed.note"),
        Step::Unsupported => (Some("partly"), "receipt.unchecked", "receipt.unchecked.note"),
    }
}

/// The chip with its details.
#[component]
pub(super) fn Receipt<'a>(scene: Scene, own: &'a Own) -> impl IntoView {
    let (verdict, label, note) = words(own.check.verdict());
    // Without JavaScript nobody makes the check: the text itself is what one can keep.
    let (steps, keep) = match scene.context.frame.place {
        Place::Hosted { .. } => {
            let label = scene.t("receipt.text");
            let text = own.receipt.clone();
            (None, view! { <textarea readonly rows="6" aria-label=label>{text}</textarea> }.into_any())
        }
        Place::Shadow => {
            let steps = own.check.0.iter().map(|(name, step)| line(&scene, name, *step)).collect_view();
            let steps = view! { <ol class="ff-steps" data-ff-steps>{steps}</ol> };
            let keep = view! { <Action scene=scene.clone() intent=Intent::Download name="download" label="receipt.download" /> };
            (Some(steps), keep.into_any())
        }
    };
    view! {
        <details class="ff-receipt" data-ff-receipt data-ff-verdict=verdict>
            <summary class="ff-chip">{tick()} <span data-ff-receipt-label>{scene.t(label)}</span></summary>
            <div class="ff-panel">
                {steps} <p class="ff-note">{scene.t(note)}</p>
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
fn line(scene: &Scene, name: &str, step: Step) -> AnyView {
    let key = match step {
        Step::Pending | Step::Ok => ["check.", name].concat(),
        Step::Failed => ["check.failed.", name].concat(),
        Step::Unsupported => "check.unsupported".to_owned(),
    };
    view! { <li data-ff-step=step.name()><span>{scene.t(&key)}</span></li> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_shown_in_groups_of_four() {
        assert_eq!(groups("7f3a91c0de"), "7f3a 91c0 de");
    }
}
