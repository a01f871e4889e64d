//! How does a browser prove that its owner holds a passkey? W3C's Web Authentication, which the library knows; here is what
//! we ask of it: keys that the device itself finds, its owner verified each time, no word of who made the device.
//!
//! Deliberately absent: whose a passkey is, and what is kept of it (that is `passkeys`).

use std::net::Ipv4Addr;
use std::num::NonZeroU32;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use fanfare_shared::ids::MemberId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CoseAlgorithmIdentifier, CredProtect, PublicKeyCredentialUserEntity, RegistrationVerificationOptions,
    UserHandle16,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::auth::DiscoverableAuthentication16;
use webauthn_rp::response::auth::error::AuthCeremonyErr;
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, DiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};

use super::TeamFault;
use crate::url::PublicUrl;

/// Seconds in which a challenge is to be answered.
pub(super) const OPEN: u64 = 600;
/// The same, as browsers are told.
const PATIENCE: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(milliseconds) => milliseconds,
    None => NonZeroU32::MAX,
};

/// The public half of a passkey, as it is kept. In base64: the credential's id, its key and what is fixed about it, and
/// what changes (the counter).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Credential {
    pub(super) id: String,
    key: String,
    state: String,
    transports: u8,
}

/// What a browser gives for signing in.
pub(super) struct Answer(DiscoverableAuthentication16);

/// Why a passkey does not count.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// Its counter is not beyond the one of last time: somebody has a copy of it.
    #[error("its counter went back")]
    Copied,
    /// Anything else; for the log.
    #[error("{0}")]
    Other(String),
}

/// Whom passkeys are made for: this installation.
pub(super) struct Relying {
    id: RpId,
    origin: String,
}

fn fault(error: impl std::fmt::Debug) -> TeamFault {
    TeamFault::Fault(format!("{error:?}"))
}

fn other(error: impl std::fmt::Display) -> Refused {
    Refused::Other(error.to_string())
}

impl Relying {
    /// None where browsers make no passkeys: for an address of numbers, and without https but on one's own machine.
    pub(super) fn of(url: &PublicUrl) -> Option<Self> {
        let host = url.host();
        let host = host.split_once(':').map_or(host, |(name, _port)| name);
        let name = !host.starts_with('[') && host.parse::<Ipv4Addr>().is_err();
        let secure = url.is_https() || host == "localhost";
        let domain = AsciiDomain::try_from(host.to_owned()).ok().filter(|_| name && secure)?;
        Some(Self { id: RpId::Domain(domain), origin: url.as_str().to_owned() })
    }

