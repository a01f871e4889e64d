//! Every act of an activity, one after the other, for those who take them out of the house.

use std::ops::ControlFlow;

use fanfare_shared::ids::{ActivityId, HolderTag};
use fanfare_shared::time::Timestamp;

use super::{Engine, LogId, ReadError};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{LeafRow, LogRow, Standing};

/// An act as an export has it. Nothing in it names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActLine {
    /// Index of its leaf.
    pub index: u64,
    /// The leaf's time.
    pub at: Timestamp,
    /// The holder's tag.
    pub holder: HolderTag,
    /// 1 and more for a ballot, 0 for a withdrawal.
    pub revision: u64,
    /// `counted`, `superseded` or `withdrawn`.
    pub standing: &'static str,
    /// Encoded answers, one for each question in the definition's order; none for a withdrawal. A text that was erased is
    /// empty.
    pub answers: Vec<String>,
}

impl Engine {
    /// Calls with every act, in the log's order, until told to stop.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_act(
        &self,
        activity: &ActivityId,
        mut visit: impl FnMut(ActLine) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let view = &*self.inner.view;
        let log = LogId::Activity(activity.clone());
        // What comes meanwhile is for the next export.
        let size = overlay::row::<LogRow>(view, &Key::log(&log))?.map_or(0, |log| log.size);
        for index in 0..size {
            let key = Key::leaf(&log, index);
            let row: LeafRow = overlay::expect(view, &key)?;
            let Some(act) = row.act() else { continue };
            let standing = match act.standing {
                Standing::Counted => "counted",
                Standing::Superseded => "superseded",
                Standing::Withdrawn => "withdrawn",
            };
            let line = ActLine {
                index,
                at: act.at,
                holder: HolderTag::new(act.holder),
                revision: act.revision,
                standing,
                answers: self.inner.opened(activity, &act)?.answers,
            };
            if visit(line).is_break() {
                break;
            }
        }
        Ok(())
    }
}
