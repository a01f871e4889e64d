//! Free text: how long an answer may be, and where answers are read.

use fanfare_shared::limits::WRITTEN_CHARS;
use fanfare_shared::questions::{FreeText, Kind};
use leptos::prelude::*;

use super::{Editor, question};
use crate::pages::builder::fields::Number;
use crate::pages::builder::state::{Builder, Spot};

pub(super) const EDITOR: Editor = Editor {
    name: "text",
    label: "type.text",
    what: "type.text.text",
    entrant: false,
    fresh: |_| Kind::FreeText(FreeText { max: 500 }),
    options: |_| None,
    texts: |_| Vec::new(),
    fields,
};

fn fields(builder: Builder, spot: Spot) -> AnyView {
    let words = builder.words;
    let max = [&spot.question_pointer(), "/max"].concat();
    let place = StoredValue::new(max.clone());
    let longest = Signal::derive(move || {
        builder.read(|document| {
            let question = document.activities.get(spot.activity)?.questions.get(spot.question)?;
            if let Kind::FreeText(text) = &question.kind { u32::try_from(text.max).ok() } else { None }
        })
    });
    let write = move |n: Option<u32>| {
        let max = n.and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        builder.typed(&place.get_value(), |document| {
            if let Some(Kind::FreeText(text)) = question(document, spot).map(|it| &mut it.kind) {
                text.max = max;
            }
        });
    };
    view! {
        <Number
            at=max
            label=words.t("text.max")
            help=words.t("text.max.text")
            min=1
            max=u32::try_from(WRITTEN_CHARS).unwrap_or(u32::MAX)
            value=longest
            write
        />
        <p class="note">{words.t("text.privacy")}</p>
    }
    .into_any()
}
