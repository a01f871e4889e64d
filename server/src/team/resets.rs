//! What if a member has lost the password, or the phone with the authenticator? An owner makes a link that works once and
//! hands it over in person; with it comes a new password, and the authenticator is set up anew.

use data_encoding::BASE64URL_NOPAD;
use fanfare_shared::ids::{BrandId, MemberId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::team::NewPassword;

use super::entries::{Drafting, Named, Profile, Reset};
use super::passwords::Passwords;
use super::{Cookie, Origin, Team, TeamFault, Viewer};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable};
use crate::mail::Letter;

/// How long a link can be used: it is handed over, not kept.
const OPEN: u64 = 86_400;

fn key_of(token: &str) -> Vec<u8> {
    Hash::of(token.as_bytes()).bytes().to_vec()
}

impl Team {
    /// Makes a link for a member all of whose roles the one who asks looks after: whoever has it becomes that member.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn reset(&self, viewer: Viewer<'_>, id: &MemberId) -> Result<(String, Timestamp), TeamFault> {
        let member = self.seen_member(viewer, id)?;
        if !member.entry.grants.iter().all(|grant| viewer.looks_after(grant)) {
            return Err(TeamFault::Forbidden("they have roles that you do not look after"));
        }
        let Some(profile) = self.profile(id)? else { return Err(TeamFault::NotFound("member")) };
        let brand = member.entry.grants.first().and_then(|grant| grant.brand.clone());
        self.make_reset(viewer.actor, id, &profile, brand, |_| None).await
    }

    /// Sends a member such a link, where somebody has this address. Nobody is told whether.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn lost_password(
        &self,
        email: &str,
        origin: Origin<'_>,
        compose: impl FnOnce(&str, &str) -> Letter,
    ) -> Result<(), TeamFault> {
        self.throttle.take(&self.address_key(email), origin.address)?;
        let Some(id) = self.by_address(email)? else { return Ok(()) };
        let Some(profile) = self.profile(&id)? else { return Ok(()) };
        let to = profile.entry.email.clone();
        let letter = |token: &str| Some(compose(&to, token));
        self.make_reset(Actor::Member(id), &id, &profile, None, letter).await.map(drop)
    }

    async fn make_reset(
        &self,
        actor: Actor,
        id: &MemberId,
        profile: &Named<Profile>,
        brand: Option<BrandId>,
        letter: impl FnOnce(&str) -> Option<Letter>,
    ) -> Result<(String, Timestamp), TeamFault> {
        let token = BASE64URL_NOPAD.encode(&self.engine.entropy().bytes::<32>());
        let until = self.now().plus(OPEN);
        let mut proposal = TeamProposal::default();
        for earlier in self.entries::<Reset>(TeamTable::Reset)? {
            if earlier.entry.member == *id {
                proposal = proposal.gone(TeamTable::Reset, &earlier.key);
            }
        }
        let reset = Reset { member: *id, until };
        let mut proposal = proposal.keeps(TeamTable::Profile, profile).personal(
            TeamTable::Reset,
            &key_of(&token),
            profile.whose(),
            &reset,
        )?;
        proposal.note = Some(AuditNote {
            actor,
            action: "password.reset-link",
            brand,
            subject: id.to_hex(),
            detail: String::new(),
        });
        self.change(proposal, letter(&token)).await?;
        Ok((token, until))
    }

    /// Takes a new password by such a link. Every session and the authenticator end; the member is signed in.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn take_password(&self, form: &NewPassword, origin: Origin<'_>) -> Result<Cookie, TeamFault> {
        let key = key_of(&form.token);
        self.throttle.take(&key, origin.address)?;
        let found = self.entry::<Reset>(TeamTable::Reset, &key)?;
        let found = found.filter(|found| self.now() < found.entry.until).ok_or(TeamFault::InvitationGone)?;
        let id = found.entry.member;
        let profile = self.profile(&id)?.ok_or(TeamFault::InvitationGone)?;
        let known = [profile.entry.email.as_str(), profile.entry.name.as_str(), self.engine.base()];
        Passwords::accept("/password", &form.password, &known)?;
        let password = self.passwords.hash(&form.password, self.engine.entropy()).await?;
        let entry = Profile { password, authenticator: None, ..profile.entry.clone() };
        let mut proposal = TeamProposal::default()
            .keeps(TeamTable::Reset, &found)
            .gone(TeamTable::Reset, &found.key)
            .keeps(TeamTable::Profile, &profile)
            .personal(TeamTable::Profile, &profile.key, profile.whose(), &entry)?;
        for session in self.sessions_of(&id)? {
            proposal = proposal.gone(TeamTable::Session, &session.key);
        }
        let (mut proposal, cookie) = self.begin(id, origin).into(proposal, profile.whose())?;
        proposal.note = Some(AuditNote {
            actor: Actor::Member(id),
            action: "password.reset",
            brand: None,
            subject: id.to_hex(),
            detail: String::new(),
        });
        self.engine.change_team(proposal).await?;
        Ok(cookie)
    }
}
