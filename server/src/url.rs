//! The server's public address: where visitors reach it, and the host part that names its logs.

use std::fmt;

/// Scheme and authority, nothing after: `https://fan.example.org` or `http://127.0.0.1:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
}

/// Why a text is not a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give scheme, host and at most a port in lower case, such as `https://fan.example.org`")]
pub struct UrlError;

impl PublicUrl {
    /// Reads an address; a slash at the end is dropped, and so is the scheme's own port.
    ///
    /// # Errors
    /// When there is more than scheme, host and port, or less.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim_end_matches('/');
        let (scheme, host) = text.split_once("://").ok_or(UrlError)?;
        let own_port = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => return Err(UrlError),
        };
        let host = host.strip_suffix(own_port).unwrap_or(host);
        let allowed = |b: u8| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':' | b'[' | b']')
        };
        if host.is_empty() || !host.bytes().all(allowed) {
            return Err(UrlError);
        }
        Ok(Self { text: format!("{scheme}://{host}"), host: host.to_owned() })
    }

    /// Host and port, as they begin the origins of the logs.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address with a path.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Whether it is reached by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.as_str().starts_with("https:")
    }

    /// The address, also the server's own origin.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a host, with its port or without, is this machine: what is said to it leaves no wire.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    matches!(port.map_or(host, |(name, _)| name), "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemes_own_port_is_not_part_of_an_origin() {
        assert_eq!(PublicUrl::parse("https://fan.example.org:443/").unwrap().host(), "fan.example.org");
        assert_eq!(PublicUrl::parse("http://127.0.0.1:8080").unwrap().host(), "127.0.0.1:8080");
    }

    #[test]
    fn paths_upper_case_and_other_schemes_are_refused() {
        for wrong in ["https://a.example/x", "ftp://a.example", "a.example", "https://", "https://A.example"]
        {
            assert!(PublicUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
