//! The terms somebody takes part under: what they read before they answer.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::text::Text;
use leptos::prelude::*;

use super::fields::Texts;
use super::state::{Find, Spot, builder};

/// The section.
#[component]
pub(super) fn Terms() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let places = [String::from("/terms")];
    let fixed = Memo::new(move |_| builder.answered() && !builder.wrong_in(&places));
    view! {
        {move || fixed.get().then(|| view! { <p class="note">{words.t("fixed.terms")}</p> })}
        <fieldset class="fields" disabled=move || fixed.get()>
            <Texts
                at="/terms".to_owned()
                find=Find::Text(terms)
                label=words.t("terms.label")
                help=words.t("terms.text")
                long=true
            />
        </fieldset>
    }
}

fn terms(campaign: &mut Campaign, _: Spot) -> Option<&mut Text> {
    Some(&mut campaign.terms)
}
