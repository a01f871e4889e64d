//! A leaf of an activity's log: its exact bytes, and what they say.
//!
//! `decode` accepts one spelling of each leaf and `encode` writes it, so `encode(decode(b)) == b`. Whether a
//! well-formed leaf may stand where it stands is not decided here but by `verify`.

mod board;
mod contest;
mod poll;
mod registry;
mod rules;
mod staff;

pub use board::{Edit, Post, Support, SupportState};
pub use contest::{Delivered, DrawResult, Entry, Outcome, Skip};
pub use poll::{Ballot, Opening};
pub use registry::{REGISTRY_LEAF_BYTES, RegistryBody, RegistryLeaf};
pub use rules::{
    Amend, Beacon, BeaconKind, ContestRules, EntryReason, Kind, KindRules, OpenPolicy, PollRules, Prize,
    ResultsPolicy, Rules,
};
pub use staff::{Decision, Merge, Moderation, Phase};

use super::hash::Hash;
use super::lines::{GrammarError, Lines, Writer, words};
use crate::ids::{ActivityId, HolderTag, Lock, LockKey, Slug};
use crate::time::Timestamp;

/// Bytes of a leaf, other than `rules`.
pub const LEAF_BYTES: usize = 2 * 1024;
/// Bytes of a `rules` leaf.
pub const RULES_BYTES: usize = 32 * 1024;

/// A free code: a reason, role, status, or a subject's id.
pub type Code = Slug;

/// Why bytes are no leaf.
pub type LeafError = GrammarError;

/// One leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The activity whose log it is in.
    pub activity: ActivityId,
    /// When it was appended, to the minute.
    pub at: Timestamp,
    /// What it says.
    pub body: Body,
}

/// What a leaf says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each variant is the leaf type of that name in the table of PROTOCOL.md, section 3"
)]
pub enum Body {
    Rules(Box<Rules>),
    Amend(Amend),
    Entry(Entry),
    Ballot(Ballot),
    Idea(Post),
    Edit(Edit),
    Comment(Post),
    Support(Support),
    Hide(Moderation),
    Show(Moderation),
    Decision(Decision),
    Merge(Merge),
    Unmerge(Merge),
    Phase(Phase),
    Withdraw(Withdraw),
    Void(Void),
    Seal(Seal),
    Result(DrawResult),
    Skip(Skip),
    Opening(Opening),
    Tally(Hash),
    Delivered(Delivered),
}

words!(
    /// Who holds the key of a lock.
    Custody, "`client` or `server`", {
        /// The participant's client.
        Client = "client",
        /// The server, for somebody without JavaScript, a postal entry or an import.
        Server = "server",
    }
);

/// Whose act a leaf is, and the lock that only its holder can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The holder's tag in this activity.
    pub holder: HolderTag,
    /// The key of the holder's previous lock, where this leaf replaces or changes something.
    pub unlock: Option<LockKey>,
    /// The lock that the holder's next change opens.
    pub lock: Lock,
    /// Who holds its key.
    pub custody: Custody,
}

/// Voids all leaves of a holder, by the holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// Whose.
    pub holder: HolderTag,
    /// The key of the holder's last lock.
    pub unlock: LockKey,
}

/// Voids one act, by staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// The act's index.
    pub target: u64,
    /// One of the rules' `void-reason` codes.
    pub reason: Code,
}

/// The end: what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// Of a poll or a board.
    Acts {
        /// Acts, void ones too.
        acts: u64,
        /// Tags.
        holders: u64,
        /// Void acts.
        void: u64,
    },
    /// Of a contest.
    Entries {
        /// Entry leaves, void ones too.
        entries: u64,
        /// Tags.
        holders: u64,
        /// Tickets, void ones too.
        tickets: u64,
        /// Tickets of void leaves.
        void: u64,
    },
}

impl Leaf {
    /// The leaf's only bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let head = Writer::new(&format!("fanfare-log/v1 {}", self.body.name()))
            .line("activity", &self.activity)
            .line("at", &self.at);
        self.body.write(head).finish().into_bytes()
    }

    /// What these bytes say.
    ///
    /// # Errors
    /// They are not, byte for byte, a leaf of the grammar.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        let mut lines = Lines::new(bytes, RULES_BYTES)?;
        let kind = lines.text("fanfare-log/v1")?;
        if kind != "rules" && bytes.len() > LEAF_BYTES {
            return Err(lines.error("longer than 2 KiB"));
        }
        let activity = lines.take("activity")?;
        let at = lines.take("at")?;
        let body = Body::read(kind, &mut lines)?;
        lines.end()?;
        Ok(Self { activity, at, body })
    }

    /// `H(00 || bytes)`.
    #[must_use]
    pub fn hash(&self) -> Hash {
        super::merkle::leaf_hash(&self.encode())
    }
}

