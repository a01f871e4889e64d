//! Leaf 0, which nothing can move, and `amend`.

use data_encoding::HEXLOWER;

use super::{Code, LeafError};
use crate::log::hash::Hash;
use crate::log::lines::{Lines, Value as _, Writer, words};
use crate::log::origin::{LogOrigin, RegistryOrigin};
use crate::time::{Timestamp, Window};

words!(
    /// What an activity is.
    Kind, "`poll`, `contest` or `board`", {
        /// Ballots.
        Poll = "poll",
        /// Entries and a draw.
        Contest = "contest",
        /// Ideas, comments and support.
        Board = "board",
    }
);
words!(
    /// When a poll's ballots are opened.
    OpenPolicy, "`close`, `live` or `never`", {
        /// After the seal.
        Close = "close",
        /// While it runs.
        Live = "live",
        /// Never: the tally is the organiser's word.
        Never = "never",
    }
);
words!(
    /// Who sees a poll's results, and when.
    ResultsPolicy, "`always`, `voted`, `close` or `staff`", {
        /// Everyone, while it runs.
        Always = "always",
        /// Those who voted.
        Voted = "voted",
        /// Everyone, once it is closed.
        Close = "close",
        /// The brand's team.
        Staff = "staff",
    }
);
words!(
    /// Which beacon the draw waits for.
    BeaconKind, "`drand` or `demo`", {
        /// drand quicknet.
        Drand = "drand",
        /// A key of one's own, for demonstrations.
        Demo = "demo",
    }
);

/// The rules of an activity: leaf 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// This log.
    pub log: LogOrigin,
    /// The only registry that counts for it.
    pub registry: RegistryOrigin,
    /// When acts are taken.
    pub window: Window,
    /// The definition document.
    pub definition: Hash,
    /// The terms.
    pub terms: Hash,
    /// The lines of one kind.
    pub kind: KindRules,
    /// Codes for which staff may void an act.
    pub void_reasons: Vec<Code>,
    /// Codes for which a winner may be skipped.
    pub skip_reasons: Vec<Code>,
    /// The witness policy, if there is one.
    pub witness_policy: Option<Hash>,
}

/// The lines of one kind of activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindRules {
    /// Of a poll.
    Poll(PollRules),
    /// Of a contest.
    Contest(ContestRules),
    /// A board has none.
    Board,
}

/// A poll's own rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollRules {
    /// When ballots are opened.
    pub open: OpenPolicy,
    /// Who sees results.
    pub results: ResultsPolicy,
}

/// A contest's own rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestRules {
    /// The draw time; the only time that need not be a whole minute.
    pub draw: Timestamp,
    /// The beacon's round.
    pub beacon: Beacon,
    /// Prizes with their numbers as written.
    pub prizes: Vec<Prize>,
    /// How many more holders are drawn.
    pub reserves: u64,
    /// What gives tickets.
    pub reasons: Vec<EntryReason>,
    /// Most tickets of one holder.
    pub per_holder_max: u64,
    /// Seconds a winner has to answer.
    pub respond: u64,
}

/// A round of a beacon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beacon {
    /// Which.
    pub kind: BeaconKind,
    /// Lower-case hex: the chain hash (64 digits) or the demonstration's public key (192 digits).
    pub key: String,
    /// The round.
    pub round: u64,
}

/// A prize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prize {
    /// Its number, counted from 1.
    pub number: u64,
    /// How often it is given.
    pub count: u64,
    /// Hash of its text.
    pub text: Hash,
}

/// What gives tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryReason {
    /// The code; `entry` and `amoe` come first.
    pub code: Code,
    /// Tickets for one leaf.
    pub tickets: u64,
    /// Most leaves of one holder.
    pub most: u64,
}

/// A change of documents before it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amend {
    /// The new definition document.
    pub definition: Hash,
    /// The new terms.
    pub terms: Hash,
    /// Why.
    pub reason: Code,
}

