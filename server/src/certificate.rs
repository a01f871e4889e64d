//! A draw in one small file: `fanfare-certificate/v1` (`docs/PROTOCOL.md`, 5), what anybody checks in a page or with
//! `fanfare verify`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use fanfare_shared::draw::select::{Call, Outcome};
use fanfare_shared::draw::skips::Standing;
use fanfare_shared::draw::slots::Slots;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::bundle::BundleBeacon;
use fanfare_shared::log::certificate::{
    Bytes, CERTIFICATE_FORMAT, Certificate, CertificateAfter, CertificateCall, CertificateRegistry,
    ProvenLeaf,
};
use fanfare_shared::log::leaf::{Body, Leaf, RegistryBody, RegistryLeaf};
use fanfare_shared::time::Timestamp;
use fanfare_shared::verify::drawn::TimeGrade;
use fanfare_shared::verify::report::NEVER_CLAIMED;
use fanfare_shared::verify::{self, Trust, Verdict};

use crate::engine::draw::{Redrawn, Withdrawals};
use crate::engine::types::ActivityState;
use crate::engine::{Engine, LogId, LogReader, ReadError};

/// Certificates that were asked for: making one reads the whole list.
#[derive(Debug, Default)]
pub struct Certificates {
    made: Mutex<BTreeMap<ActivityId, (u64, Arc<Made>)>>,
    /// One at a time: in the minute of a draw everybody asks at once.
    making: Mutex<()>,
}

/// A certificate, and the draw that it shows.
#[derive(Debug)]
pub struct Made {
    /// The document.
    pub certificate: Certificate,
    /// Every ticket drawn.
    pub calls: Vec<Call>,
    /// Who was drawn for what.
    pub slots: Slots,
    /// Who holds each prize after the skips.
    pub standing: Standing,
}

impl Certificates {
    /// The certificate of a contest's draw; none of one that is not drawn.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn of(&self, engine: &Engine, state: &ActivityState) -> Result<Option<Arc<Made>>, ReadError> {
        let log = LogId::Activity(state.id.clone());
        let (Some(log), Some(registry)) =
            (engine.log(&log), engine.log(&LogId::Registry(state.brand.clone())))
        else {
            return Ok(None);
        };
        if let Some(made) = self.known(&state.id, log.size()) {
            return Ok(Some(made));
        }
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = self.known(&state.id, log.size()) {
            return Ok(Some(made));
        }
        let Some(made) = make(engine, state, &log, &registry)?.map(Arc::new) else { return Ok(None) };
        check(&made.certificate, engine.public_key())?;
        let kept = (log.size(), Arc::clone(&made));
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(state.id.clone(), kept);
        Ok(Some(made))
    }

    fn known(&self, contest: &ActivityId, size: u64) -> Option<Arc<Made>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.get(contest).filter(|(known, _)| *known == size).map(|(_, made)| Arc::clone(made))
    }
}

/// A certificate that our own verifier refuses is not given out.
fn check(certificate: &Certificate, key: [u8; 32]) -> Result<(), ReadError> {
    let text = serde_json::to_string(certificate).map_err(|error| ReadError(error.to_string()))?;
    let report = verify::certificate::verify(&text, &[], &Trust { key: Some(key), ..Trust::default() });
    if report.verdict() == Verdict::Refused {
        return Err(ReadError(format!("the certificate of {} does not hold: {report}", certificate.origin)));
    }
    Ok(())
}

fn make(
    engine: &Engine,
    state: &ActivityState,
    log: &LogReader,
    registry: &LogReader,
) -> Result<Option<Made>, ReadError> {
    let (Some(contest), Some(size)) = (&state.contest, state.sealed) else { return Ok(None) };
    let (Some(signature), Some(redrawn)) = (contest.drawn.clone(), engine.redrawn(state)?) else {
        return Ok(None);
    };
    // Between the commit and the public view there is a moment.
    let (Some((after, leaves)), Some(registry)) = (after(log, size)?, registered(registry, state)?) else {
        return Ok(None);
    };
    let Redrawn { transcript, seed, selection, slots, withdrawals } = redrawn;
    let mut calls = Vec::new();
    for call in &selection.calls {
        calls.push(self::call(log, size, call, &withdrawals)?);
    }
    let beacon = &contest.rules.beacon;
    let standing = standing(&slots, contest.rules.respond, &leaves);
    let certificate = Certificate {
        format: CERTIFICATE_FORMAT.to_owned(),
        origin: state.log_origin.clone(),
        key: HEXLOWER.encode(&engine.public_key()),
        rules: log.proven(0, size)?,
        documents: documents(log, state)?,
        checkpoint: Bytes(log.checkpoint_at(size)?.into_bytes()),
        seal: log.proven(size.saturating_sub(1), size)?,
        registry,
        beacon: BundleBeacon { round: beacon.round, signature },
        transcript: Bytes(transcript.into_bytes()),
        seed: HEXLOWER.encode(&seed.0),
        calls,
        slots: Bytes(slots.encode().into_bytes()),
        after,
        grades: TimeGrade::Unproven.grades(beacon),
        never_claimed: NEVER_CLAIMED.map(str::to_owned).into(),
    };
    Ok(Some(Made { certificate, calls: selection.calls, slots, standing }))
}

