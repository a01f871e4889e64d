//! The draw of a contest: beacon, transcript, winners, published result, skips.
//!
//! What was published about the result is compared and never believed: the winners follow from the seal and the beacon
//! alone, so a wrong result is misconduct and changes nothing.

use super::Trust;
use super::bundle::ReadLog;
use super::contest::ContestState;
use super::drawn::{Drawn, TimeGrade};
use super::report::Report;
use super::step::Step;
use crate::draw::beacon::{Beacon, Signature};
use crate::draw::seal_code::SealCode;
use crate::draw::skips::Standing;
use crate::draw::slots::Slots;
use crate::draw::transcript::Transcript;
use crate::log::bundle::BundleBeacon;
use crate::log::lines::Bytes32;
use crate::log::merkle;

/// What a contest's result hangs on besides its log.
pub(super) const STEPS: [Step; 4] = [Step::Beacon, Step::Draw, Step::Result, Step::Skips];

/// Draws, and compares with what was published.
pub(super) fn check(
    log: &ReadLog,
    beacon: Option<&BundleBeacon>,
    witnessed: bool,
    trust: &Trust,
    report: &mut Report,
) -> Option<Drawn> {
    let contest = log.state.contest()?;
    let signature = value(contest, beacon, report)?;
    let (rules, contest_id) = (log.state.rules()?, log.state.activity()?);
    let Some(size) = log.state.sealed().map(|index| index + 1) else {
        report.missing(Step::Draw, "not sealed yet");
        return None;
    };
    let Ok(root) = merkle::root(&log.tree.reader(), size) else {
        report.missing(Step::Draw, "no root of the sealed list");
        return None;
    };
    let seal_code = SealCode::of(&root);
    let time = time(seal_code, witnessed, trust, report);
    let tickets = contest.stubs(&|index| log.state.is_void(index));
    let transcript = Transcript {
        log: &rules.log,
        contest: contest_id,
        rules: log.state.rules_hash()?,
        size,
        root,
        tickets: tickets.total(),
        beacon: &contest.rules().beacon,
        signature: &signature,
    };
    let (seed, selection, slots) = transcript.draw(&tickets, contest.rules());
    report.ok(Step::Draw);
    let standing = follow(contest, &slots, report);
    compare(contest, &seed, &slots, report);
    if log.registry.result.is_some_and(|hash| hash != slots.hash()) {
        report.misconduct(Step::Result, "the registry publishes other winners");
    }
    Some(Drawn {
        source: contest.rules().beacon.kind,
        round: contest.rules().beacon.round,
        time,
        seal_code,
        transcript: transcript.encode(),
        seed,
        calls: selection.calls,
        standing,
        slots,
    })
}

/// What proves the time of a seal.
pub(super) fn time(seal_code: SealCode, witnessed: bool, trust: &Trust, report: &mut Report) -> TimeGrade {
    if trust.seal_code.is_some_and(|had| had != seal_code) {
        report.fail(Step::Witness, format!("the seal code of this list is {seal_code}, not the one you had"));
    }
    match trust.seal_code {
        _ if witnessed => TimeGrade::Witnessed,
        Some(had) if had == seal_code => TimeGrade::SealCode,
        Some(_) | None => TimeGrade::Unproven,
    }
}

/// The round's value, if it is the beacon's.
pub(super) fn value(
    contest: &ContestState,
    beacon: Option<&BundleBeacon>,
    report: &mut Report,
) -> Option<Signature> {
    let Some(BundleBeacon { round, signature }) = beacon else {
        report.missing(Step::Beacon, "the beacon's value is not there");
        return None;
    };
    let named = &contest.rules().beacon;
    if *round != named.round {
        report.fail(Step::Beacon, format!("round {round}; the rules name {}", named.round));
        return None;
    }
    match Beacon::of(named).and_then(|beacon| beacon.read(*round, signature)) {
        Ok(signature) => {
            report.ok(Step::Beacon);
            Some(signature)
        }
        Err(error) => {
            report.fail(Step::Beacon, error.to_string());
            None
        }
    }
}

/// The result that the log publishes.
pub(super) fn compare(contest: &ContestState, seed: &Bytes32, slots: &Slots, report: &mut Report) {
    match contest.result() {
        None => report.missing(Step::Result, "no result is published in the log yet"),
        Some((_, result)) if result.seed != *seed => {
            report.misconduct(Step::Result, "the log publishes another seed");
        }
        Some((_, result)) if result.slots != slots.hash() => {
            report.misconduct(Step::Result, "the log publishes other winners");
        }
        Some(_) => report.ok(Step::Result),
    }
}

/// Who has each prize after the skips.
pub(super) fn follow(contest: &ContestState, slots: &Slots, report: &mut Report) -> Standing {
    let drawn = contest.result().map(|(at, _)| at).unwrap_or_default();
    let skips = contest.skips().iter().map(|(at, skip)| (*at, skip));
    let (standing, refused) = Standing::after(slots, drawn, contest.rules().respond, skips);
    report.ok(Step::Skips);
    for (skip, refusal) in refused {
        report.misconduct(Step::Skips, format!("the skip of slot {}: {refusal}", skip.slot));
    }
    standing
}
