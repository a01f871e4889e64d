//! Who of the team may do something, for whom it is to be handed over or told.

use fanfare_shared::ids::{BrandId, MemberId};
use fanfare_shared::team::{Grant, Right, allowed, allowed_somewhere};

use super::entries::{Named, id_of};
use super::{Team, TeamFault};

/// A member with what is needed to reach them.
#[derive(Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their roles.
    pub grants: Vec<Grant>,
}

impl Team {
    /// Members who may do this somewhere, by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn staff(&self, right: Right) -> Result<Vec<Staff>, TeamFault> {
        let profiles = self.profiles()?;
        let members = self.all_members()?.into_iter();
        let may = members.filter(|member| allowed_somewhere(&member.entry.grants, right));
        let mut staff: Vec<Staff> = may
            .filter_map(|Named { key, entry, .. }| {
                let profile = profiles.get(&key)?;
                let (name, email) = (profile.name.clone(), profile.email.clone());
                Some(Staff { id: id_of(&key)?, name, email, grants: entry.grants })
            })
            .collect();
        staff.sort_by_key(|member| member.name.to_lowercase());
        Ok(staff)
    }

    /// Members who may do this in a brand, by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn who_may(&self, right: Right, brand: &BrandId) -> Result<Vec<(MemberId, String)>, TeamFault> {
        let there = self.staff(right)?.into_iter().filter(|it| allowed(&it.grants, right, Some(brand)));
        Ok(there.map(|Staff { id, name, .. }| (id, name)).collect())
    }
}
