//! Who belongs to the brand's team, how do they prove it, and what may they do? Members, sessions, invitations: entries of
//! the store's tables, read and changed as a whole, each change with its line of the audit log.
//!
//! Deliberately absent: HTTP (that is `routes`), and what a role allows (that is `fanfare_shared::team`).

pub mod authenticator;
mod ceremony;
mod elsewhere;
mod entries;
mod invitations;
mod members;
mod passkeys;
mod passwords;
mod profile;
mod resets;
mod sessions;
mod slip;
mod staff;
mod throttle;
mod tidy;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use fanfare_shared::ids::MemberId;
use fanfare_shared::team::Grant;
use fanfare_shared::time::Timestamp;

use crate::clock::Clock;
use crate::edge::client::Alias;
use crate::engine::{Engine, ReadError, TeamError, TeamProposal, TeamTable};
use crate::mail::{Letter, Mail};
use crate::oidc::{self, Issuer};
use crate::url::PublicUrl;
use ceremony::Relying;
pub use elsewhere::{Elsewhere, OPEN};
use entries::Named;
pub use members::Viewer;
use passwords::Passwords;
pub(crate) use profile::accept_email;
pub use sessions::{Cookie, SignedIn};
pub use staff::Staff;
use throttle::Throttle;

/// The team of this installation.
pub struct Team {
    engine: Engine,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
    throttle: Throttle,
    mail: Arc<Mail>,
    /// None where browsers make no passkeys.
    relying: Option<Relying>,
    /// Where members may also sign in.
    issuer: Option<Arc<Issuer>>,
}

/// Where a request comes from, as far as that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The sender's address, made unreadable; none where there is no socket.
    pub address: Option<Alias>,
    /// What the browser says of itself.
    pub agent: &'a str,
}

/// Why the team's side refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TeamFault {
    /// No such address with that password; which of the two, nobody is told.
    #[error("the address or the password is not right")]
    Credentials,
    /// The password is right, and a code is asked for.
    #[error("a code of the authenticator is needed")]
    CodeRequired,
    /// A passkey that is no member's, or not used as asked; which of them, nobody is told.
    #[error("the passkey opens nothing here")]
    Passkey,
    /// Too many attempts.
    #[error("too many attempts")]
    Throttled(Duration),
    /// A field at fault: JSON pointer, stable name of the rule, explanation.
    #[error("{2}")]
    Field(&'static str, &'static str, String),
    /// Several fields at fault.
    #[error("several fields are at fault")]
    Fields(Vec<Self>),
    /// An invitation that is used, cancelled, over or never was.
    #[error("the invitation is not open")]
    InvitationGone,
    /// No such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Nobody would be left who looks after the installation.
    #[error("the last owner of the installation stays")]
    LastOwner,
    /// Not allowed, and what would have to be.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The store.
    #[error(transparent)]
    Store(#[from] TeamError),
    /// A fault of ours, for the log.
    #[error("{0}")]
    Fault(String),
}

impl From<ReadError> for TeamFault {
    fn from(error: ReadError) -> Self {
        Self::Store(TeamError::Read(error))
    }
}

/// Fails with a field: JSON pointer, stable name of the rule, explanation.
fn field<T>(pointer: &'static str, rule: &'static str, detail: impl Into<String>) -> Result<T, TeamFault> {
    Err(TeamFault::Field(pointer, rule, detail.into()))
}

/// What two checks of fields came to: whoever fills in a form learns of everything at fault at once.
fn both<A, B>(one: Result<A, TeamFault>, other: Result<B, TeamFault>) -> Result<(A, B), TeamFault> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(TeamFault::Fields(vec![one, other])),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}

impl Team {
    /// The team of this engine, at this address.
    #[must_use]
    pub fn new(
        engine: Engine,
        clock: Arc<dyn Clock>,
        mail: Arc<Mail>,
        url: &PublicUrl,
        oidc: &oidc::Settings,
    ) -> Self {
        let (passwords, throttle) = (Passwords::default(), Throttle::default());
        let (relying, issuer) = (Relying::of(url), Issuer::of(oidc, url).map(Arc::new));
        Self { engine, clock, passwords, throttle, mail, relying, issuer }
    }

    /// Changes the tables, with a letter about it where there is one: both, or neither.
    async fn change(&self, mut proposal: TeamProposal, letter: Option<Letter>) -> Result<(), TeamFault> {
        let wakes = letter.is_some();
        if let Some(letter) = letter {
            self.mail.enclose(&mut proposal, letter);
        }
        self.engine.change_team(proposal).await?;
        if wakes {
            self.mail.wake();
        }
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What a member may do; none where nobody of that id belongs to the team.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn grants(&self, id: &MemberId) -> Result<Option<Vec<Grant>>, TeamFault> {
        Ok(self.member(id)?.map(|Named { entry, .. }| entry.grants))
    }

    /// Whether nobody belongs to the team yet.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn is_empty(&self) -> Result<bool, TeamFault> {
        Ok(self.engine.team_entries(TeamTable::Profile).next().transpose()?.is_none())
    }
}
