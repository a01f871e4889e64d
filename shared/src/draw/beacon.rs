//! The beacon: is this signature the value of a round?
//!
//! drand quicknet and demonstrations are one scheme (`bls-unchained-g1-rfc9380`) under different keys. A value
//! authenticates itself, so it does not matter who brings it.

use std::fmt;
use std::str::FromStr;

use bls12_381::hash_to_curve::{ExpandMsgXmd, HashToCurve};
use bls12_381::{G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Scalar, multi_miller_loop};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::rounds::QUICKNET;
use crate::log::leaf::{self, BeaconKind};

/// drand quicknet's public key. Source: drand's documentation, and its chain hash is made of it.
const QUICKNET_KEY: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
/// Hashing to the curve, RFC 9380, as drand names it.
const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// A signature of a round: a point of G1 in its only encoding, in the subgroup, and not infinity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(G1Affine);

/// Who signs the rounds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Beacon(G2Affine);

/// A demonstration's secret: whoever has it knows every round beforehand.
#[derive(Clone, Copy)]
pub struct DemoSecret(Scalar);

/// Why a value is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeaconError {
    /// Not the text of a signature.
    #[error("not 96 lower-case hex digits of a point that a beacon can sign with")]
    Signature,
    /// Not the text of a key.
    #[error("not 192 lower-case hex digits of a public key")]
    Key,
    /// Another round's, another beacon's, or made up.
    #[error("the signature is not the beacon's for this round")]
    Forged,
}

impl Beacon {
    /// The beacon that rules name.
    ///
    /// # Errors
    /// [`BeaconError::Key`].
    pub fn of(rules: &leaf::Beacon) -> Result<Self, BeaconError> {
        match rules.kind {
            BeaconKind::Drand if rules.key != QUICKNET => Err(BeaconError::Key),
            BeaconKind::Drand => QUICKNET_KEY.parse(),
            BeaconKind::Demo => rules.key.parse(),
        }
    }

    /// The value of a round, from its text.
    ///
    /// # Errors
    /// [`BeaconError::Signature`] and [`BeaconError::Forged`].
    pub fn read(&self, round: u64, text: &str) -> Result<Signature, BeaconError> {
        let signature = text.parse()?;
        self.check(round, &signature).map(|()| signature)
    }

    /// Whether this is the value of a round.
    ///
    /// # Errors
    /// [`BeaconError::Forged`].
    pub fn check(&self, round: u64, signature: &Signature) -> Result<(), BeaconError> {
        // e(signature, generator) = e(hashed, key), as one product: e(signature, -generator) e(hashed, key) = 1.
        let hashed = G1Affine::from(hashed(round));
        let (minus, key) = (G2Prepared::from(-G2Affine::generator()), G2Prepared::from(self.0));
        let product = multi_miller_loop(&[(&signature.0, &minus), (&hashed, &key)]).final_exponentiation();
        if product == bls12_381::Gt::identity() { Ok(()) } else { Err(BeaconError::Forged) }
    }
}

impl DemoSecret {
    /// From 64 random bytes.
    #[must_use]
    pub fn new(random: &[u8; 64]) -> Self {
        Self(Scalar::from_bytes_wide(random))
    }

    /// The public half, as rules name it.
    #[must_use]
    pub fn beacon(&self) -> Beacon {
        Beacon(G2Affine::from(G2Projective::generator() * self.0))
    }

    /// The value of a round.
    #[must_use]
    pub fn sign(&self, round: u64) -> Signature {
        Signature(G1Affine::from(hashed(round) * self.0))
    }
}

/// What a round's signature signs, on the curve.
fn hashed(round: u64) -> G1Projective {
    let message = Sha256::digest(round.to_be_bytes());
    <G1Projective as HashToCurve<ExpandMsgXmd<Sha256>>>::hash_to_curve([message], DOMAIN)
}

impl FromStr for Signature {
    type Err = BeaconError;

    fn from_str(text: &str) -> Result<Self, BeaconError> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| <[u8; 48]>::try_from(bytes).ok());
        // On the curve, in the subgroup, below the modulus, its flags right.
        let point = bytes.and_then(|bytes| Option::from(G1Affine::from_compressed(&bytes)));
        point
            .filter(|point: &G1Affine| !bool::from(point.is_identity()))
            .map(Self)
            .ok_or(BeaconError::Signature)
    }
}

impl FromStr for Beacon {
    type Err = BeaconError;

    fn from_str(text: &str) -> Result<Self, BeaconError> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| <[u8; 96]>::try_from(bytes).ok());
        let point = bytes.and_then(|bytes| Option::from(G2Affine::from_compressed(&bytes)));
        point.filter(|point: &G2Affine| !bool::from(point.is_identity())).map(Self).ok_or(BeaconError::Key)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0.to_compressed()))
    }
}

impl fmt::Display for Beacon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0.to_compressed()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl fmt::Debug for Beacon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Beacon({self})")
    }
}

impl fmt::Debug for DemoSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DemoSecret(secret)")
    }
}
