//! How many connections has each address open? Exactly as many entries as there are such addresses now.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::client::Alias;

/// The open connections of all addresses.
#[derive(Debug)]
pub(super) struct Seats {
    each: usize,
    taken: Mutex<HashMap<Alias, usize>>,
}

/// One connection's; given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    sender: Alias,
}

impl Seats {
    /// At most `each` for an address.
    pub(super) fn new(each: usize) -> Arc<Self> {
        Arc::new(Self { each, taken: Mutex::default() })
    }

    /// A seat, unless the address has all of its own.
    pub(super) fn take(self: &Arc<Self>, sender: Alias) -> Option<Seat> {
        let mut taken = self.taken();
        let count = taken.entry(sender).or_insert(0);
        if *count >= self.each {
            return None;
        }
        *count += 1;
        Some(Seat { seats: Arc::clone(self), sender })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Alias, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        if let Some(count) = taken.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.sender);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_own_seats_and_leaves_nothing_behind() {
        let [one, other] = [1, 2].map(Alias);
        let seats = Seats::new(2);
        let held = [seats.take(one).unwrap(), seats.take(one).unwrap()];
        assert!(seats.take(one).is_none());
        assert!(seats.take(other).is_some());
        drop(held);
        assert!(seats.taken().is_empty());
    }
}
