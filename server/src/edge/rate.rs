//! How often may one address write? A token bucket for each, generous: a household, an office and a phone network all
//! stand behind one address, and each of their people may vote.
//!
//! Deliberately absent: the addresses. A bucket is found by 17 bits of an [`Alias`], which is also what bounds the memory.
//! Two addresses that share a bucket by chance share its tokens.

use std::num::NonZeroU32;
use std::time::Duration;

use super::client::Alias;
use crate::config;
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

/// 2^17 buckets of 16 bytes: 2 MiB, twice that in a hash table, and seldom two addresses in one.
const BUCKETS: u64 = 1 << 17;

type Buckets = RateLimiter<u64, DefaultKeyedStateStore<u64>, DefaultClock>;

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Acts, and what participants ask about themselves.
    Write,
    /// Campaign documents.
    Document,
}

/// The buckets of all addresses.
pub struct Rates {
    writes: Option<Buckets>,
    documents: Option<Buckets>,
}

impl Rates {
    /// Full buckets.
    #[must_use]
    pub fn new(limits: &config::Limits) -> Self {
        let some = NonZeroU32::new;
        let writes = some(limits.writes_per_second).map(|rate| {
            let quota = Quota::per_second(rate);
            RateLimiter::keyed(some(limits.writes_burst).map_or(quota, |burst| quota.allow_burst(burst)))
        });
        let documents =
            some(limits.documents_per_minute).map(|rate| RateLimiter::keyed(Quota::per_minute(rate)));
        Self { writes, documents }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// There is none: how long until there is.
    pub fn take(&self, sender: Alias, kind: Kind) -> Result<(), Duration> {
        let buckets = match kind {
            Kind::Write => &self.writes,
            Kind::Document => &self.documents,
        };
        let Some(buckets) = buckets else { return Ok(()) };
        let taken = buckets.check_key(&(sender.0 % BUCKETS));
        taken.map_err(|not_until| not_until.wait_time_from(buckets.clock().now()))
    }

    /// Forgets the buckets that are full again.
    pub fn forget(&self) {
        for buckets in [&self.writes, &self.documents].into_iter().flatten() {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(writes_per_second: u32, writes_burst: u32) -> Rates {
        let limits = config::Limits { writes_per_second, writes_burst, ..config::Limits::default() };
        Rates::new(&limits)
    }

    const ONE: Alias = Alias(1);
    const OTHER: Alias = Alias(2);

    #[test]
    fn past_its_burst_an_address_waits_and_others_do_not() {
        let rates = rates(1, 3);
        for _ in 0..3 {
            rates.take(ONE, Kind::Write).unwrap();
        }
        let wait = rates.take(ONE, Kind::Write).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
        rates.take(OTHER, Kind::Write).unwrap();
        rates.take(ONE, Kind::Document).unwrap();
    }

    #[test]
    fn a_limit_of_nothing_is_no_limit() {
        let rates = rates(0, 1);
        assert!((0..10_000).all(|_| rates.take(ONE, Kind::Write).is_ok()));
    }

    #[test]
    fn a_bucket_that_is_full_again_is_forgotten_and_one_that_is_not_is_kept() {
        let quick = rates(1_000_000, 1);
        quick.take(ONE, Kind::Write).unwrap();
        // A token a microsecond: full again before the next line is through, whatever the machine.
        while !quick.writes.as_ref().unwrap().is_empty() {
            quick.forget();
        }
        let slow = rates(1, 100_000);
        (0..50_000).for_each(|_| slow.take(ONE, Kind::Write).unwrap());
        slow.forget();
        assert_eq!(slow.writes.as_ref().unwrap().len(), 1);
    }
}
