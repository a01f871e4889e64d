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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::Router;
    use axum::routing::get;
    use fanfare_shared::draw::rounds::QUICKNET;
    use fanfare_shared::log::leaf::BeaconKind;

    use super::*;

    /// A round that drand published on 15 September 2023.
    const REAL: &str =
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";

    fn named() -> Beacon {
        Beacon { kind: BeaconKind::Drand, key: QUICKNET.to_owned(), round: 657_413 }
    }

    /// A server that answers at a relay's address with this.
    async fn relay(said: String) -> String {
        let path = format!("/{QUICKNET}/public/657413");
        let router = Router::new().route(&path, get(move || async move { said }));
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/")
    }

    fn document(round: u64, signature: &str) -> String {
        format!(r#"{{"round":{round},"randomness":"00","signature":"{signature}"}}"#)
    }

    async fn asked(relays: Vec<String>) -> Result<String, RelayError> {
        tokio::task::spawn_blocking(move || ask(&relays, &named())).await.unwrap()
    }

    #[tokio::test]
    async fn a_relay_that_lies_or_keeps_silent_is_passed_over_for_one_that_does_not() {
        let forged = REAL.replacen("b7", "b6", 1);
        let negated = REAL.replacen("b7", "97", 1);
        let relays = vec![
            "http://127.0.0.1:1".to_owned(),
            relay("<html>a hotel\u{2019}s network</html>".to_owned()).await,
            relay(document(657_414, REAL)).await,
            relay(document(657_413, &forged)).await,
            relay(document(657_413, &negated)).await,
            relay("x".repeat(100_000)).await,
        ];
        let Err(RelayError::None(said)) = asked(relays.clone()).await else { panic!("none of them had it") };
        assert_eq!(said.len(), relays.len(), "each is told of: {said:?}");
        let and_one = [relays, vec![relay(document(657_413, REAL)).await]].concat();
        assert_eq!(asked(and_one).await, Ok(REAL.to_owned()));
        assert_eq!(asked(Vec::new()).await, Err(RelayError::Nobody));
    }
}
