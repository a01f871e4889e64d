//! How is a person forgotten who wrote? Every case of theirs goes, with the keys it was sealed under: nothing opens it any
//! more, in a backup neither. The audit log remembers that it was done, and how many there were.

use fanfare_shared::ids::PublicId;
use fanfare_shared::wire::queue::Forgotten;

use super::{Found, Queue};
use crate::engine::{Actor, AuditNote, TeamError, TeamProposal, TeamTable};
use crate::mail::{Lang, letters};
use crate::team::TeamFault;

impl Queue {
    /// Forgets whoever wrote a case: all cases of its address in the brand. `tell` sends them a last letter.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn forget(
        &self,
        actor: Actor,
        id: &PublicId,
        version: u64,
        tell: bool,
    ) -> Result<Forgotten, TeamFault> {
        let found = self.found(id)?;
        if found.version != version {
            return Err(TeamError::Changed.into());
        }
        let mut proposal = TeamProposal::default();
        let mut cases = 0;
        for id in self.of_same_address(&found)? {
            if let Some(case) = self.find(&id)? {
                proposal = self.gone(proposal, &case);
                cases += 1;
            }
        }
        let kept = &found.kept;
        let note = AuditNote::new(actor, "case.forgotten", id.to_hex()).within(kept.brand.clone());
        proposal = proposal.noted(note.saying(cases.to_string()));
        if tell && !kept.email.is_empty() {
            let brand = self.brand_name(&kept.campaign);
            let letter = letters::forgotten(&kept.email, &brand, Lang::of(&kept.lang));
            self.mail.enclose(&mut proposal, letter);
        }
        self.engine.change_team(proposal).await?;
        self.mail.wake();
        Ok(Forgotten { cases })
    }

    /// Takes away what lies in the queue though its answer stands no longer.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn sweep(&self, gone: &[PublicId]) -> Result<(), TeamFault> {
        for id in gone {
            let Some(case) = self.kept(id)? else { continue };
            match self.engine.change_team(self.gone(TeamProposal::default(), &case)).await {
                Ok(_) | Err(TeamError::Changed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Takes a case away for its visitor.
    ///
    /// # Errors
    /// [`TeamFault`].
    pub async fn take_back(&self, id: &PublicId) -> Result<(), TeamFault> {
        let found = self.found(id)?;
        let note = AuditNote::new(Actor::Anybody, "case.taken-back", id.to_hex());
        let proposal =
            self.gone(TeamProposal::default(), &found).noted(note.within(found.kept.brand.clone()));
        self.engine.change_team(proposal).await?;
        Ok(())
    }

    /// Takes a case out of every table, and destroys its key.
    fn gone(&self, proposal: TeamProposal, case: &Found) -> TeamProposal {
        let mut proposal = proposal
            .expecting(TeamTable::Case, case.id.bytes(), case.version)
            .gone(TeamTable::Case, case.id.bytes())
            .gone(TeamTable::Queue, &case.kept.spot(case.id).key());
        if !case.kept.email.is_empty() {
            proposal = proposal.gone(TeamTable::Correspondent, &self.correspondence(&case.kept, &case.id));
        }
        proposal.forgotten.extend(case.slot);
        proposal
    }
}
