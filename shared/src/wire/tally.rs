//! Results: counts derived from leaves.

use serde::{Deserialize, Serialize};

use crate::ids::{ActivityId, Slug};
use crate::time::State;

/// The tally of a poll. Revisions replace, withdrawn and void ballots do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// The activity.
    pub activity: ActivityId,
    /// Number of the commit that changed it last; grows, never repeats.
    pub seq: u64,
    /// Where the activity stands.
    pub state: State,
    /// Ballots counted, one for each holder.
    pub ballots: u64,
    /// Of these, ballots whose key the server holds.
    pub custody_server: u64,
    /// Counts by question, in the definition's order.
    pub questions: Vec<QuestionTally>,
}

/// Counts of one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionTally {
    /// The question.
    pub id: Slug,
    /// Ballots that answered it: the base of percentages.
    pub answered: u64,
    /// Counts by option, in the definition's order.
    pub options: Vec<OptionTally>,
}

/// Count of one option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptionTally {
    /// The option.
    pub id: Slug,
    /// Ballots that chose it.
    pub count: u64,
}

impl QuestionTally {
    /// The share of each option in whole percent of the ballots that answered, rounded half up; 0 without any.
    ///
    /// No largest-remainder trick: each figure is what a reader gets by dividing.
    #[must_use]
    pub fn percent(&self, count: u64) -> u64 {
        if self.answered == 0 { 0 } else { (count * 200 + self.answered) / (self.answered * 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_half_up_and_never_divide_by_zero() {
        let tally = |answered| QuestionTally { id: Slug::number(1), answered, options: Vec::new() };
        assert_eq!(tally(0).percent(0), 0);
        assert_eq!(tally(3).percent(1), 33);
        assert_eq!(tally(3).percent(2), 67);
        assert_eq!(tally(200).percent(1), 1);
    }
}
