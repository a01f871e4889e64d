//! A receipt, as anybody may hand one in.
#![no_main]

use fanfare_shared::receipt::Receipt;
use fanfare_shared::verify::{self, Trust};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(receipt) = text.parse::<Receipt>() {
        assert_eq!(receipt.to_string(), text);
        let _ = receipt.public().to_string();
    }
    let _ = verify::receipt::verify(text, &Trust::default(), None).to_string();
});
