//! What can a campaign begin with? Whole documents in Italian and English, that lack nothing but the brand's name and
//! the pages they stand on.

use fanfare_shared::campaign::{Campaign, FORMAT, Theme};
use fanfare_shared::ids::BrandId;
use fanfare_shared::text::Text;

use super::change::{FRESH, add_activity, set_languages, texts};
use super::names::free_slug;

/// Something to begin with: the key of its name and of what it is good for, and the document.
pub(crate) struct Template {
    pub(crate) word: &'static str,
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    json: &'static str,
}

/// All of them.
pub(crate) const TEMPLATES: [Template; 3] = [
    Template {
        word: "launch",
        name: "template.launch",
        what: "template.launch.text",
        json: include_str!("../templates/launch.json"),
    },
    Template {
        word: "feedback",
        name: "template.feedback",
        what: "template.feedback.text",
        json: include_str!("../templates/feedback.json"),
    },
    Template {
        word: "event",
        name: "template.event",
        what: "template.event.text",
        json: include_str!("../templates/event.json"),
    },
];

/// What somebody says of a new campaign before it is there.
pub(crate) struct Beginning {
    /// The word of a template; none: nothing but one empty question.
    pub(crate) template: String,
    pub(crate) brand: BrandId,
    pub(crate) brand_name: String,
    /// The first is the campaign's own.
    pub(crate) languages: Vec<String>,
    pub(crate) time_zone: String,
}

/// The document to begin with.
pub(crate) fn begin(from: Beginning, taken: impl Fn(&str) -> bool) -> Option<Campaign> {
    let template = TEMPLATES.iter().find(|template| template.word == from.template);
    let mut campaign = match template {
        Some(template) => serde_json::from_str(template.json).ok()?,
        None => blank(&from.brand)?,
    };
    set_languages(&mut campaign, &from.languages);
    for text in texts(&mut campaign) {
        for words in text.0.values_mut() {
            *words = words.replace("{brand}", &from.brand_name);
        }
    }
    // Made of the title, so that it follows the title until somebody chooses another one.
    let first = from.languages.first().map_or("", String::as_str);
    let title = campaign.title.0.get(first).map(String::as_str).unwrap_or_default();
    campaign.campaign = free_slug(title, FRESH, taken)?.as_str().parse().ok()?;
    campaign.brand = from.brand;
    campaign.brand_name = from.brand_name;
    campaign.time_zone = from.time_zone;
    Some(campaign)
}

fn blank(brand: &BrandId) -> Option<Campaign> {
    let mut campaign = Campaign {
        format: FORMAT,
        campaign: FRESH.parse().ok()?,
        brand: brand.clone(),
        brand_name: String::new(),
        title: Text::default(),
        languages: Vec::new(),
        time_zone: String::new(),
        origins: Vec::new(),
        theme: Theme::default(),
        terms: Text::default(),
        activities: Vec::new(),
    };
    add_activity(&mut campaign);
    Some(campaign)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn beginning(template: &str, languages: &[&str]) -> Campaign {
        let from = Beginning {
            template: template.to_owned(),
            brand: "aurora".parse().unwrap(),
            brand_name: "Aurora".into(),
            languages: languages.iter().map(|lang| (*lang).to_owned()).collect(),
            time_zone: "Europe/Rome".into(),
        };
        begin(from, |name| name == "choose-what-comes-next").unwrap()
    }

    /// A whole document in two languages.
    pub(crate) fn sample() -> Campaign {
        beginning("feedback", &["it", "en"])
    }

    #[test]
    fn every_template_is_whole_in_italian_and_english() {
        for template in &TEMPLATES {
            let campaign = beginning(template.word, &["it", "en"]);
            assert_eq!(campaign.faults(), [], "{}", template.word);
            let json = serde_json::to_string(&campaign).unwrap();
            assert!(!json.contains('{') || !json.contains("{brand}"), "{}", template.word);
            assert!(json.contains("Aurora"));
        }
    }

    #[test]
    fn other_languages_are_left_to_be_written_and_unwanted_ones_left_out() {
        let campaign = beginning("event", &["de", "en"]);
        assert!(!serde_json::to_string(&campaign).unwrap().contains(r#""it":"#));
        assert!(campaign.faults().iter().all(|(pointer, _)| pointer.ends_with("/de")));
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        assert_eq!(beginning("launch", &["en"]).campaign.as_str(), "choose-what-comes-next-2");
        assert_eq!(beginning("launch", &["de"]).campaign.as_str(), FRESH);
    }

    #[test]
    fn nothing_lacks_nothing_but_words() {
        let campaign = beginning("", &["en"]);
        assert!(campaign.faults().iter().all(|(_, text)| text.starts_with("write this text")));
    }
}
