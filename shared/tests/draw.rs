//! The draw against published vectors: generator, selection, left-over tickets, and the beacon's real rounds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::collections::BTreeMap;

use fanfare_shared::draw::generator::Generator;
use fanfare_shared::draw::select::{Call, Outcome, Selection, select};
use fanfare_shared::draw::tickets::{Stub, Tickets};
use fanfare_shared::ids::HolderTag;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::lines::Bytes32;
use serde_json::Value;
use support::{text, vectors};

fn draw_v1() -> Value {
    serde_json::from_str(include_str!("vectors/draw_v1.json")).unwrap()
}

fn seed(value: &Value) -> Bytes32 {
    Bytes32(*text(value).parse::<Hash>().unwrap().bytes())
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| text(value).parse().unwrap())
}

/// Vectors name holders; a tag is made of each name.
fn tag(name: &str) -> HolderTag {
    let mut bytes = [0; 16];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    HolderTag::new(bytes)
}

fn name(holder: HolderTag) -> String {
    let hex = data_encoding::HEXLOWER.decode(holder.to_hex().as_bytes()).unwrap();
    String::from_utf8(hex).unwrap().trim_end_matches('\0').to_owned()
}

fn words(selection: &Selection) -> u64 {
    selection.calls.iter().map(|call| call.words.len() as u64).sum()
}

#[test]
fn numbers_below_a_bound_are_the_published_ones_rejections_too() {
    for case in draw_v1()["sampler"].as_array().unwrap() {
        for below in case["below"].as_array().unwrap() {
            let mut generator = Generator::new(&seed(&case["seed"]));
            let mut read = 0;
            for value in below["values"].as_array().unwrap() {
                let drawn = generator.below(number(&below["n"])).unwrap();
                assert_eq!(drawn.value, number(value), "below {}", below["n"]);
                read += drawn.words.len() as u64;
            }
            assert_eq!(read, number(&below["u64_consumed"]), "below {}", below["n"]);
        }
        // The largest bound rejects one word in 2^64 only, so these are the keystream itself.
        let mut generator = Generator::new(&seed(&case["seed"]));
        for word in case["first_u64"].as_array().unwrap() {
            assert_eq!(generator.below(u64::MAX).unwrap().words, [number(word)]);
        }
        assert_eq!(generator.below(0), None);
    }
}

#[test]
fn the_generator_is_chacha20_of_rfc_8439() {
    let vectors: Value = serde_json::from_str(include_str!("vectors/chacha20_rfc8439.json")).unwrap();
    let zero = Bytes32([0; 32]);
    let stream: Vec<u8> = {
        let mut generator = Generator::new(&zero);
        (0..16).flat_map(|_| generator.below(u64::MAX).unwrap().words[0].to_le_bytes()).collect()
    };
    let known = vectors.to_string();
    // Block 0 of key 0 and nonce 0 (A.1, #1), then block 1 (#2).
    for block in [&stream[..64], &stream[64..128]] {
        assert!(known.contains(&data_encoding::HEXLOWER.encode(block)));
    }
}

