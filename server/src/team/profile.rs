//! What a member changes about themselves: name, address, password, authenticator.

use fanfare_shared::ids::MemberId;
use fanfare_shared::wire::account::{AuthenticatorOffer, AuthenticatorProof, ProfileChange};

use super::authenticator::{self, Authenticator};
use super::entries::{Drafting, Named, Profile};
use super::invitations::id_value;
use super::passwords::Passwords;
use super::{SignedIn, Team, TeamFault, field};
use crate::engine::{Actor, AuditNote, TeamError, TeamProposal, TeamTable, Whose};

/// Most characters of a name.
const NAME: usize = 80;
/// Most bytes of an e-mail address (RFC 5321).
const EMAIL: usize = 254;

/// A name as the team reads it.
pub(super) fn accept_name(pointer: &'static str, name: &str) -> Result<String, TeamFault> {
    let name = name.trim();
    let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { field(pointer, "length", format!("1 to {NAME} characters")) }
}

/// An e-mail address, as it was typed but for the spaces around it.
pub(crate) fn accept_email(pointer: &'static str, email: &str) -> Result<String, TeamFault> {
    let email = email.trim();
    let well_formed = email.split_once('@').is_some_and(|(local, host)| {
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '@';
        !local.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && email.len() <= EMAIL
            && local.chars().all(plain)
            && host.chars().all(plain)
    });
    if well_formed {
        Ok(email.to_owned())
    } else {
        field(pointer, "not-an-address", "an address such as anna@brand.example")
    }
}

/// Who somebody is, beside what they may do.
pub struct Known {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Whether signing in asks for a code.
    pub authenticator: bool,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
}

impl From<&Profile> for Known {
    fn from(profile: &Profile) -> Self {
        Self {
            name: profile.name.clone(),
            email: profile.email.clone(),
            authenticator: profile.authenticator.is_some(),
            recovery_codes: profile.authenticator.as_ref().map_or(0, Authenticator::left),
        }
    }
}

impl Team {
    pub(super) fn mine(&self, id: &MemberId) -> Result<Named<Profile>, TeamFault> {
        self.profile(id)?.ok_or(TeamFault::NotFound("member"))
    }

