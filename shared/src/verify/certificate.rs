//! A certificate, judged: the light check of a draw, from the leaves it touched and without the others.
//!
//! What only the whole list shows is not asked here, and the report says so (`report::ONLY_THE_BUNDLE`).

use data_encoding::HEXLOWER;

use super::contest::ContestState;
use super::documents::Documents;
use super::drawn::{Drawn, TimeGrade};
use super::replay::{Replay, Stuck};
use super::report::{Count, NEVER_CLAIMED, Report, Verdict};
use super::step::{Status, Step};
use super::{LogState, Trust, draw, receipt, witness};
use crate::draw::seal_code::SealCode;
use crate::draw::slots::Slots;
use crate::draw::transcript::Transcript;
use crate::log::certificate::{Bytes, CERTIFICATE_FORMAT, Certificate, CertificateAfter, ProvenLeaf};
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash;
use crate::log::leaf::{Body, Leaf, RegistryBody, RegistryLeaf, Rules, Seal};
use crate::log::merkle::{check_consistency, check_inclusion, leaf_hash};
use crate::log::origin::LogOrigin;
use crate::receipt::Receipt;

const STEPS: [Step; 17] = [
    Step::Format,
    Step::LogSignature,
    Step::LogRoot,
    Step::RegistrySignature,
    Step::RegistryRoot,
    Step::Grammar,
    Step::Rules,
    Step::Round,
    Step::Times,
    Step::Seal,
    Step::Registry,
    Step::Documents,
    Step::Beacon,
    Step::Draw,
    Step::Result,
    Step::Skips,
    Step::Witness,
];

/// A certificate whose seal holds: what the draw starts from.
struct Sealed {
    key: [u8; 32],
    origin: LogOrigin,
    rules: Rules,
    state: LogState,
    contest: ContestState,
    checkpoint: Checkpoint,
    seal: Seal,
}

/// Judges a certificate, and receipts along with it: each must stand under the sealed checkpoint.
#[must_use]
pub fn verify(certificate: &str, receipts: &[&str], trust: &Trust) -> Report {
    let mut report = Report::expecting("none".to_owned(), &STEPS);
    report.light = true;
    match serde_json::from_str::<Certificate>(certificate) {
        Err(error) => report.fail(Step::Format, format!("not a certificate: {error}")),
        Ok(certificate) => {
            if let Some(sealed) = sealed(&certificate, trust, &mut report) {
                let drawn = drawn(&certificate, &sealed, trust, &mut report);
                check_receipts(receipts, &sealed, &mut report);
                if report.verdict() != Verdict::Refused {
                    report.count = drawn.map(|drawn| Count::Contest(Box::new(drawn)));
                }
            }
        }
    }
    report
}

/// Everything up to the sealed list: signature, rules, seal.
fn sealed(certificate: &Certificate, trust: &Trust, report: &mut Report) -> Option<Sealed> {
    let named = HEXLOWER.decode(certificate.key.as_bytes()).ok().and_then(|key| key.try_into().ok());
    let (Some(named), CERTIFICATE_FORMAT) = (named, certificate.format.as_str()) else {
        report
            .fail(Step::Format, "a format of another version, or a key that is not 64 lower-case hex digits");
        return None;
    };
    if certificate.never_claimed.iter().ne(NEVER_CLAIMED.iter()) {
        report.fail(Step::Format, "it leaves out what is never claimed, or says it in other words");
    }
    report.ok(Step::Format);
    let key = trust.believed(named, "certificate", report);

    let mut state = LogState::new();
    let leaf = match Leaf::decode(&certificate.rules.leaf.0) {
        Ok(leaf) => leaf,
        Err(error) => {
            report.fail(Step::Grammar, format!("leaf 0: {error}"));
            return None;
        }
    };
    if let Err(refusal) = state.apply(&leaf) {
        report.fail(refusal.step, format!("leaf 0: {}", refusal.reason));
        return None;
    }
    let (rules, contest) = (state.rules()?.clone(), state.contest().cloned());
    let Some(contest) = contest else {
        report.fail(Step::Rules, "not the rules of a contest");
        return None;
    };
    report.ok(Step::Rules);
    report.ok(Step::Round);
    let origin = rules.log.clone();
    report.origin = Some(origin.to_string());
    if certificate.origin != origin.to_string() {
        report.fail(Step::Format, "it names another log than its rules");
    }
    let checkpoint = opened(&certificate.checkpoint, &origin.to_string(), &key, Step::LogSignature, report)?;
    let seal = the_seal(certificate, &rules, &checkpoint, report)?;
    let sealed = Sealed { key, origin, rules, state, contest, checkpoint, seal };
    let rules = &certificate.rules;
    if rules.index == 0 && sealed.stands(rules) {
        report.ok(Step::LogRoot);
    } else {
        report.fail(Step::LogRoot, "leaf 0 is not the sealed list's");
    }
    Some(sealed)
}

