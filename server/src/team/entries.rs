//! What stands in the team's tables? One type for each, kept as JSON: a field is only ever added, with a default.

use std::collections::BTreeMap;

use fanfare_shared::ids::{BrandId, MemberId, PublicId};
use fanfare_shared::team::{Grant, Right};
use fanfare_shared::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::authenticator::Authenticator;
use super::elsewhere::Known;
use super::passkeys::Passkey;
use super::{Team, TeamFault};
use crate::engine::{ReadError, TeamEntry, TeamProposal, TeamTable, TeamValue, Whose};

/// What a member may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) grants: Vec<Grant>,
    pub(super) joined: Timestamp,
}

/// Who a member is, and what proves it. Personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) email: String,
    /// Argon2id, as a PHC string.
    pub(super) password: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) authenticator: Option<Authenticator>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) passkeys: Vec<Passkey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) elsewhere: Option<Known>,
}

/// A session. Personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: PublicId,
    pub(super) member: MemberId,
    pub(super) device: String,
    pub(super) began: Timestamp,
    pub(super) seen: Timestamp,
}

/// An invitation. Personal: its note names somebody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Invitation {
    pub(super) id: PublicId,
    pub(super) grant: Grant,
    pub(super) note: String,
    pub(super) made: Timestamp,
    pub(super) until: Timestamp,
}

/// A link by which a member gets a new password. Under the member's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reset {
    pub(super) member: MemberId,
    pub(super) made: Timestamp,
    pub(super) until: Timestamp,
    /// Whether it went by mail: then whoever has it proves the mailbox, and no more.
    pub(super) mailed: bool,
    /// What it was made from: when roles or profile are others, it is void.
    pub(super) profile: u64,
    pub(super) roles: u64,
}

/// A token. Under its maker's key: when they leave, it is nobody's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    pub(super) id: PublicId,
    pub(super) member: MemberId,
    pub(super) label: String,
    pub(super) rights: Vec<Right>,
    pub(super) brand: Option<BrandId>,
    pub(super) made: Timestamp,
    pub(super) until: Option<Timestamp>,
}

/// An entry with what is needed to change it.
pub(super) struct Named<T> {
    pub(super) key: Vec<u8>,
    pub(super) version: u64,
    pub(super) slot: Option<u64>,
    pub(super) entry: T,
}

impl<T> Named<T> {
    /// Under whose key it stands.
    pub(super) fn whose(&self) -> Whose {
        self.slot.map_or(Whose::New(0), Whose::Slot)
    }
}

fn decoded<T: DeserializeOwned>(key: Vec<u8>, entry: TeamEntry) -> Result<Named<T>, TeamFault> {
    let TeamEntry { version, slot, bytes } = entry;
    let entry = serde_json::from_slice(&bytes)
        .map_err(|error| TeamFault::Fault(format!("an entry of the team is damaged: {error}")))?;
    Ok(Named { key, version, slot, entry })
}

impl Team {
    /// An entry of a table.
    pub(super) fn entry<T: DeserializeOwned>(
        &self,
        table: TeamTable,
        key: &[u8],
    ) -> Result<Option<Named<T>>, TeamFault> {
        self.engine.team_entry(table, key)?.map(|entry| decoded(key.to_vec(), entry)).transpose()
    }

    /// All entries of a table, by key.
    pub(super) fn entries<T: DeserializeOwned>(&self, table: TeamTable) -> Result<Vec<Named<T>>, TeamFault> {
        let decoded = |entry: Result<_, ReadError>| {
            entry.map_err(TeamFault::from).and_then(|(key, entry)| decoded(key, entry))
        };
        self.engine.team_entries(table).map(decoded).collect()
    }

    pub(super) fn member(&self, id: &MemberId) -> Result<Option<Named<Member>>, TeamFault> {
        self.entry(TeamTable::Member, id.bytes())
    }

    pub(super) fn all_members(&self) -> Result<Vec<Named<Member>>, TeamFault> {
        self.entries(TeamTable::Member)
    }

    pub(super) fn profile(&self, id: &MemberId) -> Result<Option<Named<Profile>>, TeamFault> {
        self.entry(TeamTable::Profile, id.bytes())
    }

    /// All profiles, by member.
    pub(super) fn profiles(&self) -> Result<BTreeMap<Vec<u8>, Profile>, TeamFault> {
        let all = self.entries::<Profile>(TeamTable::Profile)?;
        Ok(all.into_iter().map(|Named { key, entry, .. }| (key, entry)).collect())
    }

    /// Who has an e-mail address.
    pub(super) fn by_address(&self, email: &str) -> Result<Option<MemberId>, TeamFault> {
        let found = self.engine.team_entry(TeamTable::Address, &self.address_key(email))?;
        let bytes = found.map(|entry| <[u8; 16]>::try_from(entry.bytes));
        bytes
            .transpose()
            .map(|bytes| bytes.map(MemberId::new))
            .map_err(|_| TeamFault::Fault("an address leads to no member".to_owned()))
    }

    /// A change that stands only while an address is nobody's: free, or of somebody whose profile opens no more.
    pub(super) fn claiming(
        &self,
        mut proposal: TeamProposal,
        pointer: &'static str,
        address: &[u8],
    ) -> Result<TeamProposal, TeamFault> {
        let found = self.engine.team_entry(TeamTable::Address, address)?;
        if let Some(id) = found.as_ref().and_then(|found| id_of(&found.bytes))
            && self.profile(&id)?.is_some()
        {
            return super::field(pointer, "taken", "this address belongs to the team already");
        }
        proposal.expected.push((TeamTable::Address, address.to_vec(), found.map(|found| found.version)));
        Ok(proposal)
    }

    /// Under what an address is found: nothing that tells the address to who reads the store.
    pub(super) fn address_key(&self, email: &str) -> Vec<u8> {
        self.engine.mac("team-address", email.trim().to_lowercase().as_bytes()).to_vec()
    }
}

/// The id that stands as the key of a member's entries.
pub(super) fn id_of(key: &[u8]) -> Option<MemberId> {
    key.try_into().ok().map(MemberId::new)
}

/// Changes in the making: what they were made from, and what they write.
pub(super) trait Drafting {
    /// Nothing may have changed in this entry.
    fn keeps<T>(self, table: TeamTable, entry: &Named<T>) -> Self;
    /// Writes an entry in the clear.
    fn plain(self, table: TeamTable, key: &[u8], entry: &impl Serialize) -> Result<Self, TeamFault>
    where
        Self: Sized;
    /// Writes an entry under a person's key.
    fn personal(
        self,
        table: TeamTable,
        key: &[u8],
        whose: Whose,
        entry: &impl Serialize,
    ) -> Result<Self, TeamFault>
    where
        Self: Sized;
}

fn encoded(entry: &impl Serialize) -> Result<Vec<u8>, TeamFault> {
    serde_json::to_vec(entry).map_err(|error| TeamFault::Fault(error.to_string()))
}

impl Drafting for TeamProposal {
    fn keeps<T>(self, table: TeamTable, entry: &Named<T>) -> Self {
        self.expecting(table, &entry.key, entry.version)
    }

    fn plain(self, table: TeamTable, key: &[u8], entry: &impl Serialize) -> Result<Self, TeamFault> {
        Ok(self.writing(table, key, TeamValue::Plain(encoded(entry)?)))
    }

    fn personal(
        self,
        table: TeamTable,
        key: &[u8],
        whose: Whose,
        entry: &impl Serialize,
    ) -> Result<Self, TeamFault> {
        Ok(self.writing(table, key, TeamValue::Personal(whose, encoded(entry)?)))
    }
}
