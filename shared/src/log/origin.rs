//! Where a log lives: `<host>/log/a/<activity>` and `<host>/log/registry/<brand>`, also the names of their keys.

use std::fmt;
use std::str::FromStr;

use crate::ids::{ActivityId, BrandId};

/// A host as origins write it: lower-case A-labels or dotted numbers, and the port where it is not 443.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(String);

/// The origin of an activity's log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogOrigin {
    /// Who serves it.
    pub host: Host,
    /// The activity.
    pub activity: ActivityId,
}

/// The origin of a brand's registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistryOrigin {
    /// Who serves it.
    pub host: Host,
    /// The brand.
    pub brand: BrandId,
}

/// The text is no origin of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not such an origin")]
pub struct OriginError;

impl Host {
    /// The text, without a scheme.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Host {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let port_fits = port.is_none_or(|port| {
            !port.starts_with('0')
                && port.bytes().all(|b| b.is_ascii_digit())
                && port.parse::<u16>().is_ok_and(|n| n != 443)
        });
        if name.len() <= 253 && name.split('.').all(label) && port_fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(OriginError)
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LogOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/log/a/{}", self.host, self.activity)
    }
}

impl fmt::Display for RegistryOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/log/registry/{}", self.host, self.brand)
    }
}

impl FromStr for LogOrigin {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (host, activity) = text.split_once("/log/a/").ok_or(OriginError)?;
        Ok(Self { host: host.parse()?, activity: activity.parse().map_err(|_| OriginError)? })
    }
}

impl FromStr for RegistryOrigin {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (host, brand) = text.split_once("/log/registry/").ok_or(OriginError)?;
        Ok(Self { host: host.parse()?, brand: brand.parse().map_err(|_| OriginError)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_one_spelling() {
        for good in ["fanfare.example", "localhost:8080", "127.0.0.1:80", "xn--caff-8oa.example", "a"] {
            assert!(good.parse::<Host>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "A.example",
            "a.example:443",
            "a.example:0",
            "a.example:080",
            "a.example:",
            "a..b",
            "-a",
            "a-",
            "a_b",
            "a:1:2",
            "a:65536",
            "a/b",
        ] {
            assert!(bad.parse::<Host>().is_err(), "{bad}");
        }
    }
}
