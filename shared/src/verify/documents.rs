//! Documents: is each one there, with the bytes its hash names?

use std::collections::BTreeMap;

use super::log_state::LogState;
use super::named::DocumentKind;
use super::report::Report;
use super::step::Step;
use crate::log::hash::Hash;
use crate::log::leaf::Kind;
use crate::log::opening::{QuestionHead, definition_questions};

/// Documents whose bytes have the hash they are filed under.
#[derive(Debug, Clone, Default)]
pub(super) struct Documents<'a>(BTreeMap<Hash, &'a str>);

/// The documents of a bundle, as they are filed.
pub(super) fn texts(documents: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &str)> {
    documents.iter().map(|(name, text)| (name, text.as_str()))
}

impl<'a> Documents<'a> {
    /// By the hash each is filed under; wrong ones are reported and left out.
    pub(super) fn read(
        documents: impl IntoIterator<Item = (&'a String, &'a str)>,
        report: &mut Report,
    ) -> Self {
        let mut right = BTreeMap::new();
        for (name, text) in documents {
            let hash = Hash::of(text.as_bytes());
            if name.parse() == Ok(hash) {
                right.insert(hash, text);
            } else {
                report.fail(Step::Documents, format!("the bytes of {name} have another hash"));
            }
        }
        Self(right)
    }

    pub(super) fn get(&self, hash: &Hash) -> Option<&'a str> {
        self.0.get(hash).copied()
    }

    /// The questions of the poll's definition in force.
    pub(super) fn questions(&self, state: &LogState) -> Option<Vec<QuestionHead>> {
        let definition = self.get(&state.definition()?)?;
        definition_questions(definition.as_bytes()).ok()
    }

    /// Whether every document that a leaf names is there. A tally is not asked for: it is counted again.
    pub(super) fn check(&self, state: &LogState, report: &mut Report) {
        report.ok(Step::Documents);
        let poll = state.rules().is_some_and(|rules| rules.kind() == Kind::Poll);
        for document in state.documents() {
            let (hash, leaf) = (document.hash, document.leaf);
            match (self.get(&hash), document.kind) {
                (_, DocumentKind::Tally) => {}
                (None, _) => {
                    report.missing(Step::Documents, format!("{hash}, named by leaf {leaf}, is missing"))
                }
                (Some(text), DocumentKind::Definition) if poll => {
                    if let Err(error) = definition_questions(text.as_bytes()) {
                        report.fail(Step::Documents, format!("{hash} is no definition of a poll: {error}"));
                    }
                }
                (Some(_), _) => {}
            }
        }
    }
}
