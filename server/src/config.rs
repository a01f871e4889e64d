//! Settings: defaults, then a TOML file, then `FANFARE__SECTION__KEY` variables, then flags.
//!
//! `fanfare config example` prints [`EXAMPLE`]; a test keeps it equal to the defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::beacon;
use crate::engine::{SpaceLimits, StoreLimits};
use crate::install::guard::Reach;
use crate::mail::settings as mail;
use crate::oidc;

/// Every setting with its unit, default and reason.
pub const EXAMPLE: &str = include_str!("config.example.toml");

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct Config {
    /// Where to listen, under which name.
    pub server: Server,
    /// How much one sender, and all together, may take.
    pub limits: Limits,
    /// The certificate, where no proxy has it.
    pub tls: Tls,
    /// The journal and the state.
    pub store: Store,
    /// How logs are written.
    pub log: Log,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Where this server may be sent.
    pub outgoing: Outgoing,
    /// Who is asked for the value of a draw's round.
    pub beacon: beacon::Settings,
    /// The mail server.
    pub mail: mail::Settings,
    /// Where members may also sign in.
    pub oidc: oidc::Settings,
}

/// Where this server may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outgoing {
    /// Also to addresses inside the network it stands in.
    pub private_addresses: bool,
}

impl Outgoing {
    /// The same, as those who send it understand it.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        if self.private_addresses { Reach::Anywhere } else { Reach::Public }
    }
}

/// Where to listen, under which name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// Public address; empty: `http://<listen>`.
    pub url: String,
    /// Reverse proxies between visitors and this server.
    pub proxies: usize,
    /// Seconds a request may take.
    pub timeout_seconds: u64,
    /// Seconds that open requests get after SIGTERM.
    pub drain_seconds: u64,
}

/// How much one sender, and all together, may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections open at once; more wait.
    pub connections: usize,
    /// Connections open at once from one address; 0: no such limit.
    pub connections_each: usize,
    /// Seconds in which a request's line and headers, and a TLS handshake, must arrive.
    pub header_seconds: u64,
    /// Seconds in which a request's body must arrive.
    pub body_seconds: u64,
    /// Seconds a connection may stay open between two requests.
    pub idle_seconds: u64,
    /// Seconds without progress after which a sender that does not read its answer is cut.
    pub send_seconds: u64,
    /// Milliseconds an act may have waited for the writer before new ones are turned away.
    pub wait_ms: u64,
    /// Writes a second that one address may keep up; 0: no limit.
    pub writes_per_second: u32,
    /// Writes that one address may send at once.
    pub writes_burst: u32,
    /// Campaign documents a minute from one address; 0: no limit.
    pub documents_per_minute: u32,
}

/// The certificate, where no proxy has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// PEM file with the certificate and those above it; empty: plain HTTP.
    pub cert: PathBuf,
    /// PEM file with the certificate's private key.
    pub key: PathBuf,
}

/// The journal and the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// MiB of one journal segment.
    pub segment_mib: u64,
    /// Acts that may wait for the writer.
    pub queue: usize,
    /// MiB that are kept free on the disk: below, acts are refused and reads go on …
    pub free_mib: u64,
    /// … or this share of the disk in percent, whichever is less.
    pub free_percent: u64,
    /// MiB of a file that is given up when a full disk would not let the server start.
    pub ballast_mib: u64,
}

/// How logs are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `text` or `json`.
    pub format: String,
    /// A tracing filter.
    pub filter: String,
}

/// Figures for Prometheus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Address and port of a listener of its own; empty: none.
    pub listen: String,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            url: String::new(),
            proxies: 0,
            timeout_seconds: 30,
            drain_seconds: 5,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            connections_each: 1024,
            header_seconds: 10,
            body_seconds: 15,
            idle_seconds: 75,
            send_seconds: 30,
            wait_ms: 2000,
            writes_per_second: 20,
            writes_burst: 200,
            documents_per_minute: 30,
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self { segment_mib: 64, queue: 4096, free_mib: 1024, free_percent: 5, ballast_mib: 64 }
    }
}

impl Store {
    /// The sizes, as the store takes them.
    #[must_use]
    pub const fn limits(&self) -> StoreLimits {
        const MIB: u64 = 1024 * 1024;
        StoreLimits {
            segment_bytes: self.segment_mib * MIB,
            queue: self.queue,
            space: SpaceLimits {
                free_bytes: self.free_mib * MIB,
                free_percent: self.free_percent,
                ballast_bytes: self.ballast_mib * MIB,
            },
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: "text".to_owned(), filter: "info".to_owned() }
    }
}

/// Why the settings cannot be used; every problem at once.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file or a variable is not understood.
    #[error("the settings are not understood: {0}")]
    Malformed(String),
    /// Understood, but not usable.
    #[error("the settings cannot be used:\n  {}", .0.join("\n  "))]
    Faults(Vec<String>),
}