/// The last leaf of the sealed list.
fn the_seal(
    certificate: &Certificate,
    rules: &Rules,
    checkpoint: &Checkpoint,
    report: &mut Report,
) -> Option<Seal> {
    let proven = &certificate.seal;
    let leaf = match Leaf::decode(&proven.leaf.0) {
        Ok(leaf) => leaf,
        Err(error) => {
            report.fail(Step::Grammar, format!("the seal: {error}"));
            return None;
        }
    };
    report.ok(Step::Grammar);
    let Body::Seal(seal @ Seal::Entries { .. }) = leaf.body else {
        report.fail(Step::Seal, "its seal is none of a contest");
        return None;
    };
    if leaf.activity != rules.log.activity || proven.index.checked_add(1) != Some(checkpoint.size) {
        report.fail(Step::Seal, "its seal is not the last leaf of the sealed list");
        return None;
    }
    if leaf.at < rules.window.closes {
        report.fail(Step::Times, "a contest is sealed at its close or later");
    }
    report.ok(Step::Times);
    report.ok(Step::Seal);
    if !stands(proven, checkpoint) {
        report.fail(Step::LogRoot, "the seal's path does not lead to the sealed root");
        return None;
    }
    Some(seal)
}

impl Sealed {
    fn stands(&self, proven: &ProvenLeaf) -> bool {
        stands(proven, &self.checkpoint)
    }
}

/// Whether a leaf stands in the list of a checkpoint.
fn stands(proven: &ProvenLeaf, checkpoint: &Checkpoint) -> bool {
    let leaf = leaf_hash(&proven.leaf.0);
    check_inclusion(&leaf, proven.index, checkpoint.size, &proven.path, &checkpoint.root).is_ok()
}

/// A checkpoint that the key signed for an origin.
fn opened(note: &Bytes, origin: &str, key: &[u8; 32], step: Step, report: &mut Report) -> Option<Checkpoint> {
    let text = String::from_utf8_lossy(&note.0);
    match Checkpoint::open(&text, origin, key) {
        Ok(checkpoint) => {
            report.ok(step);
            Some(checkpoint)
        }
        Err(error) => {
            report.fail(step, error.to_string());
            None
        }
    }
}

