//! What goes by itself? Sessions, invitations, links and tokens past their end: they name people and devices, and nobody
//! needs them any more.

use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::entries::{Drafting, Invitation, Named, Reset, Session, Token};
use super::{Team, TeamFault};
use crate::engine::{TeamError, TeamProposal, TeamTable};

/// How often it is looked for.
const PACE: Duration = Duration::from_secs(3600);
/// A token that has ended is still shown for so many seconds: whoever wonders why a program stopped finds it.
const SHOWN: u64 = 30 * 86_400;
/// Most entries that go in one change.
const AT_ONCE: usize = 256;

impl Team {
    /// Takes away what is over, until the server drains.
    pub async fn run(&self, mut draining: watch::Receiver<bool>) {
        loop {
            match self.tidy().await {
                Ok(0) => {}
                Ok(gone) => {
                    tracing::info!(gone, "sessions, invitations, links and tokens past their end are gone")
                }
                Err(error) => {
                    tracing::warn!(%error, "what is over could not be taken away; it is tried again")
                }
            }
            tokio::select! {
                () = tokio::time::sleep(PACE) => {}
                _ = draining.wait_for(|draining| *draining) => return,
            }
        }
    }

    /// Takes away what is over, once; how many entries that were.
    ///
    /// # Errors
    /// The store could not be read or written; what is left goes the next time.
    pub async fn tidy(&self) -> Result<usize, TeamFault> {
        let now = self.now();
        let mut gone = self.take_away(TeamTable::Session, |it: &Session| it.until() <= now).await?;
        gone += self.take_away(TeamTable::Reset, |it: &Reset| it.until <= now).await?;
        gone += self.take_away(TeamTable::Invitation, |it: &Invitation| it.until <= now).await?;
        let ended = |it: &Token| it.until.is_some_and(|until| until.plus(SHOWN) <= now);
        gone += self.take_away(TeamTable::Token, ended).await?;
        Ok(gone)
    }

    async fn take_away<T: DeserializeOwned>(
        &self,
        table: TeamTable,
        over: impl Fn(&T) -> bool,
    ) -> Result<usize, TeamFault> {
        let over: Vec<Named<T>> = self.entries(table)?.into_iter().filter(|it| over(&it.entry)).collect();
        let mut gone = 0;
        for some in over.chunks(AT_ONCE) {
            let mut proposal = TeamProposal::default();
            for entry in some {
                proposal = proposal.keeps(table, entry).gone(table, &entry.key);
                // An invitation is sealed under a key of its own; the others under their member's, which stays.
                if table == TeamTable::Invitation {
                    proposal.forgotten.extend(entry.slot);
                }
            }
            match self.engine.change_team(proposal).await {
                Ok(_) => gone += some.len(),
                // Somebody was quicker with one of them: these go the next time.
                Err(TeamError::Changed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(gone)
    }
}
