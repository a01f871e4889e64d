//! Who hands letters in? One task. A letter that was handed in is marked in the store; where a halt comes between, it is
//! handed in again under the same Message-ID, and mail programs show it once.

use std::time::Duration;

use fanfare_shared::wire::mail::LetterState;
use lettre::message::header::ContentType;
use lettre::{AsyncTransport, Message};
use tokio::sync::watch;

use super::headers::{AutoSubmitted, OneClick, Unsubscribe};
use super::outbox::{Found, Kept};
use super::{Mail, Server};
use crate::engine::TeamError;

/// How often the job looks when nothing wakes it.
const BEAT: Duration = Duration::from_secs(30);
/// Seconds until each next try; after the last one a letter is given up.
const PAUSES: [u64; 6] = [60, 300, 1_800, 7_200, 43_200, 86_400];
/// Most characters of what a mail server says.
const REASON: usize = 300;

impl Mail {
    /// Hands letters in until the server drains.
    pub async fn run(&self, mut draining: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "the outbox could not be worked on; it is tried again");
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(BEAT) => {}
                _ = draining.wait_for(|draining| *draining) => return,
            }
        }
    }

    /// Hands in what is due, once.
    ///
    /// # Errors
    /// The store could not be read or written; nothing is lost.
    pub async fn round(&self) -> Result<(), TeamError> {
        let letters = self.letters()?;
        self.tidy(&letters).await?;
        let Some(server) = &self.server else { return Ok(()) };
        let now = self.clock.now();
        let due = letters.iter().filter(|it| it.kept.state == LetterState::Waiting && it.kept.next <= now);
        for letter in due {
            let Some(tried) = self.tried(letter).await? else { continue };
            let after = match server.hand_in(&tried, self.engine.base()).await {
                // What it said may hold a link that works once.
                Ok(()) if tried.kept.fleeting => {
                    unless_gone(self.engine.change_team(tried.gone()).await)?;
                    continue;
                }
                Ok(()) => Kept { state: LetterState::Sent, text: None, reason: None, ..tried.kept.clone() },
                Err(refused) => failed(&tried.kept, refused),
            };
            unless_gone(self.engine.change_team(tried.changed(&after)).await)?;
        }
        Ok(())
    }

    /// The letter with its try written down, before it is handed in: a store that takes no more lets none go out twice.
    /// None where it was thrown away meanwhile, or is of no use any more.
    async fn tried(&self, letter: &Found) -> Result<Option<Found>, TeamError> {
        let (kept, now) = (&letter.kept, self.clock.now());
        if kept.until.is_some_and(|until| until <= now) {
            let reason = Some("what it tells of is over".to_owned());
            let over = Kept { state: LetterState::Failed, text: None, reason, ..kept.clone() };
            unless_gone(self.engine.change_team(letter.changed(&over)).await)?;
            return Ok(None);
        }
        let pause = PAUSES.get(usize::try_from(kept.tries).unwrap_or(usize::MAX)).copied();
        let next = now.plus(pause.unwrap_or_default());
        let tried = Kept { tries: kept.tries + 1, next, ..kept.clone() };
        let version = unless_gone(self.engine.change_team(letter.changed(&tried)).await)?;
        Ok(version.map(|version| letter.with(version, tried)))
    }
}

/// The letter after a try that failed.
fn failed(kept: &Kept, refused: Refused) -> Kept {
    let last = usize::try_from(kept.tries).is_ok_and(|tries| tries > PAUSES.len());
    let given_up = refused.for_good || last;
    // Without the address: a log is read by more people than the outbox.
    tracing::warn!(tries = kept.tries, given_up, "a letter was not taken");
    let state = if given_up { LetterState::Failed } else { LetterState::Waiting };
    Kept { state, reason: Some(refused.reason), ..kept.clone() }
}

/// A letter that was thrown away meanwhile is no error.
fn unless_gone(changed: Result<u64, TeamError>) -> Result<Option<u64>, TeamError> {
    match changed {
        Ok(version) => Ok(Some(version)),
        Err(TeamError::Changed) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why a letter was not taken.
struct Refused {
    reason: String,
    /// Trying again is of no use.
    for_good: bool,
}

impl Server {
    async fn hand_in(&self, letter: &Found, host: &str) -> Result<(), Refused> {
        let for_good = |error: &dyn std::fmt::Display| Refused { reason: error.to_string(), for_good: true };
        let kept = &letter.kept;
        let to = kept.to.parse().map_err(|error: lettre::address::AddressError| for_good(&error))?;
        let host = host.split(':').next().unwrap_or(host);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(kept.subject.clone())
            .message_id(Some(format!("<{}@{host}>", letter.id.to_hex())))
            .header(ContentType::TEXT_PLAIN)
            .header(AutoSubmitted);
        let message = match &kept.stop {
            Some(stop) => message.header(Unsubscribe(format!("<{stop}>"))).header(OneClick),
            None => message,
        };
        let message =
            message.body(kept.text.clone().unwrap_or_default()).map_err(|error| for_good(&error))?;
        self.transport.send(message).await.map(drop).map_err(|error| {
            let reason = error.to_string().chars().take(REASON).collect();
            // 530 to 538: our name or password is not right, which is no fault of the letter.
            let ours = error.status().is_some_and(|code| code.to_string().starts_with("53"));
            Refused { reason, for_good: error.is_permanent() && !ours }
        })
    }
}
