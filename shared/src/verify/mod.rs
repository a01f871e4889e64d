//! The verifier: does a log hold together, and does its count follow from it?
//!
//! It stands apart from the server: it reads published bytes only, and shares with the sequencer nothing but the
//! grammar. `LogState` decides leaf by leaf; `bundle` and `receipt` (feature `signatures`) judge whole documents.
//! It fails closed: a piece that is missing is "not verified", never passed over.
//!
//! Not here: fetching anything.

pub mod board;
pub mod contest;
pub mod log_state;
pub mod named;
pub mod poll;
pub mod refusal;
pub mod registry;
pub mod rules;
pub mod step;

mod holders;
mod place;

#[cfg(feature = "signatures")]
pub mod bundle;
#[cfg(feature = "signatures")]
pub mod certificate;
#[cfg(feature = "signatures")]
mod documents;
#[cfg(feature = "signatures")]
mod draw;
#[cfg(feature = "signatures")]
pub mod drawn;
#[cfg(feature = "signatures")]
pub mod receipt;
#[cfg(feature = "signatures")]
mod recount;
#[cfg(feature = "signatures")]
mod replay;
#[cfg(feature = "signatures")]
pub mod report;
#[cfg(feature = "signatures")]
mod witness;

pub use log_state::LogState;
pub use refusal::LeafRefusal;
#[cfg(feature = "signatures")]
pub use report::{Report, Verdict};
pub use step::{Status, Step};

/// What is believed before anything is read.
#[cfg(feature = "signatures")]
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The installation's public key. Without it the key named by the bundle is used, and the report says so.
    pub key: Option<[u8; 32]>,
    /// Witnesses that count for the time of a seal; none of the operator's own.
    pub witnesses: Vec<crate::log::note::VerifierKey>,
    /// The seal code that whoever verifies had before the draw.
    pub seal_code: Option<crate::draw::seal_code::SealCode>,
}

#[cfg(feature = "signatures")]
impl Trust {
    /// The key to check with, where a document names one; the report says where it came from.
    fn believed(&self, named: [u8; 32], document: &str, report: &mut Report) -> [u8; 32] {
        let key = self.key.unwrap_or(named);
        let named_by = format!("named by the {document} itself: compare it");
        let source = if self.key.is_some() { "given" } else { &named_by };
        report.trust = format!("{} ({source})", data_encoding::HEXLOWER.encode(&key));
        if named != key {
            report.fail(Step::LogSignature, format!("the {document} names another key"));
        }
        key
    }
}
