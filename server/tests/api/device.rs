//! A member's device as a browser speaks for it: makes passkeys and signs with them, byte by byte as W3C's Web
//! Authentication has it. What it says can be bent, each way that a thief would try.

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::signature::SignatureEncoding as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::fresh;

/// A key of the tests alone.
pub(crate) const RSA: &str = include_str!("rsa.pem");

/// The kinds of keys that browsers are asked for.
pub(crate) enum Key {
    Es256(SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    Rs256(Box<rsa::pkcs1v15::SigningKey<Sha256>>),
}

impl Key {
    pub(crate) fn es256() -> Self {
        Self::Es256(SigningKey::from_slice(&seed()).unwrap())
    }

    pub(crate) fn ed25519() -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed()))
    }

    pub(crate) fn rs256() -> Self {
        let key = rsa::RsaPrivateKey::from_pkcs1_pem(RSA).unwrap();
        Self::Rs256(Box::new(rsa::pkcs1v15::SigningKey::new(key)))
    }

    /// The same key once more.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Es256(key) => Self::Es256(key.clone()),
            Self::Ed25519(key) => Self::Ed25519(key.clone()),
            Self::Rs256(key) => Self::Rs256(key.clone()),
        }
    }

    /// As a COSE key (RFC 9053).
    fn public(&self) -> Vec<u8> {
        match self {
            Self::Es256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let (x, y) = (point.x().unwrap(), point.y().unwrap());
                [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20], &**x, &[0x22, 0x58, 0x20], y].concat()
            }
            Self::Ed25519(key) => {
                let x = key.verifying_key().to_bytes();
                [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20], &x[..]].concat()
            }
            Self::Rs256(key) => {
                let n = AsRef::<rsa::RsaPrivateKey>::as_ref(&**key).n().to_bytes_be();
                let begin = [0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0];
                [&begin, &n[..], &[0x21, 0x43, 1, 0, 1]].concat()
            }
        }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(key) => {
                let signature: Signature = key.sign(bytes);
                signature.to_der().as_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(bytes).to_bytes().to_vec(),
            Self::Rs256(key) => key.sign(bytes).to_vec(),
        }
    }
}

fn seed() -> [u8; 32] {
    Sha256::digest(fresh().to_be_bytes()).into()
}

/// A device with one passkey.
pub(crate) struct Device {
    pub(crate) key: Key,
    /// The credential's id.
    pub(crate) id: Vec<u8>,
    /// Whose it says it is: base64url, as the server gave it.
    pub(crate) handle: String,
    /// The page it is asked by.
    pub(crate) origin: String,
    /// The name the page belongs to.
    pub(crate) name: String,
    pub(crate) counter: u32,
    /// Whether it looked who holds it.
    pub(crate) verified: bool,
}

impl Device {
    pub(crate) fn new(key: Key) -> Self {
        Self {
            key,
            id: seed().to_vec(),
            handle: String::new(),
            origin: "https://fan.example".to_owned(),
            name: "fan.example".to_owned(),
            counter: 0,
            verified: true,
        }
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": format!("webauthn.{kind}"), "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator(&self, more: u8) -> Vec<u8> {
        let flags = 1 | if self.verified { 4 } else { 0 } | more;
        [&Sha256::digest(&self.name)[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn written(&self, response: Value) -> Value {
        let id = BASE64URL_NOPAD.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response, "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        })
    }

    /// Makes the passkey that is asked for (`RegistrationResponseJSON`).
    pub(crate) fn make(&mut self, options: &Value) -> Value {
        self.handle = options["user"]["id"].as_str().unwrap().to_owned();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let made =
            [self.authenticator(0x40), vec![0; 16], length.to_vec(), self.id.clone(), self.key.public()];
        let made = made.concat();
        // As short as it goes: canonical CBOR.
        let size = match u8::try_from(made.len()) {
            Ok(size) => vec![0x58, size],
            Err(_) => [&[0x59], &u16::try_from(made.len()).unwrap().to_be_bytes()[..]].concat(),
        };
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let object = [b"\xa3cfmtdnonegattStmt\xa0hauthData".as_slice(), &size, &made].concat();
        self.written(json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(&self.client("create", options)),
            "attestationObject": BASE64URL_NOPAD.encode(&object),
            "transports": ["internal"],
        }))
    }

    /// Signs what is asked (`AuthenticationResponseJSON`).
    pub(crate) fn sign(&mut self, options: &Value) -> Value {
        let (client, data) = (self.client("get", options), self.authenticator(0));
        let signature = self.key.sign(&[&data[..], &Sha256::digest(&client)].concat());
        self.written(json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(&client),
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "signature": BASE64URL_NOPAD.encode(&signature),
            "userHandle": self.handle,
        }))
    }
}
