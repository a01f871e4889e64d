//! A campaign document: what a tag embeds. Written by people in TOML or JSON; nothing about a campaign is hard-wired.
//!
//! Local times are resolved by the server, which knows the time zones; everything else is checked here.

mod activity;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use activity::{Activity, ActivityKind, Openings, Results};

use crate::ids::{BrandId, CampaignId};
use crate::limits;
use crate::questions::{Fault, text_faults};
use crate::text::Text;

/// The version of the document's format that this code reads.
pub const FORMAT: u32 = 1;

/// A campaign document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Always 1.
    #[serde(deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1))]
    pub format: u32,
    /// The campaign's slug, unique in the installation.
    pub campaign: CampaignId,
    /// The brand it belongs to.
    pub brand: BrandId,
    /// The brand's name, as visitors read it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub brand_name: String,
    /// Title of the campaign.
    pub title: Text,
    /// Languages, the default one first (`it`, `en`). Every text is written in each.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 30))]
    pub languages: Vec<String>,
    /// IANA name of the time zone in which local times of this document are meant (`Europe/Rome`).
    pub time_zone: String,
    /// Origins of the pages that may send acts (`https://www.example.org`); `*` for any.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Colours.
    #[serde(default)]
    pub theme: Theme,
    /// The terms a participant takes part under.
    pub terms: Text,
    /// Polls and contests, in the order shown.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub activities: Vec<Activity>,
}

/// The one accent, taken from the brand; lightness is ours, so that contrast always holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    /// Hue in degrees of OKLCH, 0 to 359.
    #[cfg_attr(feature = "openapi", schema(maximum = 359))]
    pub hue: u16,
    /// Chroma of OKLCH in thousandths, 0 to 250.
    #[cfg_attr(feature = "openapi", schema(maximum = 250))]
    pub chroma: u16,
}

impl Default for Theme {
    fn default() -> Self {
        Self { hue: 350, chroma: 170 }
    }
}

impl Campaign {
    /// Every fault of the document, each with a JSON pointer; empty when it can be applied.
    ///
    /// Times and the time zone are the server's to check.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, detail: String| faults.push((pointer.to_owned(), detail));
        if self.format != FORMAT {
            fault("/format", format!("this server reads format {FORMAT}"));
        }
        if self.brand_name.trim().is_empty() || self.brand_name.chars().count() > limits::TEXT_CHARS {
            fault("/brand_name", format!("1 to {} characters", limits::TEXT_CHARS));
        }
        if !(1..=limits::LANGUAGES).contains(&self.languages.len()) {
            fault("/languages", format!("1 to {} languages", limits::LANGUAGES));
        }
        for (i, lang) in self.languages.iter().enumerate() {
            let well_formed = (2..=3).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_lowercase());
            if !well_formed || self.languages.iter().take(i).any(|earlier| earlier == lang) {
                fault(&format!("/languages/{i}"), "a primary language tag such as `it`, once".to_owned());
            }
        }
        if self.origins.len() > limits::ORIGINS {
            fault("/origins", format!("at most {}", limits::ORIGINS));
        }
        for (i, origin) in self.origins.iter().enumerate() {
            if !is_origin(origin) {
                fault(
                    &format!("/origins/{i}"),
                    "an origin such as `https://www.example.org`, or `*`".to_owned(),
                );
            }
        }
        if self.theme.hue > 359 {
            fault("/theme/hue", "0 to 359 degrees".to_owned());
        }
        if self.theme.chroma > 250 {
            fault("/theme/chroma", "0 to 250 thousandths".to_owned());
        }
        if self.terms.0.values().any(|text| text.chars().count() > limits::TERMS_CHARS) {
            fault("/terms", format!("at most {} characters in each language", limits::TERMS_CHARS));
        }
        for lang in self.terms.missing(&self.languages) {
            fault(&format!("/terms/{lang}"), format!("write this text in `{lang}` too"));
        }
        if !(1..=limits::ACTIVITIES).contains(&self.activities.len()) {
            fault("/activities", format!("1 to {} activities", limits::ACTIVITIES));
        }
        faults.extend(text_faults("/title", &self.title, &self.languages));
        let mut names = BTreeSet::new();
        for (i, activity) in self.activities.iter().enumerate() {
            if !names.insert(&activity.name) {
                faults.push((format!("/activities/{i}/name"), format!("`{}` stands twice", activity.name)));
            }
            let inside = activity.faults(&self.languages).into_iter();
            faults.extend(inside.map(|(pointer, detail)| (format!("/activities/{i}{pointer}"), detail)));
        }
        faults
    }

    /// Whether a page of this origin may send acts.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == "*" || allowed == origin)
    }
}

