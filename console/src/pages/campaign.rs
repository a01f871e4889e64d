//! One campaign: its head, its tabs, and where it is put away when it is over.

use fanfare_shared::team::Right;
use fanfare_shared::time::State;
use fanfare_shared::wire::overview::{Archive, CampaignSummary};
use gloo::net::http::Method;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::campaigns::{campaign_list, leading};
use super::nothing::Nothing;
use crate::api::api;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
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
            <Head campaign=campaign.clone() tab again=move || list.again() />
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
fn Head(campaign: CampaignSummary, tab: Tab, again: impl Fn() + Copy + Send + 'static) -> impl IntoView {
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
    let note = campaign.archived.then(|| view! { <p class="note">{words.t("campaign.archived.note")}</p> });
    let (title, hosted) = (campaign.title.get(words.lang.tag()).to_owned(), campaign.hosted.clone());
    view! {
        <Header title above=above.into_any()>
            <Archiving campaign again />
            <a class="btn" href=hosted target="_blank" rel="noopener">
                {words.t("campaign.open")}
            </a>
        </Header>
        <nav class="tabs" aria-label=words.t("tabs")>{tabs.collect_view()}</nav>
        {note}
    }
}

/// Whether a campaign may be put away or brought back: what still takes answers, or will, stays in view.
fn movable(campaign: &CampaignSummary) -> bool {
    campaign.archived || campaign.activities.iter().all(|activity| activity.state == State::Closed)
}

/// Puts a campaign away that is over, and brings it back.
#[component]
fn Archiving(campaign: CampaignSummary, again: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let (words, api, session, announcer, form) = (words(), api(), session(), announcer(), Form::new());
    let mine = untrack(|| session.may(Right::Edit, Some(&campaign.brand)));
    if !mine || !movable(&campaign) {
        return ().into_any();
    }
    let archived = !campaign.archived;
    let (act, said) = if archived {
        ("campaign.archive", "campaign.archived.said")
    } else {
        ("campaign.restore", "campaign.restored.said")
    };
    let address = ["/api/v1/campaigns/", campaign.campaign.as_str(), "/archived"].concat();
    let put = move |_| {
        let address = address.clone();
        let request = async move { api.done(Method::PUT, &address, &Archive { archived }).await };
        form.send(request, move |()| {
            announcer.say(words.t(said));
            again();
        });
    };
    let busy = move || form.busy.get().then_some("true");
    view! {
        <button type="button" class="btn" aria-busy=busy on:click=put>{words.t(act)}</button>
        <FormTrouble form />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::movable;
    use crate::pages::campaigns::tests::campaign;

    #[test]
    fn what_still_takes_answers_is_not_put_away() {
        assert!(movable(&campaign("a", "a", &[("closed", 0, 5, None)])));
        assert!(!movable(&campaign("a", "a", &[("closed", 0, 5, None), ("scheduled", 9, 0, None)])));
    }
}
