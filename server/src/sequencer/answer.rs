//! Who hears what became of a message? Everybody of a group, once. Where the commit failed, nobody is told success.

use super::{Answer, Message};
use crate::engine::{ApplyError, SubmitError, TeamError};
use crate::store::CommitError;

/// The two outcomes of a failed commit, in the words of each kind of asker.
trait FromCommit {
    fn not_committed(reason: String) -> Self;
    fn unknown(reason: String) -> Self;
}

macro_rules! from_commit {
    ($($error:ident),*) => {$(
        impl FromCommit for $error {
            fn not_committed(reason: String) -> Self {
                Self::NotCommitted(reason)
            }

            fn unknown(reason: String) -> Self {
                Self::Unknown(reason)
            }
        }
    )*};
}

from_commit!(SubmitError, ApplyError, TeamError);

fn failure<E: FromCommit>(error: &CommitError) -> E {
    match error.clone() {
        CommitError::NotCommitted(reason) | CommitError::Unreadable(reason) => E::not_committed(reason),
        CommitError::Unknown(reason) => E::unknown(reason),
    }
}

/// Answers everybody of a group.
pub(super) fn answer(group: Vec<Message>, answers: Vec<Answer>, failed: Option<&CommitError>) {
    // Whoever no longer listens has given up waiting; the outcome stands all the same.
    let mut answers = answers.into_iter();
    for message in group {
        match (message, answers.next(), failed) {
            (Message::Act(_, to), Some(Answer::Act(result)), None) => drop(to.send(result)),
            (Message::Act(_, to), _, Some(error)) => drop(to.send(Err(failure(error)))),
            (Message::Apply(_, to), Some(Answer::Apply(result)), None) => drop(to.send(result)),
            (Message::Apply(_, to), _, Some(error)) => drop(to.send(Err(failure(error)))),
            (Message::Team(_, to), Some(Answer::Team(result)), None) => drop(to.send(result)),
            (Message::Team(_, to), _, Some(error)) => drop(to.send(Err(failure(error)))),
            (Message::Erase(_, to) | Message::Drawn(_, to), Some(Answer::Written), None) => {
                drop(to.send(Ok(())));
            }
            (Message::Erase(_, to) | Message::Drawn(_, to), _, Some(error)) => {
                drop(to.send(Err(failure(error))));
            }
            (
                Message::Act(..)
                | Message::Apply(..)
                | Message::Team(..)
                | Message::Erase(..)
                | Message::Publish(_)
                | Message::Drawn(..)
                | Message::Count(_)
                | Message::Tick
                | Message::Stop,
                _,
                _,
            ) => {}
        }
    }
}
