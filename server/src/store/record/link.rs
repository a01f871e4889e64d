//! Who an act is of: what is sealed with the first act of a holder, personal and erasable.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Bytes32;

/// Who it is, and the key the server holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// SHA-256 of the participant's secret.
    pub person: Bytes32,
    /// The key of the act's lock, where the server holds it.
    pub key: Option<Bytes32>,
    /// A MAC of the entrant's e-mail address, where a contest asks for one: the same address enters once.
    pub address: Option<Bytes32>,
}

impl Link {
    /// Reads a link. Before there were contests it had no address.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let earlier = || {
            let (person, key) = postcard::from_bytes(bytes).ok()?;
            Some(Self { person, key, address: None })
        };
        postcard::from_bytes(bytes).ok().or_else(earlier)
    }
}

/// Never in a log line.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_from_before_there_were_contests_is_read() {
        for key in [None, Some([4; 32])] {
            let earlier = postcard::to_stdvec(&([3_u8; 32], key)).unwrap();
            assert_eq!(Link::decode(&earlier), Some(Link { person: [3; 32], key, address: None }));
            let link = Link { person: [3; 32], key, address: Some([5; 32]) };
            assert_eq!(Link::decode(&postcard::to_stdvec(&link).unwrap()), Some(link));
        }
        assert_eq!(Link::decode(&[1, 2]), None);
    }
}
