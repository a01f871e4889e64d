//! Why a leaf may not stand at its place in a log.

use super::step::Step;
use crate::log::leaf::LeafError;

/// Why a leaf may not stand at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {reason}")]
pub struct LeafRefusal {
    /// The verifier's step that catches it.
    pub step: Step,
    /// What is wrong.
    pub reason: &'static str,
}

impl From<LeafError> for LeafRefusal {
    fn from(error: LeafError) -> Self {
        Self { step: Step::Grammar, reason: error.reason }
    }
}

/// Whether something may stand.
pub type Checked = Result<(), LeafRefusal>;

pub(super) const fn refuse(step: Step, reason: &'static str) -> Checked {
    Err(LeafRefusal { step, reason })
}
