//! One campaign: its head with what can be done with it, and its tabs.

use fanfare_shared::team::Right;
use fanfare_shared::wire::overview::CampaignSummary;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::campaign_menu::CampaignMenu;
use super::campaigns::{campaign_list, leading};
use super::nothing::Nothing;
use crate::parts::chip::StateChip;
use crate::parts::header::Header;
use crate::parts::load::{Skeleton, Trouble};
use crate::session::session;
use crate::words::words;

/// The tabs of a campaign, by the last part of their address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Measure,
    Install,
}

impl Tab {
    const ALL: [(Self, &str, &str); 3] = [
        (Self::Overview, "", "tab.overview"),
        (Self::Measure, "/measure", "tab.measure"),
        (Self::Install, "/install", "tab.install"),
    ];
}

/// Head and tabs of the campaign that the address names, and the tab's own content under them.
#[component]
pub(crate) fn CampaignPage<V: IntoView + 'static>(
    tab: Tab,
    content: fn(CampaignSummary) -> V,
) -> impl IntoView {
    let words = words();
    let params = use_params_map();
    let list = campaign_list();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let kept = list.kept();
    // A memo, so that a list that was read again and says the same draws nothing anew.
    let found = Memo::new(move |_| match kept.get()? {
        Err(fault) => Some(Err(fault)),
        Ok(list) => {
            let campaign =
                list.campaigns.into_iter().find(|it| id.with(|id| it.campaign.as_str() == id.as_str()));
            Some(Ok(campaign.map(without_counts)))
        }
    });
    move || match found.get() {
        None => view! {
            <Header title=words.t("tabs").to_owned() />
            <Skeleton />
        }
        .into_any(),
        Some(Err(fault)) => view! {
            <Header title=words.t("tabs").to_owned() />
            <Trouble fault again=move || list.again() />
        }
        .into_any(),
        Some(Ok(None)) => view! { <Nothing /> }.into_any(),
        Some(Ok(Some(campaign))) => view! {
            <Head campaign=campaign.clone() tab />
            {content(campaign)}
        }
        .into_any(),
    }
}

/// The overview reads counts itself: a new one here must not draw the page anew.
fn without_counts(mut campaign: CampaignSummary) -> CampaignSummary {
    for activity in &mut campaign.activities {
        activity.ballots = None;
    }
    campaign
}

#[component]
fn Head(campaign: CampaignSummary, tab: Tab) -> impl IntoView {
    let words = words();
    let state = leading(&campaign).map(|activity| view! { <StateChip state=activity.state /> });
    let above = view! {
        <a href="/console">{words.t("campaigns.title")}</a>
        <span aria-hidden="true">"/"</span>
        <span>{campaign.brand_name.clone()}</span>
        {state}
    };
    let base = ["/console/campaigns/", campaign.campaign.as_str()].concat();
    let figures = untrack(|| session().may(Right::Figures, Some(&campaign.brand)));
    let seen = Tab::ALL.into_iter().filter(|(this, ..)| *this != Tab::Measure || figures);
    let tabs = seen.map(|(this, path, key)| {
        let current = (this == tab).then_some("page");
        view! { <a href=[&base, path].concat() aria-current=current>{words.t(key)}</a> }
    });
    let part = Tab::ALL.into_iter().find(|(this, ..)| *this == tab).map_or("", |(_, _, key)| words.t(key));
    let note = campaign.archived.then(|| view! { <p class="note">{words.t("campaign.archived.note")}</p> });
    let (title, hosted) = (campaign.title.get(words.lang.tag()).to_owned(), campaign.hosted.clone());
    view! {
        <Header title part above=above.into_any()>
            <CampaignMenu campaign edit=true />
            <a class="btn" href=hosted target="_blank" rel="noopener">
                {words.t("campaign.open")}
            </a>
        </Header>
        <nav class="tabs" aria-label=words.t("tabs")>{tabs.collect_view()}</nav>
        {note}
    }
}