/// Who holds each prize after the skips; one that breaks the rules of skips has no effect.
fn standing(slots: &Slots, respond: u64, after: &[Leaf]) -> Standing {
    let drawn = after.first().map_or(Timestamp(0), |result| result.at);
    let skips = after
        .iter()
        .filter_map(|leaf| if let Body::Skip(skip) = &leaf.body { Some((leaf.at, skip)) } else { None });
    Standing::after(slots, drawn, respond, skips).0
}

/// The documents that leaf 0 names. A contest has no others: nothing of it is amended.
fn documents(log: &LogReader, state: &ActivityState) -> Result<BTreeMap<String, Bytes>, ReadError> {
    let mut documents = BTreeMap::new();
    for hash in log.documents()? {
        let bytes = log.document(&hash)?;
        let bytes = bytes.ok_or_else(|| ReadError(format!("document {hash} of {} is missing", state.id)))?;
        documents.insert(hash.to_string(), Bytes(bytes));
    }
    Ok(documents)
}

fn call(
    log: &LogReader,
    size: u64,
    call: &Call,
    withdrawals: &Withdrawals,
) -> Result<CertificateCall, ReadError> {
    let void = match call.outcome {
        Outcome::Void => {
            let by = withdrawals.get(&call.holder);
            let by = by.ok_or_else(|| ReadError(format!("leaf {} is void by no leaf", call.leaf)))?;
            Some(log.proven(*by, size)?)
        }
        Outcome::Selected | Outcome::Chosen => None,
    };
    Ok(CertificateCall {
        bound: call.bound,
        words: call.words.iter().map(u64::to_string).collect(),
        ticket: call.ticket,
        entry: log.proven(call.leaf, size)?,
        outcome: call.outcome.name().to_owned(),
        void,
    })
}

/// The first result and the skips, proven and read; none before the result is there.
fn after(log: &LogReader, sealed: u64) -> Result<Option<(CertificateAfter, Vec<Leaf>)>, ReadError> {
    let (mut result, mut skips, mut leaves) = (None, Vec::new(), Vec::new());
    for (index, leaf) in (sealed..).zip(log.leaves(sealed..log.size())?) {
        let Ok(leaf) = Leaf::decode(&leaf) else { continue };
        let proven = || log.proven(index, log.size());
        if matches!(leaf.body, Body::Result(_)) && result.is_none() {
            result = Some(proven()?);
        } else if matches!(leaf.body, Body::Skip(_)) && result.is_some() {
            skips.push(proven()?);
        } else {
            continue;
        }
        leaves.push(leaf);
    }
    let Some(result) = result else { return Ok(None) };
    let after = CertificateAfter {
        checkpoint: Bytes(log.checkpoint().as_bytes().to_vec()),
        consistency: log.consistency(sealed)?,
        result,
        skips,
    };
    Ok(Some((after, leaves)))
}

/// Where the registry opens and seals a log; none before its seal is there.
fn registered(registry: &LogReader, state: &ActivityState) -> Result<Option<CertificateRegistry>, ReadError> {
    let size = registry.size();
    let leaves = registry.leaves(state.open_index..size)?;
    let seals = |leaf: &Vec<u8>| match RegistryLeaf::decode(leaf).map(|leaf| leaf.body) {
        Ok(RegistryBody::Seal { log, .. }) => log.activity == state.id,
        Ok(_) | Err(_) => false,
    };
    let Some(seal) = (state.open_index..).zip(&leaves).find(|(_, leaf)| seals(leaf)).map(|(at, _)| at) else {
        return Ok(None);
    };
    let proven = |index: u64| -> Result<ProvenLeaf, ReadError> { registry.proven(index, size) };
    Ok(Some(CertificateRegistry {
        checkpoint: Bytes(registry.checkpoint().as_bytes().to_vec()),
        open: proven(state.open_index)?,
        seal: proven(seal)?,
    }))
}
