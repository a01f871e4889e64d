//! Which passkeys does a member have? Key pairs that their own devices keep and open by finger, face or PIN; we know the
//! public halves. One stands for the password and the second factor together.
//!
//! Challenges are kept nowhere: what has to be known again travels with the page, under our own hash. Each counts for ten
//! minutes, and once.

use fanfare_shared::ids::PublicId;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::passkey::{NewPasskey, PasskeyOffer, PasskeySignIn, PasskeyView};
use serde::{Deserialize, Serialize};

use super::ceremony::{Answer, Credential, OPEN, Refused, Relying};
use super::entries::{Drafting, Named, Profile};
use super::profile::accept_name;
use super::slip::Slip;
use super::{Cookie, Origin, SignedIn, Team, TeamFault, field};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable};

/// Most passkeys of one member.
const MOST: usize = 20;

/// A passkey of a member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passkey {
    id: PublicId,
    label: String,
    credential: Credential,
    made: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used: Option<Timestamp>,
    /// Offers it has answered, as long as they would count otherwise: none is taken twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spent: Vec<(String, Timestamp)>,
}

fn view(passkey: &Passkey) -> PasskeyView {
    let Passkey { id, label, made, used, .. } = passkey;
    PasskeyView { id: *id, label: label.clone(), made: *made, used: *used }
}

/// What an offer for a new passkey is bound to: it counts for this session, and until the profile changes, as by the
/// passkey itself.
fn adding(me: &SignedIn, profile: &Named<Profile>) -> String {
    format!("passkey-add\n{}\n{}\n{}", me.member.to_hex(), me.session.to_hex(), profile.version)
}

const SIGNING_IN: &str = "passkey-sign-in";

impl Team {
    /// Whether browsers make passkeys for this installation.
    #[must_use]
    pub fn takes_passkeys(&self) -> bool {
        self.relying.is_some()
    }

    fn relying(&self) -> Result<&Relying, TeamFault> {
        self.relying.as_ref().ok_or(TeamFault::Forbidden(
            "browsers make passkeys for an address that is a name and reached by https, and this installation's is not",
        ))
    }

    fn ask(&self, bound: &str, (asked, options): (Vec<u8>, serde_json::Value)) -> PasskeyOffer {
        PasskeyOffer { token: self.slip(bound, &asked, OPEN), options }
    }

