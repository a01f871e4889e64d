//! Is this the code that the member's authenticator shows now? Six digits of RFC 6238, each taken once; and ten recovery
//! codes for the day the phone is lost.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use fanfare_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};

use super::{Team, TeamFault};
use crate::entropy::Entropy;
use crate::qr;

/// Recovery codes made at once.
const CODES: usize = 10;

/// An authenticator that is in force.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Authenticator {
    /// Base32.
    secret: String,
    /// The last step of thirty seconds whose code was taken: no code is taken twice.
    step: u64,
    /// Keyed hashes of the recovery codes that are left, in hex.
    recovery: Vec<String>,
}

fn fault(error: impl std::fmt::Debug) -> TeamFault {
    TeamFault::Fault(format!("{error:?}"))
}

/// The generator of a secret in base32.
fn totp(secret: &str, account: &str, issuer: &str) -> Result<Totp, TeamFault> {
    let secret = Secret::try_from_base32(secret).map_err(fault)?;
    // A colon would part the account from the issuer.
    let plain = |text: &str| text.replace(':', " ");
    let builder = Builder::new().with_secret(secret).with_account_name(plain(account));
    builder.with_issuer(Some(plain(issuer))).build().map_err(fault)
}

/// A new secret: in base32, as address, and as picture.
pub(super) fn offer(
    entropy: &Entropy,
    account: &str,
    issuer: &str,
) -> Result<(String, String, String), TeamFault> {
    let secret = BASE32_NOPAD.encode(&entropy.bytes::<20>());
    let address = totp(&secret, account, issuer)?.to_url().map_err(fault)?;
    let picture = qr::svg(&address, "otpauth").ok_or_else(|| fault("the address is too long for a code"))?;
    Ok((secret, address, picture))
}

impl Authenticator {
    /// One that begins with a code of its own; none where the code is not right.
    pub(super) fn begun(secret: &str, code: &str, now: Timestamp, recovery: Vec<String>) -> Option<Self> {
        let step = totp(secret, "", "").ok()?.check(&digits(code), now.0)?;
        Some(Self { secret: secret.to_owned(), step, recovery })
    }

    /// The same after a code was taken; none where it is not right, or was taken before.
    pub(super) fn after(&self, code: &str, hashed: &str, now: Timestamp) -> Option<Self> {
        let step = totp(&self.secret, "", "").ok()?.check(&digits(code), now.0);
        if let Some(step) = step {
            return (step > self.step).then(|| Self { step, ..self.clone() });
        }
        let mut recovery = self.recovery.clone();
        let before = recovery.len();
        recovery.retain(|left| left != hashed);
        (recovery.len() < before).then(|| Self { recovery, ..self.clone() })
    }

    /// With other recovery codes.
    pub(super) fn with_recovery(&self, recovery: Vec<String>) -> Self {
        Self { recovery, ..self.clone() }
    }

    /// How many recovery codes are left.
    pub(super) fn left(&self) -> u32 {
        u32::try_from(self.recovery.len()).unwrap_or(u32::MAX)
    }
}

/// What was typed, without the space that authenticators show in the middle.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Team {
    /// Ten recovery codes, and what is kept of them.
    pub(super) fn recovery_codes(&self) -> (Vec<String>, Vec<String>) {
        let codes: Vec<String> = (0..CODES)
            .map(|_| {
                let text = BASE32_NOPAD.encode(&self.engine.entropy().bytes::<10>()).to_ascii_lowercase();
                let parts: Vec<&str> =
                    text.as_bytes().chunks(4).filter_map(|part| str::from_utf8(part).ok()).collect();
                parts.join("-")
            })
            .collect();
        let hashes = codes.iter().map(|code| self.hashed_code(code)).collect();
        (codes, hashes)
    }

    /// What is kept of a recovery code, however it is typed.
    pub(super) fn hashed_code(&self, code: &str) -> String {
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        HEXLOWER.encode(&self.engine.mac("team-recovery", code.to_ascii_lowercase().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the first time of RFC 6238, appendix B; its eight digits end in these six.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const AT: Timestamp = Timestamp(59);
    const CODE: &str = "287082";

    #[test]
    fn a_code_is_taken_once_and_in_its_time_alone() {
        let begun = Authenticator::begun(SECRET, "287 082", AT, Vec::new()).unwrap();
        assert!(begun.after(CODE, "", AT).is_none(), "taken twice");
        assert!(Authenticator::begun(SECRET, CODE, AT.plus(120), Vec::new()).is_none(), "too late");
        // RFC 6238 again: at 1,111,111,109 it shows 07081804.
        assert!(begun.after("081804", "", Timestamp(1_111_111_109)).is_some());
    }

    #[test]
    fn a_recovery_code_is_taken_once() {
        let begun = Authenticator::begun(SECRET, CODE, AT, vec!["one".into(), "two".into()]).unwrap();
        let after = begun.after("some-code", "one", AT).unwrap();
        assert_eq!(after.left(), 1);
        assert!(after.after("some-code", "one", AT).is_none());
    }

    #[test]
    fn what_is_offered_names_the_account_and_is_new_each_time() {
        let entropy = Entropy::seeded([1; 32]);
        let (secret, address, picture) =
            offer(&entropy, "anna@aurora.example", "Fanfare: fan.example").unwrap();
        assert!(address.starts_with("otpauth://totp/") && address.contains(&secret), "{address}");
        assert!(picture.contains("<svg"));
        assert_ne!(offer(&entropy, "anna@aurora.example", "Fanfare").unwrap().0, secret);
    }
}
