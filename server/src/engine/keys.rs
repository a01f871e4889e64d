//! What the installation's keys answer: under which key its logs are signed, whether a token is the owner's, and a MAC
//! for each purpose. The keys themselves never leave `crate::keys`.

use fanfare_shared::draw::beacon::DemoSecret;

use super::{Engine, start};

impl Engine {
    /// The C2SP verifier key of a log of ours, by its origin.
    #[must_use]
    pub fn verifier_key(&self, origin: &str) -> Option<String> {
        start::log_of(&self.inner.host, origin).and_then(|log| self.inner.published.newest(&log))?;
        Some(self.inner.keys.signer().verifier(origin).ok()?.to_string())
    }

    /// The installation's public key, the same for all its logs.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.inner.keys.signer().public()
    }

    /// The owner's token, only in the run that made it.
    #[must_use]
    pub fn owner_token(&self) -> Option<String> {
        self.inner.keys.new_owner_token().map(str::to_owned)
    }

    /// Whether this is the owner's token.
    #[must_use]
    pub fn check_owner(&self, token: &str) -> bool {
        self.inner.keys.check_owner(token)
    }

    /// HMAC-SHA-256 under a key of this installation, for one purpose.
    #[must_use]
    pub fn mac(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.inner.keys.mac(purpose, bytes)
    }

    /// The beacon of this installation's demonstrations.
    #[must_use]
    pub fn demonstration(&self) -> DemoSecret {
        self.inner.keys.demonstration()
    }
}
