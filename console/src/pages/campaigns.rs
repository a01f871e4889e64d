//! The start page: every campaign, by brand, and where it stands now.

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::Right;
use fanfare_shared::time::State;
use fanfare_shared::wire::overview::{ActivitySummary, CampaignList, CampaignSummary};
use leptos::prelude::*;

use super::campaign_menu::CampaignMenu;
use super::drafts::Drafts;
use crate::api::{Api, Read};
use crate::borrowed::lower;
use crate::browser;
use crate::parts::chip::StateChip;
use crate::parts::empty::Empty;
use crate::parts::header::Header;
use crate::parts::load::loaded;
use crate::session::session;
use crate::time::{number, window};
use crate::words::{Words, words};

/// The list, read once for all pages that need it: going from page to page shows at once what is known.
#[derive(Clone, Copy)]
pub(crate) struct Known(Read<CampaignList>);

impl Known {
    pub(crate) fn new(api: Api) -> Self {
        Self(api.read(|| String::from("/api/v1/campaigns")))
    }
}

/// The list, as it is known.
pub(crate) fn known_campaigns() -> Read<CampaignList> {
    let Known(list) = use_context().unwrap_or_else(|| Known::new(crate::api::api()));
    list
}

/// The list, as it is known, and read again behind that.
pub(crate) fn campaign_list() -> Read<CampaignList> {
    let list = known_campaigns();
    if list.known() {
        list.again();
    }
    list
}

/// The page.
#[component]
pub(crate) fn Campaigns() -> impl IntoView {
    let (words, session) = (words(), session());
    let list = campaign_list();
    let create = move || {
        session
            .may_somewhere(Right::Edit)
            .then(|| view! { <a class="btn go" href="/console/new">{words.t("campaigns.new")}</a> })
    };
    let some = move || matches!(list.get(), Some(Ok(list)) if !list.campaigns.is_empty());
    view! {
        <Header title=words.t("campaigns.title").to_owned()>{move || some().then(create)}</Header>
        <Drafts />
        {loaded(list, move |list| {
            if list.campaigns.is_empty() {
                return view! { <FirstStep /> }.into_any();
            }
            let (away, here): (Vec<_>, Vec<_>) = list.campaigns.into_iter().partition(|it| it.archived);
            let brands = |campaigns| by_brand(campaigns).into_iter().map(|it| brand_view(words, it)).collect_view();
            let away = (!away.is_empty()).then(|| view! {
                <details>
                    <summary>{words.t("campaigns.archived")}</summary>
                    <div class="part">{brands(away)}</div>
                </details>
            });
            view! {
                {brands(here)}
                {away}
            }
            .into_any()
        })}
    }
}

/// The names that are taken.
pub(crate) fn names(list: Read<CampaignList>) -> Vec<String> {
    match untrack(|| list.get()) {
        Some(Ok(list)) => list.campaigns.iter().map(|it| it.campaign.to_string()).collect(),
        _ => Vec::new(),
    }
}

#[component]
fn FirstStep() -> impl IntoView {
    let (words, session) = (words(), session());
    if !untrack(|| session.may_somewhere(Right::Edit)) {
        return view! { <Empty title=words.t("campaigns.none") text=words.t("campaigns.none.wait") /> }
            .into_any();
    }
    let steps = ["campaigns.step.write", "campaigns.step.install", "campaigns.step.watch"];
    view! {
        <Empty title=words.t("campaigns.none") text=words.t("campaigns.none.first")>
            <ol class="steps">{steps.map(|step| view! { <li>{words.t(step)}</li> }).collect_view()}</ol>
            <a class="btn go" href="/console/new">{words.t("campaigns.new")}</a>
        </Empty>
    }
    .into_any()
}

/// A brand and its campaigns.
struct Brand {
    name: String,
    campaigns: Vec<CampaignSummary>,
}

/// Brands by name, in each the campaigns that are running first.
fn by_brand(campaigns: Vec<CampaignSummary>) -> Vec<Brand> {
    let mut brands: Vec<(BrandId, Brand)> = Vec::new();
    for campaign in campaigns {
        match brands.iter_mut().find(|(id, _)| *id == campaign.brand) {
            Some((_, brand)) => brand.campaigns.push(campaign),
            None => brands.push((
                campaign.brand.clone(),
                Brand { name: campaign.brand_name.clone(), campaigns: vec![campaign] },
            )),
        }
    }
    let mut brands: Vec<Brand> = brands.into_iter().map(|(_, brand)| brand).collect();
    brands.sort_by_cached_key(|brand| lower(&brand.name));
    for brand in &mut brands {
        brand.campaigns.sort_by_key(|campaign| leading(campaign).map_or(3, |activity| rank(activity.state)));
    }
    brands
}

const fn rank(state: State) -> u8 {
    match state {
        State::Open => 0,
        State::Scheduled => 1,
        State::Closed => 2,
    }
}

