//! What do browsers say where the widget stands? The words that open the widget's own panel on a page, and what visits told.

use fanfare_shared::wire::measure::{Blocked, Measure};
use leptos::prelude::*;

use crate::api::api;
use crate::parts::chip::Chip;
use crate::parts::copy::Snippet;
use crate::parts::load::loaded;
use crate::time::number;
use crate::words::{Words, words};

/// What the loader looks for in a page's address.
const ASKS: &str = "#fanfare-check";

/// The section.
#[component]
pub(super) fn Told(campaign: String, origins: Vec<String>) -> impl IntoView {
    let words = words();
    let address = ["/api/v1/campaigns/", &campaign, "/measure"].concat();
    let read = api().read::<Measure>(move || address.clone());
    let pages = origins.iter().filter(|origin| origin.as_str() != "*");
    let mut pages: Vec<_> = pages.map(|origin| [origin, "/", ASKS].concat()).collect();
    if pages.is_empty() {
        pages.push(ASKS.to_owned());
    }
    let pages = pages.into_iter().map(|text| view! { <Snippet text what=words.t("told.copy") /> });
    view! {
        <section class="set">
            <div><h2>{words.t("told.title")}</h2><p class="soft">{words.t("told.text")}</p></div>
            <div class="part">
                {pages.collect_view()}
                {loaded(read, move |measure| findings(words, &measure))}
            </div>
        </section>
    }
}

fn findings(words: Words, measure: &Measure) -> AnyView {
    if measure.blocked.is_empty() {
        let shown = measure.days.iter().map(|day| day.reach.shown).sum();
        let floor = number(words, measure.floor);
        let text = if shown < measure.floor {
            words.fill("told.few", &[("n", &number(words, shown)), ("floor", &floor)])
        } else {
            words.fill("told.nothing", &[("floor", &floor)])
        };
        return view! { <p class="soft">{text}</p> }.into_any();
    }
    let rows = measure.blocked.iter().map(|blocked| finding(words, blocked)).collect_view();
    view! { <ul class="findings">{rows}</ul> }.into_any()
}

fn finding(words: Words, blocked: &Blocked) -> impl IntoView + use<> {
    let visits = words.plural("told.visits", blocked.visits);
    view! {
        <li>
            <Chip tone="warn" text=words.t("check.limits") />
            <p><strong>{blocked.page.clone()}</strong> ", " {visits}</p>
            <p class="soft">{words.kind("blocked.", &blocked.what)}</p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_knows_these_words() {
        let loader = include_str!("../../../../widget/embed/f.js");
        assert!(loader.contains(&["/", ASKS.trim_start_matches('#'), "/.test(location)"].concat()));
    }
}
