//! Is this the password? Argon2id with 19 MiB and two passes (OWASP's first choice for it), at most two at once: a flood
//! of attempts may not take the memory or the cores from those who answer polls.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use fanfare_shared::limits::PASSWORD_CHARS;
use tokio::sync::Semaphore;

use super::{TeamFault, field};
use crate::engine::TeamError;
use crate::entropy::Entropy;

/// Most bytes that are hashed.
const LONGEST: usize = 256;
/// How many guesses a password must outlast, of `zxcvbn`'s five steps: 3 is "safely unguessable".
const STRENGTH: u8 = 3;

/// Hashes and checks passwords.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    /// Who waits for a turn, and who has one.
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(2)), places: Arc::new(Semaphore::new(64)) }
    }
}

fn argon2() -> Result<Argon2<'static>, TeamFault> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| TeamFault::Fault(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Passwords {
    /// Whether a password is taken at all; `known` is what a guesser would try first.
    pub(super) fn accept(pointer: &'static str, password: &str, known: &[&str]) -> Result<(), TeamFault> {
        if password.chars().count() < PASSWORD_CHARS {
            return field(
                pointer,
                "too-short",
                format!("{PASSWORD_CHARS} characters or more; a few unusual words do well"),
            );
        }
        if password.len() > LONGEST {
            return field(pointer, "too-long", format!("{LONGEST} bytes at most"));
        }
        if u8::from(zxcvbn::zxcvbn(password, known).score()) < STRENGTH {
            return field(pointer, "too-easy", "too easy to guess; a few unusual words in a row do well");
        }
        Ok(())
    }

    /// The PHC string of a password.
    pub(super) async fn hash(&self, password: &str, entropy: &Entropy) -> Result<String, TeamFault> {
        let salt = SaltString::encode_b64(&entropy.bytes::<16>());
        let salt = salt.map_err(|error| TeamFault::Fault(error.to_string()))?;
        let password = password.to_owned();
        self.turn(move || {
            let hash = argon2()?.hash_password(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|error| TeamFault::Fault(error.to_string()))
        })
        .await
    }

    /// Whether it is the password behind a PHC string. Takes as long where there is none: nobody learns by waiting
    /// which addresses belong to the team.
    pub(super) async fn check(&self, password: &str, phc: Option<String>) -> Result<bool, TeamFault> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let password = password.to_owned();
        self.turn(move || {
            let Some(phc) = phc else {
                // Whatever comes out, it took the time.
                let _ = argon2()?.hash_password_into(password.as_bytes(), &[0; 16], &mut [0; 32]);
                return Ok(false);
            };
            let hash = PasswordHash::new(&phc).map_err(|error| TeamFault::Fault(error.to_string()))?;
            Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    /// Waits for a turn and works off the async threads.
    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, TeamFault> + Send + 'static,
    ) -> Result<T, TeamFault> {
        let fault = |error: &dyn std::fmt::Display| TeamFault::Fault(error.to_string());
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| TeamFault::Store(TeamError::Busy))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| fault(&error))?;
        // The turn ends with the work, though whoever asked may be gone before.
        let work = move || {
            let _held = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| fault(&error))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::default();
        let phc = passwords.hash("granita al bergamotto", &Entropy::seeded([1; 32])).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(passwords.check("granita al bergamotto", Some(phc.clone())).await.unwrap());
        assert!(!passwords.check("granita al limone", Some(phc)).await.unwrap());
        assert!(!passwords.check("granita al bergamotto", None).await.unwrap());
    }

    #[test]
    fn what_a_guesser_tries_first_is_refused() {
        let refused =
            |password: &str| Passwords::accept("/password", password, &["anna@aurora.example"]).is_err();
        assert!(refused("short"));
        assert!(refused("password1234"));
        assert!(refused("aaaaaaaaaaaaaaaa"));
        assert!(refused(&"ab1-".repeat(100)));
        assert!(!refused("granita al bergamotto"));
    }
}
