//! What stands in one segment? Frame after frame, each checked against its checksum, its number and the one before.
//!
//! Only in the last segment, and only for the last frame, can a write have been cut short by a halt. It is told from
//! damage by what a halt leaves behind: some part of the frame (a piece of a 512-byte sector) still has the zeros of
//! the pre-allocation, and no whole frame follows. What this cannot tell apart (a sector of the very last frame
//! zeroed afterwards) shows as a signer's state that is ahead of the log, and is refused there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fanfare_shared::log::hash::Hash;

use super::frame::{self, MAGIC, Parsed, RawFrame};
use super::segment::{self, HeaderError, SegmentHeader};
use super::{JournalError, io_error};

/// The unit in which a disk writes all or nothing.
const SECTOR: usize = 512;
/// A frame that is being written is whole after microseconds; a second is for a machine that is very busy.
const LIVE_ATTEMPTS: u32 = 50;
const LIVE_PAUSE: Duration = Duration::from_millis(20);

/// Reads the frames of one segment, oldest first. After an error it gives nothing more.
#[derive(Debug)]
pub struct Scan {
    path: PathBuf,
    bytes: Vec<u8>,
    offset: usize,
    next_seq: u64,
    last: Hash,
    /// The header of the segment after this one; none for the last segment, which alone may have a torn tail.
    next: Option<SegmentHeader>,
    torn: Option<(u64, u64)>,
    done: bool,
}

/// Where a segment's frames end.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// Where the next frame goes.
    pub offset: u64,
    /// From and to where a torn frame stands.
    pub torn: Option<(u64, u64)>,
    /// The sequence number after the last record.
    pub next_seq: u64,
    /// Hash of the last frame.
    pub last: Hash,
    /// Bytes of the segment.
    pub bytes: u64,
}

/// Reads a segment's header and checks its number.
///
/// # Errors
/// [`JournalError`].
pub fn read_header(path: &Path, number: u64) -> Result<SegmentHeader, JournalError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| io_error(path, error))?;
    file.take(segment::HEADER).read_to_end(&mut bytes).map_err(|error| io_error(path, error))?;
    let damaged =
        |what: &str| JournalError::Damaged { path: path.to_owned(), offset: 0, what: what.to_owned() };
    match segment::decode(&bytes) {
        Ok(header) if header.number == number => Ok(header),
        Ok(_) => Err(damaged("its header names another segment")),
        Err(HeaderError::Damaged) => Err(damaged("its header is damaged")),
        Err(HeaderError::UnknownVersion) => Err(JournalError::UnknownVersion {
            path: path.to_owned(),
            version: String::from_utf8_lossy(bytes.get(..8).unwrap_or_default()).into_owned(),
        }),
    }
}

impl Scan {
    /// Opens a segment.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(
        folder: &Path,
        header: SegmentHeader,
        next: Option<SegmentHeader>,
    ) -> Result<Self, JournalError> {
        let path = segment::path(folder, header.number);
        let bytes = std::fs::read(&path).map_err(|error| io_error(&path, error))?;
        Ok(Self::of(path, bytes, header, next))
    }

    /// Over bytes that were read already.
    #[must_use]
    pub fn of(path: PathBuf, bytes: Vec<u8>, header: SegmentHeader, next: Option<SegmentHeader>) -> Self {
        let offset = usize::try_from(segment::HEADER).unwrap_or(0);
        let (next_seq, last) = (header.first_seq, header.prev);
        Self { path, bytes, offset, next_seq, last, next, torn: None, done: false }
    }

    /// Opens the last segment of a journal that a server may be appending to, as far as whole frames reach. What it
    /// gives is on stable storage, as if it had been acknowledged.
    ///
    /// # Errors
    /// [`JournalError`]; a last frame that is half there passes in an instant, and is damage where it does not.
    pub fn open_live(folder: &Path, header: SegmentHeader) -> Result<Self, JournalError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut scan = Self::open(folder, header, None)?;
            match scan.by_ref().find_map(Result::err) {
                Some(JournalError::Damaged { .. }) if attempts < LIVE_ATTEMPTS => {
                    std::thread::sleep(LIVE_PAUSE);
                }
                Some(error) => return Err(error),
                None => {
                    let Self { path, mut bytes, offset, .. } = scan;
                    let synced = std::fs::File::open(&path).and_then(|file| file.sync_data());
                    synced.map_err(|error| io_error(&path, error))?;
                    bytes.truncate(offset);
                    return Ok(Self::of(path, bytes, header, None));
                }
            }
        }
    }

    /// The segment's bytes up to where its frames end; meant after the last one was read.
    #[must_use]
    pub fn whole(&self) -> &[u8] {
        self.bytes.get(..self.offset).unwrap_or_default()
    }

    /// Where the frames end; meant after the last one was read.
    #[must_use]
    pub const fn end(&self) -> End {
        End {
            offset: self.offset as u64,
            torn: self.torn,
            next_seq: self.next_seq,
            last: self.last,
            bytes: self.bytes.len() as u64,
        }
    }

    fn damaged(&self, what: impl Into<String>) -> JournalError {
        JournalError::Damaged { path: self.path.clone(), offset: self.offset as u64, what: what.into() }
    }

    fn accept(&mut self, frame: RawFrame, extent: usize) -> Result<RawFrame, JournalError> {
        if frame.seq != self.next_seq || frame.prev != self.last {
            let what = format!(
                "the frame with records from {} does not follow the one before (expected {})",
                frame.seq, self.next_seq
            );
            return Err(self.damaged(what));
        }
        self.offset += extent;
        self.next_seq = frame.last_seq() + 1;
        self.last = frame.hash;
        Ok(frame)
    }

    /// At the place where frames end: nothing, a torn frame, or damage.
    fn finish(&mut self, broken: Option<(&'static str, usize)>) -> Option<JournalError> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let written = written(rest);
        if written == 0 {
            let joined =
                self.next.is_none_or(|next| (next.first_seq, next.prev) == (self.next_seq, self.last));
            let what = "frames are missing between the end of this segment and the next one";
            return (!joined).then(|| self.damaged(what));
        }
        let (what, extent) = broken.unwrap_or(("there are bytes after the last frame", written));
        let torn = self.next.is_none()
            && !frame_follows(rest)
            && has_hole(self.offset, rest.get(..extent.max(written)).unwrap_or(rest));
        if torn {
            self.torn = Some((self.offset as u64, (self.offset + written) as u64));
            return None;
        }
        Some(self.damaged(what))
    }
}

