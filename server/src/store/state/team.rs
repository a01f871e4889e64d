//! What does a record of the team change? Entries as they stand in it, and the end of the audit log.

use super::key::Key;
use super::overlay::Overlay;
use super::rows::TeamRow;
use crate::store::ReadError;
use crate::store::record::team::{AuditHead, Kept, TeamRecord};

/// Applies it. Sealed entries stay sealed: the state holds nothing that outlives a person's key.
pub(super) fn record(overlay: &mut Overlay<'_>, seq: u64, record: &TeamRecord) -> Result<(), ReadError> {
    for change in &record.changes {
        let key = Key::team(change.table, &change.key);
        let Some(kept) = &change.value else {
            overlay.remove(key);
            continue;
        };
        if let Kept::Sealed(sealed) = kept {
            let taken: u64 = overlay.row(&Key::people())?.unwrap_or(0);
            overlay.put(Key::people(), &taken.max(sealed.slot + 1))?;
        }
        overlay.put(key, &TeamRow { version: seq, kept: kept.clone() })?;
    }
    for slot in &record.forgotten {
        overlay.put_bytes(Key::erased(*slot), Vec::new());
    }
    let Some(line) = &record.line else { return Ok(()) };
    let head: AuditHead = overlay.row(&Key::audit_head())?.unwrap_or_default();
    let Some(after) = head.after(line) else {
        return Err(ReadError(format!(
            "line {} of the audit log does not follow the one before",
            head.lines
        )));
    };
    overlay.put_bytes(Key::audit(head.lines), line.clone());
    overlay.put(Key::audit_head(), &after)
}
