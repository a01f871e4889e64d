//! Rows in packs are the same rows, whatever is written, removed and read in whatever order.

use fanfare::store::View;
use fanfare::store::embedded::Rows as _;
use fanfare::store::memory::{FaultPlan, MemoryRows};
use fanfare::store::packed::Packed;
use fanfare::store::record::LogId;
use fanfare::store::state::key::Key;
use fanfare_shared::ids::ActivityId;
use proptest::prelude::*;

fn memory() -> MemoryRows {
    MemoryRows::new(&FaultPlan::default())
}

/// Keys of packed tables and of others, near each other and far.
fn key() -> impl Strategy<Value = Key> {
    let activity = |n: u8| ActivityId::from_random([n; 17]);
    let number = prop_oneof![0..40u64, Just(u64::MAX)];
    prop_oneof![
        (0..2u8, number.clone()).prop_map(move |(n, at)| Key::leaf(&LogId::Activity(activity(n)), at)),
        number.clone().prop_map(|at| Key::leaf(&LogId::Registry("aurora".parse().unwrap()), at)),
        number.clone().prop_map(Key::link),
        number.prop_map(Key::erased),
        (0..2u8).prop_map(move |n| Key::activity(&activity(n))),
    ]
}

fn rows(view: &dyn View, prefix: &Key, from: &Key) -> Vec<(Key, Vec<u8>)> {
    view.scan(prefix, from).collect::<Result<_, _>>().unwrap()
}

proptest! {
    #[test]
    fn packed_rows_are_the_same_rows(
        batches in prop::collection::vec(prop::collection::btree_map(key(), prop::option::of(prop::collection::vec(any::<u8>(), 0..9)), 1..20), 1..8),
        asked in prop::collection::vec(key(), 8),
    ) {
        let (plain, packed) = (memory(), Packed::over(memory()));
        for batch in batches {
            plain.write(batch.clone()).unwrap();
            packed.write(batch).unwrap();
        }
        let everything = Key::from_bytes(&[]);
        prop_assert_eq!(rows(&packed, &everything, &everything), rows(&plain, &everything, &everything));
        for key in asked {
            prop_assert_eq!(packed.get(&key).unwrap(), plain.get(&key).unwrap());
            prop_assert_eq!(rows(&packed, &everything, &key), rows(&plain, &everything, &key));
            let table = Key::from_bytes(&key.as_bytes()[..1]);
            prop_assert_eq!(rows(&packed, &table, &key), rows(&plain, &table, &key));
        }
    }
}

#[test]
fn a_damaged_pack_is_an_error_and_no_missing_row() {
    let rows = memory();
    let (pack, _) = Key::link(3).packed(16).unwrap();
    // A place and a length, and fewer bytes than it says.
    rows.write([(pack, Some(vec![2, 9, 0, 0, 0, 1]))].into()).unwrap();
    let packed = Packed::over(rows);
    assert!(packed.get(&Key::link(3)).unwrap_err().0.contains("damaged"));
    let links = Key::from_bytes(b"L");
    assert!(packed.scan(&links, &links).any(|row| row.is_err()));
    assert!(packed.write([(Key::link(3), Some(vec![1]))].into()).is_err());
}
