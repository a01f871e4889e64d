//! What travels: the JSON of the public API. Grows additively; never mixed with leaf text or stored records.

/// For what is secret, and who it is about: never in a log line.
macro_rules! silent {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    )*};
}

pub mod account;
pub mod act;
pub mod bootstrap;
pub mod draft;
pub mod draw;
pub mod install;
pub mod mail;
pub mod measure;
pub mod operate;
pub mod overview;
pub mod participant;
pub mod passkey;
pub mod problem;
pub mod queue;
pub mod tally;
pub mod team;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Reads a whole number however JSON spells it: to JSON Schema `7.0` is an integer like `7`.
///
/// # Errors
/// It is no whole number from 0 on.
pub(crate) fn whole<'de, D: Deserializer<'de>, T: TryFrom<u64>>(from: D) -> Result<T, D::Error> {
    struct Whole;

    impl Visitor<'_> for Whole {
        type Value = u64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a whole number from 0 on")
        }

        fn visit_u64<E: Error>(self, n: u64) -> Result<u64, E> {
            Ok(n)
        }

        // As TOML has them.
        fn visit_i64<E: Error>(self, n: i64) -> Result<u64, E> {
            u64::try_from(n).map_err(|_| E::invalid_value(Unexpected::Signed(n), &self))
        }

        fn visit_f64<E: Error>(self, n: f64) -> Result<u64, E> {
            // Exact: what is not written alike is not the same number.
            let text = format!("{n}");
            text.parse().map_err(|_| E::invalid_value(Unexpected::Float(n), &self))
        }
    }

    let n = from.deserialize_u64(Whole)?;
    T::try_from(n).map_err(|_| D::Error::custom(format!("{n} is too large a number")))
}

/// The same, where it may be absent.
///
/// # Errors
/// It is no whole number from 0 on.
pub(crate) fn whole_if_any<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    whole(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::draft::DraftVersion;

    #[test]
    fn a_whole_number_is_read_however_it_is_spelt() {
        let read = |text: &str| serde_json::from_str::<DraftVersion>(text).map(|it| it.version);
        assert_eq!(read(r#"{"version": 7}"#).unwrap(), 7);
        assert_eq!(read(r#"{"version": 7.0}"#).unwrap(), 7);
        assert_eq!(read(r#"{"version": 18446744073709551615}"#).unwrap(), u64::MAX);
        for odd in ["7.5", "-1", "-0.5", "1e300", "\"7\"", "null"] {
            assert!(read(&format!("{{\"version\": {odd}}}")).is_err(), "{odd}");
        }
    }
}
