//! What if a member has lost the password, or the phone with the authenticator? An owner makes a link that works once and
//! hands it over in person; with it comes a new password, and the authenticator is set up anew. A link by mail, which anybody
//! may ask for, proves the mailbox alone: the authenticator stays. Passkeys go with either: they would be a way in that the
//! new password does not close.

use data_encoding::BASE64URL_NOPAD;
use fanfare_shared::ids::{BrandId, MemberId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::account::NewPassword;

use super::entries::{Drafting, Member, Named, Profile, Reset, id_of};
use super::passwords::Passwords;
use super::{Cookie, Origin, Team, TeamFault, Viewer};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable, Whose};
use crate::mail::Letter;

/// How long a link can be used: it is handed over, not kept.
const OPEN: u64 = 86_400;
/// A link that is younger is not voided by asking for another.
const YOUNG: u64 = 600;

fn key_of(token: &str) -> Vec<u8> {
    Hash::of(token.as_bytes()).bytes().to_vec()
}

impl Team {
    /// Makes a link for a member all of whose roles the one who asks looks after: whoever has it becomes that member.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn reset(&self, viewer: Viewer<'_>, id: &MemberId) -> Result<(String, Timestamp), TeamFault> {
        if viewer.actor.member() == Some(*id) {
            return Err(TeamFault::Forbidden("you change your own password with the one you have"));
        }
        let member = self.seen_member(viewer, id)?;
        if !member.entry.grants.iter().all(|grant| viewer.powers.may_give(grant)) {
            return Err(TeamFault::Forbidden("they have rights that you do not have"));
        }
        let Some(profile) = self.profile(id)? else { return Err(TeamFault::NotFound("member")) };
        let brand = member.entry.grants.first().and_then(|grant| grant.brand.clone());
        self.make_reset(viewer.actor, &member, &profile, brand, None::<fn(&str) -> Letter>).await
    }

    /// Sends a member a link, where somebody has this address. Nobody is told whether.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn lost_password(
        &self,
        email: &str,
        origin: Origin<'_>,
        compose: impl FnOnce(&str, &str) -> Letter,
    ) -> Result<(), TeamFault> {
        self.throttle.take_letter(&self.address_key(email), origin.address)?;
        let Some(id) = self.by_address(email)? else { return Ok(()) };
        let (Some(member), Some(profile)) = (self.member(&id)?, self.profile(&id)?) else { return Ok(()) };
        let young = |it: &Named<Reset>| self.now() < it.entry.made.plus(YOUNG);
        if self.resets_of(&id)?.iter().any(young) {
            // It is on its way: a new one would void it.
            return Ok(());
        }
        let to = profile.entry.email.clone();
        let letter = Some(|token: &str| compose(&to, token));
        self.make_reset(Actor::Anybody, &member, &profile, None, letter).await.map(drop)
    }

    pub(super) fn resets_of(&self, member: &MemberId) -> Result<Vec<Named<Reset>>, TeamFault> {
        let mut resets = self.entries::<Reset>(TeamTable::Reset)?;
        resets.retain(|reset| reset.entry.member == *member);
        Ok(resets)
    }

    async fn make_reset(
        &self,
        actor: Actor,
        member: &Named<Member>,
        profile: &Named<Profile>,
        brand: Option<BrandId>,
        letter: Option<impl FnOnce(&str) -> Letter>,
    ) -> Result<(String, Timestamp), TeamFault> {
        let Some(id) = id_of(&profile.key) else { return Err(TeamFault::NotFound("member")) };
        let token = BASE64URL_NOPAD.encode(&self.engine.entropy().bytes::<32>());
        let (made, mailed) = (self.now(), letter.is_some());
        let until = made.plus(OPEN);
        let mut proposal = TeamProposal::default();
        for earlier in self.resets_of(&id)? {
            proposal = proposal.gone(TeamTable::Reset, &earlier.key);
        }
        let reset =
            Reset { member: id, made, until, mailed, profile: profile.version, roles: member.version };
        let proposal = proposal
            .keeps(TeamTable::Profile, profile)
            .keeps(TeamTable::Member, member)
            .personal(TeamTable::Reset, &key_of(&token), profile.whose(), &reset)?
            .noted(AuditNote::new(actor, "password.reset-link", id.to_hex()).within(brand));
        self.change(proposal, letter.map(|letter| letter(&token))).await?;
        Ok((token, until))
    }

    /// Takes a new password by such a link, and signs the member in. Every other session, every token and every link ends,
    /// and every passkey; so does the authenticator, but by a link that went by mail: then its code is asked for.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn take_password(&self, form: &NewPassword, origin: Origin<'_>) -> Result<Cookie, TeamFault> {
        let key = key_of(&form.token);
        self.throttle.take(&key, origin.address)?;
        let found = self.entry::<Reset>(TeamTable::Reset, &key)?;
        let found = found.filter(|found| self.now() < found.entry.until).ok_or(TeamFault::InvitationGone)?;
        let id = found.entry.member;
        let (profile, member) = (self.profile(&id)?, self.member(&id)?);
        let (Some(profile), Some(member)) = (profile, member) else { return Err(TeamFault::InvitationGone) };
        if (found.entry.profile, found.entry.roles) != (profile.version, member.version) {
            return Err(TeamFault::InvitationGone);
        }
        let mut authenticator = None;
        if let (true, Some(asks)) = (found.entry.mailed, &profile.entry.authenticator) {
            authenticator = Some(self.after_code(asks, &profile.key, form.code.as_deref())?);
        }
        let known = [profile.entry.email.as_str(), profile.entry.name.as_str(), self.engine.base()];
        Passwords::accept("/password", &form.password, &known)?;
        let password = self.passwords.hash(&form.password, self.engine.entropy()).await?;
        let gone = profile.entry.passkeys.len();
        // Whoever had the account meanwhile may have made one. Who the member is elsewhere is asked anew.
        let left = Profile { passkeys: Vec::new(), elsewhere: None, ..profile.entry.clone() };
        let entry = Profile { password, authenticator, ..left };
        let proposal =
            TeamProposal::default().keeps(TeamTable::Reset, &found).keeps(TeamTable::Member, &member);
        let proposal = self.under_a_new_key(proposal, &profile, &entry)?;
        let (proposal, cookie) = self.begin(id, origin).into(proposal, Whose::New(0))?;
        let mut note = AuditNote::new(Actor::Member(id), "password.reset", id.to_hex());
        if gone > 0 {
            note = note.saying(format!("passkeys removed: {gone}"));
        }
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(cookie)
    }
}
