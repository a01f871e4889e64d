//! Every log of the journal, leaf by leaf: grammar and place (the verifier's own state machine), sizes, roots.

use std::collections::BTreeMap;
use std::path::Path;

use fanfare_shared::ids::BrandId;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Body, Custody, Leaf, RegistryLeaf};
use fanfare_shared::log::merkle;
use fanfare_shared::log::tree::Tree;
use fanfare_shared::verify::LogState;

use super::{Part, Report};
use crate::store::memory::MemoryRows;
use crate::store::record::contest::EntryRecord;
use crate::store::record::{BallotRecord, Frame, LogId, Record, WithdrawRecord};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::LogRow;

/// The logs as the journal tells them.
#[derive(Default)]
pub(super) struct Logs {
    logs: BTreeMap<LogId, OneLog>,
}

#[derive(Default)]
struct OneLog {
    tree: Tree,
    /// Of an activity only.
    state: LogState,
    /// The roots that were, or were about to be, signed.
    roots: BTreeMap<u64, Hash>,
}

impl Logs {
    /// Reads the leaves of one frame.
    pub(super) fn read(&mut self, frame: &Frame, folder: &Path, report: &mut Report) {
        for record in &frame.records {
            if !fits(record) {
                let what = "a ballot's record and its leaf say different things";
                report.find(Part::Journal, folder, what);
            }
            for (log, leaf) in record.leaves() {
                let one = self.logs.entry(log.clone()).or_default();
                let index = one.tree.size();
                one.tree.append(merkle::leaf_hash(leaf));
                report.leaves += 1;
                let refused = match &log {
                    LogId::Activity(_) => one.state.apply_bytes(leaf).err().map(|it| it.reason.to_owned()),
                    LogId::Registry(_) => RegistryLeaf::decode(leaf).err().map(|it| it.to_string()),
                };
                if let Some(reason) = refused {
                    let what = format!("leaf {index} of {} may not stand there: {reason}", name(&log));
                    report.find(Part::Journal, folder, what);
                }
            }
        }
        for head in &frame.heads {
            let one = self.logs.entry(head.log.clone()).or_default();
            let root = Hash::new(head.root);
            if (one.tree.size(), one.tree.root()) != (head.size, root) {
                let what = format!("the root of {} at size {} is another one", name(&head.log), head.size);
                report.find(Part::Journal, folder, what);
            }
            one.roots.insert(head.size, root);
        }
    }

    /// Compares the heads with the rows made from them.
    pub(super) fn finish(&self, rebuilt: &MemoryRows, folder: &Path, report: &mut Report) {
        report.logs = self.logs.len() as u64;
        for (log, one) in &self.logs {
            let row = overlay::row::<LogRow>(rebuilt, &Key::log(log)).ok().flatten();
            if row.is_none_or(|row| row.size != one.tree.size()) {
                let what = format!("{} has another number of leaves than its head says", name(log));
                report.find(Part::Journal, folder, what);
            }
        }
    }

    /// The root of a log at a size that was signed.
    pub(super) fn root(&self, host: &str, origin: &str, size: u64) -> Option<Hash> {
        let path = origin.strip_prefix(host)?;
        let log = match (path.strip_prefix("/log/a/"), path.strip_prefix("/log/registry/")) {
            (Some(id), _) => LogId::Activity(id.parse().ok()?),
            (None, Some(brand)) => LogId::Registry(brand.parse::<BrandId>().ok()?),
            (None, None) => return None,
        };
        self.logs.get(&log)?.roots.get(&size).copied()
    }
}

/// Whether the fields of an act's record are those of its leaf.
fn fits(record: &Record) -> bool {
    match record {
        Record::Ballot(record) => ballot_fits(record),
        Record::Written(record) => ballot_fits(&record.ballot),
        Record::Withdraw(WithdrawRecord { activity, holder, at, leaf, .. }) => {
            let Ok(Leaf { activity: of, at: time, body: Body::Withdraw(it) }) = Leaf::decode(leaf) else {
                return false;
            };
            of == *activity && time.0 == *at && it.holder.bytes() == holder
        }
        Record::Entry(record) => {
            let EntryRecord { activity, holder, server, at, leaf, .. } = &**record;
            let Ok(Leaf { activity: of, at: time, body: Body::Entry(it) }) = Leaf::decode(leaf) else {
                return false;
            };
            let custody = (it.held.custody == Custody::Server) == *server;
            of == *activity && time.0 == *at && it.held.holder.bytes() == holder && custody
        }
        Record::Installation(_)
        | Record::Campaign(_)
        | Record::Open(_)
        | Record::Amend(_)
        | Record::Seal(_)
        | Record::Opening(_)
        | Record::Tally(_)
        | Record::Erase(_)
        | Record::Team(_)
        | Record::Result(_)
        | Record::Measure(_) => true,
    }
}

fn ballot_fits(record: &BallotRecord) -> bool {
    let BallotRecord { activity, holder, revision, lock, at, leaf, .. } = record;
    let Ok(Leaf { activity: of, at: time, body: Body::Ballot(ballot) }) = Leaf::decode(leaf) else {
        return false;
    };
    of == *activity
        && time.0 == *at
        && ballot.revision == *revision
        && ballot.held.holder.bytes() == holder
        && ballot.held.lock.bytes() == lock
}

fn name(log: &LogId) -> String {
    match log {
        LogId::Activity(id) => format!("the log of activity {id}"),
        LogId::Registry(id) => format!("the registry of {id}"),
    }
}
