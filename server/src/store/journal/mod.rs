//! Is it durable? The journal answers: frames appended one after the other and synced before anything else happens.
//!
//! What stands here and was synced is what happened; all other state can be made again from it. A torn tail (the one
//! frame that was being written when the machine stopped) is cut off and reported; damage anywhere else is an error
//! that names the file and the place, never a silent loss.

pub mod frame;
pub mod scan;
pub mod segment;
pub mod writer;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;

use frame::RawFrame;
use scan::{End, Scan};
use segment::SegmentHeader;

use crate::telemetry::Histogram;

/// Why the journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The system refused.
    #[error("{path}: {error}", path = .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Bytes that were written once are not what they were.
    #[error(
        "{path}, byte {offset}: {what}. What was acknowledged may stand here, so nothing was changed; restore \
         this file from a backup or a standby",
        path = .path.display()
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// Written by a later program.
    #[error("{path} has a format (version {version}) that this program does not know; start the program that wrote it", path = .path.display())]
    UnknownVersion {
        /// Which file.
        path: PathBuf,
        /// The version as it stands there.
        version: String,
    },
}

/// Why a frame was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Certainly not written; the journal can go on.
    #[error("{0}")]
    NotWritten(String),
    /// It may be durable or not. Final: only a new start, which reads what is there, tells.
    #[error("{0}")]
    Unknown(String),
}

/// Where frames are kept.
///
/// Contract: after `append` has returned `Ok`, the frame is on stable storage and every later `frames` gives it.
/// After [`AppendError::NotWritten`] no `frames` ever gives it. After [`AppendError::Unknown`] either may be true,
/// and the journal takes no more frames.
pub trait Journal: Send + Sync {
    /// Appends one frame of `count` records and makes it durable. Gives its hash.
    ///
    /// # Errors
    /// [`AppendError`].
    fn append(&mut self, count: u32, version: u16, body: &[u8]) -> Result<Hash, AppendError>;

    /// The sequence number that the next record will have, and the hash of the last frame.
    fn head(&self) -> (u64, Hash);

    /// The frames whose records come after `after`, oldest first.
    fn frames(&self, after: u64) -> Box<dyn Iterator<Item = Result<RawFrame, JournalError>> + '_>;
}

/// The journal in files.
#[derive(Debug)]
pub struct FileJournal {
    folder: PathBuf,
    segment_bytes: u64,
    /// Headers of all segments, oldest first; never empty once opened for writing.
    segments: Vec<SegmentHeader>,
    /// The last segment, open for writing; none when read-only.
    file: Option<File>,
    /// Bytes of the last segment, and where its next frame goes.
    room: u64,
    offset: u64,
    next_seq: u64,
    last: Hash,
    poisoned: Option<String>,
    sync_time: Histogram,
}

/// A journal that was opened, and what an operator should know about it.
#[derive(Debug)]
pub struct Opened {
    /// The journal.
    pub journal: FileJournal,
    /// A torn tail that was cut off, in words.
    pub torn: Option<String>,
}

impl FileJournal {
    /// Opens the journal of a folder for writing, making folder and first segment where there are none.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn open(folder: &Path, segment_bytes: u64) -> Result<Opened, JournalError> {
        std::fs::create_dir_all(folder).map_err(|error| io_error(folder, error))?;
        let mut journal = Self::of_folder(folder, segment_bytes)?;
        if journal.segments.is_empty() {
            journal.rotate().map_err(|error| io_error(folder, error))?;
        }
        let torn = journal.find_end(true)?;
        Ok(Opened { journal, torn })
    }

    /// Opens it for reading only: nothing is changed, a torn tail is only reported.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn read_only(folder: &Path) -> Result<Opened, JournalError> {
        let mut journal = Self::of_folder(folder, 0)?;
        let torn = journal.find_end(false)?;
        journal.file = None;
        Ok(Opened { journal, torn })
    }

    fn of_folder(folder: &Path, segment_bytes: u64) -> Result<Self, JournalError> {
        let segments = headers(folder)?;
        let none = Hash::new([0; 32]);
        let folder = folder.to_owned();
        let journal = Self {
            folder,
            segment_bytes,
            segments,
            file: None,
            room: 0,
            offset: 0,
            next_seq: 1,
            last: none,
            poisoned: None,
            sync_time: Histogram::durations(),
        };
        Ok(journal)
    }

    /// Walks the last segment to its end; with `mend`, opens it for writing and cuts off a torn tail.
    fn find_end(&mut self, mend: bool) -> Result<Option<String>, JournalError> {
        let Some(header) = self.segments.last().copied() else { return Ok(None) };
        let path = segment::path(&self.folder, header.number);
        let mut scan = Scan::open(&self.folder, header, None)?;
        for frame in &mut scan {
            frame?;
        }
        let End { offset, torn, next_seq, last, bytes } = scan.end();
        (self.offset, self.next_seq, self.last, self.room) = (offset, next_seq, last, bytes);
        if !mend {
            return Ok(torn.map(|range| torn_note(&path, range)));
        }
        let file = OpenOptions::new().read(true).write(true).open(&path);
        let file = file.map_err(|error| io_error(&path, error))?;
        if let Some((from, to)) = torn {
            let zeros = vec![0; usize::try_from(to - from).unwrap_or_default()];
            file.write_all_at(&zeros, from).map_err(|error| io_error(&path, error))?;
            file.sync_all().map_err(|error| io_error(&path, error))?;
        }
        self.file = Some(file);
        Ok(torn.map(|range| torn_note(&path, range)))
    }

    /// Begins a new segment; the one before is closed for ever.
    fn rotate(&mut self) -> io::Result<()> {
        let number = self.segments.last().map_or(1, |last| last.number + 1);
        let header = SegmentHeader { number, first_seq: self.next_seq, prev: self.last };
        self.file = Some(segment::create(&self.folder, header, self.segment_bytes)?);
        self.segments.push(header);
        (self.offset, self.room) = (segment::HEADER, self.segment_bytes);
        Ok(())
    }

    /// How long the syncs of this journal take, for whoever watches.
    #[must_use]
    pub fn sync_time(&self) -> Histogram {
        self.sync_time.clone()
    }

    /// The paths of segments that will never change again.
    #[must_use]
    pub fn closed(&self) -> Vec<PathBuf> {
        let closed = self.segments.split_last().map_or(&[][..], |(_, closed)| closed);
        closed.iter().map(|header| segment::path(&self.folder, header.number)).collect()
    }
}

