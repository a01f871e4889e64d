//! The question types as visitors meet them. A new type is one file here and one line in the registry.

#[cfg(feature = "ssr")]
mod consent;
#[cfg(feature = "ssr")]
mod line;
mod multiple;
mod rating;
mod single;
mod text;

use super::Scene;
use super::element::{self, Element, bare, el};
use fanfare_shared::questions::{AnswerRefusal, Choice};
use fanfare_shared::text::Text;
use fanfare_shared::wire::bootstrap::{OptionView, QuestionView};
use fanfare_shared::wire::problem::FieldError;
use fanfare_shared::wire::tally::QuestionTally;

/// What every type of question can do here.
pub(super) trait Input: Sync {
    /// Asks the rule of its answers, the very one the server asks.
    ///
    /// # Errors
    /// The first rule that the values break.
    fn check(&self, question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal>;

    /// The controls, inside the fieldset.
    fn controls(&self, field: &Field<'_>) -> Vec<Element>;

    /// A line that says how to answer, where the controls alone do not.
    fn hint(&self, _scene: &Scene, _question: &QuestionView) -> Option<String> {
        None
    }

    /// The key of what is said where an answer is missing.
    fn required(&self) -> &'static str {
        "refused.required"
    }

    /// The values that an answer's bytes say.
    fn values(&self, answer: &str) -> Vec<String> {
        answer.split(',').map(str::to_owned).collect()
    }

    /// Values in words; nothing where there are none.
    fn said(&self, question: &QuestionView, values: &[String]) -> String {
        let chosen =
            question.options.iter().filter(|option| values.iter().any(|value| value == option.id.as_str()));
        chosen.map(|option| option.text.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What the figure over the bars is, for a type that has one.
    fn figure_label(&self, _scene: &Scene, _question: &QuestionView) -> Option<String> {
        None
    }

    /// That figure, in tenths.
    fn figure(&self, _tally: &QuestionTally) -> Option<u64> {
        None
    }
}

const REGISTRY: &[(&str, &dyn Input)] = &[
    ("single", &single::Single),
    ("multiple", &multiple::Multiple),
    ("rating", &rating::Rating),
    ("text", &text::Text),
    // In contests only, which the compiled widget leaves to the server's fragment.
    #[cfg(feature = "ssr")]
    ("email", &line::EMAIL),
    #[cfg(feature = "ssr")]
    ("birth", &line::BIRTH),
    #[cfg(feature = "ssr")]
    ("consent", &consent::Consent),
];

/// The type of a question; none when the server is newer than this page.
pub(super) fn input(question: &QuestionView) -> Option<&'static dyn Input> {
    REGISTRY.iter().find(|(name, _)| *name == question.kind).map(|(_, input)| *input)
}

/// A question in a form.
pub(super) struct Field<'a> {
    /// Where it stands.
    pub(super) scene: &'a Scene,
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
    /// Radio buttons or check boxes, one for each option, with its text beside it.
    fn choices(&self, kind: &str, class: &str) -> Vec<Element> {
        let required = kind == "radio" && self.question.required;
        let choice = |option: &OptionView| {
            let id = option.id.as_str();
            let mut attributes = vec![("type", kind), ("name", &self.name), ("value", id)];
            if self.values.iter().any(|value| value == id) {
                attributes.push(("checked", ""));
            }
            if required {
                attributes.push(("required", ""));
            }
            if self.invalid {
                attributes.push(("aria-invalid", "true"));
            }
            el("label", class).child(element::input(&attributes)).child(bare("span").text(&option.text))
        };
        self.question.options.iter().map(choice).collect()
    }
}

/// The options as the domain knows them, without texts: only ids matter to a rule.
fn options(question: &QuestionView) -> Vec<Choice> {
    question.options.iter().map(|option| Choice { id: option.id.clone(), text: Text::default() }).collect()
}

/// The first rule that the values break, told as the server would.
#[must_use]
pub fn fault(question: &QuestionView, values: &[String]) -> Option<FieldError> {
    let answer = if values.is_empty() { Ok(String::new()) } else { input(question)?.check(question, values) };
    let refusal = match answer {
        Ok(answer) if answer.is_empty() && question.required => AnswerRefusal::Required,
        Ok(_) => return None,
        Err(refusal) => refusal,
    };
    Some(FieldError {
        pointer: ["/answers/", question.id.as_str()].concat(),
        detail: String::new(),
        slug: refusal.slug().to_owned(),
    })
}

/// The values that an answer's bytes say.
pub(crate) fn values(question: &QuestionView, answer: &str) -> Vec<String> {
    input(question).map(|input| input.values(answer)).unwrap_or_default()
}

/// A broken rule in the visitor's language, with what to do.
pub(super) fn refusal(scene: &Scene, question: &QuestionView, slug: &str) -> String {
    let key = ["refused.", slug].concat();
    match slug {
        "too-few" => scene.plural(&key, question.min),
        "too-many" => scene.plural(&key, question.max),
        "required" => scene.t(input(question).map_or(&key, |input| input.required())),
        _ => scene.context.words.fill(&key, &[("n", &scene.context.format.number(question.max))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for kind in ["single", "multiple", "rating"] {
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
    fn a_text_that_is_missing_is_told_here_and_what_is_written_stays_one_value() {
        let mut question = question("text", 1, 5);
        assert_eq!(slug(&question, &["Ciao"]), None);
        assert_eq!(slug(&question, &[""]).as_deref(), Some("required"));
        question.required = false;
        assert_eq!(slug(&question, &[""]), None);
        assert_eq!(values(&question, "one, two"), ["one, two"]);
    }

    #[test]
    fn a_type_from_the_future_has_no_input() {
        assert!(input(&question("ranking", 1, 1)).is_none());
    }
}
