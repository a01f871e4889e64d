//! What has to be mended, where is it shown, and in which words? Faults carry JSON pointers; each belongs to a section.

use std::collections::BTreeMap;

use fanfare_shared::questions::Fault;

use crate::words::Words;

/// The sections of the builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Basics,
    Activities,
    Look,
    Schedule,
    Places,
    Terms,
}

impl Section {
    /// All of them in reading order, with the word in addresses, and the keys of name and explanation.
    pub(crate) const ALL: [(Self, &str, &str, &str); 6] = [
        (Self::Basics, "basics", "section.basics", "section.basics.text"),
        (Self::Activities, "activities", "section.activities", "section.activities.text"),
        (Self::Look, "look", "section.look", "section.look.text"),
        (Self::Schedule, "schedule", "section.schedule", "section.schedule.text"),
        (Self::Places, "places", "section.places", "section.places.text"),
        (Self::Terms, "terms", "section.terms", "section.terms.text"),
    ];

    /// Where a pointer is shown.
    pub(crate) fn of(pointer: &str) -> Self {
        match pointer.split('/').nth(1).unwrap_or_default() {
            "activities" => Self::Activities,
            "theme" => Self::Look,
            "time_zone" => Self::Schedule,
            "origins" => Self::Places,
            "terms" => Self::Terms,
            _ => Self::Basics,
        }
    }
}

/// The faults of a document: those found here at every change, those that only the server finds (times; whatever it
/// refused), each place once.
pub(crate) fn merged(here: Vec<Fault>, there: &[Fault]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (pointer, detail) in here.iter().chain(there) {
        all.entry(pointer.clone()).or_insert_with(|| detail.clone());
    }
    all
}

/// Whether only the server can find this fault: the check at every change says nothing about times.
pub(crate) fn is_of_server(pointer: &str) -> bool {
    ["/opens", "/closes", "/time_zone"].iter().any(|end| pointer.ends_with(end))
}

/// How many faults a section has.
pub(crate) fn count(faults: &BTreeMap<String, String>, section: Section) -> usize {
    faults.keys().filter(|pointer| Section::of(pointer) == section).count()
}

/// Whether it is a text that is not written yet, rather than something wrong.
pub(crate) fn is_lack(detail: &str) -> bool {
    detail.starts_with("write this text")
}

/// A fault in the words of the console's language; in the server's where it is one that is not known here.
pub(crate) fn said(words: Words, pointer: &str, detail: &str) -> String {
    let last = pointer.rsplit('/').next().unwrap_or_default();
    let list = pointer.trim_end_matches(|c: char| c.is_ascii_digit() || c == '/').rsplit('/').next();
    if is_lack(detail) {
        return words.t("lack.text").to_owned();
    }
    if let Some(most) = detail.strip_prefix("at most ").and_then(|rest| rest.split_once(" characters")) {
        return words.fill("lack.long", &[("n", most.0)]);
    }
    if detail.ends_with("stands twice") {
        return words.t("lack.twice").to_owned();
    }
    if detail.contains("cannot change any more") {
        return words.t("lack.fixed").to_owned();
    }
    let key = match (list, last) {
        (_, "brand_name") => "lack.brand",
        (_, "campaign" | "name") => "lack.name",
        (_, "time_zone") => "lack.zone",
        (_, "closes") if detail.starts_with("must be after") => "lack.order",
        (_, "opens" | "closes") => "lack.time",
        (_, "activities") => "lack.activities",
        (_, "questions") => "lack.questions",
        (_, "options") => "lack.options",
        (_, "min") => "lack.min",
        (_, "max") => "lack.max",
        (Some("origins"), _) => "lack.origin",
        (Some("languages"), _) => "lack.language",
        _ => return detail.to_owned(),
    };
    words.t(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::template::tests::sample;
    use crate::words::Lang;

    #[test]
    fn a_pointer_is_shown_in_its_section() {
        assert_eq!(Section::of("/title/it"), Section::Basics);
        assert_eq!(Section::of("/activities/0/opens"), Section::Activities);
        assert_eq!(Section::of("/time_zone"), Section::Schedule);
        assert_eq!(Section::of(""), Section::Basics);
    }

    #[test]
    fn every_fault_of_a_document_has_words_in_every_language() {
        let mut campaign = sample();
        campaign.brand_name.clear();
        campaign.title.0.insert("it".into(), "x".repeat(400));
        campaign.languages.push("de".into());
        campaign.languages.push("De".into());
        campaign.origins.push("example.org".into());
        let again = campaign.activities[0].clone();
        campaign.activities.push(again);
        let mut empty = campaign.activities[0].clone();
        empty.questions.clear();
        campaign.activities.push(empty);
        let mut kinds = serde_json::to_value(&campaign).unwrap();
        kinds["activities"][0]["questions"][0]["max"] = 1.into();
        kinds["activities"][0]["questions"][1]["min"] = 9.into();
        kinds["activities"][0]["questions"][1]["max"] = 9.into();
        kinds["activities"][1]["questions"][1]["options"] = serde_json::json!([]);
        let campaign: fanfare_shared::campaign::Campaign = serde_json::from_value(kinds).unwrap();
        let faults = campaign.faults();
        assert!(faults.len() > 20);
        for (pointer, detail) in faults {
            assert_ne!(said(Words::of(Lang::It), &pointer, &detail), detail, "{pointer}");
        }
    }

    #[test]
    fn a_place_is_told_once_and_counted_in_its_section() {
        let fault = |pointer: &str| (pointer.to_owned(), String::from("wrong"));
        let all = merged(vec![fault("/title/it")], &[fault("/title/it"), fault("/time_zone")]);
        assert_eq!(all.len(), 2);
        assert_eq!(count(&all, Section::Basics), 1);
        assert_eq!(count(&all, Section::Terms), 0);
    }
}
