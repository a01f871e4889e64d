//! The receipt: a quiet chip; what was checked, and where the answer stands, only for those who ask.

use leptos::prelude::*;

use super::element::{Element, bare, el};
use super::{Intent, Scene, action};
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
pub(super) fn receipt(scene: &Scene, own: &Own) -> Element {
    let (verdict, label, note) = words(own.check.verdict());
    let label = bare("span").flag("data-ff-receipt-label", true).word(scene, label);
    let facts = el("dl", "ff-facts")
        .child(bare("dt").word(scene, "leaf"))
        .child(bare("dd").text(&scene.context.format.number(own.index)))
        .child(bare("dt").word(scene, "code"))
        .child(el("dd", "ff-mono").text(&groups(&scene.model.view.rules)));
    // Without JavaScript nobody makes the check: the text itself is what one can keep.
    let (steps, keep) = match scene.context.frame.place {
        Place::Hosted { .. } => (None, receipt_text(&scene.t("receipt.text"), &own.receipt)),
        Place::Shadow => {
            let steps = own.check.0.iter().map(|(name, step)| line(scene, name, *step));
            let steps = el("ol", "ff-steps").flag("data-ff-steps", true).children(steps);
            (Some(steps), action(scene, Intent::Download, "download", "receipt.download"))
        }
    };
    let panel = el("div", "ff-panel").opt(steps).child(el("p", "ff-note").word(scene, note));
    el("details", "ff-receipt")
        .flag("data-ff-receipt", true)
        .maybe("data-ff-verdict", verdict)
        .child(el("summary", "ff-chip").child(tick()).child(label))
        .child(panel.child(facts).child(keep))
}

/// The text of a receipt, to be copied.
pub(super) fn receipt_text(label: &str, receipt: &str) -> Element {
    bare("textarea").flag("readonly", true).attr("rows", "6").attr("aria-label", label).text(receipt)
}

/// One step of the check.
fn line(scene: &Scene, name: &str, step: Step) -> Element {
    let key = match step {
        Step::Pending | Step::Ok => ["check.", name].concat(),
        Step::Failed => ["check.failed.", name].concat(),
        Step::Unsupported => "check.unsupported".to_owned(),
    };
    bare("li").maybe("data-ff-step", step.name()).child(bare("span").word(scene, &key))
}

/// A tick, drawn.
fn tick() -> AnyView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m3 8.5 3.2 3L13 4.5" />
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_shown_in_groups_of_four() {
        assert_eq!(groups("7f3a91c0de"), "7f3a 91c0 de");
    }
}
