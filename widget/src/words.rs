//! The visible texts of one language: flat keys, `{name}` placeholders, plurals as `key.one` and `key.other`.
//!
//! The server compiles every catalogue in; the browser is sent the one it needs.

use std::sync::Arc;

use fanfare_shared::text::fill;

/// The catalogue of one language; cheap to clone. A list is quick enough to search: it has some hundred keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Arc<Vec<(String, String)>>);

impl FromIterator<(String, String)> for Words {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(Arc::new(pairs.into_iter().collect()))
    }
}

impl Words {
    /// The text of a key. A missing one shows its key, so that it is seen and not silent.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.find(key).unwrap_or(key).to_owned()
    }

    /// The text of a key if there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    /// The text of a key with its placeholders filled.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.find(key).unwrap_or(key), values)
    }

    /// The plural form for `n`, which reads `shown`. One and other are all that these languages need.
    #[must_use]
    pub fn plural(&self, key: &str, n: u64, shown: &str) -> String {
        self.fill(&[key, if n == 1 { ".one" } else { ".other" }].concat(), &[("n", shown)])
    }

    /// What to tell a visitor about a problem, by its stable slug.
    #[must_use]
    pub fn problem(&self, slug: &str) -> String {
        let key = match slug {
            "malformed-body"
            | "bad-parameter"
            | "key-missing"
            | "unsupported-media-type"
            | "malformed-request"
            | "address-too-long"
            | "headers-too-large"
            | "method-not-allowed" => "malformed",
            known => known,
        };
        let text = self.find(&["problem.", key].concat()).or_else(|| self.find("problem.internal"));
        text.unwrap_or(slug).to_owned()
    }
}

/// The compiled-in catalogues, the default first: what a browser may be sent, and what only pages of the server say.
#[cfg(feature = "ssr")]
const CATALOGUES: [(&str, [&str; 2]); 2] = [
    ("en", [include_str!("catalogue/en.json"), include_str!("catalogue-pages/en.json")]),
    ("it", [include_str!("catalogue/it.json"), include_str!("catalogue-pages/it.json")]),
];

#[cfg(feature = "ssr")]
type Catalogue = std::collections::BTreeMap<String, String>;

#[cfg(feature = "ssr")]
impl Words {
    /// The compiled-in catalogue of a language, of English where there is none.
    #[must_use]
    pub fn of(lang: &str) -> Self {
        static PARSED: std::sync::OnceLock<Vec<(&str, Words)>> = std::sync::OnceLock::new();
        let all = PARSED.get_or_init(|| {
            // A broken catalogue cannot get here: a test reads each of them.
            let parse = |json| serde_json::from_str::<Catalogue>(json).unwrap_or_default();
            CATALOGUES.map(|(lang, both)| (lang, both.into_iter().flat_map(parse).collect())).into()
        });
        let found = all.iter().find(|(known, _)| *known == lang).or_else(|| all.first());
        found.map(|(_, words)| words.clone()).unwrap_or_default()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

    use super::*;
    use fanfare_shared::wire::problem::Slug;

    fn catalogue(both: [&str; 2]) -> Catalogue {
        both.into_iter().flat_map(|json| serde_json::from_str::<Catalogue>(json).unwrap()).collect()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> =
            text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_language_has_the_same_keys_with_the_same_placeholders() {
        let [(_, first), rest @ ..] = CATALOGUES;
        let first = catalogue(first);
        for (lang, both) in rest {
            let other = catalogue(both);
            assert!(first.keys().eq(other.keys()), "keys of {lang}");
            for (key, text) in &first {
                assert_eq!(placeholders(text), placeholders(&other[key]), "{key} in {lang}");
            }
        }
    }

    #[test]
    fn plurals_come_in_pairs_and_no_text_is_blank() {
        for (lang, both) in CATALOGUES {
            let words = catalogue(both);
            for (key, text) in &words {
                assert!(!text.trim().is_empty(), "{key} in {lang}");
                if let Some(stem) = key.strip_suffix(".one") {
                    assert!(words.contains_key(&format!("{stem}.other")), "{key} in {lang}");
                }
            }
        }
    }

    #[test]
    fn every_problem_that_a_visitor_can_meet_has_words_of_its_own() {
        let words = Words::of("it");
        let general = words.problem("internal");
        for slug in Slug::ALL {
            // These meet the brand's team, never visitors.
            let of_the_team = matches!(
                slug,
                Slug::Unauthorized
                    | Slug::RulesFixed
                    | Slug::WrongCredentials
                    | Slug::CodeRequired
                    | Slug::Forbidden
                    | Slug::InvitationGone
                    | Slug::ChangedMeanwhile
                    | Slug::LastOwner
                    | Slug::Unfinished
                    | Slug::StillRunning
                    | Slug::PasskeyRefused
            );
            let own = !of_the_team && *slug != Slug::Internal;
            assert_eq!(words.problem(slug.name()) != general, own, "{slug:?}");
        }
    }

    #[test]
    fn a_number_chooses_its_form_and_fills_it() {
        let words = Words::of("en");
        assert_eq!(words.plural("answers", 1, "1"), "1 answer");
        assert_eq!(words.plural("answers", 2481, "2,481"), "2,481 answers");
        assert_eq!(Words::of("xx"), words);
    }
}
