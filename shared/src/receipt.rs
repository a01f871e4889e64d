//! A receipt: one C2SP `tlog-proof@v1` text that shows that an act stands in a log.
//!
//! Reading one needs no cryptography; `verify::receipt` checks it. `extra` is not signed: whoever holds a receipt can
//! leave out its private part and share the rest.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;

use crate::ids::LockKey;
use crate::log::commitment::Salt;
use crate::log::hash::{Hash, from_base64};
use crate::log::lines::{GrammarError, Lines, Value as _, Writer};
use crate::log::opening::{read_bytes, write_bytes};

/// A receipt longer than this is none.
pub const RECEIPT_BYTES: usize = 256 * 1024;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A `tlog-proof@v1` text, whatever its `extra` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Unsigned bytes for the application.
    pub extra: Option<Vec<u8>>,
    /// The leaf's index.
    pub index: u64,
    /// Its inclusion path under the checkpoint.
    pub path: Vec<Hash>,
    /// A signed note.
    pub checkpoint: String,
}

/// The text is no `tlog-proof@v1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a tlog-proof@v1 text")]
pub struct TlogProofError;

/// Proof that a leaf stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The leaf's exact bytes.
    pub leaf: Vec<u8>,
    /// `H(bytes of leaf 0)`.
    pub rules: Hash,
    /// Index of the log's `open` leaf in the registry.
    pub open_index: u64,
    /// What only the holder has; left out when shared.
    pub private: Option<Private>,
    /// The leaf's index.
    pub index: u64,
    /// Its inclusion path under the checkpoint.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// What only the holder has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Private {
    /// `identity`, or one for each question in the definition's order.
    pub opens: Vec<Open>,
    /// Opens the leaf's lock; absent where the server keeps it.
    pub key: Option<LockKey>,
}

/// What a commitment was made of.
#[derive(Clone, PartialEq, Eq)]
pub struct Open {
    /// `identity`, or a question's id.
    pub name: String,
    /// The salt.
    pub salt: Salt,
    /// The bytes committed to.
    pub bytes: Vec<u8>,
}

/// Why a text is no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not the outer format.
    #[error(transparent)]
    Proof(#[from] TlogProofError),
    /// The outer format without a receipt in it.
    #[error("no receipt in it")]
    NoReceipt,
    /// Not the inner format.
    #[error(transparent)]
    Extra(#[from] GrammarError),
}

/// Answers never reach a log line.
impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Open({}, secret)", self.name)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;
    fn from_str(text: &str) -> Result<Self, TlogProofError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(TlogProofError)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError);
        }
        let extra = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            None => None,
            Some(extra) => {
                lines.next();
                Some(from_base64(extra).ok_or(TlogProofError)?)
            }
        };
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(u64::read);
        // A tree of 2^53 leaves has paths of 53 hashes.
        let path = lines.map(Hash::from_base64).collect::<Result<Vec<_>, _>>().ok().filter(|p| p.len() <= 53);
        Ok(Self {
            extra,
            index: index.ok_or(TlogProofError)?,
            path: path.ok_or(TlogProofError)?,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

impl Receipt {
    /// The same receipt to be shared: without what only the holder has.
    #[must_use]
    pub fn public(&self) -> Self {
        Self { private: None, ..self.clone() }
    }

    fn extra(&self) -> String {
        let mut to = Writer::new("fanfare-receipt/v1")
            .words("leaf", &[BASE64.encode(&self.leaf)])
            .line("rules", &self.rules)
            .line("open-index", &self.open_index);
        if let Some(private) = &self.private {
            for Open { name, salt, bytes } in &private.opens {
                to = to.words("open", &[name.clone(), salt.write(), write_bytes(bytes)]);
            }
            to = to.optional("key", private.key.as_ref());
        }
        to.finish()
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proof = TlogProof {
            extra: Some(self.extra().into_bytes()),
            index: self.index,
            path: self.path.clone(),
            checkpoint: self.checkpoint.clone(),
        };
        proof.fmt(f)
    }
}

impl FromStr for Receipt {
    type Err = ReceiptError;
    fn from_str(text: &str) -> Result<Self, ReceiptError> {
        if text.len() > RECEIPT_BYTES {
            return Err(TlogProofError.into());
        }
        let TlogProof { extra, index, path, checkpoint } = text.parse()?;
        let extra = extra.ok_or(ReceiptError::NoReceipt)?;
        let mut lines = Lines::new(&extra, RECEIPT_BYTES)?;
        if lines.next_line()? != "fanfare-receipt/v1" {
            return Err(ReceiptError::NoReceipt);
        }
        let leaf = lines.text("leaf")?;
        let leaf = from_base64(leaf).ok_or_else(|| lines.error("base64"))?;
        let (rules, open_index) = (lines.take("rules")?, lines.take("open-index")?);
        let mut private = Private::default();
        while lines.at("open") {
            let [name, salt, bytes] = lines.words("open")?;
            private.opens.push(Open {
                name: name.to_owned(),
                salt: lines.value(salt)?,
                bytes: read_bytes(bytes).ok_or(lines.error("base64, or - for zero bytes"))?,
            });
        }
        private.key = lines.optional("key")?;
        lines.end()?;
        let private = Some(private).filter(|p| *p != Private::default());
        Ok(Self { leaf, rules, open_index, private, index, path, checkpoint })
    }
}
