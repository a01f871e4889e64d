//! How does a document change? New parts with names of their own, parts in another order, languages more and fewer, and
//! a copy of the whole that can be published beside the first.

use fanfare_shared::campaign::{Activity, ActivityKind, Campaign, Openings, Results};
use fanfare_shared::contest::{Contest, Prize};
use fanfare_shared::ids::{CampaignId, Slug};
use fanfare_shared::log::leaf::BeaconKind;
use fanfare_shared::questions::{Choice, Question};
use fanfare_shared::text::Text;

use super::names::{follow, free, free_slug};
use crate::questions;

/// What the campaign's own name begins as.
pub(crate) const FRESH: &str = "campaign";
/// What names of activities, questions and options begin as.
const POLL: &str = "poll";
const CONTEST: &str = "contest";
const QUESTION: &str = "question";
const OPTION: &str = "option";

/// Takes an item to another place; what lies between moves up.
pub(crate) fn shift<T>(list: &mut Vec<T>, from: usize, to: usize) {
    if from < list.len() && to < list.len() {
        let item = list.remove(from);
        list.insert(to, item);
    }
}

/// Puts a new poll at the end, with one question: open for ten days from its publication, results for those who
/// answered.
pub(crate) fn add_activity(campaign: &mut Campaign) {
    let taken = |name: &str| campaign.activities.iter().any(|it| it.name.as_str() == name);
    let Some(name) = free_slug(POLL, POLL, taken) else { return };
    let mut activity = Activity {
        name,
        id: None,
        kind: ActivityKind::Poll,
        opens: None,
        closes: Some(String::from("P10D")),
        ended: false,
        results: Results::Voted,
        openings: Openings::Close,
        questions: Vec::new(),
        contest: None,
    };
    add_question(&mut activity);
    campaign.activities.push(activity);
}

/// Puts a new contest at the end: one prize, an address and the consent that every contest needs, drawn from drand.
pub(crate) fn add_contest(campaign: &mut Campaign) {
    const ADDRESS: [(&str, &str); 2] = [("en", "Your e-mail address"), ("it", "Il tuo indirizzo e-mail")];
    const RULES: [(&str, &str); 2] = [("en", "I accept the rules"), ("it", "Accetto il regolamento")];
    let taken = |name: &str| campaign.activities.iter().any(|it| it.name.as_str() == name);
    let Some(name) = free_slug(CONTEST, CONTEST, taken) else { return };
    let languages = campaign.languages.clone();
    let known = |texts: [(&str, &str); 2]| {
        let known = texts.into_iter().filter(|(lang, _)| languages.iter().any(|it| it == lang));
        Text(known.map(|(lang, text)| (lang.to_owned(), text.to_owned())).collect())
    };
    let asked = [("mail", "email", ADDRESS), ("rules", "consent", RULES)].into_iter().filter_map(
        |(id, kind, text)| {
            let kind = questions::fresh(kind)?;
            Some(Question { id: id.parse().ok()?, text: known(text), help: None, required: true, kind })
        },
    );
    let mut contest = Contest {
        draw: None,
        beacon: BeaconKind::Drand,
        prizes: Vec::new(),
        reserves: 3,
        respond: String::from("P7D"),
        tickets: 1,
        bonuses: Vec::new(),
        most_tickets: None,
        staff: Vec::new(),
        charity: None,
    };
    add_prize(&mut contest.prizes);
    campaign.activities.push(Activity {
        name,
        id: None,
        kind: ActivityKind::Contest,
        opens: None,
        closes: Some(String::from("P10D")),
        ended: false,
        results: Results::Voted,
        openings: Openings::Close,
        questions: asked.collect(),
        contest: Some(contest),
    });
}

/// Puts a new prize at the end.
pub(crate) fn add_prize(prizes: &mut Vec<Prize>) {
    prizes.push(Prize { count: 1, title: Text::default(), text: None, value: None });
}

/// Puts a new question at the end.
pub(crate) fn add_question(activity: &mut Activity) {
    let taken = |name: &str| activity.questions.iter().any(|it| it.id.as_str() == name);
    let (Some(id), Some(kind)) = (free_slug(QUESTION, QUESTION, taken), questions::fresh("single")) else {
        return;
    };
    activity.questions.push(Question { id, text: Text::default(), help: None, required: true, kind });
}

/// Puts a new option at the end.
pub(crate) fn add_option(options: &mut Vec<Choice>) {
    let taken = |name: &str| options.iter().any(|it| it.id.as_str() == name);
    let numbered = format!("{OPTION}-{}", options.len() + 1);
    if let Some(id) = free_slug(&numbered, OPTION, taken) {
        options.push(Choice { id, text: Text::default() });
    }
}

/// The campaign's name follows its title, an option's its text, a question's what it asks: until somebody chooses one.
pub(crate) fn follow_title(campaign: &mut Campaign, before: &str, after: &str, taken: impl Fn(&str) -> bool) {
    let name = follow(campaign.campaign.as_str(), FRESH, before, after, taken);
    if let Some(name) = name.and_then(|name| name.parse().ok()) {
        campaign.campaign = name;
    }
}

/// See [`follow_title`].
pub(crate) fn follow_question(activity: &mut Activity, at: usize, before: &str, after: &str) {
    let names: Vec<Slug> = activity.questions.iter().map(|it| it.id.clone()).collect();
    if let Some(question) = activity.questions.get_mut(at) {
        follow_slug(&mut question.id, QUESTION, &names, at, before, after);
    }
}

