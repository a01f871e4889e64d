//! Rating: how many steps, and what the lowest and the highest mean.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::limits::RATING_MAX;
use fanfare_shared::questions::{Kind, Rating};
use fanfare_shared::text::Text;
use leptos::prelude::*;

use super::{Editor, question};
use crate::pages::builder::fields::{Number, Texts};
use crate::pages::builder::state::{Builder, Find, Spot};

pub(super) const EDITOR: Editor = Editor {
    name: "rating",
    label: "type.rating",
    what: "type.rating.text",
    entrant: false,
    fresh: |_| Kind::Rating(Rating { max: 5, low: None, high: None }),
    options: |_| None,
    texts: |kind| {
        if let Kind::Rating(rating) = kind {
            rating.low.iter_mut().chain(rating.high.iter_mut()).collect()
        } else {
            Vec::new()
        }
    },
    fields,
};

fn rating(campaign: &mut Campaign, spot: Spot) -> Option<&mut Rating> {
    if let Kind::Rating(rating) = &mut question(campaign, spot)?.kind { Some(rating) } else { None }
}

fn low(campaign: &mut Campaign, spot: Spot) -> Option<&mut Option<Text>> {
    rating(campaign, spot).map(|it| &mut it.low)
}

fn high(campaign: &mut Campaign, spot: Spot) -> Option<&mut Option<Text>> {
    rating(campaign, spot).map(|it| &mut it.high)
}

fn fields(builder: Builder, spot: Spot) -> AnyView {
    let words = builder.words;
    let [max, at_low, at_high] =
        ["/max", "/low", "/high"].map(|end| [&spot.question_pointer(), end].concat());
    let place = StoredValue::new(max.clone());
    let steps = Signal::derive(move || {
        builder.read(|document| {
            let question = document.activities.get(spot.activity)?.questions.get(spot.question)?;
            if let Kind::Rating(rating) = &question.kind { Some(u32::from(rating.max)) } else { None }
        })
    });
    let write = move |n: Option<u32>| {
        let max = n.and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
        builder.typed(&place.get_value(), |document| {
            if let Some(rating) = rating(document, spot) {
                rating.max = max;
            }
        });
    };
    view! {
        <Number
            at=max
            label=words.t("rating.max")
            help=words.t("rating.max.text")
            min=2
            max=u32::from(RATING_MAX)
            value=steps
            write
        />
        <Texts at=at_low find=Find::Maybe(low) spot label=words.t("rating.low") />
        <Texts at=at_high find=Find::Maybe(high) spot label=words.t("rating.high") help=words.t("rating.ends.text") />
    }
    .into_any()
}