    /// Asks a browser for a new passkey: what is to be known again, and what the browser needs. `known` are not made twice
    /// on one device. The handle that the device keeps is the member's id: random, and nobody's name.
    pub(super) fn creation<'a>(
        &self,
        member: &MemberId,
        (name, email): (&str, &str),
        known: impl Iterator<Item = &'a Credential>,
    ) -> Result<(Vec<u8>, Value), TeamFault> {
        let handle = UserHandle16::decode(*member.bytes()).map_err(fault)?;
        // The library takes names that RFC 8265 allows; where one is not, the device shows the installation's.
        let user = PublicKeyCredentialUserEntity {
            name: email.try_into().or_else(|_| "member".try_into()).map_err(fault)?,
            id: &handle,
            display_name: name.try_into().ok(),
        };
        let known = known.map(|credential| {
            let id = bytes(&credential.id)?;
            let transports = AuthTransports::decode(credential.transports).map_err(fault)?;
            Ok(PublicKeyCredentialDescriptor { id: CredentialId::decode(id).map_err(fault)?, transports })
        });
        let known = known.collect::<Result<Vec<_>, TeamFault>>()?;
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.id, user, known);
        options.timeout = PATIENCE;
        // Left to the device: some that cannot promise it would make nothing.
        options.extensions.cred_protect = CredProtect::None;
        options.pub_key_cred_params = options.pub_key_cred_params.remove(CoseAlgorithmIdentifier::Es384);
        let (server, client) = options.start_ceremony().map_err(fault)?;
        Ok((server.encode().map_err(fault)?, serde_json::to_value(&client).map_err(fault)?))
    }

    /// Takes a new passkey that answers what was asked.
    pub(super) fn made(&self, asked: &[u8], credential: &Value) -> Result<Credential, Refused> {
        let asked = RegistrationServerState::<16>::decode(asked).map_err(other)?;
        let text = credential.to_string();
        let made = Registration::from_json_relaxed(text.as_bytes()).map_err(other)?;
        let origins = [self.origin.as_str()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Browsers add some of their own.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = asked.verify(&self.id, &made, &options).map_err(other)?;
        let (Ok(key), Ok(state), Ok(transports)) =
            (made.static_state().encode(), made.dynamic_state().encode(), made.transports().encode());
        Ok(Credential {
            id: BASE64URL_NOPAD.encode(made.id().as_ref()),
            key: BASE64.encode(&key),
            state: BASE64.encode(&state),
            transports,
        })
    }

    /// Asks a browser for any passkey of this installation.
    pub(super) fn request(&self) -> Result<(Vec<u8>, Value), TeamFault> {
        let mut options = DiscoverableCredentialRequestOptions::passkey(&self.id);
        options.0.timeout = PATIENCE;
        let (server, client) = options.start_ceremony().map_err(fault)?;
        Ok((server.encode().map_err(fault)?, serde_json::to_value(&client).map_err(fault)?))
    }

    /// Whether an answer is one to what was asked, by this passkey. Gives the passkey as it is to be kept from now on.
    pub(super) fn verified(
        &self,
        asked: &[u8],
        Answer(answer): &Answer,
        credential: &Credential,
    ) -> Result<Credential, Refused> {
        let asked = DiscoverableAuthenticationServerState::decode(asked).map_err(other)?;
        let kept = |text: &str| BASE64.decode(text.as_bytes()).map_err(other);
        let key = StaticState::decode(kept(&credential.key)?.as_slice()).map_err(other)?;
        let state = kept(&credential.state)?.try_into();
        let state = state.map_err(|_| Refused::Other("what is kept of it is damaged".to_owned()))?;
        let state = DynamicState::decode(state).map_err(other)?;
        let handle = answer.response().user_handle();
        let mut known = AuthenticatedCredential::new(answer.raw_id(), handle, key, state).map_err(other)?;
        let origins = [self.origin.as_str()];
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        match asked.verify(&self.id, answer, &mut known, &options) {
            Ok(_changed) => {
                let Ok(state) = known.dynamic_state().encode();
                Ok(Credential { state: BASE64.encode(&state), ..credential.clone() })
            }
            Err(AuthCeremonyErr::SignatureCounter) => Err(Refused::Copied),
            Err(error) => Err(other(error)),
        }
    }
}

fn bytes(id: &str) -> Result<Vec<u8>, TeamFault> {
    BASE64URL_NOPAD.decode(id.as_bytes()).map_err(fault)
}

impl Answer {
    /// Reads what a browser gave.
    pub(super) fn read(credential: &Value) -> Result<Self, Refused> {
        let text = credential.to_string();
        DiscoverableAuthentication16::from_json_relaxed(text.as_bytes()).map(Self).map_err(other)
    }

    /// The credential's id, as [`Credential::id`].
    pub(super) fn id(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.raw_id().as_ref())
    }

    /// Whose it says it is.
    pub(super) fn member(&self) -> MemberId {
        let Ok(bytes) = self.0.response().user_handle().encode();
        MemberId::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_make_passkeys_for_names_under_https_alone() {
        let relying = |url: &str| Relying::of(&PublicUrl::parse(url).unwrap()).map(|it| String::from(it.id));
        assert_eq!(relying("https://fan.example.org").as_deref(), Some("fan.example.org"));
        assert_eq!(relying("https://fan.example.org:8443").as_deref(), Some("fan.example.org"));
        assert_eq!(relying("http://localhost:8080").as_deref(), Some("localhost"));
        for url in [
            "http://fan.example.org",
            "https://192.0.2.1",
            "http://127.0.0.1:8080",
            "https://[2001:db8::1]:8443",
        ] {
            assert_eq!(relying(url), None, "{url}");
        }
    }
}
