//! The texts of one language: flat keys, `{name}` placeholders. What a step asks is said in English by the verifier
//! itself.

use std::collections::BTreeMap;

use fanfare_shared::text::fill;
use fanfare_shared::verify::Step;
use leptos::prelude::document;

/// The catalogue of the page's language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(&'static BTreeMap<String, String>);

impl Words {
    /// Those that the shell brings, in the page's language.
    pub(crate) fn of_page() -> Self {
        let texts =
            document().get_element_by_id("words").and_then(|it| it.text_content()).unwrap_or_default();
        // Kept as long as the page.
        Self(Box::leak(Box::new(serde_json::from_str(&texts).unwrap_or_default())))
    }

    /// The text of a key. A missing one shows its key, so that it is seen and not silent.
    pub(crate) fn t(self, key: &str) -> String {
        self.0.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// The text of a key with its placeholders filled.
    pub(crate) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.t(key), values)
    }

    /// What a step asks.
    pub(crate) fn asks(self, step: Step) -> String {
        self.0.get(&["step.", step.name()].concat()).cloned().unwrap_or_else(|| step.asks().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        let keys =
            |json| serde_json::from_str::<BTreeMap<String, String>>(json).unwrap().into_keys().collect();
        let (english, italian): (Vec<_>, Vec<_>) =
            (keys(include_str!("catalogue/en.json")), keys(include_str!("catalogue/it.json")));
        let said =
            |keys: Vec<String>| keys.into_iter().filter(|key| !key.starts_with("step.")).collect::<Vec<_>>();
        assert_eq!(said(english), said(italian.clone()));
        for step in Step::ALL {
            assert!(italian.contains(&["step.", step.name()].concat()), "{step}");
        }
    }
}
