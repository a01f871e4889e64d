//! The frame around a campaign's sections, and its quiet last line.

use leptos::prelude::*;

use super::Context;
use super::element::{bare, el};
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
    let link = |href: String, key| {
        bare("a")
            .attr("href", &href)
            .maybe("target", target)
            .attr("rel", "noopener")
            .text(&context.words.t(key))
    };
    let frame = el("div", "ff")
        .attr("lang", &frame.lang)
        .attr("dir", direction(&frame.lang))
        .attr("data-ff-campaign", frame.campaign.as_str())
        .attr("role", "region")
        .attr("aria-label", &title)
        .child(super::element::group(sections))
        .child(
            el("footer", "ff-foot")
                .child(link([&frame.base, "/"].concat(), "powered"))
                .child(link([&frame.hosted, "#recount"].concat(), "recount")),
        );
    AnyView::from(frame)
}
