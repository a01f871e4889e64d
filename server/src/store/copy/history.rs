//! What does a journal tell about the whole, read frame by frame? Whose it is, how far it reaches, the heads of all logs,
//! the documents it names; and whether it covers what was signed, or what an earlier copy held.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::origin::Host;
use serde::{Deserialize, Serialize};

use super::CopyError;
use crate::engine::published::origin;
use crate::keys::Identity;
use crate::keys::signer_state::SignerState;
use crate::store::journal::frame::RawFrame;
use crate::store::record::team::Kept;
use crate::store::record::{Frame, Installation, Record};

/// A log's size and root, by the name that its checkpoints carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogHead {
    /// The origin.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A place in the journal: a record that ends a frame, and that frame's hash, which stands for everything before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Sequence number of the frame's last record.
    pub seq: u64,
    /// Hash of the frame.
    pub frame: Hash,
}

/// What was read so far.
#[derive(Debug)]
pub struct History {
    /// The first record.
    pub installation: Option<Installation>,
    /// Where it ends.
    pub last: Place,
    /// Every document that a record names.
    pub documents: BTreeSet<Hash>,
    /// Slots of person keys that were destroyed.
    pub erased: BTreeSet<u64>,
    /// Slots of person keys that a record uses.
    pub slots: u64,
    heads: BTreeMap<String, (u64, Hash)>,
    host: Option<Host>,
    /// A place it must come past, and whether it did.
    wanted: Option<(Place, bool)>,
    /// What was signed for each log, and the root that this history has at that size.
    signed: BTreeMap<String, (u64, Hash, Option<Hash>)>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            installation: None,
            last: Place { seq: 0, frame: Hash::new([0; 32]) },
            documents: BTreeSet::new(),
            erased: BTreeSet::new(),
            slots: 0,
            heads: BTreeMap::new(),
            host: None,
            wanted: None,
            signed: BTreeMap::new(),
        }
    }
}

impl History {
    /// One that is held against an earlier copy, which ended at this place.
    #[must_use]
    pub fn past(place: Option<Place>) -> Self {
        Self { wanted: place.map(|place| (place, false)), ..Self::default() }
    }

    /// One that is held against what was signed with these keys.
    #[must_use]
    pub fn under(identity: Option<&Identity>) -> Self {
        let signer = identity.and_then(|identity| identity.signed.as_ref());
        let signed = signer.into_iter().flat_map(SignerState::origins);
        let signed = signed.map(|(origin, size, root)| (origin.to_owned(), (size, root, None)));
        Self { signed: signed.collect(), ..Self::default() }
    }

    /// Reads the next frame.
    ///
    /// # Errors
    /// Its body cannot be read.
    pub fn read(&mut self, raw: &RawFrame) -> Result<Frame, CopyError> {
        let frame = Frame::decode(raw.version, &raw.body);
        let frame = frame.map_err(|error| CopyError::Record { seq: raw.seq, error })?;
        self.add(&frame, Place { seq: raw.last_seq(), frame: raw.hash });
        Ok(frame)
    }

    /// Adds a frame that ends at this place.
    pub fn add(&mut self, frame: &Frame, end: Place) {
        for record in &frame.records {
            self.documents.extend(record.documents());
            match record {
                Record::Installation(installation) => {
                    self.host = installation.base.parse().ok();
                    self.installation = Some(installation.clone());
                }
                Record::Ballot(_) | Record::Written(_) | Record::Entry(_) => {
                    let taken = record.link().map_or(0, |(_, _, sealed)| sealed.slot + 1);
                    self.slots = self.slots.max(taken);
                }
                Record::Erase(erase) => {
                    self.erased.insert(erase.slot);
                }
                Record::Team(team) => {
                    let sealed = team.changes.iter().filter_map(|change| match &change.value {
                        Some(Kept::Sealed(sealed)) => Some(sealed.slot + 1),
                        Some(Kept::Plain(_)) | None => None,
                    });
                    self.slots = sealed.fold(self.slots, u64::max);
                    self.erased.extend(&team.forgotten);
                }
                Record::Campaign(_)
                | Record::Open(_)
                | Record::Amend(_)
                | Record::Withdraw(_)
                | Record::Seal(_)
                | Record::Opening(_)
                | Record::Tally(_)
                | Record::Result(_)
                | Record::Measure(_) => {}
            }
        }
        for head in &frame.heads {
            let Some(host) = &self.host else { continue };
            let (name, root) = (origin(host, &head.log), Hash::new(head.root));
            if let Some((size, _, found)) = self.signed.get_mut(&name)
                && *size == head.size
            {
                *found = Some(root);
            }
            self.heads.insert(name, (head.size, root));
        }
        if let Some((wanted, found)) = &mut self.wanted {
            *found |= *wanted == end;
        }
        self.last = end;
    }

    /// The heads of all logs, by origin.
    #[must_use]
    pub fn heads(&self) -> Vec<LogHead> {
        let heads = self.heads.iter();
        heads
            .map(|(origin, (size, root))| LogHead { origin: origin.clone(), size: *size, root: *root })
            .collect()
    }

    /// Whether it goes on from where an earlier copy ended.
    ///
    /// # Errors
    /// [`CopyError::Behind`], [`CopyError::Forked`].
    pub fn goes_on(&self, place: &Path) -> Result<(), CopyError> {
        let Some((wanted, false)) = self.wanted else { return Ok(()) };
        let place = place.display().to_string();
        if self.last.seq < wanted.seq {
            let what = format!(
                "it ends at record {}, but the copy there holds {}: records that were acknowledged are missing. The copy \
                 was left as it is; restore from it, or name a new folder if this store is meant to be older",
                self.last.seq, wanted.seq
            );
            return Err(CopyError::Behind { place, what });
        }
        let what = format!(
            "it tells another history than the copy there, which ends at record {}. The copy was left as it is; find \
             out which of the two visitors hold receipts of, or name a new folder",
            wanted.seq
        );
        Err(CopyError::Forked { place, what })
    }

    /// Whether it is of the installation that these keys belong to, and has everything that was signed with them.
    ///
    /// # Errors
    /// [`CopyError::Foreign`], [`CopyError::Behind`], [`CopyError::Forked`].
    pub fn fits(&self, place: &Path, identity: &Identity) -> Result<(), CopyError> {
        let place = place.display().to_string();
        if let Some(Installation { base, key }) = &self.installation
            && *key != identity.public
        {
            let ours = "the installation of the keys".to_owned();
            return Err(CopyError::Foreign { place, theirs: base.clone(), ours });
        }
        for (origin, (signed, root, found)) in &self.signed {
            let have = self.heads.get(origin).map_or(0, |(size, _)| *size);
            if have < *signed {
                let what = format!(
                    "the log `{origin}` has {have} leaves in it, but {signed} were signed: visitors hold receipts for \
                     acts that are missing, and a server on it would refuse to start, because signing would fork the \
                     log. Use a newer copy, or the journal of the disk that failed"
                );
                return Err(CopyError::Behind { place, what });
            }
            if *found != Some(*root) {
                let what = format!(
                    "the log `{origin}` has other leaves than were signed at size {signed}: a server on it would \
                     refuse to start, because signing would fork the log. Use the copy that belongs to these keys"
                );
                return Err(CopyError::Forked { place, what });
            }
        }
        Ok(())
    }
}