impl Rules {
    /// Which kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.kind {
            KindRules::Poll(_) => Kind::Poll,
            KindRules::Contest(_) => Kind::Contest,
            KindRules::Board => Kind::Board,
        }
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let log = lines.take("log")?;
        let registry = lines.take("registry")?;
        let kind = lines.take("kind")?;
        let window = Window { opens: lines.take("opens")?, closes: lines.take("closes")? };
        let definition = lines.take("definition")?;
        let terms = lines.take("terms")?;
        let kind = match kind {
            Kind::Poll => {
                KindRules::Poll(PollRules { open: lines.take("open")?, results: lines.take("results")? })
            }
            Kind::Contest => KindRules::Contest(ContestRules::read(lines)?),
            Kind::Board => KindRules::Board,
        };
        let void_reasons = codes(lines, "void-reason")?;
        let skip_reasons = codes(lines, "skip-reason")?;
        let witness_policy = match lines.text("witness-policy")? {
            "none" => None,
            hash => Some(lines.value(hash)?),
        };
        Ok(Self {
            log,
            registry,
            window,
            definition,
            terms,
            kind,
            void_reasons,
            skip_reasons,
            witness_policy,
        })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        let mut to = to
            .line("log", &self.log)
            .line("registry", &self.registry)
            .line("kind", &self.kind())
            .line("opens", &self.window.opens)
            .line("closes", &self.window.closes)
            .line("definition", &self.definition)
            .line("terms", &self.terms);
        to = match &self.kind {
            KindRules::Poll(poll) => to.line("open", &poll.open).line("results", &poll.results),
            KindRules::Contest(contest) => contest.write(to),
            KindRules::Board => to,
        };
        for code in &self.void_reasons {
            to = to.line("void-reason", code);
        }
        for code in &self.skip_reasons {
            to = to.line("skip-reason", code);
        }
        let policy = self.witness_policy.map_or_else(|| "none".to_owned(), |hash| hash.to_hex());
        to.words("witness-policy", &[policy])
    }
}

impl ContestRules {
    fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        let [draw, kind, key, round] = lines.words("draw")?;
        let beacon = Beacon {
            kind: lines.value(kind)?,
            key: beacon_key(key).ok_or(lines.error("64 or 192 lower-case hex digits"))?,
            round: lines.value(round)?,
        };
        let draw = Timestamp(lines.value(draw)?);
        let mut prizes = Vec::new();
        while lines.at("prize") {
            let [number, count, text] = lines.words("prize")?;
            let number = lines.value(number)?;
            prizes.push(Prize { number, count: lines.positive(count)?, text: lines.value(text)? });
        }
        let reserves = lines.take("reserves")?;
        let mut reasons = Vec::new();
        while lines.at("reason") {
            let [code, tickets, most] = lines.words("reason")?;
            let (tickets, most) = (lines.positive(tickets)?, lines.positive(most)?);
            reasons.push(EntryReason { code: lines.value(code)?, tickets, most });
        }
        let per_holder_max = lines.take("per-holder-max")?;
        let respond = lines.take("respond")?;
        Ok(Self { draw, beacon, prizes, reserves, reasons, per_holder_max, respond })
    }

    fn write(&self, to: Writer) -> Writer {
        let Beacon { kind, key, round } = &self.beacon;
        let mut to = to.words("draw", &[self.draw.write(), kind.write(), key.clone(), round.write()]);
        for Prize { number, count, text } in &self.prizes {
            to = to.words("prize", &[number.write(), count.write(), text.write()]);
        }
        to = to.line("reserves", &self.reserves);
        for EntryReason { code, tickets, most } in &self.reasons {
            to = to.words("reason", &[code.write(), tickets.write(), most.write()]);
        }
        to.line("per-holder-max", &self.per_holder_max).line("respond", &self.respond)
    }
}

impl Amend {
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            definition: lines.take("definition")?,
            terms: lines.take("terms")?,
            reason: lines.take("reason")?,
        })
    }

    pub(super) fn write(&self, to: Writer) -> Writer {
        to.line("definition", &self.definition).line("terms", &self.terms).line("reason", &self.reason)
    }
}

fn codes(lines: &mut Lines<'_>, key: &str) -> Result<Vec<Code>, LeafError> {
    let mut codes = Vec::new();
    while let Some(code) = lines.optional(key)? {
        codes.push(code);
    }
    Ok(codes)
}

fn beacon_key(text: &str) -> Option<String> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
    if bytes.len() == 32 || bytes.len() == 96 { Some(text.to_owned()) } else { None }
}
