//! Leaves of a log, one after the other: what is accepted is canonical, and no sequence makes the verifier stumble.
#![no_main]

use fanfare_shared::log::leaf::{Leaf, RegistryLeaf};
use fanfare_shared::verify::LogState;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut state = LogState::new();
    // Seeds hold whole logs, leaves parted by a zero byte.
    for bytes in bytes.split(|byte| *byte == 0) {
        if let Ok(leaf) = Leaf::decode(bytes) {
            assert_eq!(leaf.encode(), bytes);
        }
        if let Ok(leaf) = RegistryLeaf::decode(bytes) {
            assert_eq!(leaf.encode(), bytes);
        }
        let _ = state.apply_bytes(bytes);
    }
    let _ = (state.rules_hash(), state.documents(), state.seal_counts());
});
