//! Documents that leaves name by hash.

use crate::log::hash::Hash;

/// What a document named by a leaf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A definition.
    Definition,
    /// Terms.
    Terms,
    /// A prize's text.
    Prize,
    /// A witness policy.
    WitnessPolicy,
    /// Opened ballots.
    Opening,
    /// A published tally.
    Tally,
    /// A list of ideas.
    PhaseList,
}

/// A document named by a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// Its hash.
    pub hash: Hash,
    /// The leaf that names it.
    pub leaf: u64,
}
