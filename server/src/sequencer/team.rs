//! May this change of the team's tables stand? Only if every entry it was made from is still the same; then it stands
//! as a whole, with its line of the audit log.

use std::collections::BTreeMap;

use super::Desk;
use super::draft::Draft;
use crate::engine::{AuditNote, TeamError, TeamProposal, TeamValue, Whose, place_of};
use crate::store::ReadError;
use crate::store::record::Record;
use crate::store::record::team::{AuditHead, AuditLine, Kept, TeamChange, TeamRecord};
use crate::store::state::key::Key;
use crate::store::state::rows::TeamRow;

/// Decides a change and appends it to the draft. Gives its sequence number, the version of what it wrote.
pub(super) fn decide(
    desk: &Desk,
    draft: &mut Draft<'_>,
    proposal: &TeamProposal,
) -> Result<Result<u64, TeamError>, ReadError> {
    for (table, key, version) in &proposal.expected {
        let row: Option<TeamRow> = draft.overlay.row(&Key::team(*table, key))?;
        if row.map(|row| row.version) != *version {
            return Ok(Err(TeamError::Changed));
        }
    }
    let mut fresh = BTreeMap::new();
    let mut next: u64 = draft.overlay.row(&Key::people())?.unwrap_or(0);
    let mut changes = Vec::new();
    for (table, key, value) in &proposal.changes {
        let value = match value {
            None => None,
            Some(TeamValue::Plain(bytes)) => Some(Kept::Plain(bytes.clone())),
            Some(TeamValue::Personal(whose, bytes)) => {
                let slot = match whose {
                    Whose::Slot(slot) => Ok(*slot),
                    Whose::New(number) => match fresh.get(number) {
                        Some(slot) => Ok(*slot),
                        None => desk.keys.people().reserve(next, &desk.entropy).inspect(|slot| {
                            fresh.insert(*number, *slot);
                            next = slot + 1;
                        }),
                    },
                };
                let sealed = slot.and_then(|slot| {
                    let place = place_of(*table, key);
                    desk.keys.people().seal_bytes(&place, slot, bytes, desk.entropy.bytes())
                });
                match sealed {
                    Ok(sealed) => Some(Kept::Sealed(sealed)),
                    Err(reason) => return Ok(Err(TeamError::NotCommitted(reason))),
                }
            }
        };
        changes.push(TeamChange { table: *table, key: key.clone(), value });
    }
    let line = proposal.note.as_ref().map(|note| line(draft, note)).transpose()?;
    let forgotten = proposal.forgotten.clone();
    draft.append(Record::Team(Box::new(TeamRecord { line, changes, forgotten })), None).map(Ok)
}

/// Appends a line alone: of something that was done elsewhere in the same commit.
pub(super) fn note(draft: &mut Draft<'_>, note: &AuditNote) -> Result<(), ReadError> {
    let line = Some(line(draft, note)?);
    let record = TeamRecord { line, changes: Vec::new(), forgotten: Vec::new() };
    draft.append(Record::Team(Box::new(record)), None).map(drop)
}

/// The next line of the audit log.
fn line(draft: &Draft<'_>, note: &AuditNote) -> Result<Vec<u8>, ReadError> {
    let AuditHead { lines: n, last: prev } = draft.overlay.row(&Key::audit_head())?.unwrap_or_default();
    let AuditNote { actor, action, brand, subject, detail } = note.clone();
    let (at, token, action) = (draft.now.0, actor.token(), action.to_owned());
    let line = AuditLine { n, prev, at, actor: actor.to_string(), token, action, brand, subject, detail };
    line.encode().map_err(|error| ReadError(error.to_string()))
}
