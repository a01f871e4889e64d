//! A whole log, judged: `fanfare-bundle/v1` in, a report of named steps out.

use data_encoding::HEXLOWER;

use super::documents::{Documents, texts};
use super::log_state::LogState;
use super::receipt;
use super::registry::{RegisteredSeal, RegistryView};
use super::report::{Count, Report, Verdict};
use super::step::{Status, Step};
use super::{Trust, draw, recount, witness};
use crate::log::bundle::{BUNDLE_FORMAT, Bundle, LeafBytes};
use crate::log::checkpoint::Checkpoint;
use crate::log::leaf::{Body, Kind, Leaf, Rules};
use crate::log::merkle::{self, leaf_hash};
use crate::log::tree::WholeTree;

/// Steps every log has.
const STEPS: [Step; 18] = [
    Step::Format,
    Step::LogSignature,
    Step::LogRoot,
    Step::RegistrySignature,
    Step::RegistryRoot,
    Step::Grammar,
    Step::Place,
    Step::Rules,
    Step::Times,
    Step::Holders,
    Step::Locks,
    Step::Voids,
    Step::Seal,
    Step::AfterSeal,
    Step::Registry,
    Step::RegistryUnique,
    Step::Documents,
    Step::Receipts,
];

/// A log that was read, for those who ask more of it.
pub(super) struct ReadLog {
    pub(super) key: [u8; 32],
    pub(super) origin: String,
    pub(super) leaves: Vec<LeafBytes>,
    pub(super) tree: WholeTree,
    pub(super) state: LogState,
    pub(super) registry: RegistryView,
    /// The registry's checkpoints that are signed.
    notes: Vec<(String, Checkpoint)>,
}

/// Judges a bundle.
#[must_use]
pub fn verify(bundle: &str, trust: &Trust) -> Report {
    verify_along(bundle, &[], trust)
}

/// Judges a bundle, and receipts along with it.
#[must_use]
pub fn verify_along(bundle: &str, receipts: &[&str], trust: &Trust) -> Report {
    let mut report = Report::expecting("none".to_owned(), &STEPS);
    match serde_json::from_str::<Bundle>(bundle) {
        Err(error) => report.fail(Step::Format, format!("not a bundle: {error}")),
        Ok(mut bundle) => {
            bundle.receipts.extend(receipts.iter().map(|receipt| (*receipt).to_owned()));
            if let Some(log) = read(&bundle, trust, &mut report) {
                judge(&bundle, &log, trust, &mut report);
            }
        }
    }
    report
}

/// Signatures, roots, leaves and registry: everything that needs no document.
pub(super) fn read(bundle: &Bundle, trust: &Trust, report: &mut Report) -> Option<ReadLog> {
    if bundle.format != BUNDLE_FORMAT {
        report.fail(Step::Format, "a format of another version");
        return None;
    }
    let Some(named) = HEXLOWER.decode(bundle.key.as_bytes()).ok().and_then(|key| key.try_into().ok()) else {
        report.fail(Step::Format, "the key is not 64 lower-case hex digits");
        return None;
    };
    report.ok(Step::Format);
    let key = trust.believed(named, "bundle", report);
    let rules = leaf_0(bundle, report)?;
    expect_kind(rules.kind(), report);
    let origin = rules.log.to_string();
    report.origin = Some(origin.clone());

    let tree = WholeTree::from_leaves(bundle.log.leaves.iter().map(|leaf| leaf_hash(&leaf.0)));
    let steps = (Step::LogSignature, Step::LogRoot);
    check_checkpoints(&bundle.log.checkpoints, &origin, &key, &tree, steps, report);
    let of_registry = WholeTree::from_leaves(bundle.registry.leaves.iter().map(|leaf| leaf_hash(&leaf.0)));
    let (steps, from) = ((Step::RegistrySignature, Step::RegistryRoot), rules.registry.to_string());
    let notes = check_checkpoints(&bundle.registry.checkpoints, &from, &key, &of_registry, steps, report);
    let state = check_leaves(&bundle.log.leaves, report);
    let registry =
        state.rules_hash().map(|hash| RegistryView::read(&bundle.registry.leaves, &rules.log, &hash));
    let registry = registry.unwrap_or_default();
    Some(ReadLog { key, origin, leaves: bundle.log.leaves.clone(), tree, state, registry, notes })
}

fn judge(bundle: &Bundle, log: &ReadLog, trust: &Trust, report: &mut Report) {
    let Some(rules) = log.state.rules() else { return };
    check_registry(log, report);
    let documents = Documents::read(texts(&bundle.documents), report);
    documents.check(&log.state, report);
    receipt::check_all(&bundle.receipts, log, &documents, report);
    let seal = log.registry.seal.map(|seal| seal.index);
    let witnessed = witness::check(&log.notes, &log.key, seal, &log.state, &documents, trust, report);
    let count = match rules.kind() {
        Kind::Contest => {
            for step in draw::STEPS {
                report.expect(step);
            }
            draw::check(log, bundle.beacon.as_ref(), witnessed, trust, report)
                .map(|drawn| Count::Contest(Box::new(drawn)))
        }
        Kind::Board => {
            log.state.board().map(|board| Count::Board(board.count(&|index| log.state.is_void(index))))
        }
        Kind::Poll if log.state.sealed().is_some() => {
            recount::check(&log.state, &documents, report).map(Count::Poll)
        }
        Kind::Poll => None,
    };
    // Winners follow from the sealed list even where a piece of the proof is missing: the grade says how much is proved.
    let told = |count: &Count| match count {
        Count::Contest(_) => report.verdict() != Verdict::Refused,
        Count::Poll(_) | Count::Board(_) => report.verdict().stands(),
    };
    report.count = count.filter(told);
}

