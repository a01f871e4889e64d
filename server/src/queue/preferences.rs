//! Which letters about the queue does a member want, and which views do they keep? Under a key of their own, gone with
//! them.

use fanfare_shared::ids::MemberId;
use fanfare_shared::text::tidied;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::{NAME_CHARS, Preferences, SavedView, VIEWS};
use serde::{Deserialize, Serialize};

use super::Queue;
use crate::engine::{ReadError, TeamProposal, TeamTable, TeamValue, Whose};
use crate::team::TeamFault;

/// Most characters of a view's filters.
const QUERY: usize = 300;

/// What is kept of it, as JSON.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) wanted: Preferences,
    /// The day (since 1970-01-01, where the member's brand is) of the last digest.
    #[serde(default)]
    pub(super) digested: u32,
    /// Up to when they were told of what is new.
    #[serde(default)]
    pub(super) alerted: Timestamp,
}

/// The same with what is needed to change it.
pub(super) struct Found {
    version: Option<u64>,
    whose: Whose,
    pub(super) kept: Kept,
}

impl Found {
    /// The change that puts this in its place.
    pub(super) fn changed(&self, id: &MemberId, kept: &Kept) -> Result<TeamProposal, TeamFault> {
        let bytes = serde_json::to_vec(kept).map_err(|error| TeamFault::Fault(error.to_string()))?;
        let proposal = match self.version {
            Some(version) => TeamProposal::default().expecting(TeamTable::Preference, id.bytes(), version),
            None => TeamProposal::default().expecting_none(TeamTable::Preference, id.bytes()),
        };
        Ok(proposal.writing(TeamTable::Preference, id.bytes(), TeamValue::Personal(self.whose, bytes)))
    }
}

impl Queue {
    pub(super) fn preference(&self, id: &MemberId) -> Result<Found, TeamFault> {
        let Some(entry) = self.engine.team_entry(TeamTable::Preference, id.bytes())? else {
            return Ok(Found { version: None, whose: Whose::New(0), kept: Kept::default() });
        };
        let kept = serde_json::from_slice(&entry.bytes)
            .map_err(|error| ReadError(format!("preferences are damaged: {error}")))?;
        let whose = entry.slot.map_or(Whose::New(0), Whose::Slot);
        Ok(Found { version: Some(entry.version), whose, kept })
    }

    /// What a member prefers.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn preferences(&self, id: &MemberId) -> Result<Preferences, TeamFault> {
        Ok(self.preference(id)?.kept.wanted)
    }

    /// Puts others in their place.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn prefer(&self, id: &MemberId, wanted: Preferences) -> Result<Preferences, TeamFault> {
        let wanted = checked(wanted)?;
        let found = self.preference(id)?;
        let kept = Kept { wanted, ..found.kept.clone() };
        self.engine.change_team(found.changed(id, &kept)?).await?;
        Ok(kept.wanted)
    }

    /// Stops letters of one sort, for whoever still belongs to the team.
    pub(super) async fn stop_for(
        &self,
        id: &MemberId,
        change: impl FnOnce(&mut Preferences),
    ) -> Result<(), TeamFault> {
        if self.team.grants(id)?.is_none() {
            return Ok(());
        }
        let found = self.preference(id)?;
        let mut kept = found.kept.clone();
        change(&mut kept.wanted);
        if kept != found.kept {
            self.engine.change_team(found.changed(id, &kept)?).await?;
        }
        Ok(())
    }
}

fn checked(wanted: Preferences) -> Result<Preferences, TeamFault> {
    let field = |pointer, rule, detail: String| Err(TeamFault::Field(pointer, rule, detail));
    if wanted.lang.as_ref().is_some_and(|lang| !matches!(lang.as_str(), "en" | "it")) {
        return field("/lang", "lang", "`en` or `it`".to_owned());
    }
    if wanted.views.len() > VIEWS {
        return field("/views", "too-many", format!("{VIEWS} at most"));
    }
    let views = wanted.views.into_iter().map(|view| SavedView { name: tidied(&view.name), ..view });
    let views: Vec<SavedView> = views.collect();
    for SavedView { name, query } in &views {
        if name.is_empty() || name.chars().count() > NAME_CHARS {
            return field("/views", "required", format!("a name of 1 to {NAME_CHARS} characters"));
        }
        if query.len() > QUERY || !query.bytes().all(|byte| byte.is_ascii_graphic()) {
            return field("/views", "query", "filters as they stand in the address".to_owned());
        }
    }
    Ok(Preferences { views, ..wanted })
}