impl Body {
    /// The word of the first line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Rules(_) => "rules",
            Self::Amend(_) => "amend",
            Self::Entry(_) => "entry",
            Self::Ballot(_) => "ballot",
            Self::Idea(_) => "idea",
            Self::Edit(_) => "edit",
            Self::Comment(_) => "comment",
            Self::Support(_) => "support",
            Self::Hide(_) => "hide",
            Self::Show(_) => "show",
            Self::Decision(_) => "decision",
            Self::Merge(_) => "merge",
            Self::Unmerge(_) => "unmerge",
            Self::Phase(_) => "phase",
            Self::Withdraw(_) => "withdraw",
            Self::Void(_) => "void",
            Self::Seal(_) => "seal",
            Self::Result(_) => "result",
            Self::Skip(_) => "skip",
            Self::Opening(_) => "opening",
            Self::Tally(_) => "tally",
            Self::Delivered(_) => "delivered",
        }
    }

    /// The holder and the lock, where the leaf is an act.
    #[must_use]
    pub const fn held(&self) -> Option<&Held> {
        match self {
            Self::Entry(entry) => Some(&entry.held),
            Self::Ballot(ballot) => Some(&ballot.held),
            Self::Idea(post) | Self::Comment(post) => Some(&post.held),
            Self::Edit(edit) => Some(&edit.held),
            Self::Support(support) => Some(&support.held),
            Self::Rules(_)
            | Self::Amend(_)
            | Self::Hide(_)
            | Self::Show(_)
            | Self::Decision(_)
            | Self::Merge(_)
            | Self::Unmerge(_)
            | Self::Phase(_)
            | Self::Withdraw(_)
            | Self::Void(_)
            | Self::Seal(_)
            | Self::Result(_)
            | Self::Skip(_)
            | Self::Opening(_)
            | Self::Tally(_)
            | Self::Delivered(_) => None,
        }
    }

    fn read(kind: &str, lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(match kind {
            "rules" => Self::Rules(Box::new(Rules::read(lines)?)),
            "amend" => Self::Amend(Amend::read(lines)?),
            "entry" => Self::Entry(Entry::read(lines)?),
            "ballot" => Self::Ballot(Ballot::read(lines)?),
            "idea" => Self::Idea(Post::read(lines)?),
            "edit" => Self::Edit(Edit::read(lines)?),
            "comment" => Self::Comment(Post::read(lines)?),
            "support" => Self::Support(Support::read(lines)?),
            "hide" => Self::Hide(Moderation::read(lines)?),
            "show" => Self::Show(Moderation::read(lines)?),
            "decision" => Self::Decision(Decision::read(lines)?),
            "merge" => Self::Merge(Merge::read(lines)?),
            "unmerge" => Self::Unmerge(Merge::read(lines)?),
            "phase" => Self::Phase(Phase::read(lines)?),
            "withdraw" => Self::Withdraw(Withdraw::read(lines)?),
            "void" => Self::Void(Void::read(lines)?),
            "seal" => Self::Seal(Seal::read(lines)?),
            "result" => Self::Result(DrawResult::read(lines)?),
            "skip" => Self::Skip(Skip::read(lines)?),
            "opening" => Self::Opening(Opening::read(lines)?),
            "tally" => Self::Tally(lines.take("tally")?),
            "delivered" => Self::Delivered(Delivered::read(lines)?),
            _ => return Err(lines.error("unknown type")),
        })
    }

    fn write(&self, to: Writer) -> Writer {
        match self {
            Self::Rules(rules) => rules.write(to),
            Self::Amend(amend) => amend.write(to),
            Self::Entry(entry) => entry.write(to),
            Self::Ballot(ballot) => ballot.write(to),
            Self::Idea(post) | Self::Comment(post) => post.write(to),
            Self::Edit(edit) => edit.write(to),
            Self::Support(support) => support.write(to),
            Self::Hide(moderation) | Self::Show(moderation) => moderation.write(to),
            Self::Decision(decision) => decision.write(to),
            Self::Merge(merge) | Self::Unmerge(merge) => merge.write(to),
            Self::Phase(phase) => phase.write(to),
            Self::Withdraw(withdraw) => withdraw.write(to),
            Self::Void(void) => void.write(to),
            Self::Seal(seal) => seal.write(to),
            Self::Result(result) => result.write(to),
            Self::Skip(skip) => skip.write(to),
            Self::Opening(opening) => opening.write(to),
            Self::Tally(tally) => to.line("tally", tally),
            Self::Delivered(delivered) => delivered.write(to),
        }
    }
}

impl Held {
    /// `lock` and `custody`, after the lines that differ between types.
    fn read_lock(
        lines: &mut Lines<'_>,
        holder: HolderTag,
        unlock: Option<LockKey>,
    ) -> Result<Self, LeafError> {
        Ok(Self { holder, unlock, lock: lines.take("lock")?, custody: lines.take("custody")? })
    }

    fn write_lock(&self, to: Writer) -> Writer {
        to.optional("unlock", self.unlock.as_ref()).line("lock", &self.lock).line("custody", &self.custody)
    }
}

impl Withdraw {
    fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { holder: lines.take("holder")?, unlock: lines.take("unlock")? })
    }

    fn write(&self, to: Writer) -> Writer {
        to.line("holder", &self.holder).line("unlock", &self.unlock)
    }
}

impl Void {
    fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self { target: lines.take("target")?, reason: lines.take("reason")? })
    }

    fn write(&self, to: Writer) -> Writer {
        to.line("target", &self.target).line("reason", &self.reason)
    }
}

impl Seal {
    fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        if let Some(acts) = lines.optional("acts")? {
            return Ok(Self::Acts { acts, holders: lines.take("holders")?, void: lines.take("void")? });
        }
        Ok(Self::Entries {
            entries: lines.take("entries")?,
            holders: lines.take("holders")?,
            tickets: lines.take("tickets")?,
            void: lines.take("void")?,
        })
    }

    fn write(&self, to: Writer) -> Writer {
        match self {
            Self::Acts { acts, holders, void } => {
                to.line("acts", acts).line("holders", holders).line("void", void)
            }
            Self::Entries { entries, holders, tickets, void } => {
                let to = to.line("entries", entries).line("holders", holders);
                to.line("tickets", tickets).line("void", void)
            }
        }
    }
}