impl Journal for FileJournal {
    fn append(&mut self, count: u32, version: u16, body: &[u8]) -> Result<Hash, AppendError> {
        if let Some(reason) = &self.poisoned {
            return Err(AppendError::NotWritten(reason.clone()));
        }
        let (bytes, hash) = frame::encode(self.next_seq, count, version, &self.last, body)
            .map_err(|what| AppendError::NotWritten(what.to_owned()))?;
        let length = bytes.len() as u64;
        if self.offset + length > self.room {
            let wanted = self.segment_bytes;
            self.segment_bytes = wanted.max(segment::HEADER + length);
            let rotated = self.rotate();
            self.segment_bytes = wanted;
            rotated.map_err(|error| {
                AppendError::NotWritten(format!("no new journal segment could be made: {error}"))
            })?;
        }
        let Some(file) = &self.file else {
            return Err(AppendError::NotWritten("the journal is open for reading only".to_owned()));
        };
        // A failed write or sync is final: what the disk holds now is not known, and a second fsync would lie
        // (the kernel may have dropped the dirty pages and cleared the error).
        let written =
            file.write_all_at(&bytes, self.offset).and_then(|()| self.sync_time.time(|| file.sync_data()));
        if let Err(error) = written {
            let reason = format!("the journal could not be written: {error}");
            self.poisoned = Some(reason.clone());
            return Err(AppendError::Unknown(reason));
        }
        self.offset += length;
        self.next_seq += u64::from(count);
        self.last = hash;
        Ok(hash)
    }

    fn head(&self) -> (u64, Hash) {
        (self.next_seq, self.last)
    }

    fn frames(&self, after: u64) -> Box<dyn Iterator<Item = Result<RawFrame, JournalError>> + '_> {
        // The first segment that can hold a record above `after` is the last one that begins at or below it.
        let begin = self.segments.partition_point(|header| header.first_seq <= after + 1).saturating_sub(1);
        let segments = self.segments.get(begin..).unwrap_or_default();
        let frames = segments.iter().enumerate().flat_map(move |(at, header)| {
            let items: Box<dyn Iterator<Item = _>> =
                match Scan::open(&self.folder, *header, segments.get(at + 1).copied()) {
                    Ok(scan) => Box::new(scan),
                    Err(error) => Box::new(std::iter::once(Err(error))),
                };
            items
        });
        Box::new(frames.filter(move |frame| frame.as_ref().map_or(true, |frame| frame.seq > after)))
    }
}

/// Reads the headers of all segments, oldest first, and checks that none is missing.
///
/// # Errors
/// [`JournalError`].
pub fn headers(folder: &Path) -> Result<Vec<SegmentHeader>, JournalError> {
    let mut segments = Vec::new();
    let numbers = segment::list(folder).map_err(|error| io_error(folder, error))?;
    for (number, expected) in numbers.into_iter().zip(1..) {
        let path = segment::path(folder, expected);
        if number != expected {
            let what = format!("this segment is missing (number {number} is there)");
            return Err(JournalError::Damaged { path, offset: 0, what });
        }
        segments.push(scan::read_header(&path, number)?);
    }
    Ok(segments)
}

fn torn_note(path: &Path, (from, to): (u64, u64)) -> String {
    format!(
        "{}: the last frame was being written when the machine stopped; bytes {from} to {to} were never \
         acknowledged and are cut off",
        path.display()
    )
}

fn io_error(path: &Path, error: io::Error) -> JournalError {
    JournalError::Io { path: path.to_owned(), error }
}
