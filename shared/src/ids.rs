//! Identifiers, parsed once at the edge and never re-checked inside.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct IdError {
    /// The accepted shape, in words.
    pub expected: &'static str,
}

/// A text newtype with one shape, checked by `$check` and told to readers of the API as `$pattern`; serialised as that text.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $pattern:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = $pattern))]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(IdError { expected: $expected }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

/// Random bytes written as lower-case hex.
macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $expected:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = $pattern))]
        pub struct $name([u8; $len]);

        impl $name {
            /// From the raw bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Lower-case hex.
            #[must_use]
            pub fn to_hex(&self) -> String {
                HEXLOWER.encode(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let error = IdError { expected: $expected };
                let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| error)?;
                bytes.try_into().map(Self).map_err(|_| error)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_hex()
            }
        }
    };
}

fn is_slug(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

const SLUG: &str = "1 to 32 of a-z, 0-9 and -";

text_id!(
    /// An activity's public id, also the last part of its log's origin: 26 random characters (130 bits).
    ActivityId, "26 characters of a-z and 2-7", "^[a-z2-7]{26}$",
    |text| text.len() == 26 && text.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
);
text_id!(
    /// A brand (tenant); every record carries it.
    BrandId, "1 to 32 of a-z, 0-9 and -", "^[a-z0-9-]{1,32}$", is_slug
);
text_id!(
    /// A campaign's slug, unique in the installation: what a tag embeds.
    CampaignId, "1 to 32 of a-z, 0-9 and -", "^[a-z0-9-]{1,32}$", is_slug
);
text_id!(
    /// A name inside a document: of an activity in its campaign, a question in its activity, an option in its question.
    Slug, "1 to 32 of a-z, 0-9 and -", "^[a-z0-9-]{1,32}$", is_slug
);
text_id!(
    /// Chosen by the client for one act; a retry carries the same one. Random, so that nobody can guess another's.
    IdempotencyKey, "16 to 64 of A-Z, a-z, 0-9, - and _", "^[A-Za-z0-9_-]{16,64}$",
    |text| (16..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
);

hex_id!(
    /// A participant's random tag inside one activity: the only name of a person in a log.
    HolderTag, 16, "32 lower-case hex digits", "^[0-9a-f]{32}$"
);
hex_id!(
    /// The secret of a participant: 256 random bits kept by the client. The server stores only its hash.
    Participant, 32, "64 lower-case hex digits", "^[0-9a-f]{64}$"
);
hex_id!(
    /// The key that opens a lock, made by the participant's client (or by the server where there is no JavaScript).
    LockKey, 32, "64 lower-case hex digits", "^[0-9a-f]{64}$"
);
hex_id!(
    /// A lock or another hash given by a client.
    Lock, 32, "64 lower-case hex digits", "^[0-9a-f]{64}$"
);

hex_id!(
    /// A person of the team.
    MemberId, 16, "32 lower-case hex digits", "^[0-9a-f]{32}$"
);
hex_id!(
    /// The public name of something that has a secret one too: a session, an invitation, a token.
    PublicId, 16, "32 lower-case hex digits", "^[0-9a-f]{32}$"
);

impl ActivityId {
    /// From 17 random bytes, of which 130 bits are used.
    #[must_use]
    pub fn from_random(bytes: [u8; 17]) -> Self {
        let mut text = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        text.truncate(26);
        Self(text)
    }
}

impl fmt::Debug for HolderTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HolderTag({})", self.to_hex())
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberId({})", self.to_hex())
    }
}

impl fmt::Debug for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicId({})", self.to_hex())
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lock({})", self.to_hex())
    }
}

/// Secrets never reach a log line.
impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Participant(secret)")
    }
}

impl fmt::Debug for LockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockKey(secret)")
    }
}

impl Slug {
    /// A slug of digits, for numbered options such as a rating's values.
    #[must_use]
    pub fn number(n: u8) -> Self {
        Self(n.to_string())
    }

    /// The accepted shape, in words.
    #[must_use]
    pub const fn shape() -> &'static str {
        SLUG
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_make_a_well_formed_activity_id() {
        let id = ActivityId::from_random([0xff; 17]);
        assert_eq!(id.as_str(), "77777777777777777777777777");
        assert_eq!(id.as_str().parse::<ActivityId>().unwrap(), id);
    }

    #[test]
    fn upper_case_hex_and_wrong_lengths_are_refused() {
        assert!("AB".repeat(16).parse::<HolderTag>().is_err());
        assert!("ab".repeat(15).parse::<HolderTag>().is_err());
        assert!("ab".repeat(16).parse::<HolderTag>().is_ok());
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", Participant::new([7; 32])), "Participant(secret)");
    }
}
