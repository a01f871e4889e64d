//! Single choice: rows of radio buttons.

use fanfare_shared::questions::{Kind, Single as Rule};
use fanfare_shared::wire::bootstrap::QuestionView;
use leptos::prelude::*;

use super::{Field, Input, options, rows};

/// See the module.
pub(super) struct Single;

impl Input for Single {
    fn rule(&self, question: &QuestionView) -> Kind {
        Kind::Single(Rule { options: options(question) })
    }

    fn controls(&self, field: &Field<'_>) -> AnyView {
        rows(field, "radio")
    }
}
