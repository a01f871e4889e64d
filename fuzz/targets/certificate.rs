//! A draw's certificate, as anybody may hand one in.
#![no_main]

use fanfare_shared::verify::{self, Trust};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = verify::certificate::verify(text, &[], &Trust::default()).to_string();
});
