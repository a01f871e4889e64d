//! What can still change, and what not any more? Publishing promises visitors the window, who sees results and whether
//! ballots are opened; the first answer promises the questions, the title, the languages and the terms.
//!
//! The server has the last word: it refuses what would break a promise, with the places.

use fanfare_shared::campaign::{Activity, Campaign};
use fanfare_shared::time::State;
use fanfare_shared::wire::overview::{ActivitySummary, CampaignSummary};

/// How much of an activity is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promised {
    /// Nothing: it was never published.
    Nothing,
    /// Its window, who sees results, whether ballots are opened.
    Rules,
    /// The questions too.
    All,
}

/// The activity of the campaign in force that this one is.
pub(crate) fn in_force<'a>(
    activity: &Activity,
    force: Option<&'a CampaignSummary>,
) -> Option<&'a ActivitySummary> {
    let same = |it: &&ActivitySummary| it.name == activity.name || activity.id.as_ref() == Some(&it.id);
    force?.activities.iter().find(same)
}

/// How much of an activity is promised.
pub(crate) fn promised(activity: &Activity, force: Option<&CampaignSummary>) -> Promised {
    match in_force(activity, force) {
        None => Promised::Nothing,
        Some(known) if known.ballots.unwrap_or_default() > 0 || known.state == State::Closed => Promised::All,
        Some(_) => Promised::Rules,
    }
}

/// Whether anybody has answered yet: then title, languages and terms stay.
pub(crate) fn answered(campaign: &Campaign, force: Option<&CampaignSummary>) -> bool {
    campaign.activities.iter().any(|activity| promised(activity, force) == Promised::All)
}

/// Whether a document is the next version of a campaign in force, rather than another one with its name.
pub(crate) fn continues(campaign: &Campaign, force: &CampaignSummary) -> bool {
    campaign.campaign == force.campaign
        && campaign.brand == force.brand
        && campaign
            .activities
            .iter()
            .any(|it| it.id.as_ref().is_some_and(|id| force.activities.iter().any(|known| known.id == *id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::template::tests::sample;
    use crate::pages::campaigns::tests::campaign;

    #[test]
    fn an_answer_promises_more_than_a_publication() {
        let mut document = sample();
        let open = campaign("feedback", "aurora", &[("open", 0, 0, Some(0))]);
        let answered = campaign("feedback", "aurora", &[("open", 0, 0, Some(1))]);
        let activity = &mut document.activities[0];
        assert_eq!(promised(activity, Some(&open)), Promised::Nothing);
        activity.name = "n0".parse().unwrap();
        assert_eq!(promised(activity, None), Promised::Nothing);
        assert_eq!(promised(activity, Some(&open)), Promised::Rules);
        assert_eq!(promised(activity, Some(&answered)), Promised::All);
        assert!(super::answered(&document, Some(&answered)));
        assert!(!super::answered(&document, Some(&open)));
    }

    #[test]
    fn another_campaign_with_the_same_name_is_not_continued() {
        let mut document = sample();
        let force = campaign("feedback", "aurora", &[("open", 0, 0, Some(0))]);
        assert!(!continues(&document, &force));
        document.campaign = force.campaign.clone();
        assert!(!continues(&document, &force));
        document.activities[0].id = Some(force.activities[0].id.clone());
        assert!(continues(&document, &force));
    }
}
