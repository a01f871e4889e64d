//! `key value` lines, one spelling each: what leaves, openings and tallies are made of.

use std::fmt::Write as _;

use data_encoding::HEXLOWER;

use super::hash::Hash;
use super::origin::{LogOrigin, RegistryOrigin};
use crate::ids::{ActivityId, HolderTag, Lock, LockKey, Slug};
use crate::time::Timestamp;

/// 2^53 - 1: the largest integer every JSON reader keeps exact.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Why a text does not follow its grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct GrammarError {
    /// Counted from 1.
    pub line: usize,
    /// What was expected.
    pub reason: &'static str,
}

/// A value with one spelling.
pub(crate) trait Value: Sized {
    /// The accepted shape, in words.
    const SHAPE: &'static str;
    /// From exactly this text.
    fn read(text: &str) -> Option<Self>;
    /// The only text.
    fn write(&self) -> String;
}

/// Values whose `FromStr` accepts one spelling and whose `$write` gives it.
macro_rules! value {
    ($type:ty, $shape:literal, $write:expr) => {
        impl Value for $type {
            const SHAPE: &'static str = $shape;
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
            fn write(&self) -> String {
                let write: fn(&Self) -> String = $write;
                write(self)
            }
        }
    };
}

value!(Hash, "a hash of 64 lower-case hex digits", Hash::to_hex);
value!(HolderTag, "a holder of 32 lower-case hex digits", HolderTag::to_hex);
value!(Lock, "a lock of 64 lower-case hex digits", Lock::to_hex);
value!(LockKey, "a key of 64 lower-case hex digits", LockKey::to_hex);
value!(ActivityId, "an activity of 26 characters of a-z and 2-7", ToString::to_string);
value!(Slug, "1 to 32 of a-z, 0-9 and -", ToString::to_string);
value!(LogOrigin, "the origin of an activity's log", ToString::to_string);
value!(RegistryOrigin, "the origin of a registry", ToString::to_string);

impl Value for u64 {
    const SHAPE: &'static str = "a decimal integer of at most 2^53-1 without leading zeros";
    fn read(text: &str) -> Option<Self> {
        let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
        text.parse().ok().filter(|n| plain && *n <= INTEGER_MAX)
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for Timestamp {
    const SHAPE: &'static str = "a time in seconds, a multiple of 60";
    fn read(text: &str) -> Option<Self> {
        u64::read(text).filter(|t| t % 60 == 0).map(Self)
    }
    fn write(&self) -> String {
        self.0.to_string()
    }
}

/// 32 bytes that are no hash: a public key or a seed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bytes32(pub [u8; 32]);

impl Value for Bytes32 {
    const SHAPE: &'static str = "64 lower-case hex digits";
    fn read(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }
    fn write(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

/// A closed list of words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $shape:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $crate::log::lines::Value for $name {
            const SHAPE: &'static str = $shape;
            fn read(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }
            fn write(&self) -> String {
                match self { $(Self::$variant => $word.to_owned()),+ }
            }
        }
    };
}
pub(crate) use words;

/// Reads lines in order.
pub(crate) struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    /// Of a text of at most `max` bytes, all of them LF-ended ASCII lines.
    pub(crate) fn new(bytes: &'a [u8], max: usize) -> Result<Self, GrammarError> {
        let error = |reason| GrammarError { line: 1, reason };
        if bytes.len() > max {
            return Err(error("too long"));
        }
        let text =
            std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()).ok_or(error("not ASCII"))?;
        if !text.ends_with('\n') {
            return Err(error("no LF at the end"));
        }
        Ok(Self { rest: text, line: 0 })
    }

    pub(crate) const fn error(&self, reason: &'static str) -> GrammarError {
        GrammarError { line: self.line, reason }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next line, whatever it says.
    pub(crate) fn next_line(&mut self) -> Result<&'a str, GrammarError> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n').ok_or(self.error("a line is missing"))?;
        self.rest = rest;
        Ok(line)
    }

    /// Whether the next line has this key.
    pub(crate) fn at(&self, key: &str) -> bool {
        self.rest.strip_prefix(key).is_some_and(|rest| rest.starts_with(' '))
    }

    /// The text after the key of the next line.
    pub(crate) fn text(&mut self, key: &str) -> Result<&'a str, GrammarError> {
        let line = self.next_line()?;
        line.strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or(self.error("another line belongs here"))
    }

    /// The value of the next line.
    pub(crate) fn take<T: Value>(&mut self, key: &str) -> Result<T, GrammarError> {
        let text = self.text(key)?;
        self.value(text)
    }

    /// The value of the next line if it has this key.
    pub(crate) fn optional<T: Value>(&mut self, key: &str) -> Result<Option<T>, GrammarError> {
        if self.at(key) { self.take(key).map(Some) } else { Ok(None) }
    }

    /// The words of the next line: exactly so many.
    pub(crate) fn words<const N: usize>(&mut self, key: &str) -> Result<[&'a str; N], GrammarError> {
        let words: Vec<&str> = self.text(key)?.split(' ').collect();
        words.try_into().map_err(|_| self.error("another number of values"))
    }

    /// One value of a line of several.
    pub(crate) fn value<T: Value>(&self, text: &str) -> Result<T, GrammarError> {
        T::read(text).ok_or(self.error(T::SHAPE))
    }

    /// One integer of at least 1.
    pub(crate) fn positive(&self, text: &str) -> Result<u64, GrammarError> {
        self.value(text).and_then(|n| if n == 0 { Err(self.error("at least 1")) } else { Ok(n) })
    }

    /// Nothing is left.
    pub(crate) fn end(self) -> Result<(), GrammarError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(GrammarError { line: self.line + 1, reason: "one line too many" })
        }
    }
}

/// Writes lines in order.
#[derive(Default)]
pub(crate) struct Writer(String);

impl Writer {
    /// With a first line.
    pub(crate) fn new(first: &str) -> Self {
        Self(format!("{first}\n"))
    }

    /// `key value`.
    pub(crate) fn line<T: Value>(self, key: &str, value: &T) -> Self {
        self.words(key, &[value.write()])
    }

    /// `key value`, or no line.
    pub(crate) fn optional<T: Value>(self, key: &str, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.line(key, value),
            None => self,
        }
    }

    /// `key value value …`.
    pub(crate) fn words(mut self, key: &str, words: &[String]) -> Self {
        // Writing into a String cannot fail.
        let _ = writeln!(self.0, "{key} {}", words.join(" "));
        self
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}
