//! Who is behind this cookie? A session: 256 random bits that the browser keeps, of which the store knows the hash.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use fanfare_shared::ids::{MemberId, PublicId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::team::Grant;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::account::{SessionView, SignIn};

use subtle::ConstantTimeEq;

use super::authenticator::Authenticator;
use super::entries::{Drafting, Named, Profile, Session, id_of};
use super::{Origin, Team, TeamFault};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable, Whose};

/// A session that is not used ends after this.
const IDLE: u64 = 7 * 86_400;
/// A session ends after this, used or not.
const LONGEST: u64 = 30 * 86_400;
/// How exactly it is known when a session was used last: each time is a write.
const SEEN: u64 = 3600;
/// How long a password that was right stands for itself while the code is looked for.
const PROOF: u64 = 300;

/// What the browser keeps. Never printed, never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie(String);

impl Cookie {
    /// From the text of a cookie.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text of the cookie.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    fn key(&self) -> Vec<u8> {
        Hash::of(self.0.as_bytes()).bytes().to_vec()
    }
}

/// A member with a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The member.
    pub member: MemberId,
    /// What they may do now.
    pub grants: Vec<Grant>,
    /// The session.
    pub session: PublicId,
    /// When it ends unless it is used.
    pub until: Timestamp,
    /// Whether [`Team::touch`] has something to write: its last use was written down an hour ago or longer.
    pub stale: bool,
}

impl Session {
    pub(super) fn until(&self) -> Timestamp {
        self.seen.plus(IDLE).min(self.began.plus(LONGEST))
    }
}

/// A session in the making, with the cookie that leads to it.
pub(super) struct Begun {
    pub(super) cookie: Cookie,
    pub(super) key: Vec<u8>,
    pub(super) session: Session,
}

impl Team {
    /// A session to be written with whatever makes it.
    pub(super) fn begin(&self, member: MemberId, origin: Origin<'_>) -> Begun {
        let entropy = self.engine.entropy();
        let cookie = Cookie(BASE64URL_NOPAD.encode(&entropy.bytes::<32>()));
        let (id, now) = (PublicId::new(entropy.bytes()), self.now());
        let session = Session { id, member, device: device(origin.agent), began: now, seen: now };
        Begun { key: cookie.key(), cookie, session }
    }

    /// Signs a member in.
    ///
    /// # Errors
    /// [`TeamFault`]; never which of address and password was wrong.
    pub async fn sign_in(&self, form: &SignIn, origin: Origin<'_>) -> Result<Cookie, TeamFault> {
        self.throttle.take(&self.address_key(&form.email), origin.address)?;
        let found = self.of_address(&form.email)?;
        let phc = found.as_ref().map(|(_, profile)| profile.entry.password.clone());
        let right = self.passwords.check(&form.password, phc).await?;
        match found.filter(|_| right) {
            Some((id, profile)) => self.enter(id, profile, form.code.as_deref(), origin).await,
            None => Err(TeamFault::Credentials),
        }
    }

    fn of_address(&self, email: &str) -> Result<Option<(MemberId, Named<Profile>)>, TeamFault> {
        let Some(id) = self.by_address(email)? else { return Ok(None) };
        Ok(self.profile(&id)?.map(|profile| (id, profile)))
    }

