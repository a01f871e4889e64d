//! What is a document that somebody brings, and what do all of them together come to?

use fanfare_shared::log::bundle::BUNDLE_FORMAT;
use fanfare_shared::log::certificate::CERTIFICATE_FORMAT;
use fanfare_shared::log::leaf::{Body, Leaf};
use fanfare_shared::receipt::Receipt;
use fanfare_shared::verify::report::Count;
use fanfare_shared::verify::{Report, Trust, bundle, certificate, receipt};
use serde::Deserialize;

/// What was brought so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Evidence {
    /// A certificate.
    pub(crate) certificate: Option<String>,
    /// A bundle, which says more than a certificate.
    pub(crate) bundle: Option<String>,
    /// Receipts.
    pub(crate) receipts: Vec<Own>,
}

/// A receipt of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    /// As it was brought.
    pub(crate) brought: String,
    /// The same under the sealed checkpoint, as the server gives it.
    pub(crate) sealed: Option<String>,
}

/// What an entry of one's own comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stake {
    /// First and last ticket, counted from 1.
    pub(crate) tickets: (u64, u64),
    /// The slot it was drawn for; none where it was not.
    pub(crate) slot: Option<u64>,
}

impl Evidence {
    /// Takes a document. False for one that is none of ours.
    pub(crate) fn take(&mut self, text: String) -> bool {
        if text.trim_start().starts_with('{') {
            match head(&text).as_ref().map(|head| head.format.as_str()) {
                Some(CERTIFICATE_FORMAT) => self.certificate = Some(text),
                Some(BUNDLE_FORMAT) => self.bundle = Some(text),
                _ => return false,
            }
            return true;
        }
        let known = text.parse::<Receipt>().is_ok();
        if known {
            self.receipts.push(Own { brought: text, sealed: None });
        }
        known
    }

    /// The activity that all of it is about, as far as it says.
    pub(crate) fn activity(&self) -> Option<String> {
        let receipt = self.receipts.iter().find_map(|own| own.brought.parse::<Receipt>().ok());
        let of_receipt = receipt.and_then(|receipt| receipt::origin_of(&receipt));
        let named = || head(self.certificate.as_ref()?)?.origin;
        let origin = of_receipt.or_else(named)?;
        origin.rsplit_once("/log/a/").map(|(_, id)| id.to_owned())
    }

    /// Judges all of it; nothing where there is nothing to judge with.
    pub(crate) fn judge(&self, trust: &Trust) -> Option<Report> {
        let receipts: Vec<&str> = self.receipts.iter().map(Own::best).collect();
        match (&self.bundle, &self.certificate, self.receipts.first()) {
            (Some(bundle), ..) => Some(bundle::verify_along(bundle, &receipts, trust)),
            (None, Some(certificate), _) => Some(certificate::verify(certificate, &receipts, trust)),
            (None, None, Some(own)) => Some(receipt::verify(&own.brought, trust, None)),
            (None, None, None) => None,
        }
    }

    /// What one's own entries come to in a draw.
    pub(crate) fn stakes(&self, report: &Report) -> Vec<Stake> {
        let Some(Count::Contest(drawn)) = &report.count else { return Vec::new() };
        let stake = |own: &Own| {
            let leaf = Leaf::decode(&own.best().parse::<Receipt>().ok()?.leaf).ok()?;
            let Body::Entry(entry) = leaf.body else { return None };
            let slot = drawn.slot_of(&entry.held.holder).map(|slot| slot.number);
            Some(Stake { tickets: (entry.first + 1, entry.first + entry.count), slot })
        };
        self.receipts.iter().filter_map(stake).collect()
    }
}

impl Own {
    /// The receipt to check: the sealed one, if it is of the very same leaf.
    fn best(&self) -> &str {
        let leaf = |text: &str| text.parse::<Receipt>().ok().map(|receipt| (receipt.index, receipt.leaf));
        let sealed = self.sealed.as_deref().filter(|sealed| leaf(sealed) == leaf(&self.brought));
        sealed.unwrap_or(&self.brought)
    }
}

/// What every document says of itself.
#[derive(Deserialize)]
struct Head {
    format: String,
    origin: Option<String>,
}

fn head(text: &str) -> Option<Head> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_what_they_say_of_themselves() {
        let mut evidence = Evidence::default();
        assert!(evidence.take(r#"{"format": "fanfare-certificate/v1", "origin": "h/log/a/abc"}"#.to_owned()));
        assert!(evidence.take(r#"{"format": "fanfare-bundle/v1"}"#.to_owned()));
        for other in ["", "{", "{}", "[]", "hello", r#"{"format": "fanfare-bundle/v9"}"#] {
            assert!(!evidence.take(other.to_owned()), "{other}");
        }
        assert_eq!(evidence.activity().as_deref(), Some("abc"));
        assert!(evidence.judge(&Trust::default()).is_some_and(|report| !report.verdict().stands()));
        assert_eq!(Evidence::default().judge(&Trust::default()), None);
    }
}
