//! Where do frames lie? In pre-allocated files of zeros, `journal/0000000001.seg` and on, each with a header:
//!
//! ```text
//!  0  "FNSEG001"        magic and version
//!  8  u64 LE            number of the segment, from 1
//! 16  u64 LE            sequence number its first frame will have
//! 24  32 bytes          SHA-256 of the last frame before it
//! 56  u32 LE            crc32c of the 56 bytes before
//! 60  u32               zero
//! 64  frames, then zeros
//! ```
//! The zeros are written, not only promised by `set_len`: an `fdatasync` of a frame then has no block to allocate
//! and a full disk is met at rotation, before anything was asked to be durable.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;

/// First bytes of a segment.
const MAGIC: [u8; 8] = *b"FNSEG001";
/// Bytes before the first frame.
pub const HEADER: u64 = 64;
/// Zeros are written in pieces of this size.
const PIECE: usize = 1024 * 1024;

/// What a segment's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Number of the segment, from 1.
    pub number: u64,
    /// Sequence number of the first record in it.
    pub first_seq: u64,
    /// Hash of the last frame before it.
    pub prev: Hash,
}

/// Why a segment's header cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Written by another version of the program.
    #[error("it was written by another version of this program")]
    UnknownVersion,
    /// Damaged.
    #[error("its header is damaged")]
    Damaged,
}

/// The path of a segment.
#[must_use]
pub fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:010}.seg"))
}

/// The numbers of all segments of a folder, in order.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in folder.read_dir()? {
        let name = entry?.file_name();
        let digits = name.to_str().and_then(|name| name.strip_suffix(".seg"));
        numbers
            .extend(digits.filter(|digits| digits.len() == 10).and_then(|digits| digits.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Makes a segment of `bytes` bytes: zeros, header, synced, and only then under its name.
///
/// # Errors
/// The disk is full, or something else went wrong; nothing is left under the segment's name.
pub fn create(folder: &Path, header: SegmentHeader, bytes: u64) -> io::Result<File> {
    let temporary = folder.join("new-segment");
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&temporary)?;
    let zeros = vec![0; PIECE];
    let mut left = bytes.max(HEADER);
    while left > 0 {
        let piece = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        file.write_all(zeros.get(..piece).unwrap_or_default())?;
        left -= piece as u64;
    }
    file.write_all_at(&encode(header), 0)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path(folder, header.number))?;
    sync_folder(folder)?;
    Ok(file)
}

/// Makes the names in a folder durable.
///
/// # Errors
/// As the system says.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The bytes of a header.
#[must_use]
pub fn encode(header: SegmentHeader) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&header.number.to_le_bytes());
    bytes.extend_from_slice(&header.first_seq.to_le_bytes());
    bytes.extend_from_slice(header.prev.bytes());
    bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

/// Reads the header at the start of a segment's bytes.
///
/// # Errors
/// [`HeaderError`].
pub fn decode(bytes: &[u8]) -> Result<SegmentHeader, HeaderError> {
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(HeaderError::Damaged)?;
    if *magic != MAGIC {
        let ours = magic.starts_with(b"FNSEG");
        return Err(if ours { HeaderError::UnknownVersion } else { HeaderError::Damaged });
    }
    let (number, rest) = rest.split_first_chunk::<8>().ok_or(HeaderError::Damaged)?;
    let (first_seq, rest) = rest.split_first_chunk::<8>().ok_or(HeaderError::Damaged)?;
    let (prev, rest) = rest.split_first_chunk::<32>().ok_or(HeaderError::Damaged)?;
    let (crc, rest) = rest.split_first_chunk::<4>().ok_or(HeaderError::Damaged)?;
    let sum = bytes.get(..56).map(crc32c::crc32c);
    if sum != Some(u32::from_le_bytes(*crc)) || rest.get(..4) != Some(&[0; 4]) {
        return Err(HeaderError::Damaged);
    }
    Ok(SegmentHeader {
        number: u64::from_le_bytes(*number),
        first_seq: u64::from_le_bytes(*first_seq),
        prev: Hash::new(*prev),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_every_flipped_bit_is_noticed() {
        let header = SegmentHeader { number: 3, first_seq: 900, prev: Hash::of(b"x") };
        let bytes = encode(header);
        assert_eq!(bytes.len() as u64, HEADER);
        assert_eq!(decode(&bytes), Ok(header));
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(decode(&flipped).is_err(), "bit {at}");
        }
    }

    #[test]
    fn a_new_segment_is_full_of_zeros_and_listed_by_number() {
        let folder = tempfile::tempdir().unwrap();
        for number in [2, 1] {
            create(folder.path(), SegmentHeader { number, first_seq: 1, prev: Hash::of(b"") }, 5000).unwrap();
        }
        assert_eq!(list(folder.path()).unwrap(), [1, 2]);
        let bytes = std::fs::read(path(folder.path(), 1)).unwrap();
        assert_eq!(bytes.len(), 5000);
        assert!(bytes[64..].iter().all(|byte| *byte == 0));
    }
}
