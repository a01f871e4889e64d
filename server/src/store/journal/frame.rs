//! How does a frame look on disk? One frame is one commit: a fixed header, then the body.
//!
//! ```text
//!  0  "FNF1"            magic; the last byte is the version of this header
//!  4  u32 LE            length of the body
//!  8  u32 LE            crc32c of everything else in the frame
//! 12  u64 LE            sequence number of the first record
//! 20  u32 LE            how many records
//! 24  u16 LE            version of the body
//! 26  u16               zero
//! 28  32 bytes          SHA-256 of the previous frame, zeros before the first
//! 60  body
//! ```
//! Deliberately absent: what a body means (`store::record`) and where frames lie (`segment`).

use fanfare_shared::log::hash::Hash;

/// First bytes of every frame.
pub const MAGIC: [u8; 4] = *b"FNF1";
/// Bytes before the body.
pub const HEADER: usize = 60;
/// Largest body accepted: 256 acts of at most 64 KiB would be 16 MiB.
pub const MAX_BODY: usize = 32 * 1024 * 1024;

/// A frame read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFrame {
    /// Sequence number of its first record.
    pub seq: u64,
    /// How many records it holds, at least one.
    pub count: u32,
    /// Version of the body's encoding.
    pub version: u16,
    /// Hash of the frame before it.
    pub prev: Hash,
    /// Hash of this frame's bytes.
    pub hash: Hash,
    /// The body.
    pub body: Vec<u8>,
}

impl RawFrame {
    /// Sequence number of its last record.
    #[must_use]
    pub const fn last_seq(&self) -> u64 {
        self.seq + self.count as u64 - 1
    }
}

/// What stands where a frame could begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A whole frame and its length in bytes.
    Frame(RawFrame, usize),
    /// Zeros, or the end: nothing was written here.
    Blank,
    /// A frame of a header version that this program does not know.
    UnknownVersion(u8),
    /// Neither. `extent` is how far the frame reaches as far as its header can be believed.
    Broken {
        /// What is wrong.
        what: &'static str,
        /// Bytes from the start of the frame.
        extent: usize,
    },
}

/// The bytes of a frame and their hash.
///
/// # Errors
/// The body is larger than [`MAX_BODY`].
pub fn encode(
    seq: u64,
    count: u32,
    version: u16,
    prev: &Hash,
    body: &[u8],
) -> Result<(Vec<u8>, Hash), &'static str> {
    let length = u32::try_from(body.len()).map_err(|_| "the body is too large for a frame")?;
    if body.len() > MAX_BODY {
        return Err("the body is too large for a frame");
    }
    let mut head = Vec::with_capacity(8);
    head.extend_from_slice(&MAGIC);
    head.extend_from_slice(&length.to_le_bytes());
    let mut tail = Vec::with_capacity(HEADER - 12 + body.len());
    tail.extend_from_slice(&seq.to_le_bytes());
    tail.extend_from_slice(&count.to_le_bytes());
    tail.extend_from_slice(&version.to_le_bytes());
    tail.extend_from_slice(&[0; 2]);
    tail.extend_from_slice(prev.bytes());
    tail.extend_from_slice(body);
    let mut bytes = head;
    bytes.extend_from_slice(&checksum(&bytes, &tail).to_le_bytes());
    bytes.extend_from_slice(&tail);
    let hash = Hash::of(&bytes);
    Ok((bytes, hash))
}

/// Reads what stands at the start of `bytes`, which reach to the end of the segment.
#[must_use]
pub fn parse(bytes: &[u8]) -> Parsed {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else {
        let blank = bytes.iter().all(|byte| *byte == 0);
        return if blank {
            Parsed::Blank
        } else {
            Parsed::Broken { what: "the header is cut off", extent: bytes.len() }
        };
    };
    if header.iter().all(|byte| *byte == 0) {
        return Parsed::Blank;
    }
    let (magic, fields) = split::<4>(header);
    if magic.get(..3) != MAGIC.get(..3) {
        return Parsed::Broken { what: "no frame begins here", extent: HEADER };
    }
    if magic[3] == 0 {
        // No version is zero: a sector ended before it, and the next one was never written.
        return Parsed::Broken { what: "the header is cut off", extent: HEADER };
    }
    if magic != MAGIC {
        return Parsed::UnknownVersion(magic[3]);
    }
    let (length, fields) = split::<4>(fields);
    let (crc, tail) = split::<4>(fields);
    let Ok(length) = usize::try_from(u32::from_le_bytes(length)) else {
        return Parsed::Broken { what: "the length is impossible", extent: HEADER };
    };
    if length > MAX_BODY {
        return Parsed::Broken { what: "the length is impossible", extent: HEADER };
    }
    let extent = HEADER + length;
    let (Some(whole), Some(body)) = (bytes.get(..extent), rest.get(..length)) else {
        return Parsed::Broken { what: "the frame is cut off", extent: bytes.len() };
    };
    let (checked_head, checked_tail) = (whole.get(..8), whole.get(12..));
    let sum = checksum(checked_head.unwrap_or_default(), checked_tail.unwrap_or_default());
    if sum != u32::from_le_bytes(crc) {
        return Parsed::Broken { what: "the checksum does not match", extent };
    }
    let (seq, tail) = split::<8>(tail);
    let (count, tail) = split::<4>(tail);
    let (version, tail) = split::<2>(tail);
    let (_, tail) = split::<2>(tail);
    let (prev, _) = split::<32>(tail);
    let count = u32::from_le_bytes(count);
    if count == 0 {
        return Parsed::Broken { what: "the frame holds no record", extent };
    }
    let frame = RawFrame {
        seq: u64::from_le_bytes(seq),
        count,
        version: u16::from_le_bytes(version),
        prev: Hash::new(prev),
        hash: Hash::of(whole),
        body: body.to_vec(),
    };
    Parsed::Frame(frame, extent)
}

fn checksum(head: &[u8], tail: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(head), tail)
}

/// The first `N` bytes and the rest; zeros where there are fewer (the caller has checked).
fn split<const N: usize>(bytes: &[u8]) -> ([u8; N], &[u8]) {
    bytes.split_first_chunk::<N>().map_or(([0; N], &[]), |(first, rest)| (*first, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> (Vec<u8>, Hash) {
        encode(7, 2, 1, &Hash::of(b"before"), b"the body of a frame").unwrap()
    }

    #[test]
    fn a_frame_reads_back_and_knows_its_length() {
        let (mut bytes, hash) = sample();
        let length = bytes.len();
        bytes.extend_from_slice(&[0; 100]);
        let Parsed::Frame(frame, extent) = parse(&bytes) else { panic!("not a frame") };
        assert_eq!((frame.seq, frame.last_seq(), frame.hash, extent), (7, 8, hash, length));
        assert_eq!(frame.body, b"the body of a frame");
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (bytes, _) = sample();
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(!matches!(parse(&flipped), Parsed::Frame(..) | Parsed::Blank), "bit {at}");
        }
    }

    #[test]
    fn a_later_version_is_named_and_zeros_are_blank() {
        let (mut bytes, _) = sample();
        bytes[3] = b'2';
        assert_eq!(parse(&bytes), Parsed::UnknownVersion(b'2'));
        assert_eq!(parse(&[0; 200]), Parsed::Blank);
        assert_eq!(parse(&[]), Parsed::Blank);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            let mut framed = MAGIC.to_vec();
            framed.extend_from_slice(&bytes);
            let _ = parse(&framed);
        }
    }
}
