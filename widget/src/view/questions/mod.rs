//! The question types as visitors meet them. A new type is one file here and one line in the registry.

mod multiple;
mod rating;
mod single;

use fanfare_shared::questions::{Choice, Given, Kind, Question};
use fanfare_shared::text::Text;
use fanfare_shared::wire::bootstrap::QuestionView;
use fanfare_shared::wire::problem::FieldError;
use fanfare_shared::wire::tally::QuestionTally;
use leptos::prelude::*;

use super::Scene;

/// What every type of question can do here.
pub(super) trait Input: Sync {
    /// The rule of its answers, the very one the server asks.
    fn rule(&self, question: &QuestionView) -> Kind;

    /// The controls, inside the fieldset.
    fn controls(&self, field: &Field<'_>) -> AnyView;

    /// A line that says how to answer, where the controls alone do not.
    fn hint(&self, _scene: &Scene, _question: &QuestionView) -> Option<String> {
        None
    }

    /// A figure over the bars, with its label.
    fn figure(
        &self,
        _scene: &Scene,
        _question: &QuestionView,
        _tally: &QuestionTally,
    ) -> Option<(String, String)> {
        None
    }
}

const REGISTRY: &[(&str, &dyn Input)] =
    &[("single", &single::Single), ("multiple", &multiple::Multiple), ("rating", &rating::Rating)];

/// The type of a question; none when the server is newer than this page.
pub(super) fn input(question: &QuestionView) -> Option<&'static dyn Input> {
    REGISTRY.iter().find(|(name, _)| *name == question.kind).map(|(_, input)| *input)
}

/// A question in a form.
pub(super) struct Field<'a> {
    /// The question.
    pub(super) question: &'a QuestionView,
    /// Name of its controls.
    pub(super) name: String,
    /// The values that stand in it.
    pub(super) values: Vec<String>,
    /// Whether its error is shown.
    pub(super) invalid: bool,
}

impl Field<'_> {
    /// Radio buttons or check boxes, one for each option, each with its own inside.
    fn choices(
        &self,
        kind: &'static str,
        class: &'static str,
        inside: impl Fn(usize, String) -> AnyView,
    ) -> AnyView {
        let required = kind == "radio" && self.question.required;
        let options = self.question.options.iter().enumerate();
        let choice = options.map(|(i, option)| {
            let id = option.id.to_string();
            let checked = self.values.contains(&id);
            let invalid = self.invalid.then_some("true");
            view! {
                <label class=class>
                    <input type=kind name=self.name.clone() value=id checked=checked required=required aria-invalid=invalid />
                    {inside(i, option.text.clone())}
                </label>
            }
            .into_any()
        });
        choice.collect::<Vec<_>>().into_any()
    }
}

/// Radio buttons or check boxes as rows.
fn rows(field: &Field<'_>, kind: &'static str) -> AnyView {
    field.choices(kind, "ff-opt", |_, text| view! { <span>{text}</span> }.into_any())
}

/// The options as the domain knows them, without texts: only ids matter to a rule.
fn options(question: &QuestionView) -> Vec<Choice> {
    question.options.iter().map(|option| Choice { id: option.id.clone(), text: Text::default() }).collect()
}

/// The first rule that the values break, told as the server would.
#[must_use]
pub fn fault(question: &QuestionView, values: &[String]) -> Option<FieldError> {
    let kind = input(question)?.rule(question);
    let rule = Question {
        id: question.id.clone(),
        text: Text::default(),
        help: None,
        required: question.required,
        kind,
    };
    let refusal = rule.encode(Some(&Given::Many(values.to_vec()))).err()?;
    Some(FieldError {
        pointer: ["/answers/", question.id.as_str()].concat(),
        detail: String::new(),
        slug: refusal.slug().to_owned(),
    })
}

/// A broken rule in the visitor's language, with what to do.
pub(super) fn refusal(scene: &Scene, question: &QuestionView, slug: &str) -> String {
    let key = ["refused.", slug].concat();
    match slug {
        "too-few" => scene.plural(&key, question.min),
        "too-many" => scene.plural(&key, question.max),
        _ => scene.context.words.fill(&key, &[("n", &scene.context.format.number(question.max))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_shared::wire::bootstrap::OptionView;

    fn question(kind: &str, min: u64, max: u64) -> QuestionView {
        let option = |id: &str| OptionView { id: id.parse().unwrap(), text: id.to_owned() };
        QuestionView {
            id: "q".parse().unwrap(),
            kind: kind.to_owned(),
            text: String::new(),
            help: None,
            required: true,
            min,
            max,
            options: ["1", "2", "3"].map(option).to_vec(),
            low: None,
            high: None,
        }
    }

    fn slug(question: &QuestionView, values: &[&str]) -> Option<String> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        fault(question, &values).map(|fault| fault.slug)
    }

    #[test]
    fn the_page_refuses_what_the_server_would_refuse_for_every_type() {
        for (kind, _) in REGISTRY {
            let question = question(kind, 1, 3);
            assert_eq!(slug(&question, &[]).as_deref(), Some("required"), "{kind}");
            assert_eq!(slug(&question, &["2"]), None, "{kind}");
            assert!(slug(&question, &["9"]).is_some(), "{kind}");
        }
    }

    #[test]
    fn bounds_of_a_multiple_choice_are_asked() {
        let question = question("multiple", 2, 2);
        assert_eq!(slug(&question, &["1"]).as_deref(), Some("too-few"));
        assert_eq!(slug(&question, &["1", "2", "3"]).as_deref(), Some("too-many"));
        assert_eq!(slug(&question, &["3", "1"]), None);
    }

    #[test]
    fn a_type_from_the_future_has_no_input() {
        assert!(input(&question("ranking", 1, 1)).is_none());
    }
}
