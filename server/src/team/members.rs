//! Who belongs to the team, and who may change what they may do? An owner of a brand looks after the roles in it; only an
//! owner of the installation after all of them.

use std::collections::BTreeMap;

use fanfare_shared::ids::{BrandId, MemberId};
use fanfare_shared::team::{Grant, Powers, Right, Role};
use fanfare_shared::wire::team::MemberView;

use super::entries::{Drafting, Member, Named, id_of};
use super::profile::Known;
use super::{Team, TeamFault, field};
use crate::engine::{Actor, AuditNote, TeamProposal, TeamTable};

/// Most roles of one member.
const GRANTS: usize = 32;

/// Who asks, and what they may do.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// Who.
    pub actor: Actor,
    /// What they may do.
    pub powers: &'a Powers,
}

impl Viewer<'_> {
    /// Whether they look after a role of somebody.
    pub(super) fn looks_after(&self, grant: &Grant) -> bool {
        self.powers.allow(Right::Team, grant.brand.as_ref())
    }

    /// What they may know of somebody's roles: those they look after, and those that hold in every brand.
    fn seen(&self, grants: &[Grant]) -> Vec<Grant> {
        grants.iter().filter(|grant| grant.brand.is_none() || self.looks_after(grant)).cloned().collect()
    }
}

fn owns_all(grants: &[Grant]) -> bool {
    grants.iter().any(|grant| grant.brand.is_none() && grant.role == Role::Owner)
}