    /// What stands for the password while its owner looks for the code: for a page that keeps nothing. It counts for a few
    /// minutes, and only until the password changes.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn proof(&self, email: &str) -> Result<String, TeamFault> {
        let until = self.now().plus(PROOF).0;
        let mac = self.of_address(email)?.map(|(id, profile)| self.proof_mac(&id, &profile, until));
        Ok(format!("{until}.{}", HEXLOWER.encode(&mac.unwrap_or_default())))
    }

    fn proof_mac(&self, id: &MemberId, profile: &Named<Profile>, until: u64) -> [u8; 32] {
        let text = format!("{}\n{until}\n{}", id.to_hex(), profile.entry.password);
        self.engine.mac("team-proof", text.as_bytes())
    }

    /// Signs a member in whose password was right a moment ago.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn sign_in_proven(
        &self,
        email: &str,
        proof: &str,
        code: &str,
        origin: Origin<'_>,
    ) -> Result<Cookie, TeamFault> {
        self.throttle.take(&self.address_key(email), origin.address)?;
        let (Some((until, mac)), Some((id, profile))) = (proof.split_once('.'), self.of_address(email)?)
        else {
            return Err(TeamFault::Credentials);
        };
        let until = until.parse().unwrap_or(0);
        let right = HEXLOWER.encode(&self.proof_mac(&id, &profile, until));
        if self.now().0 >= until || !bool::from(right.as_bytes().ct_eq(mac.as_bytes())) {
            return Err(TeamFault::Credentials);
        }
        self.enter(id, profile, Some(code), origin).await
    }

    /// The authenticator after a code was taken.
    pub(super) fn after_code(
        &self,
        authenticator: &Authenticator,
        account: &[u8],
        code: Option<&str>,
    ) -> Result<Authenticator, TeamFault> {
        let code = code.filter(|code| !code.trim().is_empty()).ok_or(TeamFault::CodeRequired)?;
        self.throttle.take_code(account)?;
        let after = authenticator.after(code, &self.hashed_code(code), self.now());
        let wrong = "not the code of now; wait for the next one and try again";
        after.map_or_else(|| super::field("/code", "wrong-code", wrong), Ok)
    }

    /// Begins a session for a member whose password was right, if the code is too.
    async fn enter(
        &self,
        id: MemberId,
        profile: Named<Profile>,
        code: Option<&str>,
        origin: Origin<'_>,
    ) -> Result<Cookie, TeamFault> {
        let mut proposal = TeamProposal::default();
        let mut how = "password";
        if let Some(authenticator) = &profile.entry.authenticator {
            let after = self.after_code(authenticator, &profile.key, code)?;
            how = if after.left() < authenticator.left() { "recovery code" } else { "authenticator" };
            let entry = Profile { authenticator: Some(after), ..profile.entry.clone() };
            // Held against the entry it was made from: of two that bring the same code, one is refused.
            proposal = proposal.keeps(TeamTable::Profile, &profile).personal(
                TeamTable::Profile,
                &profile.key,
                profile.whose(),
                &entry,
            )?;
        }
        self.admit(id, proposal, profile.whose(), how, origin).await
    }

    /// Begins a session for a member who has proved who they are. Sessions that are over go.
    pub(super) async fn admit(
        &self,
        id: MemberId,
        mut proposal: TeamProposal,
        whose: Whose,
        how: &str,
        origin: Origin<'_>,
    ) -> Result<Cookie, TeamFault> {
        for over in self.sessions_of(&id)?.into_iter().filter(|it| it.entry.until() <= self.now()) {
            proposal = proposal.gone(TeamTable::Session, &over.key);
        }
        let begun = self.begin(id, origin);
        let session = begun.session.id;
        let (proposal, cookie) = begun.into(proposal, whose)?;
        let note = AuditNote::new(Actor::Member(id), "session.began", session.to_hex()).saying(how);
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(cookie)
    }

    /// Who is behind a cookie; none where it leads nowhere any more.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn signed_in(&self, cookie: &Cookie) -> Result<Option<SignedIn>, TeamFault> {
        let Some((_, session)) = self.session(cookie)? else { return Ok(None) };
        let member = self.member(&session.member)?;
        Ok(member.map(|member| SignedIn {
            member: session.member,
            grants: member.entry.grants,
            session: session.id,
            until: session.until(),
            stale: self.now().0 >= session.seen.0 + SEEN,
        }))
    }

    /// Remembers that a session is in use.
    ///
    /// # Errors
    /// [`TeamFault`]; the session goes on all the same.
    pub async fn touch(&self, cookie: &Cookie) -> Result<(), TeamFault> {
        let Some((named, session)) = self.session(cookie)? else { return Ok(()) };
        let seen = Session { seen: self.now(), ..session };
        let proposal = TeamProposal::default().keeps(TeamTable::Session, &named);
        let proposal = proposal.personal(TeamTable::Session, &named.key, named.whose(), &seen)?;
        self.engine.change_team(proposal).await?;
        Ok(())
    }

    fn session(&self, cookie: &Cookie) -> Result<Option<(Named<Session>, Session)>, TeamFault> {
        let found = self.entry::<Session>(TeamTable::Session, &cookie.key())?;
        let found = found.filter(|found| self.now() < found.entry.until());
        Ok(found.map(|found| {
            let session = found.entry.clone();
            (found, session)
        }))
    }

    pub(super) fn sessions_of(&self, member: &MemberId) -> Result<Vec<Named<Session>>, TeamFault> {
        let mut sessions = self.entries::<Session>(TeamTable::Session)?;
        sessions.retain(|session| session.entry.member == *member);
        Ok(sessions)
    }

    /// Ends every way in that a member has beside their password: sessions, tokens, links.
    pub(super) fn without_access(
        &self,
        mut proposal: TeamProposal,
        id: &MemberId,
    ) -> Result<TeamProposal, TeamFault> {
        for session in self.sessions_of(id)? {
            proposal = proposal.gone(TeamTable::Session, &session.key);
        }
        for token in self.tokens_of(id)? {
            proposal = proposal.gone(TeamTable::Token, &token.key);
        }
        for link in self.resets_of(id)? {
            proposal = proposal.gone(TeamTable::Reset, &link.key);
        }
        Ok(proposal)
    }

    /// Gives a member a key of their own anew, as for a new password: whatever was sealed under the old one is gone, the
    /// sessions, tokens and links that somebody else may have. What is kept has to be written in the same change.
    pub(super) fn under_a_new_key(
        &self,
        proposal: TeamProposal,
        before: &Named<Profile>,
        profile: &Profile,
    ) -> Result<TeamProposal, TeamFault> {
        let Some(id) = id_of(&before.key) else { return Err(TeamFault::NotFound("member")) };
        let mut proposal = self.without_access(proposal, &id)?;
        proposal.forgotten.extend(before.slot);
        proposal.keeps(TeamTable::Profile, before).personal(
            TeamTable::Profile,
            &before.key,
            Whose::New(0),
            profile,
        )
    }

    /// All sessions of a member, the newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn sessions(&self, me: &SignedIn) -> Result<Vec<SessionView>, TeamFault> {
        let mut sessions = self.sessions_of(&me.member)?;
        sessions.retain(|session| self.now() < session.entry.until());
        sessions.sort_by_key(|session| std::cmp::Reverse(session.entry.began));
        let views = sessions.into_iter().map(|Named { entry, .. }| SessionView {
            this: entry.id == me.session,
            id: entry.id,
            device: entry.device,
            began: entry.began,
            seen: entry.seen,
        });
        Ok(views.collect())
    }

    /// Ends one of the member's sessions.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn sign_out(&self, member: MemberId, session: &PublicId) -> Result<(), TeamFault> {
        let mut sessions = self.sessions_of(&member)?.into_iter();
        let Some(found) = sessions.find(|found| found.entry.id == *session) else {
            return Err(TeamFault::NotFound("session"));
        };
        let note = AuditNote::new(Actor::Member(member), "session.ended", session.to_hex());
        let proposal = TeamProposal::default().gone(TeamTable::Session, &found.key);
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(())
    }
}

impl Begun {
    /// Writes the session under a person's key.
    pub(super) fn into(
        self,
        proposal: TeamProposal,
        whose: Whose,
    ) -> Result<(TeamProposal, Cookie), TeamFault> {
        let proposal = proposal.personal(TeamTable::Session, &self.key, whose, &self.session)?;
        Ok((proposal, self.cookie))
    }
}

/// Browser and system, as people call them: enough to know one's own sessions by.
fn device(agent: &str) -> String {
    // The first that fits: many claim to be Chrome or Safari beside what they are.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(known), None) | (None, Some(known)) => known.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_called_what_its_owner_calls_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 \
                    Safari/537.36 Edg/156.0.0.0";
        assert_eq!(device(edge), "Edge on Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                     Version/19.0 Mobile/15E148 Safari/604.1";
        assert_eq!(device(phone), "Safari on iPhone");
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"),
            "Firefox on Linux"
        );
        assert_eq!(device("curl/8.0"), "unknown");
    }
}
