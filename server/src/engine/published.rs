//! What may readers see without asking the store? The picture as of the last commit: campaigns, activities, counts,
//! and for each log the last signed checkpoint with the growing edge that proofs are made from.
//!
//! Written by the committer after each commit and before its answers; read by everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use fanfare_shared::campaign::Campaign;
use fanfare_shared::ids::{ActivityId, CampaignId, Slug};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Body, KindRules, Leaf};
use fanfare_shared::log::origin::{Host, LogOrigin, RegistryOrigin};
use fanfare_shared::log::tree::Tree;
use fanfare_shared::time::Timestamp;
use tokio::sync::{broadcast, watch};

use super::proofs::{LogMemory, TileNodes};
use super::types::{ActivityState, CampaignState, ContestState, Health};
use crate::keys::Keys;
use crate::store::documents::Documents;
use crate::store::record::{Head, LogId};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActivityRow, CampaignRow, ContestRow, LeafRow, TallyRow};
use crate::store::{Definitions, ReadError, View};

/// Changes that a slow listener may lag behind before it has to look at everything again.
const CHANGES: usize = 1024;
/// The public view of an open activity's log advances at most so often, in seconds (`docs/PROTOCOL.md`, 2).
const PUBLIC_EVERY: u64 = 60;

/// A signed checkpoint of a log.
#[derive(Debug)]
pub(crate) struct Signed {
    /// Leaves.
    pub(crate) size: u64,
    /// The signed note.
    pub(crate) note: String,
}

/// A log as of a signed checkpoint.
#[derive(Debug)]
pub(crate) struct LogHead {
    /// Leaves.
    pub(crate) size: u64,
    /// The signed note.
    pub(crate) note: String,
    /// The growing edge.
    pub(crate) tree: Arc<Tree>,
    /// What is kept for proofs of this log, whatever its size.
    pub(crate) memory: Arc<LogMemory>,
    /// The hashes inside the growing edge, made by the first who needs a proof.
    edge: OnceLock<Vec<TileNodes>>,
}

impl LogHead {
    /// What is signed.
    pub(crate) fn signed(&self) -> Signed {
        Signed { size: self.size, note: self.note.clone() }
    }

    /// The complete subtrees of the unfinished tile of each level.
    pub(crate) fn edge(&self) -> &[TileNodes] {
        self.edge.get_or_init(|| self.tree.edge().iter().map(|tile| TileNodes::of(tile)).collect())
    }
}

/// The picture.
#[derive(Debug)]
pub(crate) struct Published {
    campaigns: RwLock<BTreeMap<CampaignId, Arc<CampaignState>>>,
    activities: RwLock<BTreeMap<ActivityId, Arc<ActivityState>>>,
    tallies: RwLock<BTreeMap<ActivityId, Arc<TallyRow>>>,
    notes: RwLock<BTreeMap<LogId, (u64, String)>>,
    logs: RwLock<BTreeMap<LogId, Arc<LogHead>>>,
    /// What the public sees of each log, and since when.
    public: Mutex<BTreeMap<LogId, (Arc<LogHead>, Timestamp)>>,
    changes: broadcast::Sender<ActivityId>,
    health: watch::Sender<Health>,
    /// Why acts are refused at the moment, although reads go on.
    lacking: RwLock<Option<String>>,
}

impl Published {
    pub(crate) fn new(notes: Vec<String>) -> Self {
        Self {
            campaigns: RwLock::default(),
            activities: RwLock::default(),
            tallies: RwLock::default(),
            notes: RwLock::default(),
            logs: RwLock::default(),
            public: Mutex::default(),
            changes: broadcast::Sender::new(CHANGES),
            health: watch::Sender::new(Health::Ready { notes }),
            lacking: RwLock::default(),
        }
    }

    /// Records what is about to be signed, then signs it.
    pub(crate) fn sign(&self, keys: &Keys, host: &Host, heads: &[Head]) -> Result<(), String> {
        let heads: Vec<(LogId, Checkpoint)> = heads
            .iter()
            .map(|head| {
                let origin = origin(host, &head.log);
                (head.log.clone(), Checkpoint { origin, size: head.size, root: Hash::new(head.root) })
            })
            .collect();
        let states: Vec<_> = heads.iter().map(|(_, it)| (it.origin.clone(), it.size, it.root)).collect();
        let recorded = keys.signed().record(&states);
        recorded.map_err(|error| format!("the signer's state could not be written: {error}"))?;
        for (log, checkpoint) in heads {
            let note = checkpoint.sign(keys.signer()).map_err(|error| error.to_string())?;
            write(&self.notes).insert(log, (checkpoint.size, note));
        }
        Ok(())
    }

