//! Multiple choice: its options, and how many of them make an answer.

use fanfare_shared::questions::{Kind, Multiple};
use leptos::prelude::*;

use super::{Editor, options, question};
use crate::pages::builder::fields::Number;
use crate::pages::builder::state::{Builder, Spot};

pub(super) const EDITOR: Editor = Editor {
    name: "multiple",
    label: "type.multiple",
    what: "type.multiple.text",
    entrant: false,
    fresh: |kept| Kind::Multiple(Multiple { options: options::at_least_two(kept), min: 1, max: None }),
    options: |kind| if let Kind::Multiple(multiple) = kind { Some(&mut multiple.options) } else { None },
    texts: |kind| {
        if let Kind::Multiple(multiple) = kind { options::texts(&mut multiple.options) } else { Vec::new() }
    },
    fields,
};

fn read(builder: Builder, spot: Spot) -> Option<(usize, Option<usize>)> {
    builder.read(|document| {
        let question = document.activities.get(spot.activity)?.questions.get(spot.question)?;
        if let Kind::Multiple(multiple) = &question.kind { Some((multiple.min, multiple.max)) } else { None }
    })
}

fn write(builder: Builder, spot: Spot, place: &str, change: impl FnOnce(&mut Multiple)) {
    builder.typed(place, |document| {
        if let Some(Kind::Multiple(multiple)) = question(document, spot).map(|it| &mut it.kind) {
            change(multiple);
        }
    });
}

fn fields(builder: Builder, spot: Spot) -> AnyView {
    let words = builder.words;
    let [min, max] = ["/min", "/max"].map(|end| [&spot.question_pointer(), end].concat());
    let (at_min, at_max) = (StoredValue::new(min.clone()), StoredValue::new(max.clone()));
    let number = |n: usize| u32::try_from(n).ok();
    let fewest = Signal::derive(move || read(builder, spot).and_then(|(min, _)| number(min)));
    let most = Signal::derive(move || read(builder, spot).and_then(|(_, max)| max).and_then(number));
    let count = |n: Option<u32>| n.and_then(|n| usize::try_from(n).ok());
    view! {
        {options::list(builder, spot)}
        <div class="pair">
            <Number
                at=min
                label=words.t("multiple.min")
                help=words.t("multiple.min.text")
                min=1
                max=50
                value=fewest
                write=move |n| write(builder, spot, &at_min.get_value(), |it| it.min = count(n).unwrap_or(1))
            />
            <Number
                at=max
                label=words.t("multiple.max")
                help=words.t("multiple.max.text")
                min=1
                max=50
                value=most
                write=move |n| write(builder, spot, &at_max.get_value(), |it| it.max = count(n))
            />
        </div>
    }
    .into_any()
}
