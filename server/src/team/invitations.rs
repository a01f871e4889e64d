//! How does somebody come to the team? By a link that works once: made by who looks after the team, or printed by the
//! first start for the first owner.

use data_encoding::BASE64URL_NOPAD;
use fanfare_shared::ids::{MemberId, PublicId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::team::{Grant, Powers, Right, Role};
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::team::{InvitationView, Invite, Join};

use super::entries::{Drafting, Invitation, Member, Named, Profile};
use super::passwords::Passwords;
use super::profile::{accept_email, accept_name};
use super::{Cookie, Origin, Team, TeamFault, both, field};
use crate::engine::{Actor, AuditNote, TeamError, TeamProposal, TeamTable, Whose};
use crate::mail::Letter;

/// How long a link can be used.
const OPEN: u64 = 7 * 86_400;
/// Most characters of a note.
const NOTE: usize = 120;

/// A new invitation: its public id, the secret of its link, and until when it can be used.
pub struct NewInvitation {
    /// Public id.
    pub id: PublicId,
    /// The secret part of the link.
    pub token: String,
    /// Until when.
    pub until: Timestamp,
}

fn key_of(token: &str) -> Vec<u8> {
    Hash::of(token.as_bytes()).bytes().to_vec()
}

impl Team {
    /// Invites somebody, as far as the one who asks may. Where an address is named, `compose` writes the letter that brings
    /// the token there.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn invite(
        &self,
        actor: Actor,
        powers: &Powers,
        invite: &Invite,
        compose: impl FnOnce(&str, &str) -> Letter,
    ) -> Result<NewInvitation, TeamFault> {
        let Invite { grant, note, email } = invite;
        if !powers.may_give(grant) {
            return Err(TeamFault::Forbidden("nobody gives a role with more rights than their own there"));
        }
        if note.chars().count() > NOTE || note.chars().any(char::is_control) {
            return field("/note", "too-long", format!("{NOTE} characters at most, in one line"));
        }
        let email = email.as_ref().map(|email| accept_email("/email", email)).transpose()?;
        let letter = |token: &str| email.map(|email| compose(&email, token));
        let entropy = self.engine.entropy();
        let new = (PublicId::new(entropy.bytes()), BASE64URL_NOPAD.encode(&entropy.bytes::<32>()));
        self.make(actor, grant.clone(), note.trim(), new, letter).await
    }

    /// The link of the first owner: the same at each start, until it is used or too old. It follows from the invitation and
    /// the installation's secret, so that the store need not know it.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn invite_owner(&self) -> Result<NewInvitation, TeamFault> {
        for earlier in self.entries::<Invitation>(TeamTable::Invitation)? {
            let Invitation { id, until, .. } = earlier.entry;
            let token = self.owner_token(&id);
            if key_of(&token) == earlier.key && self.now() < until {
                return Ok(NewInvitation { id, token, until });
            }
        }
        let id = PublicId::new(self.engine.entropy().bytes());
        let new = (id, self.owner_token(&id));
        self.make(Actor::Server, OWNER, "", new, |_| None).await
    }

    fn owner_token(&self, id: &PublicId) -> String {
        BASE64URL_NOPAD.encode(&self.engine.mac("team-owner-link", id.bytes()))
    }

    async fn make(
        &self,
        actor: Actor,
        grant: Grant,
        note: &str,
        (id, token): (PublicId, String),
        letter: impl FnOnce(&str) -> Option<Letter>,
    ) -> Result<NewInvitation, TeamFault> {
        let made = self.now();
        let until = made.plus(OPEN);
        let line = AuditNote::new(actor, "invitation.made", id.to_hex())
            .within(grant.brand.clone())
            .saying(grant.role.word());
        let invitation = Invitation { id, grant, note: note.to_owned(), made, until };
        let proposal = TeamProposal::default().noted(line).personal(
            TeamTable::Invitation,
            &key_of(&token),
            Whose::New(0),
            &invitation,
        )?;
        self.change(proposal, letter(&token)).await?;
        Ok(NewInvitation { id, token, until })
    }

    fn open_invitation(&self, token: &str) -> Result<Named<Invitation>, TeamFault> {
        let found = self.entry::<Invitation>(TeamTable::Invitation, &key_of(token))?;
        let found = found.filter(|found| self.now() < found.entry.until).ok_or(TeamFault::InvitationGone)?;
        // The first owner's link was printed where many may read it: once somebody is there, it is void.
        let printed = self.owner_token(&found.entry.id) == token;
        if printed && !self.is_empty()? { Err(TeamFault::InvitationGone) } else { Ok(found) }
    }

    /// What a link gives, and until when.
    ///
    /// # Errors
    /// [`TeamFault::InvitationGone`].
    pub fn offered(&self, token: &str) -> Result<(Grant, Timestamp), TeamFault> {
        let found = self.open_invitation(token)?;
        Ok((found.entry.grant, found.entry.until))
    }

    /// Open invitations that the one who asks may see, the newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn invitations(&self, powers: &Powers) -> Result<Vec<InvitationView>, TeamFault> {
        let mut open: Vec<Invitation> =
            self.entries(TeamTable::Invitation)?.into_iter().map(|Named { entry, .. }| entry).collect();
        open.retain(|it| self.now() < it.until && powers.allow(Right::Team, it.grant.brand.as_ref()));
        open.sort_by_key(|it| std::cmp::Reverse(it.made));
        let views = open.into_iter().map(|Invitation { id, grant, note, until, .. }| InvitationView {
            id,
            grant,
            note,
            until,
        });
        Ok(views.collect())
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn cancel(&self, actor: Actor, powers: &Powers, id: &PublicId) -> Result<(), TeamFault> {
        let mut all = self.entries::<Invitation>(TeamTable::Invitation)?.into_iter();
        let found =
            all.find(|it| it.entry.id == *id && powers.allow(Right::Team, it.entry.grant.brand.as_ref()));
        let Some(found) = found else { return Err(TeamFault::NotFound("invitation")) };
        let mut proposal = TeamProposal::default()
            .keeps(TeamTable::Invitation, &found)
            .gone(TeamTable::Invitation, &found.key);
        proposal.forgotten.extend(found.slot);
        let note = AuditNote::new(actor, "invitation.cancelled", id.to_hex());
        self.engine.change_team(proposal.noted(note.within(found.entry.grant.brand))).await?;
        Ok(())
    }

    /// Takes an invitation up: the member begins, signed in.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn join(&self, form: &Join, origin: Origin<'_>) -> Result<Cookie, TeamFault> {
        self.throttle.take(&key_of(&form.token), origin.address)?;
        let invitation = self.open_invitation(&form.token)?;
        let guessed = [form.email.trim(), form.name.trim(), self.engine.base()];
        let person = both(accept_name("/name", &form.name), accept_email("/email", &form.email));
        let ((name, email), ()) = both(person, Passwords::accept("/password", &form.password, &guessed))?;
        let password = self.passwords.hash(&form.password, self.engine.entropy()).await?;
        let (id, address) = (MemberId::new(self.engine.entropy().bytes()), self.address_key(&email));
        let grant = invitation.entry.grant.clone();
        let line = AuditNote::new(Actor::Member(id), "member.joined", id.to_hex())
            .within(grant.brand.clone())
            .saying(grant.role.word());
        let member = Member { grants: vec![grant], joined: self.now() };
        let profile =
            Profile { name, email, password, authenticator: None, passkeys: Vec::new(), elsewhere: None };
        let proposal = self
            .claiming(TeamProposal::default(), "/email", &address)?
            .keeps(TeamTable::Invitation, &invitation)
            .gone(TeamTable::Invitation, &invitation.key)
            .plain(TeamTable::Member, id.bytes(), &member)?
            .personal(TeamTable::Profile, id.bytes(), Whose::New(0), &profile)?;
        let (mut proposal, cookie) = self.begin(id, origin).into(proposal, Whose::New(0))?;
        proposal.forgotten.extend(invitation.slot);
        let proposal = proposal.writing(TeamTable::Address, &address, id_value(&id)).noted(line);
        match self.engine.change_team(proposal).await {
            Ok(_) => Ok(cookie),
            // Either somebody was quicker with the link, or with the address.
            Err(TeamError::Changed) => {
                self.open_invitation(&form.token)?;
                field("/email", "taken", "this address belongs to the team already: sign in with it")
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The role of who looks after the installation.
const OWNER: Grant = Grant { brand: None, role: Role::Owner };

/// What stands under an address.
pub(super) fn id_value(id: &MemberId) -> crate::engine::TeamValue {
    crate::engine::TeamValue::Plain(id.bytes().to_vec())
}