    /// Shows a log with the checkpoint that was just signed.
    pub(crate) fn grow(&self, log: &LogId, tree: Arc<Tree>) {
        let note = read(&self.notes).get(log).cloned();
        if let Some((size, note)) = note.filter(|(size, _)| *size == tree.size()) {
            let memory = self.newest(log).map(|head| Arc::clone(&head.memory)).unwrap_or_default();
            let head = LogHead { size, note, tree, memory, edge: OnceLock::new() };
            write(&self.logs).insert(log.clone(), Arc::new(head));
        }
    }

    /// Reads again what a commit may have changed about these activities. Gives whether more than their counts did.
    pub(crate) fn refresh(
        &self,
        view: &dyn View,
        documents: &Documents,
        host: &Host,
        touched: &[ActivityId],
    ) -> Result<bool, ReadError> {
        let mut changed = false;
        for id in touched {
            let row: ActivityRow = overlay::expect(view, &Key::activity(id))?;
            let known = self.activity(id);
            let drawn = row.contest.as_ref().and_then(|contest| contest.drawn.as_ref());
            let same = known.is_some_and(|known| {
                known.sealed == row.sealed
                    && known.definition_hash == row.definition
                    && known.contest.as_ref().and_then(|contest| contest.drawn.as_ref()) == drawn
            });
            if !same {
                changed = true;
                let state = activity_state(view, documents, host, id, &row)?;
                write(&self.activities).insert(id.clone(), Arc::new(state));
            }
            let tally: TallyRow = overlay::expect(view, &Key::tally(id))?;
            write(&self.tallies).insert(id.clone(), Arc::new(tally));
        }
        Ok(changed)
    }

    /// Reads the campaigns again.
    pub(crate) fn refresh_campaigns(&self, view: &dyn View, documents: &Documents) -> Result<(), ReadError> {
        for row in view.scan(&Key::campaigns(), &Key::campaigns()) {
            let (key, bytes) = row?;
            let row: CampaignRow = overlay::decode(&key, &bytes)?;
            let id: Option<CampaignId> = key.first_text().and_then(|id| id.parse().ok());
            let Some(id) = id else { continue };
            if self.campaign(&id).is_some_and(|known| known.version == row.version) {
                continue;
            }
            let bytes = documents.get(&row.document)?;
            let bytes = bytes.ok_or_else(|| ReadError(format!("document {} is missing", row.document)))?;
            let campaign: Campaign = serde_json::from_slice(&bytes)
                .map_err(|error| ReadError(format!("document {}: {error}", row.document)))?;
            let state = CampaignState { campaign, version: row.version, activities: row.activities };
            write(&self.campaigns).insert(id, Arc::new(state));
        }
        Ok(())
    }

    /// Tells those who watch.
    pub(crate) fn announce(&self, touched: &[ActivityId]) {
        for id in touched {
            // Nobody watching is no error.
            let _ = self.changes.send(id.clone());
        }
    }

    /// Why no more acts are taken, if so.
    pub(crate) fn failure(&self) -> Option<String> {
        match &*self.health.borrow() {
            Health::NotReady(reason) => Some(reason.clone()),
            Health::Ready { .. } => None,
        }
    }

    /// Takes no more acts, for good. Gives whether it did until now.
    pub(crate) fn fail(&self, reason: &str) -> bool {
        self.health.send_if_modified(|health| {
            let first = matches!(health, Health::Ready { .. });
            if first {
                *health = Health::NotReady(reason.to_owned());
            }
            first
        })
    }

    /// Remembers why acts are refused at the moment, if they are.
    pub(crate) fn lack(&self, reason: Option<&str>) {
        *write(&self.lacking) =
            reason.map(|reason| format!("acts are refused and reads go on: {reason}. Make room"));
    }

    pub(crate) fn lacking(&self) -> Option<String> {
        read(&self.lacking).clone()
    }