impl Team {
    /// Members that the one who asks may see, by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn members(&self, viewer: Viewer<'_>) -> Result<Vec<MemberView>, TeamFault> {
        let profiles = self.profiles()?;
        let mut members = Vec::new();
        for Named { key, entry, .. } in self.all_members()? {
            let (Some(id), Some(profile)) = (id_of(&key), profiles.get(&key)) else { continue };
            let seen = viewer.seen(&entry.grants);
            // Nobody's any more: for who looks after the whole.
            let nobody_s = entry.grants.is_empty() && viewer.powers.allow(Right::Team, None);
            if !seen.is_empty() || nobody_s {
                members.push(view(id, &entry, seen, Known::from(profile)));
            }
        }
        members.sort_by_key(|member| member.name.to_lowercase());
        Ok(members)
    }

    /// The names of all members, by id as the audit log writes it.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn names(&self) -> Result<BTreeMap<String, String>, TeamFault> {
        let named = self.profiles()?.into_iter();
        Ok(named.filter_map(|(key, profile)| Some((id_of(&key)?.to_hex(), profile.name))).collect())
    }

    /// Gives a member these roles in place of those that the one who asks looks after. They hold from the next request on.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn set_grants(
        &self,
        viewer: Viewer<'_>,
        id: &MemberId,
        wanted: &[Grant],
    ) -> Result<MemberView, TeamFault> {
        let before = self.seen_member(viewer, id)?;
        if wanted.len() > GRANTS {
            return field("/grants", "too-many", format!("{GRANTS} at most"));
        }
        if !wanted.iter().all(|grant| viewer.powers.may_give(grant) || before.entry.grants.contains(grant)) {
            return Err(TeamFault::Forbidden("nobody gives a role with more rights than their own there"));
        }
        let mut grants: Vec<Grant> =
            before.entry.grants.iter().filter(|grant| !viewer.looks_after(grant)).cloned().collect();
        grants.extend_from_slice(wanted);
        grants.sort();
        grants.dedup();
        let proposal = self.with_an_owner(id, &before.entry.grants, &grants)?;
        let (brand, detail) = touched(&before.entry.grants, &grants);
        let entry = Member { grants, ..before.entry.clone() };
        let proposal =
            proposal.keeps(TeamTable::Member, &before).plain(TeamTable::Member, id.bytes(), &entry)?;
        let note = AuditNote::new(viewer.actor, "member.roles", id.to_hex()).within(brand).saying(detail);
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(view(*id, &entry, viewer.seen(&entry.grants), self.known(id)?))
    }

    /// Parts from a member, as far as the one who asks looks after them: with no role left, their name, address and
    /// sessions are gone for good.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn part(&self, viewer: Viewer<'_>, id: &MemberId) -> Result<(), TeamFault> {
        let before = self.seen_member(viewer, id)?;
        let left: Vec<Grant> =
            before.entry.grants.iter().filter(|grant| !viewer.looks_after(grant)).cloned().collect();
        if left.len() == before.entry.grants.len() && !left.is_empty() {
            return Err(TeamFault::Forbidden("their role holds in the whole installation"));
        }
        let mut proposal =
            self.with_an_owner(id, &before.entry.grants, &left)?.keeps(TeamTable::Member, &before);
        let (brand, detail) = touched(&before.entry.grants, &left);
        let action = if left.is_empty() { "member.left" } else { "member.roles" };
        if left.is_empty() {
            proposal = proposal.gone(TeamTable::Member, id.bytes()).gone(TeamTable::Profile, id.bytes());
            if let Some(profile) = self.profile(id)? {
                proposal = proposal.gone(TeamTable::Address, &self.address_key(&profile.entry.email));
                proposal.forgotten.extend(profile.slot);
            }
            proposal = self.without_access(proposal, id)?;
            if let Some(preferences) = self.engine.team_entry(TeamTable::Preference, id.bytes())? {
                proposal = proposal.gone(TeamTable::Preference, id.bytes());
                proposal.forgotten.extend(preferences.slot);
            }
        } else {
            let entry = Member { grants: left, ..before.entry.clone() };
            proposal = proposal.plain(TeamTable::Member, id.bytes(), &entry)?;
        }
        let note = AuditNote::new(viewer.actor, action, id.to_hex()).within(brand).saying(detail);
        self.engine.change_team(proposal.noted(note)).await?;
        Ok(())
    }

    /// A member that the one who asks may see.
    pub(super) fn seen_member(&self, viewer: Viewer<'_>, id: &MemberId) -> Result<Named<Member>, TeamFault> {
        let found = self.member(id)?.filter(|found| {
            !viewer.seen(&found.entry.grants).is_empty() || viewer.powers.allow(Right::Team, None)
        });
        found.ok_or(TeamFault::NotFound("member"))
    }

    /// A change that stands only if somebody stays who looks after the installation: of two owners who part from each
    /// other at once, one comes too late.
    fn with_an_owner(
        &self,
        id: &MemberId,
        before: &[Grant],
        after: &[Grant],
    ) -> Result<TeamProposal, TeamFault> {
        if !owns_all(before) || owns_all(after) {
            return Ok(TeamProposal::default());
        }
        let others = self.all_members()?;
        // Whose profile opens no more is nobody.
        let profiles = self.profiles()?;
        let somebody = |it: &&Named<Member>| it.key != id.bytes() && profiles.contains_key(&it.key);
        let another = others.iter().filter(somebody).find(|it| owns_all(&it.entry.grants));
        another
            .map(|another| TeamProposal::default().keeps(TeamTable::Member, another))
            .ok_or(TeamFault::LastOwner)
    }
}

fn view(id: MemberId, member: &Member, grants: Vec<Grant>, known: Known) -> MemberView {
    let Known { name, email, authenticator, .. } = known;
    MemberView { id, name, email, grants, joined: member.joined, authenticator }
}

/// What a change of roles touched, as the audit log tells it: in one brand, with the roles there from now on; or in the
/// installation as a whole, with all of them. What somebody is elsewhere is nobody's business here.
fn touched(before: &[Grant], after: &[Grant]) -> (Option<BrandId>, String) {
    let gone = before.iter().filter(|grant| !after.contains(grant));
    let mut changed = gone.chain(after.iter().filter(|grant| !before.contains(grant)));
    let first = changed.next().and_then(|grant| grant.brand.clone());
    let brand = first.filter(|brand| changed.all(|grant| grant.brand.as_ref() == Some(brand)));
    let told = after.iter().filter(|grant| brand.is_none() || grant.brand == brand);
    (brand.clone(), told.map(words).collect::<Vec<_>>().join(", "))
}

/// A role as the audit log writes it.
fn words(grant: &Grant) -> String {
    match &grant.brand {
        Some(brand) => format!("{} of {brand}", grant.role.word()),
        None => format!("{} of the installation", grant.role.word()),
    }
}
