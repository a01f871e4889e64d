//! Who does the brand's own directory say this is? One issuer of OpenID Connect, by configuration: the authorization code
//! flow with PKCE, as the library checks it. The operator names the issuer, so it may stand inside their network.
//!
//! Deliberately absent: who belongs to the team. Nothing here makes anybody a member.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::DateTime;
use fanfare_shared::time::Timestamp;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SubjectIdentifier, TokenResponse, UserInfoError,
};
use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::url::{PublicUrl, is_this_machine};

/// For each request to the issuer.
const TIME: Duration = Duration::from_secs(5);
/// Bytes that are read of an answer: keys and tokens are a few kilobytes.
const MOST_BYTES: u64 = 1 << 20;
/// Seconds for which the issuer's addresses and keys are believed: it announces new keys hours before it uses them.
const FRESH: u64 = 300;

/// Where the issuer sends people back to.
pub(crate) const BACK: &str = "/console/oidc/back";

/// The issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Its address; empty: none.
    pub issuer: String,
    /// Under which name it knows this installation.
    pub client_id: String,
    /// What proves that; empty for a public client.
    pub client_secret: Secret,
    /// What its button is called; empty: its host.
    pub name: String,
    /// Domains of the e-mail addresses that are believed; empty: all.
    pub domains: Vec<String>,
}

impl Settings {
    /// What the button is called; none without an issuer.
    #[must_use]
    pub fn button(&self) -> Option<&str> {
        let host = host_of(&self.issuer);
        (!self.issuer.is_empty()).then_some(if self.name.is_empty() { host } else { &self.name })
    }

    /// Names what cannot be used.
    pub(crate) fn check(&self, faults: &mut Vec<String>) {
        if self.issuer.is_empty() {
            return;
        }
        let secure = self.issuer.starts_with("https://")
            || self.issuer.starts_with("http://") && is_this_machine(host_of(&self.issuer));
        if !secure || IssuerUrl::new(self.issuer.clone()).is_err() {
            faults.push("oidc.issuer: its address with https, such as `https://id.brand.example`".to_owned());
        }
        if self.client_id.is_empty() {
            faults.push("oidc.client_id: what the issuer calls this installation".to_owned());
        }
    }

    fn believes(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.domains.is_empty() || self.domains.iter().any(|it| it.eq_ignore_ascii_case(domain))
    }
}

fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// What binds the way there and the way back to one browser. Secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Way {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// Who came back.
pub(crate) struct Person {
    /// Whom the issuer never calls otherwise.
    pub(crate) subject: String,
    /// An e-mail address that the issuer has verified, of a domain that is believed.
    pub(crate) email: Option<String>,
}

/// Why nobody is known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The issuer does not answer, or nothing that makes sense.
    #[error("the issuer cannot be asked: {0}")]
    Down(String),
    /// It does not know the code, or its word does not hold.
    #[error("the issuer's answer does not hold: {0}")]
    Refused(String),
}

