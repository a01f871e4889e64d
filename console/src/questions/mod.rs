//! How is each type of question written? A new type is one file here and one line in the registry, as in `shared` and in
//! the widget.

mod entrant;
mod multiple;
pub(crate) mod options;
mod rating;
mod single;
mod text;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::questions::{Choice, Kind, Question};
use fanfare_shared::text::Text;
use leptos::prelude::AnyView;

use crate::pages::builder::state::{Builder, Spot};

/// How one type of question is written.
pub(crate) struct Editor {
    /// The type's name in documents.
    name: &'static str,
    /// The keys of its name, and of what it is good for.
    pub(crate) label: &'static str,
    pub(crate) what: &'static str,
    /// Whether only entrants of a contest are asked it.
    pub(crate) entrant: bool,
    /// A new one, which keeps the options of what it takes the place of.
    fresh: fn(Vec<Choice>) -> Kind,
    /// Its options, if it has some.
    options: fn(&mut Kind) -> Option<&mut Vec<Choice>>,
    /// Its texts.
    texts: fn(&mut Kind) -> Vec<&mut Text>,
    /// Its own fields, under what every question has.
    pub(crate) fields: fn(Builder, Spot) -> AnyView,
}

/// All types, the most asked for first.
pub(crate) const REGISTRY: [&Editor; 7] = [
    &single::EDITOR,
    &multiple::EDITOR,
    &rating::EDITOR,
    &text::EDITOR,
    &entrant::EMAIL,
    &entrant::BIRTH,
    &entrant::CONSENT,
];

impl Editor {
    /// The type's name in documents.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }
}

/// The editor of a type.
pub(crate) fn editor(name: &str) -> Option<&'static Editor> {
    REGISTRY.into_iter().find(|editor| editor.name == name)
}

/// What a new question of a type begins as.
pub(crate) fn fresh(name: &str) -> Option<Kind> {
    editor(name).map(|editor| (editor.fresh)(Vec::new()))
}

/// The options of a type that has some.
pub(crate) fn options(kind: &mut Kind) -> Option<&mut Vec<Choice>> {
    (editor(kind.name())?.options)(kind)
}

/// The texts of a question beyond what is asked.
pub(crate) fn texts(kind: &mut Kind) -> Vec<&mut Text> {
    editor(kind.name()).map(|editor| (editor.texts)(kind)).unwrap_or_default()
}

/// Makes a question one of another type; options stay where both types have some.
pub(crate) fn become_type(question: &mut Question, name: &str) {
    if question.kind.name() == name {
        return;
    }
    if let Some(editor) = editor(name) {
        let kept = options(&mut question.kind).map(std::mem::take).unwrap_or_default();
        question.kind = (editor.fresh)(kept);
    }
}

/// The question at a spot.
pub(crate) fn question(campaign: &mut Campaign, spot: Spot) -> Option<&mut Question> {
    campaign.activities.get_mut(spot.activity)?.questions.get_mut(spot.question)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::template::tests::sample;

    #[test]
    fn every_type_can_be_written() {
        for kind in ["single", "multiple", "rating", "text", "email", "birth", "consent"] {
            assert_eq!(editor(kind).map(Editor::name), Some(kind));
        }
    }

    #[test]
    fn options_survive_a_change_of_type_and_what_is_new_is_in_order() {
        let mut campaign = sample();
        let question = &mut campaign.activities[0].questions[1];
        let before = options(&mut question.kind).unwrap().clone();
        become_type(question, "single");
        assert_eq!(options(&mut question.kind).unwrap(), &before);
        become_type(question, "rating");
        assert_eq!(question.kind.name(), "rating");
        become_type(question, "text");
        assert_eq!(question.kind.name(), "text");
        assert_eq!(campaign.faults(), []);
    }
}
