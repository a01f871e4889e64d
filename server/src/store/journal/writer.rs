//! How is a journal made all at once, from frames that are known already? Segment after segment, each written whole and
//! synced: for an import. Nothing is acknowledged before [`Writer::finish`], so no frame waits for a sync of its own.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;

use super::frame;
use super::segment::{self, SegmentHeader};

/// A journal in the making, in a folder that holds none.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    segment_bytes: usize,
    number: u64,
    next_seq: u64,
    last: Hash,
    /// The segment that is being filled.
    bytes: Vec<u8>,
}

impl Writer {
    /// Nothing written yet.
    #[must_use]
    pub fn new(folder: &Path, segment_bytes: usize) -> Self {
        let (number, next_seq, last) = (1, 1, Hash::new([0; 32]));
        let bytes = segment::encode(SegmentHeader { number, first_seq: next_seq, prev: last });
        Self { folder: folder.to_owned(), segment_bytes, number, next_seq, last, bytes }
    }

    /// Appends a frame of `count` records. Gives its hash.
    ///
    /// # Errors
    /// The body is too large, or the disk refuses.
    pub fn append(&mut self, count: u32, version: u16, body: &[u8]) -> io::Result<Hash> {
        let (bytes, hash) =
            frame::encode(self.next_seq, count, version, &self.last, body).map_err(io::Error::other)?;
        let begun = self.bytes.len() as u64 > segment::HEADER;
        if begun && self.bytes.len() + bytes.len() > self.segment_bytes {
            self.close()?;
        }
        self.bytes.extend_from_slice(&bytes);
        self.next_seq += u64::from(count);
        self.last = hash;
        Ok(hash)
    }

    /// Makes everything durable.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn finish(mut self) -> io::Result<()> {
        self.close()?;
        segment::sync_folder(&self.folder)
    }

    fn close(&mut self) -> io::Result<()> {
        let mut file = File::create(segment::path(&self.folder, self.number))?;
        file.write_all(&self.bytes)?;
        file.sync_all()?;
        self.number += 1;
        let header = SegmentHeader { number: self.number, first_seq: self.next_seq, prev: self.last };
        self.bytes = segment::encode(header);
        Ok(())
    }
}
