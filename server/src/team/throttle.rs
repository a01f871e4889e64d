//! How often may somebody try to sign in? A few times for an address of the team from one place, and more from
//! everywhere together, so that a stranger who guesses does not lock the member out.
//!
//! Deliberately absent: the addresses themselves; buckets are found by hashes.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::TeamFault;
use crate::edge::client::Alias;

type Buckets = RateLimiter<u64, DefaultKeyedStateStore<u64>, DefaultClock>;

/// Most buckets before the full ones are forgotten.
const BUCKETS: usize = 4096;

/// The buckets.
pub(super) struct Throttle {
    /// One account from one place: ten at once, then one in thirty seconds.
    pair: Buckets,
    /// One account from everywhere: a hundred at once, then one in three seconds.
    account: Buckets,
    /// Codes for one account whose password was right: ten at once, then one in ten minutes.
    code: Buckets,
    /// Letters with a link for one account: three at once, then one in an hour.
    letter: Buckets,
    /// One place, whatever the account: thirty at once, then one in five seconds.
    place: Buckets,
}

const fn burst(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

fn buckets(seconds: u64, at_once: u32) -> Buckets {
    // A period of nothing is the only one refused.
    let quota = Quota::with_period(Duration::from_secs(seconds));
    RateLimiter::keyed(quota.unwrap_or(Quota::per_minute(burst(1))).allow_burst(burst(at_once)))
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            pair: buckets(30, 10),
            account: buckets(3, 100),
            code: buckets(600, 10),
            letter: buckets(3600, 3),
            place: buckets(5, 30),
        }
    }
}

/// A hash as the key of a bucket.
fn number(hash: &[u8]) -> u64 {
    hash.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn checked(buckets: &Buckets, key: u64) -> Result<(), TeamFault> {
    if buckets.len() > BUCKETS {
        buckets.retain_recent();
    }
    let taken = buckets.check_key(&key);
    taken.map_err(|until| TeamFault::Throttled(until.wait_time_from(DefaultClock::default().now())))
}

impl Throttle {
    /// Takes an attempt at what is found under `account`, a hash.
    pub(super) fn take(&self, account: &[u8], place: Option<Alias>) -> Result<(), TeamFault> {
        let account = number(account);
        let from = place.map_or(0, |Alias(place)| place);
        // Which two numbers met does not matter; that others seldom meet the same does.
        let pair = account ^ from.rotate_left(32);
        self.take_place(place)?;
        checked(&self.pair, pair)?;
        checked(&self.account, account)
    }

    /// Takes an attempt at a code. Only who has the password comes here, so nobody else can use them up.
    pub(super) fn take_code(&self, account: &[u8]) -> Result<(), TeamFault> {
        checked(&self.code, number(account))
    }

    /// Takes an attempt from a place, whoever it is for.
    pub(super) fn take_place(&self, place: Option<Alias>) -> Result<(), TeamFault> {
        place.map_or(Ok(()), |Alias(place)| checked(&self.place, place))
    }

    /// Takes a letter to an account, asked for from a place.
    pub(super) fn take_letter(&self, account: &[u8], place: Option<Alias>) -> Result<(), TeamFault> {
        self.take_place(place)?;
        checked(&self.letter, number(account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_guesses_waits_and_the_member_elsewhere_does_not() {
        let throttle = Throttle::default();
        for _ in 0..10 {
            throttle.take(&[1; 32], Some(Alias(7))).unwrap();
        }
        assert!(
            matches!(throttle.take(&[1; 32], Some(Alias(7))), Err(TeamFault::Throttled(wait)) if wait > Duration::ZERO)
        );
        throttle.take(&[1; 32], Some(Alias(8))).unwrap();
    }

    #[test]
    fn one_place_that_tries_many_accounts_waits_too() {
        let throttle = Throttle::default();
        let tries = (0..31).map(|account| throttle.take(&[account; 32], Some(Alias(7))));
        assert_eq!(tries.filter(Result::is_err).count(), 1);
    }
}
