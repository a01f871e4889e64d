//! The files that follow a close, and a whole bundle, as a verifier fetches them from somebody it does not trust.
#![no_main]

use fanfare_shared::log::opening::{OpeningFile, TallyText, definition_questions};
use fanfare_shared::verify::{self, Trust};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = OpeningFile::decode(bytes) {
        assert_eq!(file.encode().as_bytes(), bytes);
    }
    if let Ok(tally) = TallyText::decode(bytes) {
        assert_eq!(tally.encode().as_bytes(), bytes);
    }
    let _ = definition_questions(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = verify::bundle::verify(text, &Trust::default()).to_string();
    }
});
