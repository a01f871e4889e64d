//! Relays of drand, over HTTP: `GET <relay>/<chain hash>/public/<round>`. Nothing they say is believed but a signature that
//! verifies under the pinned key.

use std::io::Read as _;
use std::time::Duration;

use fanfare_shared::draw::beacon;
use fanfare_shared::log::leaf::Beacon;
use serde::Deserialize;

/// Relays of drand's operators, asked in this order. Source: drand's documentation, "HTTP relays".
pub(super) const KNOWN: [&str; 4] = [
    "https://api.drand.sh",
    "https://api2.drand.sh",
    "https://api3.drand.sh",
    "https://drand.cloudflare.com",
];
/// For one relay.
const TIME: Duration = Duration::from_secs(5);
/// A round's document has a few hundred bytes.
const MOST_BYTES: u64 = 16 * 1024;

/// Why no relay gave a round's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// What each said.
    #[error("no relay had it: {}", .0.join("; "))]
    None(Vec<String>),
    /// No relay is configured.
    #[error("no relay is configured: bring the round's signature in by hand")]
    Nobody,
}

/// The document of a round; what else is in it does not matter.
#[derive(Debug, Deserialize)]
struct Round {
    round: u64,
    signature: String,
}

/// Asks relay after relay for the value of a round, until one gives it. Blocks.
///
/// # Errors
/// [`RelayError`].
pub fn ask(relays: &[String], beacon: &Beacon) -> Result<String, RelayError> {
    if relays.is_empty() {
        return Err(RelayError::Nobody);
    }
    let mut said = Vec::new();
    for relay in relays {
        match ask_one(relay, beacon) {
            Ok(signature) => return Ok(signature),
            Err(reason) => said.push(format!("{relay}: {reason}")),
        }
    }
    Err(RelayError::None(said))
}

fn ask_one(relay: &str, named: &Beacon) -> Result<String, String> {
    let Beacon { key, round, .. } = named;
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(TIME))
        .max_redirects(0)
        .user_agent("fanfare")
        .build();
    let address = format!("{}/{key}/public/{round}", relay.trim_end_matches('/'));
    let response =
        ureq::Agent::new_with_config(config).get(&address).call().map_err(|error| error.to_string())?;
    let mut body = Vec::new();
    let read = response.into_body().into_reader().take(MOST_BYTES).read_to_end(&mut body);
    read.map_err(|error| error.to_string())?;
    let said: Round = serde_json::from_slice(&body).map_err(|error| format!("not a round: {error}"))?;
    if said.round != *round {
        return Err(format!("it answers with round {}", said.round));
    }
    let beacon = beacon::Beacon::of(named).map_err(|error| error.to_string())?;
    beacon.read(*round, &said.signature).map_err(|error| error.to_string())?;
    Ok(said.signature)
}