/// Scheme and host, a port where it is not the scheme's own, nothing after.
fn is_origin(text: &str) -> bool {
    if text == "*" {
        return true;
    }
    let Some(host) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    !host.is_empty()
        && host.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':' | b'[' | b']')
        })
}

#[cfg(test)]
pub(crate) mod test {
    use super::*;

    /// A small well-formed document.
    pub(crate) fn sample() -> Campaign {
        serde_json::from_str(
            r#"{"format":1,"campaign":"aurora","brand":"aurora","brand_name":"Aurora",
            "title":{"en":"Summer"},"languages":["en"],"time_zone":"Europe/Rome","origins":["https://a.example"],
            "terms":{"en":"Be kind."},"activities":[{"name":"flavour","kind":"poll","questions":[
            {"id":"flavour","type":"single","text":{"en":"Which?"},
             "options":[{"id":"fig","text":{"en":"Fig"}},{"id":"lemon","text":{"en":"Lemon"}}]},
            {"id":"places","type":"multiple","required":false,"max":2,"text":{"en":"Where?"},
             "options":[{"id":"sea","text":{"en":"Sea"}},{"id":"hill","text":{"en":"Hill"}},{"id":"town","text":{"en":"Town"}}]}]}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_well_formed_document_has_no_faults() {
        assert_eq!(sample().faults(), []);
    }

    #[test]
    fn every_fault_is_named_at_once_with_its_place() {
        let mut campaign = sample();
        campaign.languages.push("it".to_owned());
        campaign.origins.push("https://a.example/path".to_owned());
        campaign.theme.hue = 360;
        let pointers: Vec<String> = campaign.faults().into_iter().map(|(pointer, _)| pointer).collect();
        for wanted in [
            "/title/it",
            "/terms/it",
            "/origins/1",
            "/theme/hue",
            "/activities/0/questions/0/options/1/text/it",
        ] {
            assert!(pointers.iter().any(|pointer| pointer == wanted), "{wanted} in {pointers:?}");
        }
    }

    #[test]
    fn all_texts_of_a_poll_together_fit_into_one_request() {
        let mut campaign = sample();
        let text = |id: &str| {
            let json = format!(r#"{{"id":"{id}","type":"text","max":1000,"text":{{"en":"Why?"}}}}"#);
            serde_json::from_str(&json).unwrap()
        };
        campaign.activities[0].questions.extend([text("one"), text("two")]);
        assert_eq!(campaign.faults(), []);
        campaign.activities[0].questions.push(text("three"));
        let faults = campaign.faults();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].0, "/activities/0/questions");
    }

    #[test]
    fn polls_and_contests_have_what_is_theirs() {
        let mut campaign = sample();
        let contest = crate::contest::test::sample();
        campaign.activities[0].contest = Some(contest.clone());
        let question = |json: &str| serde_json::from_str(json).unwrap();
        campaign.activities[0]
            .questions
            .push(question(r#"{"id":"mail","type":"email","text":{"en":"Your address"}}"#));
        let pointers = |campaign: &Campaign| {
            campaign.faults().into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>()
        };
        assert_eq!(pointers(&campaign), ["/activities/0/contest", "/activities/0/questions/2/type"]);
        campaign.activities[0].kind = ActivityKind::Contest;
        assert_eq!(pointers(&campaign), ["/activities/0/closes"]);
        campaign.activities[0].closes = Some("P10D".to_owned());
        assert_eq!(pointers(&campaign), [""; 0]);
        campaign.activities[0].questions.clear();
        assert_eq!(pointers(&campaign), [""; 0], "a contest may ask nothing");
        campaign.activities[0].contest = Some(crate::contest::Contest { prizes: Vec::new(), ..contest });
        assert_eq!(pointers(&campaign), ["/activities/0/contest/prizes"]);
        campaign.activities[0].contest = None;
        assert_eq!(pointers(&campaign), ["/activities/0/contest"]);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let mut json = serde_json::to_value(sample()).unwrap();
        json["activities"][0]["questions"][0]["colour"] = "red".into();
        assert!(serde_json::from_value::<Campaign>(json).is_err());
    }

    #[test]
    fn only_listed_origins_may_write() {
        assert!(sample().allows("https://a.example"));
        assert!(!sample().allows("https://a.example.evil"));
    }
}
