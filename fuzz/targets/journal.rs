//! What stands in a journal file: a segment's header, frames, and the records in them.
#![no_main]

use fanfare::store::journal::frame::{self, Parsed};
use fanfare::store::journal::segment;
use fanfare::store::record::Frame;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = segment::decode(bytes);
    if let Parsed::Frame(raw, extent) = frame::parse(bytes) {
        let (again, hash) = frame::encode(raw.seq, raw.count, raw.version, &raw.prev, &raw.body).unwrap();
        assert_eq!((again.as_slice(), hash), (&bytes[..extent], raw.hash));
    }
    // A checksum keeps random bytes out, not a fault of the program that wrote them: its body alone, and framed.
    let Ok(body) = Frame::decode(1, bytes) else { return };
    for record in &body.records {
        let _ = record.leaves();
    }
    let (framed, _) = frame::encode(1, 1, 1, &fanfare_shared::log::hash::Hash::new([0; 32]), bytes).unwrap();
    assert!(matches!(frame::parse(&framed), Parsed::Frame(raw, _) if raw.body == bytes));
});
