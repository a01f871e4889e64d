//! Tags and their locks: was every change made by the one who held the key?

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::{Checked, LeafRefusal, refuse};
use super::step::Step;
use crate::ids::{ActivityId, HolderTag, Lock};
use crate::log::commitment;
use crate::log::leaf::{Custody, Held, Withdraw};

/// Every tag of a log with its last lock.
#[derive(Debug, Clone, Default)]
pub(super) struct Holders {
    holders: BTreeMap<HolderTag, Holder>,
    /// Every lock that ever stood in the log.
    locks: BTreeSet<Lock>,
}

#[derive(Debug, Clone)]
struct Holder {
    lock: Lock,
    custody: Custody,
    withdrawn: bool,
    acts: Vec<u64>,
}

impl Holders {
    pub(super) fn count(&self) -> u64 {
        self.holders.len() as u64
    }

    pub(super) fn knows(&self, holder: HolderTag) -> bool {
        self.holders.contains_key(&holder)
    }

    /// A first leaf brings a new lock; a later one repeats it, or opens it and brings a new one (a support always).
    pub(super) fn check_lock(&self, activity: &ActivityId, held: &Held, support: bool) -> Checked {
        let used = self.locks.contains(&held.lock);
        match (self.holders.get(&held.holder), &held.unlock) {
            (None, Some(_)) => refuse(Step::Locks, "nothing to unlock"),
            (None, None) if used => refuse(Step::Locks, "a lock belongs to one holder"),
            (None, None) => Ok(()),
            (Some(holder), _) if holder.withdrawn => refuse(Step::Locks, "no act after a withdrawal"),
            (Some(_), None) if support => refuse(Step::Locks, "`unlock` from the second support"),
            (Some(holder), None) if held.lock == holder.lock && held.custody == holder.custody => Ok(()),
            (Some(_), None) => refuse(Step::Locks, "another lock or custody without `unlock`"),
            (Some(holder), Some(key)) if commitment::lock(activity, key) != holder.lock => {
                refuse(Step::Locks, "not the key of the holder's lock")
            }
            (Some(_), Some(_)) if used => refuse(Step::Locks, "a lock is used once"),
            (Some(_), Some(_)) => Ok(()),
        }
    }

    pub(super) fn take(&mut self, index: u64, held: &Held) {
        self.locks.insert(held.lock);
        let new = Holder { lock: held.lock, custody: held.custody, withdrawn: false, acts: Vec::new() };
        let holder = self.holders.entry(held.holder).or_insert(new);
        (holder.lock, holder.custody) = (held.lock, held.custody);
        holder.acts.push(index);
    }

    /// The acts of the one who withdraws.
    pub(super) fn withdraw(
        &mut self,
        activity: &ActivityId,
        withdraw: &Withdraw,
    ) -> Result<&[u64], LeafRefusal> {
        let refused = |reason| LeafRefusal { step: Step::Locks, reason };
        let holder = self.holders.get_mut(&withdraw.holder).ok_or(refused("an unknown holder"))?;
        if holder.withdrawn {
            return Err(refused("already withdrawn"));
        }
        if commitment::lock(activity, &withdraw.unlock) != holder.lock {
            return Err(refused("not the key of the holder's lock"));
        }
        holder.withdrawn = true;
        Ok(&holder.acts)
    }
}
