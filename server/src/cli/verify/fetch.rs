//! Reads a log from wherever it is served, as anybody would: checkpoint, entry tiles, documents, the brand's registry.

use std::io::Read;
use std::time::Duration;

use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::note::Note;
use fanfare_shared::log::tile::{self, TileId, TilePath};

use crate::url::is_this_machine;

/// No answer is larger than a full entries tile: 256 leaves of 32 KiB at most.
const MOST_BYTES: u64 = 16 << 20;

/// Something could not be fetched: not the same as "not verified".
#[derive(Debug, thiserror::Error)]
#[error("cannot fetch {url}: {reason}")]
pub(super) struct FetchError {
    url: String,
    reason: String,
}

impl FetchError {
    pub(super) fn new(url: &str, reason: impl ToString) -> Self {
        Self { url: url.to_owned(), reason: reason.to_string() }
    }
}

/// A reader of logs over HTTP.
pub(super) struct Fetch {
    agent: ureq::Agent,
}

/// A log as it is served: the newest checkpoint, and every leaf below it.
pub(super) struct Fetched {
    pub(super) checkpoint: String,
    pub(super) leaves: Vec<Vec<u8>>,
}

impl Fetch {
    pub(super) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .max_redirects(3)
            .build();
        Self { agent: config.into() }
    }

    /// The bytes at an address.
    pub(super) fn bytes(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let failed = |reason: &dyn std::fmt::Display| FetchError::new(url, reason);
        let response = self.agent.get(url).call().map_err(|error| failed(&error))?;
        let mut bytes = Vec::new();
        let mut body = response.into_body().into_reader().take(MOST_BYTES + 1);
        body.read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(failed(&"larger than anything a log serves"));
        }
        Ok(bytes)
    }

    /// The text at an address.
    pub(super) fn text(&self, url: &str) -> Result<String, FetchError> {
        String::from_utf8(self.bytes(url)?).map_err(|_| FetchError::new(url, "not text"))
    }

    /// A whole log. What is read is not trusted: the verifier compares it with the signed root.
    pub(super) fn log(&self, base: &str) -> Result<Fetched, FetchError> {
        let url = format!("{base}/checkpoint");
        let checkpoint = self.text(&url)?;
        let unreadable = |what: &str| FetchError::new(&url, format!("not a {what}"));
        let note: Note = checkpoint.parse().map_err(|_| unreadable("signed note"))?;
        let head: Checkpoint = note.text.parse().map_err(|_| unreadable("checkpoint"))?;
        let mut leaves = Vec::new();
        for id in TileId::of_level(0, head.size) {
            let url = format!("{base}/{}", TilePath::Entries(id));
            let tile = self.bytes(&url)?;
            let entries =
                tile::decode_entries(&tile).map_err(|_| FetchError::new(&url, "not a tile of entries"))?;
            leaves.extend(entries.into_iter().map(|leaf| leaf.to_vec()));
        }
        Ok(Fetched { checkpoint, leaves })
    }
}

/// The address of a log's host: plain HTTP for this machine alone.
pub(super) fn base_of(host: &str) -> String {
    format!("{}://{host}", if is_this_machine(host) { "http" } else { "https" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        assert_eq!(base_of("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(base_of("localhost"), "http://localhost");
        assert_eq!(base_of("fan.example.org"), "https://fan.example.org");
        assert_eq!(base_of("localhost.evil.example"), "https://localhost.evil.example");
    }

    #[test]
    fn what_cannot_be_fetched_says_where() {
        let error = Fetch::new().bytes("http://127.0.0.1:1/").unwrap_err();
        assert!(error.to_string().contains("http://127.0.0.1:1/"));
    }
}
