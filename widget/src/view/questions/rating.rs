//! Rating: a row of numbered steps with words at its ends; results lead with the average.

use fanfare_shared::questions::{AnswerRefusal, QuestionType, Rating as Rule};
use fanfare_shared::wire::bootstrap::QuestionView;
use fanfare_shared::wire::tally::QuestionTally;

use super::{Element, Field, Input, Scene, bare, el};

/// See the module.
pub(super) struct Rating;

impl Input for Rating {
    fn check(&self, question: &QuestionView, values: &[String]) -> Result<String, AnswerRefusal> {
        Rule { max: u8::try_from(question.max).unwrap_or(u8::MAX), low: None, high: None }.encode(values)
    }

    fn controls(&self, field: &Field<'_>) -> Vec<Element> {
        let QuestionView { low, high, .. } = field.question;
        let mut steps = field.choices("radio", "ff-step");
        // The words at the ends are said with their steps; the visible ones below are for the eye.
        let last = steps.len().saturating_sub(1);
        for (i, end) in [(0, low), (last, high)] {
            if let (Some(step), Some(end)) = (steps.get_mut(i), end) {
                step.push(el("span", "ff-vh").text(", ").text(end));
            }
        }
        let mut controls = vec![el("div", "ff-scale").children(steps.into_iter())];
        if low.is_some() || high.is_some() {
            let end = |end: &Option<String>| bare("span").text(end.as_deref().unwrap_or_default());
            controls.push(
                el("div", "ff-ends ff-note").attr("aria-hidden", "true").child(end(low)).child(end(high)),
            );
        }
        controls
    }

    fn figure_label(&self, scene: &Scene, question: &QuestionView) -> Option<String> {
        Some(scene.context.words.fill("average", &[("n", &scene.context.format.number(question.max))]))
    }

    fn figure(&self, tally: &QuestionTally) -> Option<u64> {
        average(tally)
    }
}

/// The average in tenths, rounded half up; none without answers.
fn average(tally: &QuestionTally) -> Option<u64> {
    let value = |id: &str| id.parse::<u64>().unwrap_or(0);
    let sum: u64 = tally.options.iter().map(|option| value(option.id.as_str()) * option.count).sum();
    (sum * 20 + tally.answered).checked_div(tally.answered * 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_shared::ids::Slug;
    use fanfare_shared::wire::tally::OptionTally;

    #[test]
    fn the_average_is_rounded_half_up_to_tenths() {
        let option = |n, count| OptionTally { id: Slug::number(n), count };
        let tally = |answered, options| QuestionTally { id: Slug::number(1), answered, options };
        assert_eq!(average(&tally(0, vec![option(5, 0)])), None);
        assert_eq!(average(&tally(2, vec![option(4, 1), option(5, 1)])), Some(45));
        assert_eq!(average(&tally(3, vec![option(4, 1), option(5, 2)])), Some(47));
    }
}
