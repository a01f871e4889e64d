//! What was there before? A ring of what the document was, where typing in one field is one step.

use std::collections::VecDeque;

/// Most steps that can be taken back.
const STEPS: usize = 100;
/// Milliseconds without typing after which the next letter is a new step.
const PAUSE: f64 = 1_500.0;

/// The steps that can be taken back, and forth again.
#[derive(Debug)]
pub(crate) struct History<T> {
    past: VecDeque<T>,
    future: Vec<T>,
    /// Where the last change was, and when.
    last: Option<(String, f64)>,
}

impl<T> History<T> {
    pub(crate) const fn new() -> Self {
        Self { past: VecDeque::new(), future: Vec::new(), last: None }
    }

    /// Notes what was there before a change. What is typed into the same place, one after the other, is one.
    pub(crate) fn note(&mut self, before: T, typed: Option<&str>, now: f64) {
        self.future.clear();
        let same = |(last, at): &(String, f64)| typed == Some(last) && now - at < PAUSE;
        let goes_on = self.last.as_ref().is_some_and(same);
        self.last = typed.map(|place| (place.to_owned(), now));
        if goes_on && !self.past.is_empty() {
            return;
        }
        if self.past.len() == STEPS {
            self.past.pop_front();
        }
        self.past.push_back(before);
    }

    /// One step back.
    pub(crate) fn back(&mut self, now: T) -> Option<T> {
        self.last = None;
        let before = self.past.pop_back()?;
        self.future.push(now);
        Some(before)
    }

    /// One step forth again.
    pub(crate) fn forth(&mut self, now: T) -> Option<T> {
        self.last = None;
        let after = self.future.pop()?;
        self.past.push_back(now);
        Some(after)
    }

    /// Whether there are steps back, and forth.
    pub(crate) fn can(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_in_one_field_is_one_step_until_a_pause() {
        let mut history = History::new();
        history.note("", Some("/title"), 0.0);
        history.note("a", Some("/title"), 100.0);
        history.note("ab", Some("/title"), 9_000.0);
        assert_eq!(history.back("abc"), Some("ab"));
        assert_eq!(history.back("ab"), Some(""));
        assert_eq!(history.back(""), None);
    }

    #[test]
    fn a_step_back_can_be_taken_forth_until_something_else_is_changed() {
        let mut history = History::new();
        history.note(1, None, 0.0);
        assert_eq!(history.back(2), Some(1));
        assert_eq!(history.forth(1), Some(2));
        assert_eq!(history.back(2), Some(1));
        history.note(1, None, 0.0);
        assert_eq!(history.can(), (true, false));
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut history = History::new();
        for n in 0..150 {
            history.note(n, None, 0.0);
        }
        let mut steps = 0;
        while history.back(0).is_some() {
            steps += 1;
        }
        assert_eq!(steps, STEPS);
    }
}
