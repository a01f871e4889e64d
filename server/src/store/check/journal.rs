//! Which segments are whole? Each is read by itself, so that one damaged place hides no other, and an operator learns what
//! can be saved.

use std::collections::BTreeSet;
use std::path::Path;

use super::{CheckError, Part, Report};
use crate::store::journal::scan::{self, Scan};
use crate::store::journal::segment::{self, SegmentHeader};

/// Reads every segment. Gives the numbers of those that are damaged or missing; the report says what is wrong with them.
pub(super) fn read(folder: &Path, report: &mut Report) -> Result<BTreeSet<u64>, CheckError> {
    let there = segment::list(folder).map_err(|error| CheckError::Io { path: folder.to_owned(), error })?;
    let last = there.last().copied().unwrap_or_default();
    let mut damaged = BTreeSet::new();
    let mut headers: Vec<Option<SegmentHeader>> = Vec::new();
    for number in 1..=last {
        let path = segment::path(folder, number);
        let header = scan::read_header(&path, number);
        if let Err(error) = &header {
            damaged.insert(number);
            if there.contains(&number) {
                report.refused(error, folder);
            } else {
                report.find(Part::Journal, &path, "this segment is missing");
            }
        }
        headers.push(header.ok());
    }
    let mut whole: Vec<(u64, u64)> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let Some(header) = header else { continue };
        let next = headers.get(at + 1).copied().flatten();
        let end = segment_of(folder, *header, next, header.number == last, report);
        if !end.whole {
            damaged.insert(header.number);
        }
        match whole.last_mut() {
            Some((_, to)) if *to + 1 == header.first_seq => *to = (*to).max(end.last_seq),
            _ if end.last_seq >= header.first_seq => whole.push((header.first_seq, end.last_seq)),
            _ => {}
        }
    }
    if !damaged.is_empty() {
        let ranges: Vec<_> = whole.iter().map(|(from, to)| format!("{from} to {to}")).collect();
        report.notes.push(format!("the journal can be read in records {}", ranges.join(", ")));
    }
    Ok(damaged)
}

/// How far a segment could be read.
struct End {
    whole: bool,
    last_seq: u64,
}

fn segment_of(
    folder: &Path,
    header: SegmentHeader,
    next: Option<SegmentHeader>,
    last: bool,
    report: &mut Report,
) -> End {
    let mut scan = match Scan::open(folder, header, next) {
        Ok(scan) => scan,
        Err(error) => {
            report.refused(&error, folder);
            return End { whole: false, last_seq: header.first_seq.saturating_sub(1) };
        }
    };
    let error = scan.by_ref().find_map(Result::err);
    let end = scan.end();
    let mut whole = error.is_none();
    if let Some(error) = error {
        report.refused(&error, folder);
    } else if let Some((from, _)) = end.torn.filter(|_| !last) {
        // Only the last segment can have been in the middle of a write.
        let path = segment::path(folder, header.number);
        report.find_at(Part::Journal, path, Some(from), "a frame is cut off here");
        whole = false;
    }
    End { whole, last_seq: end.next_seq.saturating_sub(1) }
}