    pub(crate) fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<ActivityId> {
        self.changes.subscribe()
    }

    pub(crate) fn campaign_ids(&self) -> Vec<CampaignId> {
        read(&self.campaigns).keys().cloned().collect()
    }

    pub(crate) fn campaign(&self, id: &CampaignId) -> Option<Arc<CampaignState>> {
        read(&self.campaigns).get(id).cloned()
    }

    pub(crate) fn activity_ids(&self) -> Vec<ActivityId> {
        read(&self.activities).keys().cloned().collect()
    }

    pub(crate) fn activity(&self, id: &ActivityId) -> Option<Arc<ActivityState>> {
        read(&self.activities).get(id).cloned()
    }

    /// Whether a campaign ever had an activity of this name.
    pub(crate) fn has_activity(&self, campaign: &CampaignId, name: &Slug) -> bool {
        read(&self.activities).values().any(|it| it.campaign == *campaign && it.name == *name)
    }

    pub(crate) fn tally(&self, id: &ActivityId) -> Option<Arc<TallyRow>> {
        read(&self.tallies).get(id).cloned()
    }

    /// The newest signed state of a log: what receipts are made from.
    pub(crate) fn newest(&self, log: &LogId) -> Option<Arc<LogHead>> {
        read(&self.logs).get(log).cloned()
    }

    /// What the public sees of a log. Until its seal an activity's log advances at most once a minute, so that nobody
    /// can tell from it who acted when; openings and tally are there at once, as is a registry.
    pub(crate) fn public(&self, log: &LogId, now: Timestamp) -> Option<Arc<LogHead>> {
        let newest = self.newest(log)?;
        let open = |id| read(&self.activities).get(id).is_some_and(|state| state.sealed.is_none());
        let mut public = self.public.lock().unwrap_or_else(PoisonError::into_inner);
        let held = public.get(log).filter(|(head, since)| match log {
            LogId::Activity(id) => {
                head.size == newest.size || open(id) && now.0.abs_diff(since.0) < PUBLIC_EVERY
            }
            LogId::Registry(_) => head.size == newest.size,
        });
        if let Some((head, _)) = held {
            return Some(Arc::clone(head));
        }
        public.insert(log.clone(), (Arc::clone(&newest), now));
        Some(newest)
    }

    /// When the activities that are not sealed close.
    pub(crate) fn closings(&self) -> BTreeSet<(Timestamp, ActivityId)> {
        let activities = read(&self.activities);
        let running = activities.values().filter(|state| state.sealed.is_none());
        running.filter_map(|state| Some((state.seals()?, state.id.clone()))).collect()
    }
}

/// The origin of a log.
pub(crate) fn origin(host: &Host, log: &LogId) -> String {
    match log {
        LogId::Activity(id) => LogOrigin { host: host.clone(), activity: id.clone() }.to_string(),
        LogId::Registry(id) => RegistryOrigin { host: host.clone(), brand: id.clone() }.to_string(),
    }
}

fn activity_state(
    view: &dyn View,
    documents: &Documents,
    host: &Host,
    id: &ActivityId,
    row: &ActivityRow,
) -> Result<ActivityState, ReadError> {
    let log = LogId::Activity(id.clone());
    let leaf0 = overlay::expect::<LeafRow>(view, &Key::leaf(&log, 0))?.leaf(&log);
    let rules = match Leaf::decode(&leaf0).map(|leaf| leaf.body) {
        Ok(Body::Rules(rules)) => rules.kind,
        Ok(_) | Err(_) => return Err(ReadError(format!("leaf 0 of {id} has no rules"))),
    };
    let contest = match (rules, &row.contest) {
        (KindRules::Contest(rules), Some(ContestRow { seals, drawn, .. })) => {
            Some(ContestState { rules, seals: *seals, drawn: drawn.clone() })
        }
        _ => None,
    };
    Ok(ActivityState {
        id: id.clone(),
        brand: row.brand.clone(),
        campaign: row.campaign.clone(),
        name: row.name.clone(),
        definition: (*documents.definition(&row.definition)?).clone(),
        definition_hash: row.definition,
        window: row.window,
        results: row.results,
        openings: row.openings,
        log_origin: origin(host, &log),
        leaf0,
        rules: row.rules,
        open_index: row.open_index,
        sealed: row.sealed,
        contest,
    })
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
