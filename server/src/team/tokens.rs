//! What may a program do? What its token says, and never more than the member who made it may do at the time.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use fanfare_shared::ids::{MemberId, PublicId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::team::{Powers, Right};
use fanfare_shared::wire::account::{MadeToken, NewToken, TokenView};

use super::entries::{Drafting, Named, Token};
use super::{SignedIn, Team, TeamFault, field};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable};

/// Most tokens of one member.
const MOST: usize = 50;
/// Most characters of a label.
const LABEL: usize = 80;
/// Longest life in days: ten years.
const DAYS: u16 = 3650;
/// What a token begins with, so that scanners of repositories know one.
const PREFIX: &str = "fanfare-";

fn key_of(secret: &str) -> Vec<u8> {
    Hash::of(secret.as_bytes()).bytes().to_vec()
}

fn view(token: Token) -> TokenView {
    let Token { id, label, rights, brand, made, until, .. } = token;
    TokenView { id, label, rights, brand, made, until }
}

impl Team {
    /// Who stands behind a token, and what it allows now.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn by_token(&self, secret: &str) -> Result<Option<(Actor, Powers)>, TeamFault> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let Some(found) = self.entry::<Token>(TeamTable::Token, &key_of(secret))? else { return Ok(None) };
        let Token { id, member, rights, brand, until, .. } = found.entry;
        if until.is_some_and(|until| self.now() >= until) {
            return Ok(None);
        }
        let grants = self.grants(&member)?;
        let powers = grants.map(|grants| Powers::of(&grants).limited_to(&rights, brand.as_ref()));
        Ok(powers.map(|powers| (Actor::Token(member, id), powers)))
    }

    /// What members call their tokens, by id.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn token_labels(&self) -> Result<BTreeMap<PublicId, String>, TeamFault> {
        let tokens = self.entries::<Token>(TeamTable::Token)?.into_iter();
        Ok(tokens.map(|Named { entry, .. }| (entry.id, entry.label)).collect())
    }

    pub(super) fn tokens_of(&self, member: &MemberId) -> Result<Vec<Named<Token>>, TeamFault> {
        let mut tokens = self.entries::<Token>(TeamTable::Token)?;
        tokens.retain(|token| token.entry.member == *member);
        Ok(tokens)
    }

    /// The member's tokens, the newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn tokens(&self, me: &SignedIn) -> Result<Vec<TokenView>, TeamFault> {
        let mut tokens = self.tokens_of(&me.member)?;
        tokens.sort_by_key(|token| std::cmp::Reverse(token.entry.made));
        Ok(tokens.into_iter().map(|token| view(token.entry)).collect())
    }

    /// Makes a token.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn make_token(&self, me: &SignedIn, form: &NewToken) -> Result<MadeToken, TeamFault> {
        let label = form.label.trim();
        if !(1..=LABEL).contains(&label.chars().count()) || label.chars().any(char::is_control) {
            return field("/label", "length", format!("1 to {LABEL} characters"));
        }
        let mut rights = form.rights.clone();
        rights.sort();
        rights.dedup();
        let mine = Powers::of(&me.grants);
        let has = |right: &Right| match &form.brand {
            Some(brand) => mine.allow(*right, Some(brand)),
            None => mine.allow_somewhere(*right),
        };
        if rights.is_empty() || !rights.iter().all(has) {
            return field("/rights", "not-yours", "at least one, and only rights that you have there");
        }
        if form.days.is_some_and(|days| !(1..=DAYS).contains(&days)) {
            return field("/days", "range", format!("1 to {DAYS}"));
        }
        if self.tokens_of(&me.member)?.len() >= MOST {
            return field(
                "/label",
                "too-many",
                format!("{MOST} tokens at most: take one back that is not needed any more"),
            );
        }
        let Some(profile) = self.profile(&me.member)? else { return Err(TeamFault::NotFound("member")) };
        let entropy = self.engine.entropy();
        let secret = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&entropy.bytes::<32>()));
        let made = self.now();
        let token = Token {
            id: PublicId::new(entropy.bytes()),
            member: me.member,
            label: label.to_owned(),
            rights,
            brand: form.brand.clone(),
            made,
            until: form.days.map(|days| made.plus(u64::from(days) * 86_400)),
        };
        let words: Vec<&str> = token.rights.iter().map(|right| right.word()).collect();
        let proposal = TeamProposal::default().keeps(TeamTable::Profile, &profile).personal(
            TeamTable::Token,
            &key_of(&secret),
            profile.whose(),
            &token,
        )?;
        let note = AuditNote::new(Actor::Member(me.member), "token.made", token.id.to_hex())
            .within(token.brand.clone())
            .saying(words.join(", "));
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(MadeToken { token: view(token), secret })
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn revoke_token(&self, me: &SignedIn, id: &PublicId) -> Result<(), TeamFault> {
        let mut tokens = self.tokens_of(&me.member)?.into_iter();
        let Some(found) = tokens.find(|token| token.entry.id == *id) else {
            return Err(TeamFault::NotFound("token"));
        };
        let note = AuditNote::new(Actor::Member(me.member), "token.revoked", id.to_hex());
        let proposal = TeamProposal::default().gone(TeamTable::Token, &found.key);
        self.engine.change_team(proposal.noted(note.within(found.entry.brand))).await?;
        Ok(())
    }
}
