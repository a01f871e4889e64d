//! The page of a draw, as data.

use fanfare_shared::time::Timestamp;

use super::{PageModel, html};
use crate::model::ContestView;
use crate::view::{Context, draw};

/// The document of a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawModel {
    /// Title, brand, language, colours; its script is the page's own.
    pub page: PageModel,
    /// What can be won, and when it is drawn.
    pub contest: ContestView,
    /// The contest's id, for the names of files.
    pub id: String,
    /// Address of this page.
    pub address: String,
    /// When its round is out.
    pub due: Timestamp,
    /// The code of the sealed list in groups of four, once it is sealed.
    pub seal_code: Option<String>,
    /// Until when whoever had the code knows that nothing changed after, in words.
    pub seal_before: String,
    /// Entries of the sealed list, in words.
    pub entries: String,
    /// Tickets of the sealed list, in words.
    pub tickets: String,
    /// Once it is drawn.
    pub drawn: Option<DrawnView>,
    /// Address of the certificate.
    pub certificate: String,
    /// Address of the bundle.
    pub bundle: String,
    /// Address of the page that checks it.
    pub verify: String,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnView {
    /// What the draw is worth: the end of its word's key, `demo`, `unproven`, ….
    pub grade: &'static str,
    /// The beacon's round.
    pub round: String,
    /// Each slot that somebody fills.
    pub slots: Vec<SlotView>,
    /// Each number drawn, in order.
    pub calls: Vec<CallView>,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotView {
    /// The prize; none for a reserve.
    pub prize: Option<String>,
    /// The ticket, counted from 1.
    pub ticket: String,
    /// The beginning of the holder's tag.
    pub holder: String,
    /// What became of it.
    pub ended: Ended,
}

/// What became of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As it was drawn.
    Holds,
    /// A reserve that moved up for somebody who was skipped.
    Moved,
    /// Its winner was skipped.
    Skipped,
}

/// A number drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// The ticket, counted from 1.
    pub ticket: String,
    /// `selected`, `void` or `chosen`.
    pub outcome: &'static str,
}

/// The page of a draw.
#[must_use]
pub fn draw_html(model: &DrawModel) -> String {
    let context = Context::on_server(&model.page.campaign.frame);
    html(|| draw(&context, model))
}
