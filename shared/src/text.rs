//! Texts in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text for each language (BCP 47 primary tags such as `it`); one for each language of the campaign.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = BTreeMap<String, String>))]
#[serde(transparent)]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    /// The text in `lang`, or in the first language there is.
    #[must_use]
    pub fn get(&self, lang: &str) -> &str {
        self.0.get(lang).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// The languages of `wanted` that are missing or blank.
    pub fn missing<'a>(&'a self, wanted: &'a [String]) -> impl Iterator<Item = &'a str> {
        wanted
            .iter()
            .filter(|lang| self.0.get(*lang).is_none_or(|text| text.trim().is_empty()))
            .map(String::as_str)
    }
}

/// The language to use: the first wanted one that is offered, comparing primary tags, else the first offered.
#[must_use]
pub fn choose<'a>(offered: &'a [String], wanted: impl Iterator<Item = &'a str>) -> &'a str {
    for tag in wanted {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        if let Some(found) = offered.iter().find(|lang| **lang == primary) {
            return found;
        }
    }
    offered.first().map_or("en", String::as_str)
}

/// A template with each `{name}` replaced by its value, by nothing where none is given.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        text.push_str(before);
        text.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What somebody typed, as it is kept and shown: line ends are LF, white space at both ends is gone, and nothing stands in
/// it that cannot be seen and acts on what is around it. The check of a receipt does the same to what was sent before it
/// compares (`widget/embed/tidy.js`); both are held to `tests/vectors/tidy_v1.json`.
///
/// Such signs are dropped and not refused: nobody typed them, so nobody could find them to take them out. Joiners and the
/// marks of direction stay, for emoji and many scripts need them.
#[must_use]
pub fn tidied(typed: &str) -> String {
    let lines = typed.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let kept: String = lines.chars().filter(|char| !is_dropped(*char)).collect();
    kept.trim().to_owned()
}

/// Control characters but LF and TAB; embeddings, overrides and isolates of direction (UAX 9), which reach beyond a text;
/// spaces without width.
fn is_dropped(char: char) -> bool {
    let control = char.is_control() && !matches!(char, '\n' | '\t');
    control
        || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_as_the_widget_keeps_it() {
        let vectors: Vec<(String, String)> =
            serde_json::from_str(include_str!("../tests/vectors/tidy_v1.json")).unwrap();
        assert!(vectors.len() > 10);
        for (typed, kept) in vectors {
            assert_eq!(tidied(&typed), kept, "{typed:?}");
            assert_eq!(tidied(&kept), kept, "tidying again changes nothing");
        }
    }

    #[test]
    fn placeholders_take_their_values_and_what_is_none_stays() {
        let values = [("n", "3"), ("what", "{n}")];
        assert_eq!(fill("{n} of {what}, {gone}{", &values), "3 of {n}, {");
        assert_eq!(fill("plain }", &values), "plain }");
    }

    #[test]
    fn a_regional_tag_finds_its_language_and_an_unknown_one_the_default() {
        let offered = ["it".to_owned(), "en".to_owned()];
        assert_eq!(choose(&offered, ["fr-CA", "en-GB"].into_iter()), "en");
        assert_eq!(choose(&offered, ["de"].into_iter()), "it");
    }
}
