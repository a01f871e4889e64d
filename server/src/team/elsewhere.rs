//! Is it a member for whom the brand's own directory vouches? The first time by a verified e-mail address; from then on by
//! what the issuer calls them, whatever their address is. Who is no member stays none.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use fanfare_shared::ids::MemberId;
use serde::{Deserialize, Serialize};

use super::entries::{Drafting, Named, Profile, id_of};
use super::passkeys::rewritten;
use super::{Cookie, Origin, Team, TeamFault};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable};
use crate::oidc::{Fault, Issuer, Person, Way};

/// Seconds that somebody may take to sign in there.
pub const OPEN: u64 = 600;

const BOUND: &str = "elsewhere";

/// Who a member is for an issuer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    issuer: String,
    subject: String,
}

/// What a browser keeps on the way.
#[derive(Serialize, Deserialize)]
struct Kept {
    way: Way,
    to: String,
}

/// Why somebody is not let in who comes from the issuer.
#[derive(Debug, thiserror::Error)]
pub enum Elsewhere {
    /// No way there was begun in this browser, or too long ago.
    #[error("the way back leads from nowhere")]
    Lost,
    /// The issuer does not answer.
    #[error("the issuer does not answer")]
    Down,
    /// Its answer does not hold.
    #[error("the issuer's answer does not hold")]
    Refused,
    /// It vouches for no e-mail address.
    #[error("the issuer vouches for no address")]
    Unverified,
    /// Nobody of the team has this address.
    #[error("nobody of the team has this address")]
    Nobody,
    /// The address is a member's whom the issuer calls otherwise.
    #[error("the member is somebody else for the issuer")]
    Another,
    /// As for every way to sign in.
    #[error(transparent)]
    Team(#[from] TeamFault),
}

impl Elsewhere {
    fn of(fault: Fault) -> Self {
        match fault {
            Fault::Down(reason) => {
                tracing::warn!(%reason, "the issuer of oidc.issuer cannot be asked");
                Self::Down
            }
            Fault::Refused(reason) => {
                tracing::info!(%reason, "an answer of the issuer was refused");
                Self::Refused
            }
        }
    }
}

impl Team {
    /// What the issuer is called; none where there is none.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&str> {
        self.issuer.as_ref().and_then(|issuer| issuer.settings.button())
    }

    /// Asks the issuer, off the async threads.
    async fn ask_issuer<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Issuer) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Elsewhere> {
        let issuer = Arc::clone(self.issuer.as_ref().ok_or(TeamFault::NotFound("issuer"))?);
        let asked = tokio::task::spawn_blocking(move || ask(&issuer)).await;
        asked.map_err(|error| TeamFault::Fault(error.to_string()))?.map_err(Elsewhere::of)
    }

    /// Sends somebody to the issuer: what their browser keeps meanwhile, and the address.
    ///
    /// # Errors
    /// [`Elsewhere`].
    pub async fn go_elsewhere(&self, to: &str, origin: Origin<'_>) -> Result<(String, String), Elsewhere> {
        self.throttle.take_place(origin.address)?;
        let fresh = || BASE64URL_NOPAD.encode(&self.engine.entropy().bytes::<32>());
        let way = Way { state: fresh(), nonce: fresh(), verifier: fresh() };
        let kept = serde_json::to_vec(&Kept { way: way.clone(), to: to.to_owned() });
        let kept = kept.map_err(|error| TeamFault::Fault(error.to_string()))?;
        let now = self.now();
        let address = self.ask_issuer(move |issuer| issuer.way_there(&way, now)).await?;
        Ok((self.slip(BOUND, &kept, OPEN), address))
    }

    /// Lets in who comes back: the session's cookie, and where they wanted to go. `slip` is what their browser kept.
    ///
    /// # Errors
    /// [`Elsewhere`].
    pub async fn come_back(
        &self,
        slip: &str,
        state: &str,
        code: String,
        origin: Origin<'_>,
    ) -> Result<(Cookie, String), Elsewhere> {
        self.throttle.take_place(origin.address)?;
        let slip = self.read_slip(BOUND, slip).ok_or(Elsewhere::Lost)?;
        let Kept { way, to } = serde_json::from_slice(&slip.bytes).map_err(|_| Elsewhere::Lost)?;
        if way.state != state {
            return Err(Elsewhere::Lost);
        }
        let now = self.now();
        let person = self.ask_issuer(move |issuer| issuer.person(way, code, now)).await?;
        let issuer = self.issuer.as_ref().map(|issuer| issuer.settings.issuer.clone());
        let known = Known { issuer: issuer.unwrap_or_default(), subject: person.subject.clone() };
        let (id, before, first) = match self.vouched(&known, &person) {
            Ok(found) => found,
            Err(refusal) => return Err(self.turned_away(refusal, &known.issuer, &person).await),
        };
        let (proposal, how) = if first {
            let profile = Profile { elsewhere: Some(known), ..before.entry.clone() };
            (rewritten(&before, &profile)?, "oidc, for the first time")
        } else {
            (TeamProposal::default().keeps(TeamTable::Profile, &before), "oidc")
        };
        Ok((self.admit(id, proposal, before.whose(), how, origin).await?, to))
    }

    /// The member, and whether this is the first time.
    fn vouched(&self, known: &Known, person: &Person) -> Result<(MemberId, Named<Profile>, bool), Elsewhere> {
        let mut profiles = self.entries::<Profile>(TeamTable::Profile)?.into_iter();
        if let Some(found) = profiles.find(|it| it.entry.elsewhere.as_ref() == Some(known))
            && let Some(id) = id_of(&found.key)
        {
            return Ok((id, found, false));
        }
        let email = person.email.as_deref().ok_or(Elsewhere::Unverified)?;
        let id = self.by_address(email)?.ok_or(Elsewhere::Nobody)?;
        let found = self.profile(&id)?.ok_or(Elsewhere::Nobody)?;
        // Of an issuer of before nobody comes any more.
        if found.entry.elsewhere.as_ref().is_some_and(|it| it.issuer == known.issuer) {
            return Err(Elsewhere::Another);
        }
        Ok((id, found, true))
    }

    /// Writes down that somebody came whom the issuer knows and the team does not.
    async fn turned_away(&self, refusal: Elsewhere, issuer: &str, person: &Person) -> Elsewhere {
        let subject = match (&refusal, person.email.as_deref().map(|email| self.by_address(email))) {
            (Elsewhere::Team(_), _) => return refusal,
            (Elsewhere::Another, Some(Ok(Some(id)))) => id.to_hex(),
            _ => issuer.to_owned(),
        };
        let note = AuditNote::new(Actor::Anybody, "session.oidc", subject).saying(refusal.to_string());
        match self.engine.change_team(TeamProposal::default().noted(note)).await {
            Ok(_) => refusal,
            Err(error) => TeamFault::from(error).into(),
        }
    }
}
