//! Signed notes and what stands in them: checkpoints, verifier keys, tile paths, entry tiles, origins.
#![no_main]

use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::note::{Note, VerifierKey};
use fanfare_shared::log::origin::{LogOrigin, RegistryOrigin};
use fanfare_shared::log::tile::{self, TilePath};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = tile::decode_entries(bytes) {
        assert_eq!(tile::encode_entries(&entries).unwrap(), bytes);
    }
    if let Ok(hashes) = tile::decode_hashes(bytes) {
        assert_eq!(tile::encode_hashes(&hashes), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(note) = text.parse::<Note>() {
        assert_eq!(note.to_string(), text);
        let _ = note.text.parse::<Checkpoint>();
    }
    let _ = Checkpoint::open(text, "polls.example/log", &[7; 32]);
    same::<Checkpoint>(text);
    same::<VerifierKey>(text);
    same::<TilePath>(text);
    same::<LogOrigin>(text);
    same::<RegistryOrigin>(text);
});

/// What is read is written in one way.
fn same<T: std::str::FromStr + ToString>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string(), text);
    }
}
