//! A log in one file: `fanfare-bundle/v1` (`docs/PROTOCOL.md`), what `fanfare verify` and others recount from.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use fanfare_shared::log::bundle::{BUNDLE_FORMAT, Bundle, BundleBeacon, BundleLog, LeafBytes};
use fanfare_shared::wire::problem::Slug;
use serde::Serialize;

use crate::engine::{LogReader, OpeningsIndex, ReadError};
use crate::error::ApiError;

/// Leaves that fit one file; past that, readers take the tiles.
const MOST_LEAVES: u64 = 100_000;

/// Opening files and tally text, by leaf.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpeningFiles {
    openings: Vec<Opening>,
    tally: Option<TallyText>,
}

/// One opening file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Opening {
    leaf: u64,
    rows: u64,
    file: String,
}

/// The tally text.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TallyText {
    leaf: u64,
    text: String,
}

impl From<OpeningsIndex> for OpeningFiles {
    fn from(index: OpeningsIndex) -> Self {
        let openings = index.openings.into_iter();
        let opening = |opening: crate::engine::OpeningRef| Opening {
            leaf: opening.leaf,
            rows: opening.rows,
            file: opening.file.to_string(),
        };
        Self {
            openings: openings.map(opening).collect(),
            tally: index.tally.map(|(leaf, text)| TallyText { leaf, text: text.to_string() }),
        }
    }
}

/// Reads the public view of a log and of its registry into one bundle, with the value that a contest was drawn from.
///
/// # Errors
/// When the store cannot be read, or the log is too long for one file.
pub fn make(
    log: &LogReader,
    registry: &LogReader,
    key: [u8; 32],
    beacon: Option<BundleBeacon>,
) -> Result<Bundle, ApiError> {
    if log.size() > MOST_LEAVES {
        let detail = format!("This log has more than {MOST_LEAVES} leaves: read its tiles.");
        return Err(ApiError::new(Slug::TooLarge, detail));
    }
    let mut documents = BTreeMap::new();
    for hash in log.documents()? {
        if let Some(bytes) = log.document(&hash)? {
            documents.insert(hash.to_string(), String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(Bundle {
        format: BUNDLE_FORMAT.to_owned(),
        key: HEXLOWER.encode(&key),
        log: part(log)?,
        registry: part(registry)?,
        beacon,
        documents,
        receipts: Vec::new(),
    })
}

fn part(log: &LogReader) -> Result<BundleLog, ReadError> {
    let leaves = log.leaves(0..log.size())?;
    Ok(BundleLog {
        checkpoints: vec![log.checkpoint().to_owned()],
        leaves: leaves.into_iter().map(LeafBytes).collect(),
    })
}
