//! Skips: the order in which winners are passed over, and every way to bend it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use fanfare_shared::draw::skips::{SkipRefusal, Standing};
use fanfare_shared::draw::slots::{Slot, Slots, Stake};
use fanfare_shared::ids::HolderTag;
use fanfare_shared::time::Timestamp;

const DRAWN: u64 = 1_000_000;
const RESPOND: u64 = 3_600;

/// Three prizes, two reserves.
fn standing() -> Standing {
    let slot = |number, stake| Slot {
        number,
        stake,
        ticket: number,
        leaf: number,
        holder: HolderTag::new(u128::from(number).to_be_bytes()),
    };
    let stakes = [Stake::Prize(1), Stake::Prize(2), Stake::Prize(2), Stake::Reserve, Stake::Reserve];
    Standing::new(
        &Slots((1..).zip(stakes).map(|(number, stake)| slot(number, stake)).collect()),
        Timestamp(DRAWN),
        RESPOND,
    )
}

/// So many whole periods after the draw, and some seconds.
fn after(periods: u64, seconds: u64) -> Timestamp {
    Timestamp(DRAWN + periods * RESPOND + seconds)
}

fn held(standing: &Standing) -> Vec<(u64, u64)> {
    standing.held().collect()
}

#[test]
fn nobody_is_skipped_before_the_time_to_answer_is_over() {
    let mut standing = standing();
    let early = Err(SkipRefusal::TooEarly(after(1, 0)));
    assert_eq!(standing.skip(Timestamp(0), 1, 4), early);
    assert_eq!(standing.skip(Timestamp(DRAWN + RESPOND - 1), 1, 4), early);
    assert_eq!(held(&standing), [(1, 1), (2, 2), (3, 3)]);
    assert_eq!(standing.skip(after(1, 0), 1, 4), Ok(()));
    assert_eq!(held(&standing), [(1, 4), (2, 2), (3, 3)]);
}

#[test]
fn inside_a_period_slots_are_skipped_upwards_each_once() {
    let mut standing = standing();
    standing.skip(after(1, 0), 2, 4).unwrap();
    assert_eq!(standing.skip(after(1, 60), 2, 5), Err(SkipRefusal::Order(2)));
    assert_eq!(standing.skip(after(1, 60), 1, 5), Err(SkipRefusal::Order(2)));
    assert_eq!(standing.replacement(after(1, 60), 3), Ok(5));
    standing.skip(after(1, 60), 3, 5).unwrap();
    // A refused skip changed nothing; in the next period it begins anew, and who moved up can be skipped.
    standing.skip(after(2, 0), 1, 0).unwrap();
    standing.skip(after(2, 0), 2, 0).unwrap();
    assert_eq!(held(&standing), [(3, 5)]);
    assert_eq!(standing.skip(after(2, 0), 2, 0), Err(SkipRefusal::Nobody));
}

#[test]
fn the_lowest_unused_reserve_moves_up_and_none_is_withheld() {
    let mut standing = standing();
    assert_eq!(standing.skip(after(1, 0), 1, 5), Err(SkipRefusal::Reserve(4)));
    assert_eq!(standing.skip(after(1, 0), 1, 0), Err(SkipRefusal::Reserve(4)));
    assert_eq!(standing.skip(after(5, 0), 1, 4), Ok(()));
    assert_eq!(standing.skip(after(6, 0), 1, 4), Err(SkipRefusal::Reserve(5)));
    assert_eq!(standing.holder(1), Some(4));
}

#[test]
fn only_prizes_that_somebody_holds_are_skipped() {
    let mut standing = standing();
    for slot in [0, 4, 5, 6, u64::MAX] {
        assert_eq!(standing.skip(after(1, 0), slot, 4), Err(SkipRefusal::Nobody), "{slot}");
    }
}

#[test]
fn where_no_time_to_answer_is_given_nobody_is_ever_skipped() {
    let standing = Standing::new(&Slots::default(), Timestamp(DRAWN), 0);
    assert!(matches!(standing.replacement(after(9, 0), 1), Err(SkipRefusal::TooEarly(_))));
}
