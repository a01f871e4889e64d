//! What has to be true before anything is signed? The installation is the one its first record says, erased keys are
//! gone, and no log is behind what was signed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::merkle;
use fanfare_shared::log::origin::{Host, LogOrigin, RegistryOrigin};
use fanfare_shared::log::tree::Tree;

use super::open::OpenError;
use super::{LogId, ReadError};
use crate::keys::Keys;
use crate::store::record::{Frame, Installation, Record};
use crate::store::state::key::Key;
use crate::store::state::overlay::{self, Overlay};
use crate::store::state::rows::ActivityRow;
use crate::store::state::{apply, tree};
use crate::store::{Decided, Store, View};

/// The host of this installation: fixed by its first record, which is written here at the first start.
pub(super) fn installation<S: Store>(
    store: &mut S,
    view: &dyn View,
    keys: &Keys,
    keys_folder: &Path,
    base: Option<String>,
) -> Result<Host, OpenError> {
    let host = |base: &str| base.parse::<Host>().map_err(|_| OpenError::BadBase(base.to_owned()));
    let known: Option<Installation> = overlay::row(view, &Key::installation())?;
    if let Some(known) = known {
        if let Some(given) = base.filter(|given| *given != known.base) {
            return Err(OpenError::OtherBase { fixed: known.base, given });
        }
        if known.key != keys.signer().public() {
            return Err(OpenError::OtherKey(keys_folder.to_owned()));
        }
        return host(&known.base);
    }
    let base = base.ok_or(OpenError::NoBase)?;
    let host = host(&base)?;
    let documents = store.documents();
    let record = Record::Installation(Installation { base, key: keys.signer().public() });
    let written = store.commit(&mut |view, seq| {
        let mut overlay = Overlay::over(view);
        apply::record(&mut overlay, &*documents, seq, &record, None)?;
        let frame = Frame { records: vec![record.clone()], heads: Vec::new() };
        Ok(Some(Decided { frame, changes: overlay.into_changes() }))
    });
    written.map_err(|error| OpenError::Write(error.to_string()))?;
    Ok(host)
}

/// Destroys again what was erased: a halt may have come between the record and the key, and a restored file of keys
/// may be older than the erasure.
pub(super) fn destroy_again(view: &dyn View, keys: &Keys) -> Result<(), OpenError> {
    let mut slots = Vec::new();
    for row in view.scan(&Key::erased_all(), &Key::erased_all()) {
        slots.extend(row?.0.last_number());
    }
    keys.people().destroy(&slots).map_err(OpenError::Write)
}

pub(super) fn activities(view: &dyn View) -> Result<Vec<ActivityId>, ReadError> {
    let mut ids = Vec::new();
    for row in view.scan(&Key::activities(), &Key::activities()) {
        ids.extend(row?.0.first_text().and_then(|id| id.parse().ok()));
    }
    Ok(ids)
}

/// The growing edges of all logs.
pub(super) fn trees(view: &dyn View) -> Result<BTreeMap<LogId, Arc<Tree>>, ReadError> {
    let mut brands = BTreeSet::new();
    let mut logs = Vec::new();
    for id in activities(view)? {
        let row: ActivityRow = overlay::expect(view, &Key::activity(&id))?;
        brands.insert(row.brand);
        logs.push(LogId::Activity(id));
    }
    logs.extend(brands.into_iter().map(LogId::Registry));
    logs.into_iter().map(|log| tree::load(view, &log).map(|tree| (log, Arc::new(tree)))).collect()
}

/// Compares the logs with what was signed last: behind it, nothing may be signed any more.
pub(super) fn check_signed(
    view: &dyn View,
    keys: &Keys,
    host: &Host,
    trees: &BTreeMap<LogId, Arc<Tree>>,
) -> Result<(), OpenError> {
    let signed = keys.signed();
    for (origin, size, root) in signed.origins() {
        let tree = log_of(host, origin).and_then(|log| Some((trees.get(&log)?, log)));
        let have = tree.as_ref().map_or(0, |(tree, _)| tree.size());
        let Some((tree, log)) = tree.filter(|_| size <= have) else {
            return Err(OpenError::SignerAhead { origin: origin.to_owned(), have, signed: size });
        };
        let tiles = |level: u8, n: u64| tree::full_tile(view, &log, level, n);
        let found: Hash =
            merkle::root(&tree.over(tiles), size).map_err(|error| ReadError(format!("{origin}: {error}")))?;
        if found != root {
            return Err(OpenError::Forked { origin: origin.to_owned(), signed: size });
        }
    }
    Ok(())
}

/// The log behind an origin of ours.
pub(super) fn log_of(host: &Host, origin: &str) -> Option<LogId> {
    if let Ok(LogOrigin { host: of, activity }) = origin.parse::<LogOrigin>() {
        return (of == *host).then_some(LogId::Activity(activity));
    }
    let RegistryOrigin { host: of, brand } = origin.parse().ok()?;
    (of == *host).then_some(LogId::Registry(brand))
}
