//! What a brand's registry says about one log: where it opens and where it ends.

use crate::log::hash::Hash;
use crate::log::leaf::{RegistryBody, RegistryLeaf};
use crate::log::origin::LogOrigin;

/// A registry read to its end, for one log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegistryView {
    /// Index of the first `open`.
    pub open: Option<u64>,
    /// The first `seal`.
    pub seal: Option<RegisteredSeal>,
    /// The first `result`.
    pub result: Option<Hash>,
    /// Why the log comes to no result.
    pub refused: Option<String>,
    /// What changes nothing and must not be there.
    pub misconduct: Vec<String>,
    /// Whether the signing key changes somewhere.
    pub key_changes: bool,
}

/// Where a log ends, as registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisteredSeal {
    /// Index of the registry's leaf.
    pub index: u64,
    /// Leaves, the seal included.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl RegistryView {
    /// Reads all leaves of a registry for the log of this origin, whose leaf 0 has this hash.
    pub fn read<L: AsRef<[u8]>>(leaves: &[L], log: &LogOrigin, rules: &Hash) -> Self {
        let mut view = Self::default();
        for (index, bytes) in (0..).zip(leaves) {
            match RegistryLeaf::decode(bytes.as_ref()) {
                Ok(leaf) => view.take(index, leaf.body, log, rules),
                Err(error) => view.wrong(format!("leaf {index} of the registry is none: {error}")),
            }
        }
        view
    }

    fn take(&mut self, index: u64, leaf: RegistryBody, of: &LogOrigin, opened: &Hash) {
        match leaf {
            RegistryBody::Key { .. } => self.key_changes = true,
            RegistryBody::Open { log, rules } if log == *of => {
                if self.open.is_some() {
                    self.misconduct.push(format!("leaf {index} of the registry opens the log again"));
                } else if rules == *opened {
                    self.open = Some(index);
                } else {
                    self.wrong(format!("leaf {index} of the registry opens the log with other rules"));
                }
            }
            RegistryBody::Seal { log, rules, size, root } if log == *of => {
                if self.seal.is_some() {
                    self.misconduct.push(format!("leaf {index} of the registry seals the log again"));
                } else if self.open.is_none() || rules != *opened {
                    self.wrong(format!("leaf {index} of the registry seals a log it did not open"));
                } else {
                    self.seal = Some(RegisteredSeal { index, size, root });
                }
            }
            RegistryBody::Result { log, rules, slots } if log == *of => {
                if self.seal.is_none() || self.result.is_some() || rules != *opened {
                    self.misconduct.push(format!("leaf {index} of the registry is a result out of place"));
                } else {
                    self.result = Some(slots);
                }
            }
            RegistryBody::Cancel { log, .. } if log == *of => {
                self.wrong(format!("leaf {index} of the registry cancels the log"));
            }
            RegistryBody::Open { .. }
            | RegistryBody::Seal { .. }
            | RegistryBody::Result { .. }
            | RegistryBody::Cancel { .. } => {}
        }
    }

    /// Before the first seal there is no result; after it nothing changes.
    fn wrong(&mut self, what: String) {
        if self.seal.is_some() {
            self.misconduct.push(what);
        } else {
            self.refused.get_or_insert(what);
        }
    }
}
