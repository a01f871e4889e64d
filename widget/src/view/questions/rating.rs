//! Rating: a row of numbered steps with words at its ends; results lead with the average.

use fanfare_shared::questions::{Kind, Rating as Rule};
use fanfare_shared::wire::bootstrap::QuestionView;
use fanfare_shared::wire::tally::QuestionTally;
use leptos::prelude::*;

use super::{Field, Input, Scene};

/// See the module.
pub(super) struct Rating;

impl Input for Rating {
    fn rule(&self, question: &QuestionView) -> Kind {
        Kind::Rating(Rule { max: u8::try_from(question.max).unwrap_or(u8::MAX), low: None, high: None })
    }

    fn controls(&self, field: &Field<'_>) -> AnyView {
        let QuestionView { low, high, options, .. } = field.question;
        let last = options.len().saturating_sub(1);
        // The words at the ends are said with their steps; the visible ones below are for the eye.
        let steps = field.choices("radio", "ff-step", |i, text| {
            let end = if i == 0 {
                low.clone()
            } else if i == last {
                high.clone()
            } else {
                None
            };
            let spoken = end.map(|end| view! { <span class="ff-vh">{[", ", &end].concat()}</span> });
            view! {
                <span>{text}</span>
                {spoken}
            }
            .into_any()
        });
        let ends = (low.is_some() || high.is_some()).then(|| {
            view! {
                <div class="ff-ends ff-note" aria-hidden="true">
                    <span>{low.clone()}</span>
                    <span>{high.clone()}</span>
                </div>
            }
        });
        view! {
            <div class="ff-scale">{steps}</div>
            {ends}
        }
        .into_any()
    }

    fn figure(
        &self,
        scene: &Scene,
        question: &QuestionView,
        tally: &QuestionTally,
    ) -> Option<(String, String)> {
        let format = &scene.context.format;
        let label = scene.context.words.fill("average", &[("n", &format.number(question.max))]);
        Some((format.tenths(average(tally)?), label))
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
