//! Which rules go into leaf 0? From here on they never move.

use fanfare_shared::campaign::{Activity, Openings, Results};
use fanfare_shared::contest::{AMOE, Contest, ENTRY};
use fanfare_shared::draw::rounds::QUICKNET;
use fanfare_shared::ids::Slug;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{
    Beacon, BeaconKind, ContestRules, EntryReason, KindRules, OpenPolicy, PollRules, Prize, ResultsPolicy,
};

use super::Desk;
use crate::engine::{Resolved, ResolvedContest};

/// What only one kind of activity has in its rules: its own lines, and the reasons that staff may void and skip for. What
/// staff may ever void an act for has to be said before the first one.
pub(super) struct OwnRules {
    pub(super) kind: KindRules,
    pub(super) void_reasons: Vec<Slug>,
    pub(super) skip_reasons: Vec<Slug>,
}

/// The rules of an activity's kind; `prizes` are the hashes of its prizes' texts.
pub(super) fn rules(desk: &Desk, activity: &Activity, resolved: &Resolved, prizes: &[Hash]) -> OwnRules {
    match activity.contest.as_ref().zip(resolved.contest) {
        None => OwnRules {
            kind: KindRules::Poll(poll(activity)),
            void_reasons: codes(&["duplicate", "fraud", "test"]),
            skip_reasons: Vec::new(),
        },
        Some((described, times)) => OwnRules {
            kind: KindRules::Contest(contest(desk, described, times, prizes)),
            void_reasons: codes(&["duplicate", "fraud", "ineligible", "staff", "test", "unconfirmed"]),
            skip_reasons: codes(&["ineligible", "no-answer", "refused"]),
        },
    }
}

fn poll(activity: &Activity) -> PollRules {
    let open = match activity.openings {
        Openings::Close => OpenPolicy::Close,
        Openings::Never => OpenPolicy::Never,
    };
    let results = match activity.results {
        Results::Always => ResultsPolicy::Always,
        Results::Voted => ResultsPolicy::Voted,
        Results::Close => ResultsPolicy::Close,
        Results::Staff => ResultsPolicy::Staff,
    };
    PollRules { open, results }
}

fn contest(desk: &Desk, contest: &Contest, times: ResolvedContest, prizes: &[Hash]) -> ContestRules {
    let ResolvedContest { draw, round, respond } = times;
    let key = match contest.beacon {
        BeaconKind::Drand => QUICKNET.to_owned(),
        BeaconKind::Demo => desk.keys.demonstration().beacon().to_string(),
    };
    let texts = contest.prizes.iter().zip(prizes).zip(1..);
    let prizes = texts.map(|((prize, text), number)| Prize { number, count: prize.count, text: *text });
    let first =
        |code: &str| code.parse().ok().map(|code| EntryReason { code, tickets: contest.tickets, most: 1 });
    let bonuses = contest.bonuses.iter().map(|bonus| EntryReason {
        code: bonus.code.clone(),
        tickets: bonus.tickets,
        most: bonus.most,
    });
    ContestRules {
        draw,
        beacon: Beacon { kind: contest.beacon, key, round },
        prizes: prizes.collect(),
        reserves: contest.reserves,
        reasons: [ENTRY, AMOE].into_iter().filter_map(first).chain(bonuses).collect(),
        per_holder_max: contest.per_holder_max(),
        respond,
    }
}

fn codes(codes: &[&str]) -> Vec<Slug> {
    codes.iter().filter_map(|code| code.parse().ok()).collect()
}