/// The activity that says where the campaign stands: an open one, else the next to open, else the last that closed.
pub(crate) fn leading(campaign: &CampaignSummary) -> Option<&ActivitySummary> {
    let moment = |activity: &ActivitySummary| match activity.state {
        State::Open if activity.closes.0 == 0 => u64::MAX,
        State::Open => activity.closes.0,
        State::Scheduled => activity.opens.0,
        State::Closed => u64::MAX - activity.closes.0,
    };
    campaign.activities.iter().min_by_key(|activity| (rank(activity.state), moment(activity)))
}

/// Ballots of all activities; nothing where this member may not know one of them.
fn ballots(campaign: &CampaignSummary) -> Option<u64> {
    campaign.activities.iter().map(|activity| activity.ballots).sum()
}

fn brand_view(words: Words, brand: Brand) -> impl IntoView {
    let rows = brand.campaigns.into_iter().map(|campaign| row(words, &campaign)).collect_view();
    view! {
        <section class="part">
            <h2>{brand.name}</h2>
            <ul class="list">{rows}</ul>
        </section>
    }
}

fn row(words: Words, campaign: &CampaignSummary) -> impl IntoView + use<> {
    let address = ["/console/campaigns/", campaign.campaign.as_str()].concat();
    let now = browser::now();
    let polls = campaign.activities.len() as u64;
    let polls = (polls > 1).then(|| [" · ", &words.plural("campaigns.polls", polls)].concat());
    let stands = leading(campaign).map(|activity| {
        view! {
            <StateChip state=activity.state />
            <span>{window(words, activity, now)}{polls}</span>
        }
    });
    let count = ballots(campaign).map(|n| {
        let label = words.t(if n == 1 { "campaigns.ballots.one" } else { "campaigns.ballots.other" });
        view! { <div class="count"><b>{number(words, n)}</b><span>{label.to_owned()}</span></div> }
    });
    view! {
        <li class="campaign">
            <div class="line">
                <div class="what">
                    <a class="title" href=address>{campaign.title.get(words.lang.tag()).to_owned()}</a>
                    <p>{stands}</p>
                </div>
                <div class="acts">{count}<CampaignMenu campaign=campaign.clone() /></div>
            </div>
        </li>
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A campaign whose activities have these states, openings, closings and ballots.
    pub(crate) fn campaign(
        id: &str,
        brand: &str,
        states: &[(&str, u64, u64, Option<u64>)],
    ) -> CampaignSummary {
        let activities: Vec<String> = states
            .iter()
            .enumerate()
            .map(|(i, (state, opens, closes, ballots))| {
                let ballots = ballots.map_or(String::new(), |n| format!(r#","ballots":{n}"#));
                let id = format!("{}{}", "a".repeat(25), ["b", "c", "d"][i]);
                format!(
                    r#"{{"id":"{id}","name":"n{i}","kind":"poll","state":"{state}","opens":{opens},"closes":{closes},"results":"always"{ballots}}}"#
                )
            })
            .collect();
        let json = format!(
            r#"{{"campaign":"{id}","brand":"{brand}","brand_name":"{brand}","title":{{"en":"T"}},"languages":["en"],"version":1,"origins":[],"archived":false,"hosted":"https://h/c/{id}","activities":[{}]}}"#,
            activities.join(",")
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn what_runs_stands_first_in_its_brand() {
        let brands = by_brand(vec![
            campaign("old", "zeta", &[("closed", 0, 9, None)]),
            campaign("tea", "alpha", &[("open", 0, 0, None)]),
            campaign("new", "zeta", &[("open", 0, 0, None)]),
        ]);
        let names: Vec<&str> = brands.iter().map(|brand| brand.name.as_str()).collect();
        assert_eq!(names, ["alpha", "zeta"]);
        assert_eq!(brands[1].campaigns[0].campaign.as_str(), "new");
    }

    #[test]
    fn the_next_thing_to_happen_says_where_a_campaign_stands() {
        let lead = |states: &[_]| leading(&campaign("a", "a", states)).map(|it| it.name.to_string());
        assert_eq!(
            lead(&[("closed", 0, 5, None), ("open", 0, 90, None), ("open", 0, 50, None)]).unwrap(),
            "n2"
        );
        assert_eq!(lead(&[("scheduled", 80, 90, None), ("scheduled", 70, 90, None)]).unwrap(), "n1");
        assert_eq!(lead(&[("closed", 0, 5, None), ("closed", 0, 8, None)]).unwrap(), "n1");
        assert_eq!(lead(&[]), None);
    }

    #[test]
    fn a_sum_with_a_hidden_part_is_not_told() {
        assert_eq!(
            ballots(&campaign("a", "a", &[("open", 0, 0, Some(3)), ("open", 0, 0, Some(4))])),
            Some(7)
        );
        assert_eq!(ballots(&campaign("a", "a", &[("open", 0, 0, Some(3)), ("open", 0, 0, None)])), None);
    }
}