/// A request that came to nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreached(String);

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The issuer, as this installation asks it. What it does waits for the network: never on an async thread.
pub(crate) struct Issuer {
    pub(crate) settings: Settings,
    address: IssuerUrl,
    back: RedirectUrl,
    agent: ureq::Agent,
    known: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

fn down(error: impl std::error::Error) -> Fault {
    Fault::Down(chain(&error))
}

fn refused(error: impl std::error::Error) -> Fault {
    Fault::Refused(chain(&error))
}

/// An error with its causes, which the library leaves out of its own words.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl Issuer {
    /// None where none is configured.
    pub(crate) fn of(settings: &Settings, url: &PublicUrl) -> Option<Self> {
        let settings = settings.clone();
        settings.button()?;
        let address = IssuerUrl::new(settings.issuer.clone()).ok()?;
        let back = RedirectUrl::new(url.join(BACK)).ok()?;
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIME))
            // Whoever answers for the issuer is the one who was named.
            .max_redirects(0)
            .user_agent("fanfare")
            .http_status_as_error(false)
            .build();
        Some(Self { settings, address, back, agent: config.into(), known: Mutex::default() })
    }

    fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        let unreached = |error: ureq::Error| Unreached(error.to_string());
        let (parts, body) = request.into_parts();
        let answer = if body.is_empty() {
            self.agent.run(openidconnect::http::Request::from_parts(parts, ()))
        } else {
            self.agent.run(openidconnect::http::Request::from_parts(parts, body))
        };
        let (parts, mut body) = answer.map_err(unreached)?.into_parts();
        let body = body.with_config().limit(MOST_BYTES).read_to_vec().map_err(unreached)?;
        Ok(HttpResponse::from_parts(parts, body))
    }

    fn client(&self, now: Timestamp) -> Result<Client, Fault> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fresh = known.filter(|(read, _)| now < read.plus(FRESH)).map(|(_, metadata)| metadata);
        let metadata = match fresh {
            Some(metadata) => metadata,
            None => {
                let read = CoreProviderMetadata::discover(&self.address, &|request| self.send(request));
                let read = read.map_err(down)?;
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert((now, read)).1.clone()
            }
        };
        let Settings { client_id, client_secret, .. } = &self.settings;
        let secret = Some(client_secret.text()).filter(|secret| !secret.is_empty());
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.clone()), secret);
        Ok(client.set_redirect_uri(self.back.clone()))
    }

    /// Where to send a browser.
    pub(crate) fn way_there(&self, way: &Way, now: Timestamp) -> Result<String, Fault> {
        let (state, nonce) = (way.state.clone(), way.nonce.clone());
        let verifier = PkceCodeVerifier::new(way.verifier.clone());
        let client = self.client(now)?;
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        );
        let (address, ..) = request
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(address.into())
    }

    /// Who came back with this code.
    pub(crate) fn person(&self, way: Way, code: String, now: Timestamp) -> Result<Person, Fault> {
        let client = self.client(now)?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(down)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(way.verifier));
        let answer = request.request(&|request| self.send(request)).map_err(|error| {
            if matches!(error, RequestTokenError::Request(_)) { down(error) } else { refused(error) }
        })?;
        let token = answer.id_token().ok_or_else(|| Fault::Refused("no ID token".to_owned()))?;
        let clock = move || DateTime::from_timestamp(now.0.cast_signed(), 0).unwrap_or_default();
        let verifier = client.id_token_verifier().set_time_fn(clock);
        let claims = token.claims(&verifier, &Nonce::new(way.nonce)).map_err(refused)?;
        let (email, verified) = match claims.email() {
            Some(email) => (Some(email.clone()), claims.email_verified()),
            // Some issuers tell it on request alone.
            None => self.told(&client, answer.access_token(), claims.subject())?,
        };
        let email = email.filter(|_| verified == Some(true)).map(|email| email.to_string());
        let email = email.filter(|email| self.settings.believes(email));
        Ok(Person { subject: claims.subject().to_string(), email })
    }

    fn told(
        &self,
        client: &Client,
        token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<(Option<openidconnect::EndUserEmail>, Option<bool>), Fault> {
        let Ok(request) = client.user_info(token.clone(), Some(subject.clone())) else {
            return Ok((None, None));
        };
        let told: CoreUserInfoClaims = request.request(&|request| self.send(request)).map_err(|error| {
            if matches!(error, UserInfoError::Request(_)) { down(error) } else { refused(error) }
        })?;
        Ok((told.email().cloned(), told.email_verified()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_has_https_or_is_this_machine_and_a_name_for_us() {
        let faults = |issuer: &str, client_id: &str| {
            let (issuer, client_id) = (issuer.to_owned(), client_id.to_owned());
            let mut faults = Vec::new();
            Settings { issuer, client_id, ..Settings::default() }.check(&mut faults);
            faults.len()
        };
        assert_eq!(faults("", ""), 0);
        assert_eq!(faults("https://id.brand.example/realms/team", "fanfare"), 0);
        assert_eq!(faults("http://127.0.0.1:9000", "fanfare"), 0);
        assert_eq!(faults("http://id.brand.example", "fanfare"), 1);
        assert_eq!(faults("id.brand.example", ""), 2);
    }

    #[test]
    fn the_button_is_called_as_the_operator_says_or_by_the_host() {
        let settings =
            Settings { issuer: "https://id.brand.example/realm".to_owned(), ..Settings::default() };
        assert_eq!(settings.button(), Some("id.brand.example"));
        let named = Settings { name: "Brand".to_owned(), ..settings };
        assert_eq!(named.button(), Some("Brand"));
        assert_eq!(Settings::default().button(), None);
    }

    #[test]
    fn an_address_of_another_domain_is_not_believed() {
        let settings = Settings { domains: vec!["brand.example".to_owned()], ..Settings::default() };
        assert!(settings.believes("anna@BRAND.example") && !settings.believes("anna@evil.brand.example"));
        assert!(!settings.believes("brand.example") && Settings::default().believes("anna@any.example"));
    }
}
