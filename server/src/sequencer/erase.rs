//! What is forgotten with a person? Every link from the person to a holder, in all activities.

use fanfare_shared::ids::ActivityId;

use super::draft::Draft;
use crate::store::record::{Bytes32, EraseRecord, LogId, Record};
use crate::store::state::key::Key;
use crate::store::state::rows::{HolderRow, LeafRow, PersonRow};
use crate::store::{ReadError, View};

/// Forgets a person: one record for each holder. Gives the slots of the keys to destroy.
pub(super) fn decide(
    draft: &mut Draft<'_>,
    view: &dyn View,
    person: &Bytes32,
) -> Result<Vec<u64>, ReadError> {
    let mut slots = Vec::new();
    for row in view.scan(&Key::activities(), &Key::activities()) {
        let id = row?.0.first_text().and_then(|id| id.parse::<ActivityId>().ok());
        let activity = id.ok_or_else(|| ReadError("a row of an activity has no id".to_owned()))?;
        let person: Option<PersonRow> = draft.overlay.row(&Key::person(&activity, person))?;
        for HolderRow { slot, acts } in person.unwrap_or_default().holders {
            let index = acts.first().copied().unwrap_or_default();
            let log = LogId::Activity(activity.clone());
            let first: LeafRow = draft.overlay.expect(&Key::leaf(&log, index))?;
            let act = first.act().ok_or_else(|| ReadError(format!("leaf {index} is no act")))?;
            slots.push(slot);
            let record = EraseRecord { activity: activity.clone(), holder: act.holder, slot };
            draft.append(Record::Erase(record), None)?;
        }
    }
    Ok(slots)
}