fn leaf_0(bundle: &Bundle, report: &mut Report) -> Option<Rules> {
    match bundle.log.leaves.first().map(|leaf| Leaf::decode(&leaf.0)) {
        None => report.missing(Step::Place, "no leaf"),
        Some(Err(error)) => report.fail(Step::Grammar, format!("leaf 0: {error}")),
        Some(Ok(Leaf { body: Body::Rules(rules), .. })) => return Some(*rules),
        Some(Ok(_)) => report.fail(Step::Place, "leaf 0 is not `rules`"),
    }
    None
}

fn expect_kind(kind: Kind, report: &mut Report) {
    let steps: &[Step] = match kind {
        Kind::Poll => &[Step::Amend, Step::Openings, Step::Tally],
        Kind::Contest => &[Step::Round, Step::Tickets, Step::Witness],
        Kind::Board => &[Step::Amend, Step::Board],
    };
    for step in steps {
        report.expect(*step);
    }
}

/// Signatures and roots of one log; gives the notes that are signed, with their checkpoints.
fn check_checkpoints(
    notes: &[String],
    origin: &str,
    key: &[u8; 32],
    tree: &WholeTree,
    (signature, root): (Step, Step),
    report: &mut Report,
) -> Vec<(String, Checkpoint)> {
    let mut signed = Vec::new();
    for (at, note) in notes.iter().enumerate() {
        match Checkpoint::open(note, origin, key) {
            Err(error) => report.fail(signature, format!("checkpoint {at}: {error}")),
            Ok(checkpoint) => {
                report.ok(signature);
                match merkle::root(&tree.reader(), checkpoint.size) {
                    Ok(hash) if hash == checkpoint.root => report.ok(root),
                    Ok(_) => report.fail(root, format!("another root at {} leaves", checkpoint.size)),
                    Err(_) => report.fail(root, format!("fewer leaves than the {} signed", checkpoint.size)),
                }
                signed.push((note.clone(), checkpoint));
            }
        }
    }
    if notes.is_empty() {
        report.missing(signature, "no checkpoint");
    } else if !signed.iter().any(|(_, checkpoint)| checkpoint.size == tree.tree().size()) {
        report.fail(root, "the last leaves are under no checkpoint");
    }
    signed
}

/// Every leaf in its place: below the seal a refused one fails the log, above it is misconduct.
fn check_leaves(leaves: &[LeafBytes], report: &mut Report) -> LogState {
    let mut state = LogState::new();
    for (index, leaf) in leaves.iter().enumerate() {
        let Err(refusal) = state.apply_bytes(&leaf.0) else { continue };
        if state.sealed().is_none() {
            report.fail(refusal.step, format!("leaf {index}: {}", refusal.reason));
            return state;
        }
        let step = if refusal.step == Step::Grammar { Step::AfterSeal } else { refusal.step };
        report.misconduct(step, format!("leaf {index}: {}", refusal.reason));
        state.skip();
    }
    let held =
        [Step::Grammar, Step::Place, Step::Rules, Step::Times, Step::Holders, Step::Locks, Step::Voids];
    let held = held.iter().chain(match state.rules().map(Rules::kind) {
        Some(Kind::Poll) => &[Step::Amend, Step::AfterSeal][..],
        Some(Kind::Contest) => &[Step::Round, Step::Tickets, Step::AfterSeal],
        Some(Kind::Board) => &[Step::Amend, Step::Board, Step::AfterSeal],
        None => &[],
    });
    for step in held {
        report.ok(*step);
    }
    match state.sealed() {
        Some(_) => report.ok(Step::Seal),
        None => report.missing(Step::Seal, "not sealed yet"),
    }
    state
}

/// The registry opens and seals exactly this log.
fn check_registry(log: &ReadLog, report: &mut Report) {
    let view = &log.registry;
    if view.key_changes {
        report.missing(Step::RegistrySignature, "the key changes: this version does not follow it");
    }
    for what in &view.misconduct {
        report.misconduct(Step::RegistryUnique, what.clone());
    }
    if view.result.is_some() && log.state.contest().is_none() {
        report.misconduct(Step::RegistryUnique, "a result for what is no contest");
    }
    let sealed = log.state.sealed().map(|index| index + 1);
    match (&view.refused, view.open, sealed, view.seal) {
        (Some(why), ..) => report.fail(Step::Registry, why.clone()),
        (None, None, None, _) => report.missing(Step::Registry, "the registry does not show its opening yet"),
        (None, None, Some(_), _) => {
            report.fail(Step::Registry, "never opened in the registry that the rules name")
        }
        (None, Some(_), None, None) => report.missing(Step::Registry, "opened; not sealed yet"),
        (None, Some(_), Some(_), None) => report.missing(Step::Registry, "its seal is not registered yet"),
        (None, Some(_), _, Some(seal)) if !is_seal_of(log, sealed, seal) => {
            report.fail(Step::Registry, "the registered seal is of another tree");
        }
        (None, Some(_), _, Some(_)) => {
            report.ok(Step::Registry);
            report.note(Step::RegistryUnique, Status::Ok, "");
        }
    }
}

fn is_seal_of(log: &ReadLog, sealed: Option<u64>, seal: RegisteredSeal) -> bool {
    sealed == Some(seal.size) && merkle::root(&log.tree.reader(), seal.size) == Ok(seal.root)
}
