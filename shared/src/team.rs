//! Who of the brand's team may do what? Roles, what each allows, and where: in one brand, or in all of an installation.
//!
//! The server decides by this table on every request; the console reads the same one, so that nobody is shown a button
//! that would be refused.

use serde::{Deserialize, Serialize};

use crate::ids::BrandId;

/// What a member is to a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// May do everything, and says who else may do what.
    Owner,
    /// Makes campaigns and measures them.
    Editor,
    /// Reads and answers what visitors send.
    Moderator,
    /// Scores what is submitted, blind to the counts.
    Juror,
    /// Watches over a draw: a notary or an independent observer.
    Officer,
    /// Looks at the figures.
    Viewer,
}

/// One thing that a role allows or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Right {
    /// See campaigns and where they stand.
    Read,
    /// See counts that are hidden from the public.
    Figures,
    /// Make, change, publish and end campaigns; check the pages they stand on.
    Edit,
    /// Work on what waits for a person.
    Answer,
    /// Take single answers out of the house.
    Export,
    /// Invite people, change what they may do, part from them.
    Team,
    /// Read who did what.
    Audit,
    /// Look after the server itself. Only for the installation as a whole.
    Operate,
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: [Self; 6] =
        [Self::Owner, Self::Editor, Self::Moderator, Self::Juror, Self::Officer, Self::Viewer];

    /// The word in addresses and files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Moderator => "moderator",
            Self::Juror => "juror",
            Self::Officer => "officer",
            Self::Viewer => "viewer",
        }
    }

    /// Whether it allows this, in the brand it was given for.
    #[must_use]
    pub const fn allows(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Figures => !matches!(self, Self::Juror),
            Right::Edit | Right::Export => matches!(self, Self::Owner | Self::Editor),
            Right::Answer => matches!(self, Self::Owner | Self::Moderator),
            Right::Audit => matches!(self, Self::Owner | Self::Officer),
            Right::Team | Right::Operate => matches!(self, Self::Owner),
        }
    }
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Figures,
        Self::Edit,
        Self::Answer,
        Self::Export,
        Self::Team,
        Self::Audit,
        Self::Operate,
    ];

    /// The word in tokens' scopes and in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Figures => "figures",
            Self::Edit => "edit",
            Self::Answer => "answer",
            Self::Export => "export",
            Self::Team => "team",
            Self::Audit => "audit",
            Self::Operate => "operate",
        }
    }
}

/// A role, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// The brand; absent: every brand of the installation, those to come too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// The role.
    pub role: Role,
}

impl Grant {
    /// Whether it allows this in a brand; in the installation as a whole where none is named.
    #[must_use]
    pub fn allows(&self, right: Right, brand: Option<&BrandId>) -> bool {
        let there = self.brand.is_none() || (self.brand.as_ref() == brand && right != Right::Operate);
        there && self.role.allows(right)
    }
}

/// Whether one of these grants allows this in a brand; in the installation as a whole where none is named.
#[must_use]
pub fn allowed(grants: &[Grant], right: Right, brand: Option<&BrandId>) -> bool {
    grants.iter().any(|grant| grant.allows(right, brand))
}

/// Whether one of these grants allows this anywhere.
#[must_use]
pub fn allowed_somewhere(grants: &[Grant], right: Right) -> bool {
    grants.iter().any(|grant| grant.allows(right, grant.brand.as_ref()))
}

/// What somebody may do at this moment, and where: of their roles, or of a token that has less.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Powers(Vec<(Option<BrandId>, Vec<Right>)>);

impl Powers {
    /// Of these roles.
    #[must_use]
    pub fn of(grants: &[Grant]) -> Self {
        let rights = |role: Role| Right::ALL.into_iter().filter(|right| role.allows(*right)).collect();
        Self(grants.iter().map(|grant| (grant.brand.clone(), rights(grant.role))).collect())
    }

    /// No more than these rights, and only in this brand where one is named.
    #[must_use]
    pub fn limited_to(self, rights: &[Right], brand: Option<&BrandId>) -> Self {
        let left = self.0.into_iter().filter_map(|(at, mut had)| {
            had.retain(|right| rights.contains(right));
            let at = match (at, brand) {
                (at, None) => at,
                (None, Some(brand)) => Some(brand.clone()),
                (Some(at), Some(brand)) if at == *brand => Some(at),
                (Some(_), Some(_)) => return None,
            };
            Some((at, had))
        });
        Self(left.collect())
    }

    /// Whether they allow this in a brand; in the installation as a whole where none is named.
    #[must_use]
    pub fn allow(&self, right: Right, brand: Option<&BrandId>) -> bool {
        self.0.iter().any(|(at, rights)| {
            let there = at.is_none() || (at.as_ref() == brand && right != Right::Operate);
            there && rights.contains(&right)
        })
    }

