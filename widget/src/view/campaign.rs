//! The frame around a campaign's sections, and its quiet last line.

use leptos::prelude::*;

use super::Context;
use crate::model::Place;

/// The writing direction of a language.
#[must_use]
pub fn direction(lang: &str) -> &'static str {
    match lang {
        "ar" | "fa" | "he" | "ur" => "rtl",
        _ => "ltr",
    }
}

/// A campaign: its sections, then who runs it and where to recount.
#[component]
pub fn Campaign(
    /// What every view needs.
    context: Context,
    /// The campaign's title, its name for a screen reader.
    title: String,
    /// One for each activity.
    sections: Vec<AnyView>,
) -> impl IntoView {
    let frame = &context.frame;
    // Away from the brand's page a link opens beside it; on the hosted page it just goes there.
    let target = (frame.place == Place::Shadow).then_some("_blank");
    view! {
        <div
            class="ff"
            lang=frame.lang.clone()
            dir=direction(&frame.lang)
            data-ff-campaign=frame.campaign.to_string()
            role="region"
            aria-label=title
        >
            {sections}
            <footer class="ff-foot">
                <a href=[&frame.base, "/"].concat() target=target rel="noopener">
                    {context.words.t("powered")}
                </a>
                <a href=[&frame.hosted, "#recount"].concat() target=target rel="noopener">
                    {context.words.t("recount")}
                </a>
            </footer>
        </div>
    }
    .into_any()
}