/// See [`follow_title`].
pub(crate) fn follow_option(options: &mut [Choice], at: usize, before: &str, after: &str) {
    let names: Vec<Slug> = options.iter().map(|it| it.id.clone()).collect();
    if let Some(option) = options.get_mut(at) {
        follow_slug(&mut option.id, OPTION, &names, at, before, after);
    }
}

fn follow_slug(name: &mut Slug, first: &str, all: &[Slug], at: usize, before: &str, after: &str) {
    let taken = |wanted: &str| all.iter().enumerate().any(|(i, it)| i != at && it.as_str() == wanted);
    if let Some(new) = follow(name.as_str(), first, before, after, taken).and_then(|name| name.parse().ok()) {
        *name = new;
    }
}

/// Every text of a document.
pub(crate) fn texts(campaign: &mut Campaign) -> Vec<&mut Text> {
    let mut all = vec![&mut campaign.title, &mut campaign.terms];
    for Activity { questions, contest, .. } in &mut campaign.activities {
        for question in questions {
            all.push(&mut question.text);
            all.extend(question.help.as_mut());
            all.extend(questions::texts(&mut question.kind));
        }
        if let Some(contest) = contest {
            all.extend(contest.charity.as_mut());
            for prize in &mut contest.prizes {
                all.push(&mut prize.title);
                all.extend(prize.text.as_mut());
            }
        }
    }
    all
}

/// Takes a language out, with every text in it. The last one stays.
pub(crate) fn remove_language(campaign: &mut Campaign, lang: &str) {
    if campaign.languages.len() > 1 {
        campaign.languages.retain(|it| it != lang);
        for text in texts(campaign) {
            text.0.remove(lang);
        }
    }
}

/// Keeps these languages alone, in this order.
pub(crate) fn set_languages(campaign: &mut Campaign, languages: &[String]) {
    campaign.languages = languages.to_vec();
    for text in texts(campaign) {
        text.0.retain(|lang, _| languages.contains(lang));
    }
}

/// A copy to publish beside the first: names of its own, no windows that are past, nothing that has ended.
pub(crate) fn duplicate(mut campaign: Campaign, taken: impl Fn(&str) -> bool) -> Campaign {
    let own = campaign.campaign.to_string();
    let name = free(&own, |name| name == own || taken(name)).parse::<CampaignId>();
    campaign.campaign = name.unwrap_or(campaign.campaign);
    for activity in &mut campaign.activities {
        activity.id = None;
        activity.opens = None;
        // A contest has a close: as long again as a new one.
        activity.closes = activity.contest.as_ref().map(|_| String::from("P10D"));
        activity.ended = false;
    }
    campaign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::template::tests::sample;

    #[test]
    fn an_item_moves_and_what_lies_between_makes_room() {
        let mut list = vec![1, 2, 3, 4];
        shift(&mut list, 0, 2);
        assert_eq!(list, [2, 3, 1, 4]);
        shift(&mut list, 3, 0);
        assert_eq!(list, [4, 2, 3, 1]);
        shift(&mut list, 9, 0);
        assert_eq!(list, [4, 2, 3, 1]);
    }

    #[test]
    fn new_parts_have_names_of_their_own_and_lack_nothing_but_words() {
        let mut campaign = sample();
        add_activity(&mut campaign);
        add_activity(&mut campaign);
        let names: Vec<&str> = campaign.activities.iter().map(|it| it.name.as_str()).collect();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        let faults = campaign.faults();
        assert!(!faults.is_empty() && faults.iter().all(|(_, text)| text.starts_with("write this text")));
    }

    #[test]
    fn a_new_contest_lacks_nothing_but_words_and_goes_with_its_languages() {
        let mut campaign = sample();
        add_contest(&mut campaign);
        let lacks: Vec<_> = campaign.faults().into_iter().map(|(pointer, _)| pointer).collect();
        let last = campaign.activities.len() - 1;
        let title = |lang| format!("/activities/{last}/contest/prizes/0/title/{lang}");
        assert_eq!(lacks, [title("it"), title("en")]);
        remove_language(&mut campaign, "it");
        assert!(!serde_json::to_string(&campaign).unwrap().contains(r#""it":"#));
        assert!(
            duplicate(campaign, |_| false).faults().iter().all(|(pointer, _)| pointer.ends_with("/title/en"))
        );
    }

    #[test]
    fn names_follow_their_texts_and_stay_apart() {
        let mut options = Vec::new();
        add_option(&mut options);
        add_option(&mut options);
        follow_option(&mut options, 0, "", "Fig");
        follow_option(&mut options, 1, "", "Fig");
        assert_eq!(options.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["fig", "fig-2"]);
    }

    #[test]
    fn a_language_goes_with_all_its_texts() {
        let mut campaign = sample();
        remove_language(&mut campaign, "it");
        assert_eq!(campaign.faults(), []);
        assert!(!serde_json::to_string(&campaign).unwrap().contains(r#""it":"#));
        remove_language(&mut campaign, "en");
        assert_eq!(campaign.languages, ["en"]);
    }

    #[test]
    fn a_copy_can_be_published_beside_the_first() {
        let mut campaign = sample();
        campaign.activities[0].id = "a".repeat(26).parse().ok();
        campaign.activities[0].ended = true;
        let own = campaign.campaign.to_string();
        let copy = duplicate(campaign, |name| name == format!("{own}-2"));
        assert_eq!(copy.campaign.as_str(), format!("{own}-3"));
        assert!(copy.activities.iter().all(|it| it.id.is_none() && it.closes.is_none() && !it.ended));
    }
}
