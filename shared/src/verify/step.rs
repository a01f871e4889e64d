//! The verifier's questions by name, and how one can end.

use std::fmt;

/// The steps with their published names and what each one asks, in the order they are printed.
macro_rules! steps {
    ($($variant:ident = $name:literal, $asks:literal;)+) => {
        /// One question the verifier asks. The names are those of the tamper catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Step { $(#[doc = $asks] $variant),+ }

        impl Step {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The published name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What the step asks, in words.
            #[must_use]
            pub const fn asks(self) -> &'static str {
                match self { $(Self::$variant => $asks),+ }
            }
        }
    };
}

steps! {
    Format = "format", "Is it a document of a known version?";
    LogSignature = "log-signature", "Are the log's checkpoints signed by its key?";
    LogRoot = "log-root", "Do the leaves hash to the signed roots?";
    RegistrySignature = "registry-signature", "Are the registry's checkpoints signed by the same key?";
    RegistryRoot = "registry-root", "Do the registry's leaves hash to the signed roots?";
    Grammar = "grammar", "Is every leaf one of the grammar?";
    Place = "place", "Does every leaf stand where its type may stand?";
    Rules = "rules", "Do the rules agree with themselves?";
    Round = "round", "Is the beacon's round the one of the draw time?";
    Times = "times", "Are all acts inside the window, and does time never go back?";
    Amend = "amend", "Were documents changed only while nothing hung on them?";
    Holders = "holders", "Has every tag one person's acts, in order?";
    Locks = "locks", "Was every change made by the one who held the key?";
    Tickets = "tickets", "Are tickets without a gap, with the weights and limits of the rules?";
    Voids = "voids", "Was every act voided for a reason of the rules, once?";
    Board = "board", "Do ideas, edits, merges and phases name what exists?";
    Seal = "seal", "Does the seal count what stands before it?";
    Registry = "registry", "Does the registry open and seal exactly this log?";
    RegistryUnique = "registry-unique", "Is this the only seal, in a registry read to its end?";
    Documents = "documents", "Is every document there, with the bytes its hash names?";
    Openings = "openings", "Does every counted ballot open to the answer shown?";
    Tally = "tally", "Is the published tally the one that the ballots give?";
    AfterSeal = "after-seal", "Did nothing follow the seal that may not?";
    Beacon = "beacon", "Is the round's signature the beacon's?";
    Draw = "draw", "Do transcript, seed and every call give these winners?";
    Result = "result", "Is the published result the one that was drawn?";
    Skips = "skips", "Were winners skipped only as the rules allow?";
    Witness = "witness", "Did the witnesses of the policy see the seal in time?";
    Receipts = "receipts", "Does every receipt fit this log?";
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a step ended, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It holds.
    Ok,
    /// The result stands, and somebody did what they must not.
    Misconduct,
    /// A piece is missing.
    NotVerified,
    /// It does not hold.
    Fail,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Misconduct => "misconduct",
            Self::NotVerified => "not verified",
            Self::Fail => "fail",
        })
    }
}