    /// The member's passkeys, the newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn passkeys(&self, me: &SignedIn) -> Result<Vec<PasskeyView>, TeamFault> {
        let mut views: Vec<_> = self.mine(&me.member)?.entry.passkeys.iter().map(view).collect();
        views.sort_by_key(|passkey| std::cmp::Reverse(passkey.made));
        Ok(views)
    }

    /// Offers to make a passkey, to whoever has the password too.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn offer_passkey(&self, me: &SignedIn, password: &str) -> Result<PasskeyOffer, TeamFault> {
        let relying = self.relying()?;
        let profile = self.mine(&me.member)?;
        self.prove("/password", &profile, Some(password)).await?;
        let Profile { name, email, passkeys, .. } = &profile.entry;
        let known = passkeys.iter().map(|passkey| &passkey.credential);
        Ok(self.ask(&adding(me, &profile), relying.creation(&me.member, (name, email), known)?))
    }

    /// Takes the passkey that was made upon such an offer.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn add_passkey(&self, me: &SignedIn, form: &NewPasskey) -> Result<PasskeyView, TeamFault> {
        let relying = self.relying()?;
        let label = accept_name("/label", &form.label)?;
        let before = self.mine(&me.member)?;
        let Some(Slip { bytes: asked, .. }) = self.read_slip(&adding(me, &before), &form.token) else {
            return field(
                "/token",
                "offer-over",
                "the offer is used, too old, or of before a change; ask for another",
            );
        };
        let credential = relying.made(&asked, &form.credential).or_else(|refused| {
            tracing::debug!(%refused, "a passkey was not taken");
            field("/credential", "not-a-passkey", "not a passkey that answers this offer; ask for another")
        })?;
        if before.entry.passkeys.len() >= MOST {
            return field(
                "/label",
                "too-many",
                format!("{MOST} at most: remove one that is not needed any more"),
            );
        }
        let has = |profile: &Profile| profile.passkeys.iter().any(|it| it.credential.id == credential.id);
        if self.profiles()?.values().any(has) {
            return field("/credential", "taken", "this passkey is here already");
        }
        let id = PublicId::new(self.engine.entropy().bytes());
        let passkey = Passkey { id, label, credential, made: self.now(), used: None, spent: Vec::new() };
        let seen = view(&passkey);
        let mut profile = before.entry.clone();
        profile.passkeys.push(passkey);
        let note = AuditNote::new(Actor::Member(me.member), "passkey.added", id.to_hex());
        self.engine.change_team(rewritten(&before, &profile)?.noted(note)).await?;
        Ok(seen)
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn remove_passkey(
        &self,
        me: &SignedIn,
        id: &PublicId,
        password: &str,
    ) -> Result<(), TeamFault> {
        let before = self.mine(&me.member)?;
        self.prove("/password", &before, Some(password)).await?;
        let mut profile = before.entry.clone();
        profile.passkeys.retain(|passkey| passkey.id != *id);
        if profile.passkeys.len() == before.entry.passkeys.len() {
            return Err(TeamFault::NotFound("passkey"));
        }
        let note = AuditNote::new(Actor::Member(me.member), "passkey.removed", id.to_hex());
        self.engine.change_team(rewritten(&before, &profile)?.noted(note)).await?;
        Ok(())
    }

    /// Offers to sign somebody in by a passkey. Who, their device says.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub fn offer_sign_in(&self) -> Result<PasskeyOffer, TeamFault> {
        Ok(self.ask(SIGNING_IN, self.relying()?.request()?))
    }

    /// Signs a member in by a passkey. One whose counter does not go on was copied: it is refused, and the audit log says so.
    ///
    /// # Errors
    /// [`TeamFault`]; never what was wrong.
    pub async fn sign_in_by_passkey(
        &self,
        form: &PasskeySignIn,
        origin: Origin<'_>,
    ) -> Result<Cookie, TeamFault> {
        let refused = |why: Refused| {
            tracing::debug!(%why, "a passkey was refused");
            TeamFault::Passkey
        };
        let relying = self.relying()?;
        let answer = Answer::read(&form.credential).map_err(refused)?;
        self.throttle.take(&self.engine.mac("team-passkey-id", answer.id().as_bytes()), origin.address)?;
        let slip = self.read_slip(SIGNING_IN, &form.token).ok_or(TeamFault::Passkey)?;
        let member = answer.member();
        let before = self.profile(&member)?.ok_or(TeamFault::Passkey)?;
        let mut profile = before.entry.clone();
        let found = profile.passkeys.iter_mut().find(|passkey| passkey.credential.id == answer.id());
        let passkey = found.ok_or(TeamFault::Passkey)?;
        if passkey.spent.iter().any(|(token, _)| *token == form.token) {
            return Err(TeamFault::Passkey);
        }
        match relying.verified(&slip.bytes, &answer, &passkey.credential) {
            Ok(credential) => passkey.credential = credential,
            Err(Refused::Copied) => {
                let note = AuditNote::new(Actor::Member(member), "passkey.refused", passkey.id.to_hex());
                let note = note.saying("its counter went back: it may have been copied");
                self.engine.change_team(TeamProposal::default().noted(note)).await?;
                return Err(TeamFault::Passkey);
            }
            Err(other) => return Err(refused(other)),
        }
        passkey.used = Some(self.now());
        passkey.spent.retain(|(_, until)| self.now() < *until);
        passkey.spent.push((form.token.clone(), slip.until));
        self.admit(member, rewritten(&before, &profile)?, before.whose(), "passkey", origin).await
    }
}

/// Held against the profile it was made from: of two that bring the same answer, one is refused.
pub(super) fn rewritten(before: &Named<Profile>, profile: &Profile) -> Result<TeamProposal, TeamFault> {
    TeamProposal::default().keeps(TeamTable::Profile, before).personal(
        TeamTable::Profile,
        &before.key,
        before.whose(),
        profile,
    )
}
