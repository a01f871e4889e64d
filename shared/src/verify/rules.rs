//! Leaf 0: do the rules agree with themselves, and is the beacon's round the one of the draw time?

use std::collections::BTreeSet;

use super::refusal::{Checked, refuse};
use super::step::Step;
use crate::draw::rounds::{QUICKNET, after_close, round_of};
use crate::ids::ActivityId;
use crate::log::leaf::{BeaconKind, Code, ContestRules, KindRules, Rules};
use crate::time::Timestamp;

/// Most tickets of one leaf.
const TICKETS_MAX: u64 = 1 << 20;

/// Whether these rules can open the log of this activity.
///
/// # Errors
/// The first thing wrong, as step `rules` or `round`.
pub fn check(activity: &ActivityId, rules: &Rules) -> Checked {
    if rules.log.activity != *activity {
        return refuse(Step::Rules, "the log is another activity's");
    }
    if rules.registry.host != rules.log.host {
        return refuse(Step::Rules, "the registry is on another host");
    }
    let open_ended = rules.window.closes == Timestamp(0);
    if !open_ended && rules.window.opens >= rules.window.closes {
        return refuse(Step::Rules, "it closes before it opens");
    }
    if !unique(&rules.void_reasons) || !unique(&rules.skip_reasons) {
        return refuse(Step::Rules, "a code stands twice in a list");
    }
    match &rules.kind {
        KindRules::Contest(_) if open_ended => refuse(Step::Rules, "a contest has an end"),
        KindRules::Contest(contest) => {
            check_contest(contest)?;
            check_round(contest, rules.window.closes)
        }
        KindRules::Poll(_) | KindRules::Board => Ok(()),
    }
}

fn check_contest(contest: &ContestRules) -> Checked {
    let firsts = match contest.reasons.as_slice() {
        [entry, amoe, ..] if entry.code.as_str() == "entry" && amoe.code.as_str() == "amoe" => (entry, amoe),
        _ => return refuse(Step::Rules, "`entry` and `amoe` come first"),
    };
    let (entry, amoe) = firsts;
    if entry.tickets != amoe.tickets || entry.most != 1 || amoe.most != 1 {
        return refuse(Step::Rules, "`entry` and `amoe` have equal tickets and most 1");
    }
    if contest.reasons.iter().any(|reason| reason.tickets > TICKETS_MAX) {
        return refuse(Step::Rules, "at most 2^20 tickets for a leaf");
    }
    if !unique(contest.reasons.iter().map(|reason| &reason.code)) {
        return refuse(Step::Rules, "a code stands twice in a list");
    }
    if contest.respond == 0 {
        return refuse(Step::Rules, "winners have no time to answer");
    }
    if !contest.prizes.iter().zip(1..).all(|(prize, number)| prize.number == number) {
        return refuse(Step::Rules, "prizes are numbered 1, 2, …");
    }
    Ok(())
}

fn check_round(contest: &ContestRules, closes: Timestamp) -> Checked {
    match contest.beacon.kind {
        BeaconKind::Drand if contest.beacon.key != QUICKNET => {
            return refuse(Step::Round, "not drand quicknet");
        }
        BeaconKind::Demo if contest.beacon.key.len() != 192 => {
            return refuse(Step::Round, "a demonstration names a public key");
        }
        BeaconKind::Drand | BeaconKind::Demo => {}
    }
    if contest.draw < closes.plus(after_close(contest.beacon.kind)) {
        return refuse(Step::Round, "the draw follows the close too soon");
    }
    if round_of(contest.draw) != Some(contest.beacon.round) {
        return refuse(Step::Round, "not the round of the draw time");
    }
    Ok(())
}

fn unique<'a>(codes: impl IntoIterator<Item = &'a Code>) -> bool {
    let mut seen = BTreeSet::new();
    codes.into_iter().all(|code| seen.insert(code))
}
