//! A receipt, judged: alone as far as that goes, or against its log.
//!
//! Alone, a receipt shows that its leaf stands under a signed checkpoint. What else it says (the rules, the registry's
//! index, the answers) is not signed and needs the log: without it that part is not verified.

use data_encoding::HEXLOWER;

use super::Trust;
use super::bundle::{self, ReadLog};
use super::documents::{Documents, texts};
use super::report::Report;
use super::step::{Status, Step};
use crate::log::bundle::Bundle;
use crate::log::checkpoint::{Checkpoint, CheckpointError};
use crate::log::commitment;
use crate::log::hash::Hash;
use crate::log::leaf::{Body, Leaf};
use crate::log::merkle::{self, check_inclusion, leaf_hash};
use crate::log::note::Note;
use crate::receipt::{Open, Private, Receipt};

/// What was found about a receipt.
enum Finding {
    Missing(&'static str),
    Wrong(&'static str),
}

type Found = Result<(), Finding>;

/// Judges a receipt, against the bundle of its log where there is one.
#[must_use]
pub fn verify(receipt: &str, trust: &Trust, bundle: Option<&str>) -> Report {
    let steps = [Step::Format, Step::LogSignature, Step::LogRoot, Step::Grammar, Step::Locks, Step::Receipts];
    let mut report = Report::expecting("none".to_owned(), &steps);
    let receipt: Receipt = match receipt.parse() {
        Ok(receipt) => receipt,
        Err(error) => {
            report.fail(Step::Format, error.to_string());
            return report;
        }
    };
    report.ok(Step::Format);
    report.origin = origin_of(&receipt);
    let mut log_report = Report::expecting("none".to_owned(), &[]);
    let log = bundle.map(serde_json::from_str::<Bundle>).map(|bundle| {
        let bundle = bundle.ok()?;
        let log = bundle::read(&bundle, trust, &mut log_report)?;
        Some((bundle, log))
    });
    let key = trust.key.or(log.as_ref().and_then(|log| log.as_ref().map(|(_, log)| log.key)));
    check_alone(&receipt, key, &mut report);
    match log {
        None => report.missing(Step::Receipts, "rules, registry and answers need the log: give its bundle"),
        Some(None) => report.missing(Step::Receipts, "the log's bundle cannot be read"),
        Some(Some((bundle, log))) => {
            let documents = Documents::read(texts(&bundle.documents), &mut log_report);
            let wrong = log_report.steps().find(|(_, outcome)| outcome.status == Status::Fail);
            match wrong {
                Some((step, _)) => {
                    report.fail(Step::Receipts, format!("the log itself does not hold: {step}"))
                }
                None => {
                    note(&mut report, Step::Receipts, check_in_log(&receipt, &log, &documents));
                    if receipt.index >= log.tree.tree().size() {
                        report.note(Step::Receipts, Status::Ok, "the public log shows it within a minute");
                    }
                }
            }
        }
    }
    if let Some(key) = key {
        let source = if trust.key.is_some() { "given" } else { "named by the bundle itself: compare it" };
        report.trust = format!("{} ({source})", HEXLOWER.encode(&key));
    }
    report
}

/// Every receipt of a bundle.
pub(super) fn check_all(receipts: &[String], log: &ReadLog, documents: &Documents<'_>, report: &mut Report) {
    report.ok(Step::Receipts);
    for (at, text) in receipts.iter().enumerate() {
        let found = match text.parse::<Receipt>() {
            Err(_) => Err(Finding::Wrong("is none")),
            Ok(receipt) => check_in_log(&receipt, log, documents),
        };
        match found {
            Ok(()) => {}
            Err(Finding::Missing(what)) => report.missing(Step::Receipts, format!("receipt {at}: {what}")),
            Err(Finding::Wrong(what)) => report.fail(Step::Receipts, format!("receipt {at}: {what}")),
        }
    }
}

fn note(report: &mut Report, step: Step, found: Found) {
    match found {
        Ok(()) => report.ok(step),
        Err(Finding::Missing(what)) => report.missing(step, what),
        Err(Finding::Wrong(what)) => report.fail(step, what),
    }
}

/// The origin that the receipt's checkpoint names.
#[must_use]
pub fn origin_of(receipt: &Receipt) -> Option<String> {
    let note: Note = receipt.checkpoint.parse().ok()?;
    note.text.parse::<Checkpoint>().ok().map(|checkpoint| checkpoint.origin)
}

/// Signature, path, grammar and the holder's key: what needs nothing but the receipt and the key.
fn check_alone(receipt: &Receipt, key: Option<[u8; 32]>, report: &mut Report) {
    let leaf = Leaf::decode(&receipt.leaf);
    match &leaf {
        Ok(_) => report.ok(Step::Grammar),
        Err(error) => report.fail(Step::Grammar, error.to_string()),
    }
    if let Ok(leaf) = &leaf {
        note(report, Step::Locks, check_key(receipt, leaf));
    }
    let Some(key) = key else {
        report.missing(Step::LogSignature, "no key to check it with");
        return;
    };
    match report
        .origin
        .clone()
        .ok_or(CheckpointError::Malformed)
        .and_then(|origin| Checkpoint::open(&receipt.checkpoint, &origin, &key))
    {
        Err(error) => report.fail(Step::LogSignature, error.to_string()),
        Ok(checkpoint) => {
            report.ok(Step::LogSignature);
            let of_log =
                leaf.is_ok_and(|leaf| checkpoint.origin.ends_with(&format!("/log/a/{}", leaf.activity)));
            note(
                report,
                Step::LogRoot,
                if of_log {
                    check_path(receipt, &checkpoint)
                } else {
                    Err(Finding::Wrong("the leaf is of another log"))
                },
            );
        }
    }
}

fn check_path(receipt: &Receipt, checkpoint: &Checkpoint) -> Found {
    let leaf = leaf_hash(&receipt.leaf);
    check_inclusion(&leaf, receipt.index, checkpoint.size, &receipt.path, &checkpoint.root)
        .map_err(|_| Finding::Wrong("the path does not lead from the leaf to the root"))
}

/// A receipt against the sealed list of its contest: from then on no server is needed.
pub(super) fn check_sealed(
    receipt: &Receipt,
    rules: &Hash,
    sealed: &Checkpoint,
    key: &[u8; 32],
) -> Result<String, Option<&'static str>> {
    let wrong = |what| Err(Some(what));
    let Ok(checkpoint) = Checkpoint::open(&receipt.checkpoint, &sealed.origin, key) else {
        return wrong("its checkpoint is not one of this log");
    };
    if check_path(receipt, &checkpoint).is_err() {
        return wrong("the path does not lead from the leaf to the root");
    }
    if receipt.rules != *rules {
        return wrong("it names other rules");
    }
    let Ok(leaf) = Leaf::decode(&receipt.leaf) else { return wrong("its leaf is none") };
    if check_key(receipt, &leaf).is_err() {
        return wrong("its key does not open the leaf's lock");
    }
    if checkpoint != *sealed {
        // A fork would have another root at the sealed size; an older checkpoint shows neither.
        return if checkpoint.size == sealed.size {
            wrong("another list was sealed: the log was forked")
        } else {
            Err(None)
        };
    }
    let Body::Entry(entry) = leaf.body else { return Ok("in the sealed list".to_owned()) };
    let (first, last) = (entry.first, entry.first + entry.count - 1);
    let tickets =
        if first == last { format!("ticket {first}") } else { format!("tickets {first} to {last}") };
    Ok(format!("in the draw with {tickets}, counted from 0"))
}

/// The receipt against its log: the same tree, the same rules, the same opening, answers that open.
fn check_in_log(receipt: &Receipt, log: &ReadLog, documents: &Documents<'_>) -> Found {
    let checkpoint = Checkpoint::open(&receipt.checkpoint, &log.origin, &log.key)
        .map_err(|_| Finding::Wrong("its checkpoint is not one of this log"))?;
    check_path(receipt, &checkpoint)?;
    let size = log.tree.tree().size();
    if checkpoint.size <= size && merkle::root(&log.tree.reader(), checkpoint.size) != Ok(checkpoint.root) {
        return Err(Finding::Wrong("its checkpoint is of another tree: the log was forked"));
    }
    let at = usize::try_from(receipt.index).ok().and_then(|at| log.leaves.get(at));
    if at.is_some_and(|leaf| leaf.0 != receipt.leaf) {
        return Err(Finding::Wrong("another leaf stands at its index"));
    }
    if log.state.rules_hash() != Some(receipt.rules) {
        return Err(Finding::Wrong("it names other rules"));
    }
    match log.registry.open {
        Some(index) if index == receipt.open_index => {}
        Some(_) => return Err(Finding::Wrong("it names another opening in the registry")),
        None => {
            return Err(Finding::Missing(
                "the registry does not show the opening yet: try again in a minute",
            ));
        }
    }
    let leaf = Leaf::decode(&receipt.leaf).map_err(|_| Finding::Wrong("its leaf is none"))?;
    if Some(&leaf.activity) != log.state.activity() {
        return Err(Finding::Wrong("its leaf is of another activity"));
    }
    check_key(receipt, &leaf)?;
    match check_opens(receipt, &leaf, log, documents) {
        // The public view may be a minute behind, and an amendment with it.
        Err(Finding::Wrong(_)) if at.is_none() => {
            Err(Finding::Missing("the public log has not got there yet: try again in a minute"))
        }
        found => found,
    }
}

/// The key opens the leaf's lock.
fn check_key(receipt: &Receipt, leaf: &Leaf) -> Found {
    let Some(key) = receipt.private.as_ref().and_then(|private| private.key.as_ref()) else { return Ok(()) };
    match leaf.body.held() {
        Some(held) if commitment::lock(&leaf.activity, key) == held.lock => Ok(()),
        Some(_) | None => Err(Finding::Wrong("its key does not open the leaf's lock")),
    }
}

/// The private part opens the leaf's commitment.
fn check_opens(receipt: &Receipt, leaf: &Leaf, log: &ReadLog, documents: &Documents<'_>) -> Found {
    let Some(Private { opens, .. }) = &receipt.private else { return Ok(()) };
    let identity = |commit: &Hash| match opens.as_slice() {
        [Open { name, salt, bytes }] if name == "identity" => {
            commitment::identity(&leaf.activity, salt, bytes) == *commit
        }
        _ => false,
    };
    let opened = match (&leaf.body, opens.len()) {
        (Body::Entry(entry), _) => identity(&entry.commit),
        (Body::Idea(post) | Body::Comment(post), _) => identity(&post.commit),
        (Body::Edit(edit), _) => identity(&edit.commit),
        (Body::Ballot(ballot), _) => {
            let (Some(questions), Some(definition)) =
                (documents.questions(&log.state), log.state.definition())
            else {
                return Err(Finding::Missing("no definition to open its answers with"));
            };
            let asked = questions.iter().map(|question| question.id.as_str());
            let answers = opens
                .iter()
                .map(|Open { name, salt, bytes }| commitment::answer(&leaf.activity, name, salt, bytes));
            let answers: Vec<Hash> = answers.collect();
            opens.iter().map(|open| open.name.as_str()).eq(asked)
                && commitment::ballot(&leaf.activity, &definition, &answers) == ballot.commit
        }
        (_, count) => count == 0,
    };
    if opened { Ok(()) } else { Err(Finding::Wrong("its private part does not open the leaf's commitment")) }
}