    /// Who a member is.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub fn known(&self, id: &MemberId) -> Result<Known, TeamFault> {
        Ok(Known::from(&self.mine(id)?.entry))
    }

    /// Whether the password is right; throttled like signing in.
    pub(super) async fn prove(
        &self,
        pointer: &'static str,
        profile: &Named<Profile>,
        password: Option<&str>,
    ) -> Result<(), TeamFault> {
        self.throttle.take(&profile.key, None)?;
        let phc = Some(profile.entry.password.clone());
        if self.passwords.check(password.unwrap_or_default(), phc).await? {
            return Ok(());
        }
        field(pointer, "wrong-password", "not your password of now")
    }

    /// Changes name, address or password. A new password ends all other sessions, and all tokens.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn change_profile(&self, me: &SignedIn, change: &ProfileChange) -> Result<(), TeamFault> {
        let before = self.mine(&me.member)?;
        let mut profile = before.entry.clone();
        let mut proposal = TeamProposal::default();
        let mut changed = Vec::new();
        if let Some(name) = &change.name {
            profile.name = accept_name("/name", name)?;
            changed.push("name");
        }
        let (email, password) = (&change.email, &change.new_password);
        if email.is_some() || password.is_some() {
            self.prove("/current_password", &before, change.current_password.as_deref()).await?;
        }
        if let Some(email) = email {
            profile.email = accept_email("/email", email)?;
            let (old, new) = (self.address_key(&before.entry.email), self.address_key(&profile.email));
            if old != new {
                proposal = self.claiming(proposal, "/email", &new)?.gone(TeamTable::Address, &old);
                for link in self.resets_of(&me.member)? {
                    // It went to the address of before.
                    proposal = proposal.gone(TeamTable::Reset, &link.key);
                }
                proposal.changes.push((TeamTable::Address, new, Some(id_value(&me.member))));
            }
            changed.push("address");
        }
        if let Some(password) = password {
            let known = [profile.email.as_str(), profile.name.as_str(), self.engine.base()];
            Passwords::accept("/new_password", password, &known)?;
            profile.password = self.passwords.hash(password, self.engine.entropy()).await?;
            changed.push("password");
        }
        if changed.is_empty() {
            return Ok(());
        }
        let proposal = if password.is_some() {
            let proposal = self.under_a_new_key(proposal, &before, &profile)?;
            self.resealed(proposal, me)?
        } else {
            let proposal = proposal.keeps(TeamTable::Profile, &before);
            proposal.personal(TeamTable::Profile, &before.key, before.whose(), &profile)?
        };
        let done = self.write(proposal, me, "profile.changed", changed.join(", ")).await;
        match done {
            Err(TeamFault::Store(TeamError::Changed)) if email.is_some() => field(
                "/email",
                "taken",
                "this address belongs to the team already, or your profile was changed elsewhere",
            ),
            other => other,
        }
    }

    /// Writes the session of whoever asks again, under the new key.
    fn resealed(&self, mut proposal: TeamProposal, me: &SignedIn) -> Result<TeamProposal, TeamFault> {
        for Named { key, entry, .. } in self.sessions_of(&me.member)? {
            if entry.id == me.session {
                proposal.changes.retain(|(table, of, _)| (*table, of) != (TeamTable::Session, &key));
                proposal = proposal.personal(TeamTable::Session, &key, Whose::New(0), &entry)?;
            }
        }
        Ok(proposal)
    }

    /// An authenticator to set up. Nothing is kept of it.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub fn offer_authenticator(&self, me: &SignedIn) -> Result<AuthenticatorOffer, TeamFault> {
        let email = self.mine(&me.member)?.entry.email;
        let issuer = format!("Fanfare {}", self.engine.base());
        let (secret, address, picture) = authenticator::offer(self.engine.entropy(), &email, &issuer)?;
        Ok(AuthenticatorOffer { secret, address, picture })
    }

    /// Puts an authenticator in force. Gives its recovery codes.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn set_authenticator(
        &self,
        me: &SignedIn,
        proof: &AuthenticatorProof,
    ) -> Result<Vec<String>, TeamFault> {
        let before = self.mine(&me.member)?;
        self.prove("/password", &before, Some(&proof.password)).await?;
        let (codes, hashes) = self.recovery_codes();
        let begun = Authenticator::begun(&proof.secret, &proof.code, self.now(), hashes);
        let Some(begun) = begun else {
            return field(
                "/code",
                "wrong-code",
                "not the code of now; compare the clock of your phone, and try the next one",
            );
        };
        let profile = Profile { authenticator: Some(begun), ..before.entry.clone() };
        self.replace(&before, &profile, me, "authenticator.set").await?;
        Ok(codes)
    }

    /// Takes the authenticator out of force.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn remove_authenticator(&self, me: &SignedIn, password: &str) -> Result<(), TeamFault> {
        let before = self.mine(&me.member)?;
        self.prove("/password", &before, Some(password)).await?;
        let profile = Profile { authenticator: None, ..before.entry.clone() };
        self.replace(&before, &profile, me, "authenticator.removed").await
    }

    /// Other recovery codes in place of those that were left.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn renew_recovery_codes(
        &self,
        me: &SignedIn,
        password: &str,
    ) -> Result<Vec<String>, TeamFault> {
        let before = self.mine(&me.member)?;
        self.prove("/password", &before, Some(password)).await?;
        let Some(authenticator) = &before.entry.authenticator else {
            return Err(TeamFault::NotFound("authenticator"));
        };
        let (codes, hashes) = self.recovery_codes();
        let authenticator = Some(authenticator.with_recovery(hashes));
        let profile = Profile { authenticator, ..before.entry.clone() };
        self.replace(&before, &profile, me, "recovery-codes.renewed").await?;
        Ok(codes)
    }

    async fn replace(
        &self,
        before: &Named<Profile>,
        profile: &Profile,
        me: &SignedIn,
        action: &'static str,
    ) -> Result<(), TeamFault> {
        let proposal = TeamProposal::default().keeps(TeamTable::Profile, before).personal(
            TeamTable::Profile,
            &before.key,
            before.whose(),
            profile,
        )?;
        self.write(proposal, me, action, String::new()).await
    }

    async fn write(
        &self,
        proposal: TeamProposal,
        me: &SignedIn,
        action: &'static str,
        detail: String,
    ) -> Result<(), TeamFault> {
        let note = AuditNote::new(Actor::Member(me.member), action, me.member.to_hex()).saying(detail);
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(())
    }
}
