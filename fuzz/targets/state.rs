//! Keys and rows of the state, as a damaged database may give them back.
#![no_main]

use fanfare::store::View as _;
use fanfare::store::embedded::Rows as _;
use fanfare::store::memory::{FaultPlan, MemoryRows};
use fanfare::store::packed::Packed;
use fanfare::store::record::LogId;
use fanfare::store::state::key::Key;
use fanfare::store::state::overlay;
use fanfare::store::state::rows::{
    ActivityRow, Applied, CampaignRow, LeafRow, LinkRow, LogRow, OpeningRow, PersonRow,
    TallyRow,
};
use fanfare_shared::ids::ActivityId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let key = Key::from_bytes(bytes);
    let _ = (key.table(), key.is_document(), key.is_personal(), key.last_number());
    let _ = (key.first_text(), key.as_lookup(), key.packed(16), key.unpacked(16, 3));

    // A pack of rows.
    let rows = MemoryRows::new(&FaultPlan::default());
    if let Some((pack, _)) = Key::link(0).packed(16) {
        let _ = rows.write([(pack.clone(), Some(bytes.to_vec()))].into());
        let packed = Packed::over(rows);
        let _ = packed.get(&Key::link(3));
        let _ = packed.scan(&pack, &Key::link(0)).count();
    }

    // Keys that we make tell what they were made of, and lie under their prefix and no other's.
    if let Some((id, rest)) = bytes.split_first_chunk::<17>()
        && let Some((number, rest)) = rest.split_first_chunk::<8>()
    {
        let (activity, number) = (ActivityId::from_random(*id), u64::from_be_bytes(*number));
        let key = Key::opening(&activity, number);
        assert_eq!((key.first_text(), key.last_number()), (Some(activity.as_str()), Some(number)));
        assert!(key.as_bytes().starts_with(Key::openings(&activity).as_bytes()));
        let log = LogId::Activity(activity.clone());
        assert_eq!(Key::leaf(&log, number).last_number(), Some(number));
        if let Some(other) = rest.first_chunk::<17>().map(|other| ActivityId::from_random(*other)) {
            let other = Key::openings(&other);
            assert_eq!(key.as_bytes().starts_with(other.as_bytes()), other == Key::openings(&activity));
        }
    }

    let _ = overlay::decode::<Applied>(&key, bytes);
    let _ = overlay::decode::<CampaignRow>(&key, bytes);
    let _ = overlay::decode::<ActivityRow>(&key, bytes);
    let _ = overlay::decode::<LogRow>(&key, bytes);
    let _ = overlay::decode::<LeafRow>(&key, bytes);
    let _ = overlay::decode::<PersonRow>(&key, bytes);
    let _ = overlay::decode::<LinkRow>(&key, bytes);
    let _ = overlay::decode::<OpeningRow>(&key, bytes);
    let _ = overlay::decode::<TallyRow>(&key, bytes);
});
