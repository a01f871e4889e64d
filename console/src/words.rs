//! Which words does the console say? Flat keys, `{name}` placeholders, plurals as `key.one` and `key.other`, one
//! catalogue a language; both are compiled in, since changing the language must need no network.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use fanfare_shared::text::{choose, fill};
use fanfare_shared::wire::problem::Problem;
use leptos::prelude::use_context;

use crate::borrowed::lower;
use crate::time::number;

type Catalogue = BTreeMap<String, String>;

/// The languages the console speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    En,
    It,
}

impl Lang {
    /// All of them, the default first, as each calls itself.
    pub(crate) const ALL: [(Self, &str); 2] = [(Self::En, "English"), (Self::It, "Italiano")];

    /// The tag in addresses and attributes.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::It => "it",
        }
    }

    /// The language to begin with: the one chosen here before, else the first that the browser asks for and we have.
    pub(crate) fn first(stored: Option<&str>, wanted: &[String]) -> Self {
        let offered = Self::ALL.map(|(lang, _)| lang.tag().to_owned());
        let chosen = choose(&offered, stored.into_iter().chain(wanted.iter().map(String::as_str)));
        Self::ALL.into_iter().find(|(lang, _)| lang.tag() == chosen).map_or(Self::En, |(lang, _)| lang)
    }

    const fn json(self) -> &'static str {
        match self {
            Self::En => include_str!("catalogue/en.json"),
            Self::It => include_str!("catalogue/it.json"),
        }
    }
}

/// The catalogue of one language; a name for it, free to copy into every closure.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    /// The language.
    pub(crate) lang: Lang,
    texts: &'static Catalogue,
}

/// The words of the page that is being drawn.
pub(crate) fn words() -> Words {
    use_context().unwrap_or_else(|| Words::of(Lang::En))
}

impl Words {
    /// The catalogue of a language.
    pub(crate) fn of(lang: Lang) -> Self {
        static ENGLISH: OnceLock<Catalogue> = OnceLock::new();
        static ITALIAN: OnceLock<Catalogue> = OnceLock::new();
        let cell = match lang {
            Lang::En => &ENGLISH,
            Lang::It => &ITALIAN,
        };
        // A broken catalogue cannot get here: a test reads each of them.
        let texts = cell.get_or_init(|| serde_json::from_str(lang.json()).unwrap_or_default());
        Self { lang, texts }
    }

    /// The text of a key. A missing one shows its key, so that it is seen and not silent.
    pub(crate) fn t(self, key: &str) -> &str {
        self.find(key).unwrap_or(key)
    }

    /// The text of a key if there is one.
    pub(crate) fn find(self, key: &str) -> Option<&'static str> {
        self.texts.get(key).map(String::as_str)
    }

    /// The text of a key whose last part is made of data, such as a role's word.
    pub(crate) fn kind(self, kind: &str, word: &str) -> String {
        self.t(&[kind, word].concat()).to_owned()
    }

    /// Every word of a kind with its text, by text: what there is to choose from.
    pub(crate) fn kinds(self, kind: &str) -> Vec<(String, String)> {
        let word = |(key, text): (&String, &String)| Some((key.strip_prefix(kind)?.to_owned(), text.clone()));
        let mut all: Vec<(String, String)> = self.texts.iter().filter_map(word).collect();
        all.sort_by_cached_key(|(_, text)| lower(text));
        all
    }

    /// The text of a key with its placeholders filled.
    pub(crate) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.find(key).unwrap_or(key), values)
    }

    /// The plural form for `n`. One and other are all that these languages need.
    pub(crate) fn plural(self, key: &str, n: u64) -> String {
        let form = if n == 1 { ".one" } else { ".other" };
        self.fill(&[key, form].concat(), &[("n", &number(self, n))])
    }

    /// What to tell about a problem: our words for its slug, else what the server says.
    pub(crate) fn problem(self, problem: &Problem) -> String {
        let known = self.find(&["problem.", &problem.slug].concat()).map(str::to_owned);
        let said = [&problem.detail, &problem.title].into_iter().find(|text| !text.is_empty()).cloned();
        known.or(said).unwrap_or_else(|| self.t("fault.server").to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// Keys whose last part is made of data: a role's word, an action's name, a problem's or a rule's slug.
    const MADE: [&str; 14] = [
        "role.",
        "role.may.",
        "problem.",
        "action.",
        "time.",
        "rule.",
        "right.",
        "right.may.",
        "by.",
        "device.",
        "outcome.",
        "kind.",
        "blocked.",
        "value.",
    ];

    fn catalogue(lang: Lang) -> Catalogue {
        serde_json::from_str(lang.json()).unwrap()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> =
            text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        found.sort_unstable();
        found
    }

    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|it| it == "rs") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_language_has_the_same_keys_with_the_same_placeholders() {
        let (english, italian) = (catalogue(Lang::En), catalogue(Lang::It));
        assert_eq!(english.keys().collect::<Vec<_>>(), italian.keys().collect::<Vec<_>>());
        for (key, text) in &english {
            assert_eq!(placeholders(text), placeholders(&italian[key]), "{key}");
            assert!(!text.is_empty() && !italian[key].is_empty(), "{key}");
        }
    }

    #[test]
    fn every_key_is_used_and_plurals_come_in_pairs() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
        // The page to sign in is the server's, in the same words.
        text.push_str(include_str!("../../server/src/routes/sign_in.rs"));
        text.push_str(include_str!("../../server/src/routes/oidc.rs"));
        for key in catalogue(Lang::En).keys() {
            let stem = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key);
            if stem != key {
                let pair = [".one", ".other"].map(|form| Words::of(Lang::En).find(&[stem, form].concat()));
                assert!(pair.iter().all(Option::is_some), "{key}");
            }
            let made = MADE.iter().any(|prefix| key.starts_with(prefix));
            let said = [stem, key].iter().any(|key| text.contains(&format!("\"{key}\"")));
            assert!(made || said, "{key} is not used");
        }
    }

    #[test]
    fn words_of_a_kind_stand_in_the_order_of_their_texts() {
        let all = Words::of(Lang::En).kinds("action.");
        assert!(all.contains(&("campaign.applied".to_owned(), "Campaign published".to_owned())));
        assert!(all.is_sorted_by_key(|(_, text)| text.to_lowercase()));
    }

    #[test]
    fn the_chosen_language_comes_before_the_browser_s() {
        let wanted = ["fr-FR".to_owned(), "it-IT".to_owned()];
        assert_eq!(Lang::first(None, &wanted), Lang::It);
        assert_eq!(Lang::first(Some("en"), &wanted), Lang::En);
        assert_eq!(Lang::first(None, &[]), Lang::En);
    }
}
