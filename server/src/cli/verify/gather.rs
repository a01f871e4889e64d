//! Gathers all that a verifier needs about a log: its leaves, its brand's registry, the documents they name, the key.

use std::collections::BTreeMap;

use fanfare_shared::log::bundle::{BUNDLE_FORMAT, Bundle, BundleBeacon, BundleLog, LeafBytes};
use fanfare_shared::log::certificate::Certificate;
use fanfare_shared::log::note::VerifierKey;
use fanfare_shared::verify::LogState;
use fanfare_shared::wire::bootstrap::Bootstrap;

use super::Problem;
use super::fetch::{Fetch, FetchError, Fetched, base_of};

/// The logs that an address leads to: itself, or those of a hosted page's activities.
pub(super) fn logs_of(fetch: &Fetch, url: &str) -> Result<Vec<String>, Problem> {
    let url = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    if let Some(at) = url.find("/log/a/") {
        let id = url.get(at + "/log/a/".len()..).and_then(|rest| rest.split('/').next()).unwrap_or("");
        let base = url.get(..at).unwrap_or("");
        return Ok(vec![format!("{base}/log/a/{id}")]);
    }
    if let Some((base, campaign)) = url.split_once("/c/") {
        let bootstrap = format!("{base}/api/v1/campaigns/{campaign}");
        let bootstrap: Bootstrap = serde_json::from_slice(&fetch.bytes(&bootstrap)?)
            .map_err(|_| Problem::Usage(format!("{bootstrap} is not a campaign's bootstrap")))?;
        return Ok(bootstrap
            .activities
            .iter()
            .map(|activity| format!("{base}/log/a/{}", activity.id))
            .collect());
    }
    Err(Problem::Usage(format!("{url} is neither a log (…/log/a/<id>) nor a hosted page (…/c/<campaign>)")))
}

/// Where the log of an origin is served.
pub(super) fn address_of(origin: &str) -> String {
    let (host, path) = origin.split_once('/').unwrap_or((origin, ""));
    format!("{}/{path}", base_of(host))
}

/// Reads a log into a bundle, with the key that its server names.
pub(super) fn bundle(fetch: &Fetch, log: &str) -> Result<String, FetchError> {
    let base = log.split("/log/a/").next().unwrap_or(log);
    // The registry last: whatever the log's leaves call for stands in it by then.
    let leaves = fetch.log(log)?;
    let state = read(&leaves);
    let rules = state.rules();
    let registry = match rules {
        Some(rules) => {
            let path = rules.registry.to_string();
            let path = path.split_once('/').map_or(String::new(), |(_, path)| path.to_owned());
            fetch.log(&format!("{base}/{path}"))?
        }
        None => Fetched { checkpoint: String::new(), leaves: Vec::new() },
    };
    let mut documents = BTreeMap::new();
    for document in state.documents() {
        // What is not served is missing, which the verifier says in its own words.
        if let Ok(text) = fetch.text(&format!("{log}/doc/{}", document.hash)) {
            documents.insert(document.hash.to_string(), text);
        }
    }
    let origin = rules.map(|rules| rules.log.to_string()).unwrap_or_default();
    let key = key(fetch, base, &origin)?;
    let bundle = Bundle {
        format: BUNDLE_FORMAT.to_owned(),
        key: data_encoding::HEXLOWER.encode(&key),
        log: part(leaves),
        registry: part(registry),
        beacon: beacon(fetch, base, &state),
        documents,
        receipts: Vec::new(),
    };
    Ok(serde_json::to_string(&bundle).unwrap_or_default())
}

/// The value that a contest was drawn from. It authenticates itself, so anybody may give it; without it the report says
/// what is missing.
fn beacon(fetch: &Fetch, base: &str, state: &LogState) -> Option<BundleBeacon> {
    let contest = state.contest().and_then(|_| state.activity())?;
    let url = format!("{base}/api/v1/activities/{contest}/draws/1/certificate");
    let certificate: Certificate = serde_json::from_slice(&fetch.bytes(&url).ok()?).ok()?;
    Some(certificate.beacon)
}

/// The leaves as far as they can be read, to learn which documents they name.
fn read(log: &Fetched) -> LogState {
    let mut state = LogState::new();
    for leaf in &log.leaves {
        if state.apply_bytes(leaf).is_err() {
            break;
        }
    }
    state
}

fn part(log: Fetched) -> BundleLog {
    BundleLog { checkpoints: vec![log.checkpoint], leaves: log.leaves.into_iter().map(LeafBytes).collect() }
}

fn key(fetch: &Fetch, base: &str, origin: &str) -> Result<[u8; 32], FetchError> {
    let url = format!("{base}/log/key?origin={origin}");
    let key: Option<VerifierKey> = fetch.text(&url)?.trim_end().parse().ok();
    key.map(|key| *key.key()).ok_or_else(|| FetchError::new(&url, "not a verifier key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_inside_a_log_leads_to_it() {
        let logs = |url| logs_of(&Fetch::new(), url).ok();
        let log = vec!["https://a.example/log/a/x".to_owned()];
        assert_eq!(logs("https://a.example/log/a/x"), Some(log.clone()));
        assert_eq!(logs("https://a.example/log/a/x/checkpoint"), Some(log));
        assert_eq!(logs("https://a.example/other"), None);
    }

    #[test]
    fn an_origin_is_served_where_its_name_says() {
        assert_eq!(address_of("fan.example/log/a/x"), "https://fan.example/log/a/x");
        assert_eq!(address_of("127.0.0.1:8080/log/a/x"), "http://127.0.0.1:8080/log/a/x");
    }
}