impl Config {
    /// Reads the settings: defaults, `file`, then the variables given.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn load(
        file: Option<&Path>,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = match file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|source| ConfigError::File { path: path.to_owned(), source })?,
        };
        let mut table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| ConfigError::Malformed(error.to_string()))?;
        for (name, value) in variables {
            let Some(path) = name.strip_prefix("FANFARE__") else { continue };
            let Some((section, key)) = path.split_once("__") else { continue };
            let value = value.parse::<i64>().map_or(toml::Value::String(value), toml::Value::Integer);
            let section = table
                .entry(section.to_ascii_lowercase())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let Some(section) = section.as_table_mut() {
                section.insert(key.to_ascii_lowercase(), value);
            }
        }
        let config: Self = table.try_into().map_err(|error| ConfigError::Malformed(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let mut faults = Vec::new();
        if !(1..=1024).contains(&self.store.segment_mib) {
            faults.push("store.segment_mib: 1 to 1024".to_owned());
        }
        if !(1..=1_000_000).contains(&self.store.queue) {
            faults.push("store.queue: 1 to 1000000".to_owned());
        }
        if self.store.free_mib > 1_048_576 || self.store.ballast_mib > 1_048_576 {
            faults.push("store.free_mib and store.ballast_mib: at most 1048576".to_owned());
        }
        if self.store.free_percent > 50 {
            faults.push("store.free_percent: at most 50".to_owned());
        }
        if !(1..=600).contains(&self.server.timeout_seconds) {
            faults.push("server.timeout_seconds: 1 to 600".to_owned());
        }
        if self.server.drain_seconds > 600 {
            faults.push("server.drain_seconds: at most 600".to_owned());
        }
        if self.server.proxies > 10 {
            faults.push("server.proxies: at most 10".to_owned());
        }
        self.limits.check(&mut faults);
        self.mail.check(&mut faults);
        self.oidc.check(&mut faults);
        if self.tls.cert.as_os_str().is_empty() != self.tls.key.as_os_str().is_empty() {
            faults.push("tls.cert and tls.key: both or none".to_owned());
        }
        if !matches!(self.log.format.as_str(), "text" | "json") {
            faults.push("log.format: `text` or `json`".to_owned());
        }
        if !self.metrics.listen.is_empty() && self.metrics.listen.parse::<SocketAddr>().is_err() {
            faults.push("metrics.listen: an address and a port, such as `127.0.0.1:9464`".to_owned());
        }
        if self.metrics.listen == self.server.listen && !self.server.listen.ends_with(":0") {
            faults.push(
                "metrics.listen: not the address of `server.listen`; metrics are not public".to_owned(),
            );
        }
        if !self.server.url.is_empty()
            && let Err(error) = crate::url::PublicUrl::parse(&self.server.url)
        {
            faults.push(format!("server.url: {error}"));
        }
        if faults.is_empty() { Ok(()) } else { Err(ConfigError::Faults(faults)) }
    }
}

impl Limits {
    fn check(&self, faults: &mut Vec<String>) {
        if !(1..=1_000_000).contains(&self.connections) {
            faults.push("limits.connections: 1 to 1000000".to_owned());
        }
        let seconds = [self.header_seconds, self.body_seconds, self.idle_seconds, self.send_seconds];
        if !seconds.iter().all(|seconds| (1..=600).contains(seconds)) {
            faults
                .push("limits.header_seconds, body_seconds, idle_seconds, send_seconds: 1 to 600".to_owned());
        }
        if !(10..=60_000).contains(&self.wait_ms) {
            faults.push("limits.wait_ms: 10 to 60000".to_owned());
        }
        if self.writes_per_second > 0 && self.writes_burst == 0 {
            faults.push("limits.writes_burst: at least 1".to_owned());
        }
        let most = 1_000_000;
        if self.writes_per_second.max(self.writes_burst).max(self.documents_per_minute) > most {
            faults.push(format!(
                "limits.writes_per_second, writes_burst, documents_per_minute: at most {most}"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn the_printed_example_is_the_defaults() {
        let example: Config = toml::from_str(EXAMPLE).unwrap();
        assert_eq!(example, Config::default());
    }

    #[test]
    fn a_variable_wins_over_the_default() {
        let pairs =
            [("FANFARE__SERVER__LISTEN", "0.0.0.0:80"), ("FANFARE__STORE__QUEUE", "9"), ("HOME", "/")];
        let config = Config::load(None, variables(&pairs)).unwrap();
        assert_eq!(config.server.listen, "0.0.0.0:80");
        assert_eq!(config.store.queue, 9);
    }

    #[test]
    fn metrics_are_off_unless_asked_for_and_never_on_the_public_address() {
        assert_eq!(Config::default().metrics.listen, "");
        for listen in ["9464", "metrics.example:9464", "127.0.0.1:8080"] {
            let error = Config::load(None, variables(&[("FANFARE__METRICS__LISTEN", listen)])).unwrap_err();
            assert!(error.to_string().contains("metrics.listen"), "{listen}: {error}");
        }
        assert!(Config::load(None, variables(&[("FANFARE__METRICS__LISTEN", "127.0.0.1:9464")])).is_ok());
    }

    #[test]
    fn every_problem_is_listed_at_once_and_unknown_keys_are_refused() {
        let pairs = [("FANFARE__LOG__FORMAT", "xml"), ("FANFARE__STORE__SEGMENT_MIB", "0")];
        let error = Config::load(None, variables(&pairs)).unwrap_err().to_string();
        assert!(error.contains("log.format") && error.contains("store.segment_mib"), "{error}");
        assert!(Config::load(None, variables(&[("FANFARE__SERVER__COLOUR", "red")])).is_err());
    }
}