/// Registry, beacon and every call; what followed.
fn drawn(certificate: &Certificate, sealed: &Sealed, trust: &Trust, report: &mut Report) -> Option<Drawn> {
    let seal = registered(certificate, sealed, report);
    let mut texts = Vec::new();
    for (name, bytes) in &certificate.documents {
        match std::str::from_utf8(&bytes.0) {
            Ok(text) => texts.push((name, text)),
            Err(_) => report.fail(Step::Documents, format!("{name} is not text")),
        }
    }
    for name in certificate.documents.keys() {
        if !sealed.state.documents().iter().any(|document| document.hash.to_hex() == *name) {
            report.fail(Step::Documents, format!("{name} is named by no leaf"));
        }
    }
    let documents = Documents::read(texts, report);
    documents.check(&sealed.state, report);
    let notes: Vec<_> = seal.iter().map(|(note, checkpoint, _)| (note.clone(), checkpoint.clone())).collect();
    let seal = seal.map(|(_, _, index)| index);
    let witnessed = witness::check(&notes, &sealed.key, seal, &sealed.state, &documents, trust, report);

    let contest = &sealed.contest;
    let signature = draw::value(contest, Some(&certificate.beacon), report)?;
    let seal_code = SealCode::of(&sealed.checkpoint.root);
    let time = draw::time(seal_code, witnessed, trust, report);
    let Seal::Entries { tickets, .. } = sealed.seal else { return None };
    let transcript = Transcript {
        log: &sealed.origin,
        contest: &sealed.origin.activity,
        rules: Hash::of(&certificate.rules.leaf.0),
        size: sealed.checkpoint.size,
        root: sealed.checkpoint.root,
        tickets,
        beacon: &contest.rules().beacon,
        signature: &signature,
    };
    let seed = transcript.seed();
    if certificate.transcript.0 != transcript.encode().as_bytes()
        || certificate.seed != HEXLOWER.encode(&seed.0)
    {
        report.fail(Step::Draw, "its transcript or seed is not the one that follows");
    }
    let replay = Replay {
        activity: &sealed.origin.activity,
        window: sealed.rules.window,
        rules: contest.rules(),
        seal: sealed.seal,
        seed: &seed,
        stands: &|proven| sealed.stands(proven),
    };
    let selection = match replay.selection(&certificate.calls) {
        Ok(selection) => selection,
        Err(Stuck::Wrong(what)) => {
            report.fail(Step::Draw, what);
            return None;
        }
        Err(Stuck::Unseen(what)) => {
            report.missing(Step::Draw, what);
            return None;
        }
    };
    let slots = Slots::fill(contest.rules(), &selection);
    if certificate.slots.0 != slots.encode().as_bytes() {
        report.fail(Step::Draw, "its winners are not the ones that follow");
    }
    if certificate.grades != TimeGrade::Unproven.grades(&contest.rules().beacon) {
        report.fail(Step::Draw, "its grades are not the ones that follow");
    }
    report.ok(Step::Draw);
    let after = after(&certificate.after, sealed, report)?;
    draw::compare(&after, &seed, &slots, report);
    let standing = draw::follow(&after, &slots, report);
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

/// The registry opens and seals this log; the signed note, its checkpoint and the index of the seal.
fn registered(
    certificate: &Certificate,
    sealed: &Sealed,
    report: &mut Report,
) -> Option<(String, Checkpoint, u64)> {
    let registry = &certificate.registry;
    let origin = sealed.rules.registry.to_string();
    let checkpoint = opened(&registry.checkpoint, &origin, &sealed.key, Step::RegistrySignature, report)?;
    if !stands(&registry.open, &checkpoint) || !stands(&registry.seal, &checkpoint) {
        report.fail(Step::RegistryRoot, "its leaves do not stand in the registry");
        return None;
    }
    report.ok(Step::RegistryRoot);
    let of = (sealed.origin.clone(), Hash::of(&certificate.rules.leaf.0));
    let body = |proven: &ProvenLeaf| RegistryLeaf::decode(&proven.leaf.0).ok().map(|leaf| leaf.body);
    let opens =
        matches!(body(&registry.open), Some(RegistryBody::Open { log, rules }) if (log.clone(), rules) == of);
    let seals = matches!(body(&registry.seal), Some(RegistryBody::Seal { log, rules, size, root })
        if (log.clone(), rules) == of && (size, root) == (sealed.checkpoint.size, sealed.checkpoint.root));
    if opens && seals && registry.open.index < registry.seal.index {
        report.ok(Step::Registry);
    } else {
        report.fail(Step::Registry, "the registry does not open and seal exactly this log");
    }
    let note = String::from_utf8_lossy(&registry.checkpoint.0).into_owned();
    Some((note, checkpoint, registry.seal.index))
}

/// What followed the draw, as the log's leaves.
fn after(after: &CertificateAfter, sealed: &Sealed, report: &mut Report) -> Option<ContestState> {
    let origin = sealed.origin.to_string();
    let checkpoint = opened(&after.checkpoint, &origin, &sealed.key, Step::LogSignature, report)?;
    let (first, second) =
        ((sealed.checkpoint.size, &sealed.checkpoint.root), (checkpoint.size, &checkpoint.root));
    if check_consistency(first.0, second.0, first.1, second.1, &after.consistency).is_err() {
        report.fail(Step::LogRoot, "the sealed list is not the beginning of the list that followed");
        return None;
    }
    if after.result.index != sealed.checkpoint.size {
        report.missing(
            Step::Result,
            "it does not follow the seal at once: only the bundle shows whether it is the first",
        );
    }
    let mut contest = sealed.contest.clone();
    let mut last = sealed.checkpoint.size;
    for proven in std::iter::once(&after.result).chain(&after.skips) {
        if !stands(proven, &checkpoint) || proven.index < last {
            report
                .fail(Step::LogRoot, "a leaf after the seal does not stand in the list, or not in its order");
            return None;
        }
        last = proven.index + 1;
        let taken = match Leaf::decode(&proven.leaf.0) {
            Ok(Leaf { at, body: Body::Result(result), activity }) if activity == sealed.origin.activity => {
                contest.publish(at, &result)
            }
            Ok(Leaf { at, body: Body::Skip(skip), activity }) if activity == sealed.origin.activity => {
                contest
                    .check_slot(skip.slot)
                    .and_then(|()| contest.skip(at, &skip, &sealed.rules.skip_reasons))
            }
            _ => {
                report.fail(
                    Step::Grammar,
                    "a leaf after the seal that is neither result nor skip of this contest",
                );
                return None;
            }
        };
        if let Err(refusal) = taken {
            report.misconduct(refusal.step, format!("leaf {}: {}", proven.index, refusal.reason));
        }
    }
    Some(contest)
}

/// Each receipt stands under the sealed checkpoint.
fn check_receipts(receipts: &[&str], sealed: &Sealed, report: &mut Report) {
    let Some(rules) = sealed.state.rules_hash() else { return };
    for (at, text) in receipts.iter().enumerate() {
        let found = match text.parse::<Receipt>() {
            Ok(receipt) => receipt::check_sealed(&receipt, &rules, &sealed.checkpoint, &sealed.key),
            Err(_) => Err(Some("is none")),
        };
        match found {
            Ok(what) => report.note(Step::Receipts, Status::Ok, what),
            Err(Some(what)) => report.fail(Step::Receipts, format!("receipt {at}: {what}")),
            Err(None) => report.missing(
                Step::Receipts,
                format!("receipt {at} is from before the seal: get it again from the server"),
            ),
        }
    }
}
