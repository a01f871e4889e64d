//! Which types of leaves an activity's log may hold, and on which side of its seal.

use crate::log::leaf::{Body, Kind};

/// On which side of the seal a type of leaf may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before it only.
    BeforeSeal,
    /// After it only.
    AfterSeal,
    /// On both sides.
    Both,
    /// Nowhere in a log of this kind.
    Never,
}

impl Place {
    pub(super) const fn of(body: &Body, kind: Kind) -> Self {
        match (body, kind) {
            (Body::Withdraw(_) | Body::Void(_) | Body::Seal(_), _)
            | (Body::Amend(_), Kind::Poll | Kind::Board)
            | (Body::Entry(_), Kind::Contest)
            | (Body::Ballot(_), Kind::Poll)
            | (Body::Idea(_) | Body::Edit(_) | Body::Comment(_) | Body::Support(_), Kind::Board) => {
                Self::BeforeSeal
            }
            (Body::Result(_) | Body::Skip(_) | Body::Delivered(_), Kind::Contest)
            | (Body::Tally(_), Kind::Poll) => Self::AfterSeal,
            // An opening before the seal is refused by name, where the rules do not allow it.
            (Body::Opening(_), Kind::Poll)
            | (
                Body::Hide(_)
                | Body::Show(_)
                | Body::Decision(_)
                | Body::Merge(_)
                | Body::Unmerge(_)
                | Body::Phase(_),
                Kind::Board,
            ) => Self::Both,
            // `rules` stands once, as leaf 0; the rest belongs to another kind.
            _ => Self::Never,
        }
    }
}
