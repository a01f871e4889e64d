//! A leaf of a brand's registry: which logs there are, and where each one ends.

use super::{Code, LeafError};
use crate::log::hash::Hash;
use crate::log::lines::{Bytes32, Lines, Writer};
use crate::log::origin::LogOrigin;
use crate::time::Timestamp;

/// Bytes of a registry leaf.
pub const REGISTRY_LEAF_BYTES: usize = 2 * 1024;

/// One leaf of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryLeaf {
    /// When it was appended, to the minute.
    pub at: Timestamp,
    /// What it says.
    pub body: RegistryBody,
}

/// What a registry leaf says. `rules` is always `H(bytes of leaf 0)` of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryBody {
    /// A log begins.
    Open {
        /// The log.
        log: LogOrigin,
        /// Its rules.
        rules: Hash,
    },
    /// A log ends.
    Seal {
        /// The log.
        log: LogOrigin,
        /// Its rules.
        rules: Hash,
        /// Leaves, the seal included.
        size: u64,
        /// The root over them.
        root: Hash,
    },
    /// A draw's outcome.
    Result {
        /// The log.
        log: LogOrigin,
        /// Its rules.
        rules: Hash,
        /// Hash of the slots text.
        slots: Hash,
    },
    /// A log that comes to nothing.
    Cancel {
        /// The log.
        log: LogOrigin,
        /// Its rules.
        rules: Hash,
        /// Why.
        reason: Code,
    },
    /// The installation's next signing key.
    Key {
        /// Ed25519.
        key: Bytes32,
        /// From when.
        from: Timestamp,
    },
}

impl RegistryLeaf {
    /// The leaf's only bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let head = |verb| Writer::new(&format!("fanfare-registry/v1 {verb}")).line("at", &self.at);
        let of_log = |verb, log, rules| head(verb).line("log", log).line("rules", rules);
        let to = match &self.body {
            RegistryBody::Open { log, rules } => of_log("open", log, rules),
            RegistryBody::Seal { log, rules, size, root } => {
                of_log("seal", log, rules).line("size", size).line("root", root)
            }
            RegistryBody::Result { log, rules, slots } => of_log("result", log, rules).line("slots", slots),
            RegistryBody::Cancel { log, rules, reason } => {
                of_log("cancel", log, rules).line("reason", reason)
            }
            RegistryBody::Key { key, from } => head("key").line("key", key).line("from", from),
        };
        to.finish().into_bytes()
    }

    /// What these bytes say.
    ///
    /// # Errors
    /// They are not, byte for byte, a registry leaf of the grammar.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        let mut lines = Lines::new(bytes, REGISTRY_LEAF_BYTES)?;
        let verb = lines.text("fanfare-registry/v1")?;
        let at = lines.take("at")?;
        let body = if verb == "key" {
            RegistryBody::Key { key: lines.take("key")?, from: lines.take("from")? }
        } else {
            let (log, rules) = (lines.take("log")?, lines.take("rules")?);
            match verb {
                "open" => RegistryBody::Open { log, rules },
                "seal" => {
                    RegistryBody::Seal { log, rules, size: lines.take("size")?, root: lines.take("root")? }
                }
                "result" => RegistryBody::Result { log, rules, slots: lines.take("slots")? },
                "cancel" => RegistryBody::Cancel { log, rules, reason: lines.take("reason")? },
                _ => return Err(lines.error("unknown type")),
            }
        };
        lines.end()?;
        Ok(Self { at, body })
    }
}