impl Iterator for Scan {
    type Item = Result<RawFrame, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = match frame::parse(self.bytes.get(self.offset..).unwrap_or_default()) {
            Parsed::Frame(frame, extent) => Some(self.accept(frame, extent)),
            Parsed::Blank => self.finish(None).map(Err),
            Parsed::Broken { what, extent } => self.finish(Some((what, extent))).map(Err),
            Parsed::UnknownVersion(version) => Some(Err(JournalError::UnknownVersion {
                path: self.path.clone(),
                version: char::from(version).to_string(),
            })),
        };
        self.done = !matches!(item, Some(Ok(_)));
        item
    }
}

/// How many bytes there are up to the last one that is not zero. A segment is mostly zeros: compared piece by piece.
fn written(bytes: &[u8]) -> usize {
    const ZEROS: [u8; 4096] = [0; 4096];
    let mut end = bytes.len();
    while end > 0 {
        let start = end.saturating_sub(ZEROS.len());
        let piece = bytes.get(start..end).unwrap_or_default();
        if !ZEROS.starts_with(piece) {
            return start + piece.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        }
        end = start;
    }
    0
}

/// Whether a whole frame stands anywhere after the first byte.
fn frame_follows(rest: &[u8]) -> bool {
    let mut places = rest.windows(MAGIC.len()).enumerate().skip(1).filter(|(_, window)| *window == MAGIC);
    places.any(|(at, _)| matches!(frame::parse(rest.get(at..).unwrap_or_default()), Parsed::Frame(..)))
}

/// Whether some sector's part of these bytes, which begin at `offset` in the file, is all zeros.
fn has_hole(offset: usize, bytes: &[u8]) -> bool {
    let first = (SECTOR - offset % SECTOR).min(bytes.len());
    let (head, tail) = bytes.split_at_checked(first).unwrap_or((bytes, &[]));
    std::iter::once(head).chain(tail.chunks(SECTOR)).any(|piece| piece.iter().all(|byte| *byte == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_torn_after_whichever_of_its_bytes_a_sector_ends() {
        let header = SegmentHeader { number: 1, first_seq: 1, prev: Hash::new([0; 32]) };
        // The first frame moves the second one to every place in a sector.
        for body in 0..SECTOR {
            let (first, hash) = frame::encode(1, 1, 1, &header.prev, &vec![7; body]).unwrap();
            let (second, _) = frame::encode(2, 1, 1, &hash, &[7; 3 * SECTOR]).unwrap();
            let mut bytes = [segment::encode(header), first].concat();
            let begins = bytes.len();
            bytes.extend(second);
            bytes.truncate((begins / SECTOR + 1) * SECTOR);
            bytes.resize(8 * SECTOR, 0);
            let mut scan = Scan::of(PathBuf::new(), bytes, header, None);
            let frames: Vec<_> = scan.by_ref().collect();
            assert!(matches!(frames[..], [Ok(_)]), "at byte {}: {frames:?}", begins % SECTOR);
            assert!(scan.end().torn.is_some());
        }
    }
}