#[test]
fn seven_whole_draws_come_out_as_published() {
    for case in draw_v1()["draws"].as_array().unwrap() {
        let what = text(&case["name"]);
        assert_eq!(Hash::of(text(&case["transcript"]).as_bytes()).to_hex(), text(&case["seed"]), "{what}");
        let stubs = (0..).zip(case["leaves"].as_array().unwrap()).map(|(leaf, stub)| Stub {
            leaf,
            count: number(&stub["tickets"]),
            holder: tag(text(&stub["holder"])),
            void: stub["void"].as_bool().unwrap(),
        });
        let tickets = Tickets::new(stubs.collect());
        let selection = select(&tickets, &mut Generator::new(&seed(&case["seed"])), number(&case["want"]));
        let selected: Vec<String> = selection.selected().map(|call| name(call.holder)).collect();
        let expected: Vec<&str> = case["selected"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(selected, expected, "{what}");
        assert_eq!(words(&selection), number(&case["u64_consumed"]), "{what}");
        let log: Vec<(u64, u64, &str)> = selection
            .calls
            .iter()
            .map(|call| {
                let outcome = if call.outcome == Outcome::Chosen { "already" } else { call.outcome.name() };
                (call.ticket, call.leaf, outcome)
            })
            .collect();
        let published: Vec<(u64, u64, &str)> = case["log"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (number(&line[0]), number(&line[1]), text(&line[2])))
            .collect();
        assert!(log.starts_with(&published), "{what}");
    }
}

#[test]
fn where_nearly_everything_is_void_the_rest_is_drawn_from_what_is_left() {
    for case in vectors()["draws"].as_array().unwrap() {
        let what = text(&case["name"]);
        let stubs = case["entries"].as_array().unwrap().iter().map(|entry| Stub {
            leaf: number(&entry[0]),
            count: number(&entry[2]),
            holder: tag(text(&entry[3])),
            void: entry[4].as_bool().unwrap(),
        });
        let tickets = Tickets::new(stubs.collect());
        let selection = select(&tickets, &mut Generator::new(&seed(&case["seed"])), number(&case["want"]));
        assert_eq!(selection.calls.len() as u64, number(&case["calls"]), "{what}");
        assert_eq!(words(&selection), number(&case["words"]), "{what}");
        let selected: Vec<(usize, &Call)> = selection
            .calls
            .iter()
            .enumerate()
            .filter(|(_, call)| call.outcome == Outcome::Selected)
            .collect();
        let expected = case["selected"].as_array().unwrap();
        assert_eq!(selected.len(), expected.len(), "{what}");
        for ((at, call), expected) in selected.iter().zip(expected) {
            assert_eq!(*at as u64, number(&expected["call"]), "{what}");
            assert_eq!((call.bound, call.ticket), (number(&expected["bound"]), number(&expected["ticket"])));
            assert_eq!(
                (call.leaf, name(call.holder)),
                (number(&expected["leaf"]), text(&expected["holder"]).to_owned())
            );
        }
    }
}

/// 100,000 draws of two from holders with 1, 2 and 3 tickets: each order as often as theory says. With fixed seeds the
/// outcome is fixed: this fails when the code changes, never by chance.
#[test]
fn all_six_orders_of_weights_one_two_three_come_as_often_as_they_should() {
    const DRAWS: u32 = 100_000;
    let stubs = (1..=3).map(|weight| Stub {
        leaf: weight,
        count: weight,
        holder: tag(&weight.to_string()),
        void: false,
    });
    let tickets = Tickets::new(stubs.collect());
    let mut orders: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
    for draw in 0..DRAWS {
        let seed = Bytes32(*Hash::of(format!("order {draw}").as_bytes()).bytes());
        let selection = select(&tickets, &mut Generator::new(&seed), 3);
        *orders.entry(selection.selected().map(|call| call.leaf).collect()).or_default() += 1;
    }
    assert_eq!(orders.len(), 6);
    // P(a, b) = w_a/6 * w_b/(6 - w_a), in 60ths: 10, 15, 8, 24... over the denominator of each.
    let statistic: f64 = orders
        .iter()
        .map(|(order, seen)| {
            let weight = |at: usize| order[at] as f64;
            let expected = f64::from(DRAWS) * weight(0) / 6.0 * weight(1) / (6.0 - weight(0));
            (f64::from(*seen) - expected).powi(2) / expected
        })
        .sum();
    // Five degrees of freedom: beyond 20.5 one time in a thousand.
    assert!(statistic < 20.5, "{statistic} {orders:?}");
}

#[test]
fn a_slot_is_a_prize_in_the_order_of_the_rules_then_a_reserve() {
    use fanfare_shared::draw::slots::{Slots, Stake};
    use fanfare_shared::log::leaf::{Body, ContestRules, KindRules, Leaf};

    let vectors = vectors();
    let leaf = Leaf::decode(text(&vectors["contest"]["bundle"]["log"]["leaves"][0]).as_bytes()).unwrap();
    let Body::Rules(rules) = leaf.body else { panic!("leaf 0") };
    let KindRules::Contest(mut contest) = rules.kind else { panic!("a contest") };
    let stubs = (0..10).map(|leaf| Stub { leaf, count: 1, holder: tag(&leaf.to_string()), void: false });
    let tickets = Tickets::new(stubs.collect());
    let stakes = |rules: &ContestRules, want| {
        let selection = select(&tickets, &mut Generator::new(&Bytes32([7; 32])), want);
        Slots::fill(rules, &selection).0.iter().map(|slot| slot.stake).collect::<Vec<_>>()
    };
    // One bicycle, two mugs, three reserves; four holders are enough for one reserve.
    let prizes = [Stake::Prize(1), Stake::Prize(2), Stake::Prize(2), Stake::Reserve];
    assert_eq!(Slots::wanted(&contest), 6);
    assert_eq!(stakes(&contest, 4), prizes);
    // A prize given no times takes no slot, and one given endlessly leaves none for reserves.
    contest.prizes[0].count = 0;
    contest.prizes[1].count = u64::MAX;
    assert_eq!(Slots::wanted(&contest), u64::MAX);
    assert_eq!(stakes(&contest, 4), [Stake::Prize(2); 4]);
}

#[cfg(feature = "signatures")]
mod beacon {
    use fanfare_shared::draw::beacon::{Beacon, BeaconError, DemoSecret, Signature};
    use fanfare_shared::draw::rounds::{GENESIS, PERIOD, QUICKNET, round_of, time_of};
    use fanfare_shared::log::leaf::{self, BeaconKind};
    use fanfare_shared::time::Timestamp;
    use serde_json::Value;

    use crate::{number, support::text};

    fn drand() -> Value {
        serde_json::from_str(include_str!("vectors/drand.json")).unwrap()
    }

    fn quicknet() -> Beacon {
        let rules = leaf::Beacon { kind: BeaconKind::Drand, key: QUICKNET.to_owned(), round: 1 };
        Beacon::of(&rules).unwrap()
    }

    #[test]
    fn real_rounds_are_the_beacons_and_no_forgery_is() {
        let vectors = drand();
        let chain = &vectors["chains"]["quicknet"];
        assert_eq!(quicknet().to_string(), text(&chain["public_key"]));
        assert_eq!(QUICKNET, text(&chain["hash"]));
        assert_eq!((GENESIS, PERIOD), (number(&chain["genesis_time"]), number(&chain["period"])));
        for round in vectors["quicknet"].as_array().unwrap() {
            let value = quicknet().read(number(&round["round"]), text(&round["signature"])).unwrap();
            assert_eq!(value.to_string(), text(&round["signature"]));
            assert_eq!(time_of(number(&round["round"])).0, number(&round["round_time_unix"]));
        }
        for forged in vectors["negative_quicknet"].as_array().unwrap() {
            let read = quicknet().read(number(&forged["round"]), text(&forged["signature"]));
            assert!(read.is_err(), "{}", forged["case"]);
        }
    }

    #[test]
    fn every_flipped_bit_of_a_signature_is_noticed() {
        let vectors = drand();
        let real = &vectors["quicknet"][2];
        let bytes = data_encoding::HEXLOWER.decode(text(&real["signature"]).as_bytes()).unwrap();
        // A prime step meets every byte and every place in one.
        for bit in (0..bytes.len() * 8).step_by(5) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let flipped = data_encoding::HEXLOWER.encode(&flipped);
            assert!(quicknet().read(number(&real["round"]), &flipped).is_err(), "bit {bit}");
        }
        for text in ["", "00", &text(&real["signature"]).to_uppercase()] {
            assert_eq!(text.parse::<Signature>(), Err(BeaconError::Signature));
        }
    }

    #[test]
    fn a_point_outside_the_subgroup_is_no_signature() {
        // The first x from 4 up that is on the curve: its point has a cofactor, like nearly all.
        let outside = (4_u8..).find_map(|x| {
            let mut bytes = [0; 48];
            (bytes[0], bytes[47]) = (0x80, x);
            let on_curve: Option<bls12_381::G1Affine> =
                bls12_381::G1Affine::from_compressed_unchecked(&bytes).into();
            on_curve.map(|_| data_encoding::HEXLOWER.encode(&bytes))
        });
        assert_eq!(outside.unwrap().parse::<Signature>(), Err(BeaconError::Signature));
    }

    #[test]
    fn a_demonstration_signs_rounds_that_only_its_own_key_takes() {
        let (one, other) = (DemoSecret::new(&[1; 64]), DemoSecret::new(&[2; 64]));
        let value = one.sign(1000);
        assert_eq!(one.beacon().read(1000, &value.to_string()), Ok(value));
        assert_eq!(one.beacon().check(1001, &value), Err(BeaconError::Forged));
        assert_eq!(other.beacon().check(1000, &value), Err(BeaconError::Forged));
        assert_eq!(quicknet().check(1000, &value), Err(BeaconError::Forged));
        let named = leaf::Beacon { kind: BeaconKind::Demo, key: one.beacon().to_string(), round: 1000 };
        assert_eq!(Beacon::of(&named), Ok(one.beacon()));
        assert_eq!("c0".repeat(96).parse::<Beacon>(), Err(BeaconError::Key));
        assert_eq!(format!("{one:?}"), "DemoSecret(secret)");
    }

    #[test]
    fn the_round_of_a_draw_comes_out_at_its_time_or_just_after() {
        assert_eq!(round_of(Timestamp(GENESIS)), None);
        assert_eq!(round_of(Timestamp(0)), None);
        assert_eq!(round_of(Timestamp(1_694_775_601)), Some(657_413));
        for draw in GENESIS + 1..GENESIS + 20 {
            let round = round_of(Timestamp(draw)).unwrap();
            let out = time_of(round).0;
            assert!(out >= draw && out < draw + PERIOD, "{draw}");
        }
        assert_eq!(time_of(u64::MAX).0, u64::MAX);
    }
}
