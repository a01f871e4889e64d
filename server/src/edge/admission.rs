//! Is there any use in waiting for the writer? It takes acts in the order they came, so the longest wait of those still
//! waiting tells what a new one has before it. Past a bound new ones are turned away at once, while they can still be
//! told when to come back; those already waiting are served.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Those who wait for the writer.
#[derive(Debug)]
pub struct Admission {
    patience: Duration,
    waiting: Mutex<Waiting>,
}

/// When each came, by the order of coming.
#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    since: BTreeMap<u64, Instant>,
}

/// A place among those who wait; given up when dropped.
#[derive(Debug)]
pub struct Place<'a> {
    admission: &'a Admission,
    number: u64,
}

impl Admission {
    /// Nobody waits yet.
    #[must_use]
    pub fn new(patience: Duration) -> Self {
        Self { patience, waiting: Mutex::default() }
    }

    /// A place, unless somebody has waited for longer than there is patience for.
    pub fn enter(&self) -> Option<Place<'_>> {
        let now = Instant::now();
        let mut waiting = self.waiting();
        let longest = waiting.since.first_key_value().map(|(_, since)| now.duration_since(*since));
        if longest.is_some_and(|longest| longest > self.patience) {
            return None;
        }
        let number = waiting.next;
        waiting.next += 1;
        waiting.since.insert(number, now);
        Some(Place { admission: self, number })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.admission.waiting().since.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_joins_a_queue_that_has_stood_too_long_and_everybody_one_that_moves() {
        let admission = Admission::new(Duration::ZERO);
        let first = admission.enter().unwrap();
        while admission.enter().is_some() {}
        assert!(admission.enter().is_none(), "a clock that moved on does not turn back");
        drop(first);
        assert!(admission.enter().is_some());
    }

    #[test]
    fn a_queue_that_moves_takes_any_number() {
        let admission = Admission::new(Duration::from_secs(60));
        let places: Vec<_> = (0..1000).map(|_| admission.enter().unwrap()).collect();
        drop(places);
        assert!(admission.waiting().since.is_empty());
    }
}
