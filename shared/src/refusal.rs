//! Why an act is not accepted: small, named, free of HTTP.

use crate::ids::Slug;
use crate::questions::AnswerRefusal;
use crate::time::Timestamp;

/// A named refusal. Nothing was counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The activity opens later.
    #[error("this activity is not open yet")]
    NotOpenYet {
        /// When it opens.
        opens: Timestamp,
    },
    /// The activity takes no more acts.
    #[error("this activity is closed")]
    Closed,
    /// One or more answers break a rule.
    #[error("some answers are not accepted")]
    Answers(Vec<(Slug, AnswerRefusal)>),
    /// Answers to questions that the activity does not have.
    #[error("there is no question `{0}`")]
    UnknownQuestion(String),
    /// The idempotency key was used with another body.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// A change or withdrawal whose `unlock` is missing or does not open the last lock.
    #[error("`unlock` does not open the lock of the last answer")]
    WrongUnlock,
    /// A lock that already stands in this log.
    #[error("this lock was used before")]
    LockUsed,
    /// The participant is in this contest already.
    #[error("you take part in this contest already")]
    AlreadyEntered,
    /// An act of another kind of activity.
    #[error("this activity takes no such act")]
    OtherKind,
    /// The participant has no answer here to withdraw.
    #[error("there is no answer to withdraw")]
    NothingToWithdraw,
}
