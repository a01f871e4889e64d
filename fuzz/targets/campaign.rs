//! A campaign document, as TOML and as JSON: what is accepted reads back as the same, and its times can be resolved.
#![no_main]

use fanfare::campaigns::{Format, read, resolve};
use fanfare::entropy::Entropy;
use fanfare_shared::definition::Definition;
use fanfare_shared::time::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Toml, Format::Json] {
        let Ok(campaign) = read(bytes, format) else { continue };
        let json = serde_json::to_vec(&campaign).unwrap();
        assert_eq!(read(&json, Format::Json).unwrap(), campaign);
        for activity in &campaign.activities {
            let definition = Definition::of(&campaign, activity);
            let bytes = definition.encode().unwrap();
            assert_eq!(Definition::decode(&bytes).unwrap().encode().unwrap(), bytes);
        }
        let _ = resolve(campaign, Timestamp(1_800_000_000), &Entropy::seeded([1; 32]));
    }
});
