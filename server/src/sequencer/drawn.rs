//! How does a contest end? Once it is sealed and its round is out, the result follows; it is written once.

use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::leaf::{Body, DrawResult, Leaf, RegistryBody, RegistryLeaf};
use fanfare_shared::log::origin::LogOrigin;

use super::Desk;
use super::draft::Draft;
use crate::store::ReadError;
use crate::store::record::contest::ResultRecord;
use crate::store::record::{LogId, Record};
use crate::store::state::key::Key;
use crate::store::state::rows::ActivityRow;

/// A contest that was drawn; its leaves are not there yet.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    pub(crate) activity: ActivityId,
    /// The round's signature, checked.
    pub(crate) signature: String,
    pub(crate) result: DrawResult,
}

/// Appends the result in the contest's log and in the registry, unless it is there.
pub(super) fn publish(desk: &Desk, draft: &mut Draft<'_>, drawing: &Drawing) -> Result<(), ReadError> {
    let Drawing { activity, signature, result } = drawing;
    let row: ActivityRow = draft.overlay.expect(&Key::activity(activity))?;
    let waits = row.contest.as_ref().is_some_and(|contest| contest.drawn.is_none());
    if row.sealed.is_none() || !waits {
        return Ok(());
    }
    let (log, registry) = (LogId::Activity(activity.clone()), LogId::Registry(row.brand.clone()));
    let at = draft.leaf_time(&[&log, &registry])?;
    let leaf = Leaf { activity: activity.clone(), at, body: Body::Result(*result) }.encode();
    let origin = LogOrigin { host: desk.host.clone(), activity: activity.clone() };
    let body = RegistryBody::Result { log: origin, rules: row.rules, slots: result.slots };
    let record = ResultRecord {
        activity: activity.clone(),
        brand: row.brand,
        signature: signature.clone(),
        at: at.0,
        leaf,
        registry: RegistryLeaf { at, body }.encode(),
    };
    draft.append(Record::Result(Box::new(record)), None)?;
    Ok(())
}