    /// Whether whoever has them may give this role: only somebody who looks after the team there, and has every right of it.
    #[must_use]
    pub fn may_give(&self, grant: &Grant) -> bool {
        let here = grant.brand.as_ref();
        let given = Right::ALL.into_iter().filter(|right| grant.role.allows(*right));
        // Of a brand, no role looks after the server.
        let mut given = given.filter(|right| *right != Right::Operate || here.is_none());
        self.allow(Right::Team, here) && given.all(|right| self.allow(right, here))
    }

    /// Whether they allow this anywhere.
    #[must_use]
    pub fn allow_somewhere(&self, right: Right) -> bool {
        self.0.iter().any(|(at, rights)| rights.contains(&right) && (right != Right::Operate || at.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(brand: &str, role: Role) -> Grant {
        Grant { brand: brand.parse().ok(), role }
    }

    #[test]
    fn a_grant_holds_in_its_brand_alone_and_one_of_the_installation_everywhere() {
        let (here, there): (BrandId, BrandId) = ("aurora".parse().unwrap(), "boreale".parse().unwrap());
        let grants = [grant("aurora", Role::Owner)];
        assert!(allowed(&grants, Right::Team, Some(&here)));
        assert!(!allowed(&grants, Right::Read, Some(&there)));
        assert!(!allowed(&grants, Right::Read, None));
        let everywhere = [Grant { brand: None, role: Role::Viewer }];
        assert!(allowed(&everywhere, Right::Figures, Some(&there)));
        assert!(!allowed(&everywhere, Right::Edit, Some(&there)));
    }

    #[test]
    fn only_an_owner_of_the_whole_looks_after_the_server() {
        let brand = "aurora".parse().unwrap();
        assert!(!allowed(&[grant("aurora", Role::Owner)], Right::Operate, Some(&brand)));
        assert!(!allowed_somewhere(&[grant("aurora", Role::Owner)], Right::Operate));
        assert!(allowed(&[Grant { brand: None, role: Role::Owner }], Right::Operate, None));
    }

    #[test]
    fn a_token_has_no_more_than_its_maker_and_no_more_than_its_scope() {
        let (here, there): (BrandId, BrandId) = ("aurora".parse().unwrap(), "boreale".parse().unwrap());
        let mine = Powers::of(&[grant("aurora", Role::Editor), Grant { brand: None, role: Role::Viewer }]);
        assert!(mine.allow(Right::Edit, Some(&here)) && mine.allow(Right::Read, Some(&there)));
        let reading = mine.clone().limited_to(&[Right::Read, Right::Team], None);
        assert!(reading.allow(Right::Read, Some(&there)));
        assert!(!reading.allow(Right::Edit, Some(&here)) && !reading.allow_somewhere(Right::Team));
        let whole = Powers::of(&[Grant { brand: None, role: Role::Owner }]);
        let owner = grant("aurora", Role::Owner);
        assert!(whole.may_give(&owner) && whole.may_give(&Grant { brand: None, role: Role::Owner }));
        let of_team = whole.limited_to(&[Right::Team], None);
        assert!(!of_team.may_give(&owner) && !of_team.may_give(&grant("aurora", Role::Viewer)));
        assert!(Powers::of(std::slice::from_ref(&owner)).may_give(&owner));
        let of_a_brand = mine.limited_to(&Right::ALL, Some(&here));
        assert!(of_a_brand.allow(Right::Edit, Some(&here)));
        assert!(!of_a_brand.allow(Right::Read, Some(&there)) && !of_a_brand.allow(Right::Read, None));
        let owner = Powers::of(&[Grant { brand: None, role: Role::Owner }]);
        assert!(owner.allow_somewhere(Right::Operate));
        assert!(!owner.limited_to(&Right::ALL, Some(&here)).allow_somewhere(Right::Operate));
    }

    #[test]
    fn each_role_has_what_its_name_promises() {
        let rights = |role: Role| -> Vec<&str> {
            Right::ALL.into_iter().filter(|right| role.allows(*right)).map(Right::word).collect()
        };
        assert_eq!(rights(Role::Owner).len(), Right::ALL.len());
        assert_eq!(rights(Role::Editor), ["read", "figures", "edit", "export"]);
        assert_eq!(rights(Role::Moderator), ["read", "figures", "answer"]);
        assert_eq!(rights(Role::Juror), ["read"]);
        assert_eq!(rights(Role::Officer), ["read", "figures", "audit"]);
        assert_eq!(rights(Role::Viewer), ["read", "figures"]);
    }
}
