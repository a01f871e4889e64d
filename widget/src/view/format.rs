//! Numbers and moments in the visitor's language.
//!
//! In the browser `Intl` knows every language; on the server there is none, so grouping is a small table and moments
//! come from the caller in words.

use std::sync::Arc;

use fanfare_shared::time::Timestamp;

/// How numbers and moments read in one language.
pub trait Format: Send + Sync {
    /// A count: `2,481`.
    fn number(&self, n: u64) -> String;

    /// A figure given in tenths: `4.2`.
    fn tenths(&self, tenths: u64) -> String;

    /// A moment near `now`, in words; nothing where that needs a caller with a calendar.
    fn moment(&self, at: Timestamp, now: Timestamp) -> Option<String>;
}

/// A shared [`Format`].
pub type Formatter = Arc<dyn Format>;

/// The server's: separators by language.
#[derive(Debug, Clone, Copy)]
pub struct Plain {
    group: char,
    point: char,
}

impl Plain {
    /// For a language; the separators of English where it is not known.
    #[must_use]
    pub fn of(lang: &str) -> Self {
        match lang {
            "it" => Self { group: '.', point: ',' },
            _ => Self { group: ',', point: '.' },
        }
    }
}

impl Format for Plain {
    fn number(&self, n: u64) -> String {
        let digits = n.to_string();
        let mut text = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(self.group);
            }
            text.push(digit);
        }
        text
    }

    fn tenths(&self, tenths: u64) -> String {
        let mut text = self.number(tenths / 10);
        text.push(self.point);
        text.push_str(&(tenths % 10).to_string());
        text
    }

    fn moment(&self, _: Timestamp, _: Timestamp) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_as_the_language_does() {
        assert_eq!(Plain::of("en").number(2481), "2,481");
        assert_eq!(Plain::of("it").number(1_234_567), "1.234.567");
        assert_eq!(Plain::of("it").number(999), "999");
        assert_eq!(Plain::of("it").tenths(42), "4,2");
    }
}
