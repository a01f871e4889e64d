//! What does a record change? One deterministic function, used when an act is decided and when the journal is
//! replayed: recovery takes the normal path.
//!
//! It reads no clock and no randomness, and refuses nothing: whether a record may stand was decided before it was
//! written. What it cannot apply is damage.

use fanfare_shared::ids::{ActivityId, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Ballot, Body, Leaf, Withdraw};
use fanfare_shared::time::{Timestamp, Window};

use super::key::{Key, half_of_key};
use super::overlay::Overlay;
use super::rows::{
    ActRow, ActivityRow, CampaignRow, HolderRow, LeafRow, LinkRow, LogRow, OpeningRow, PersonRow, Said,
    Standing, TallyRow, Written, WrittenRow,
};
use super::{contest, leaves, tally, team};
use crate::store::record::measure::{Counts, MeasureRecord, add};
use crate::store::record::written::WrittenRecord;
use crate::store::record::{
    AmendRecord, BallotRecord, CampaignRecord, EraseRecord, Frame, Link, LogId, OpenRecord, OpeningRecord,
    Record, SealRecord, TallyRecord, WithdrawRecord,
};
use crate::store::{Definitions, ReadError};

/// Applies one record. `link` is what its sealed part says, where it has one that still opens.
///
/// # Errors
/// The store could not be read, or the record does not fit the state.
pub fn record(
    overlay: &mut Overlay<'_>,
    definitions: &dyn Definitions,
    seq: u64,
    record: &Record,
    link: Option<&Link>,
) -> Result<(), ReadError> {
    match record {
        Record::Installation(installation) => overlay.put(Key::installation(), installation),
        Record::Campaign(record) => campaign(overlay, record),
        Record::Open(record) => open(overlay, definitions, seq, record),
        Record::Amend(record) => amend(overlay, definitions, seq, record),
        Record::Ballot(record) => ballot(overlay, definitions, seq, record, link, None),
        Record::Written(record) => ballot(overlay, definitions, seq, &record.ballot, link, Some(record)),
        Record::Withdraw(record) => withdraw(overlay, definitions, seq, record),
        Record::Seal(record) => seal(overlay, seq, record),
        Record::Opening(record) => opening(overlay, record),
        Record::Tally(record) => tallied(overlay, record),
        Record::Erase(record) => erase(overlay, record),
        Record::Team(record) => team::record(overlay, seq, record),
        Record::Measure(record) => measure(overlay, record),
        Record::Entry(record) => contest::entry(overlay, seq, record, link),
        Record::Result(record) => contest::result(overlay, seq, record),
    }
}

/// What follows from a frame as a whole: the sizes that are signed.
pub fn heads(overlay: &mut Overlay<'_>, frame: &Frame) {
    for head in &frame.heads {
        overlay.put_bytes(Key::signed(&head.log, head.size), head.root.to_vec());
    }
}

fn measure(overlay: &mut Overlay<'_>, record: &MeasureRecord) -> Result<(), ReadError> {
    let key = Key::measured(&record.campaign, record.day);
    let mut counts: Counts = overlay.row(&key)?.unwrap_or_default();
    add(&mut counts, &record.counts);
    overlay.put(key, &counts)
}

fn campaign(overlay: &mut Overlay<'_>, record: &CampaignRecord) -> Result<(), ReadError> {
    let CampaignRecord { id, brand, version, document, activities } = record.clone();
    overlay.put(Key::campaign(&id), &CampaignRow { brand, version, document, activities })
}

fn open(
    overlay: &mut Overlay<'_>,
    definitions: &dyn Definitions,
    seq: u64,
    record: &OpenRecord,
) -> Result<(), ReadError> {
    let log = LogId::Activity(record.id.clone());
    let open_index =
        leaves::text(overlay, &LogId::Registry(record.brand.clone()), record.at, &record.registry)?;
    leaves::text(overlay, &log, record.at, &record.leaf)?;
    for document in record.documents() {
        overlay.put_bytes(Key::document(&log, &document), Vec::new());
    }
    let row = ActivityRow {
        brand: record.brand.clone(),
        campaign: record.campaign.clone(),
        name: record.name.clone(),
        definition: record.definition,
        terms: record.terms,
        window: Window { opens: Timestamp(record.opens), closes: Timestamp(record.closes) },
        results: record.results,
        openings: record.openings,
        rules: Hash::of(&record.leaf),
        open_index,
        sealed: None,
        tallied: None,
        contest: contest::row(record),
    };
    overlay.put_activity(&record.id, &row)?;
    overlay.put(Key::tally(&record.id), &tally::empty(seq, &*definitions.definition(&record.definition)?))
}

fn amend(
    overlay: &mut Overlay<'_>,
    definitions: &dyn Definitions,
    seq: u64,
    record: &AmendRecord,
) -> Result<(), ReadError> {
    let log = LogId::Activity(record.activity.clone());
    leaves::text(overlay, &log, record.at, &record.leaf)?;
    for document in [&record.definition, &record.terms] {
        overlay.put_bytes(Key::document(&log, document), Vec::new());
    }
    let mut row: ActivityRow = overlay.expect(&Key::activity(&record.activity))?;
    (row.definition, row.terms) = (record.definition, record.terms);
    overlay.put_activity(&record.activity, &row)?;
    // Only before the first ballot, so there is nothing to carry over.
    let tally = tally::empty(seq, &*definitions.definition(&record.definition)?);
    overlay.put(Key::tally(&record.activity), &tally)
}

fn ballot(
    overlay: &mut Overlay<'_>,
    definitions: &dyn Definitions,
    seq: u64,
    record: &BallotRecord,
    link: Option<&Link>,
    text: Option<&WrittenRecord>,
) -> Result<(), ReadError> {
    let BallotRecord { activity, holder, revision, server, sealed, .. } = record;
    let log = LogId::Activity(activity.clone());
    let Body::Ballot(Ballot { held, commit, .. }) = decoded(&record.leaf)? else {
        return Err(ReadError("the leaf of a ballot is none".to_owned()));
    };
    let earlier = held.unlock.map(|unlock| opened(overlay, activity, &unlock)).transpose()?;
    let slot = sealed.as_ref().map(|sealed| sealed.slot).or(earlier.as_ref().map(|(_, act)| act.slot));
    let number: u64 = overlay.row(&Key::written_count(activity))?.unwrap_or(0);
    let act = ActRow {
        holder: *holder,
        slot: slot.ok_or_else(|| ReadError("a first ballot names no person key".to_owned()))?,
        revision: *revision,
        standing: Standing::Counted,
        server: *server,
        at: Timestamp(record.at),
        seq,
        key: half_of_key(&record.key),
        request: record.request,
        said: Said::Ballot {
            unlock: held.unlock.map(|key| *key.bytes()),
            lock: record.lock,
            commit: *commit.bytes(),
        },
        answers: record.answers.clone(),
        salts: record.salts.clone(),
        written: text.map(|text| Written { number, commitments: text.commitments.clone() }),
    };
    tally::count(overlay, definitions, seq, activity, earlier.as_ref().map(|(_, act)| act), Some(&act))?;
    if let Some((index, _)) = &earlier {
        stand(overlay, &log, *index, Standing::Superseded)?;
    }
    let slot = act.slot;
    let index = leaves::act(overlay, &log, act, &record.leaf)?;
    if let Some(WrittenRecord { sealed, .. }) = text {
        overlay.put(Key::written(activity, number), &WrittenRow { index, sealed: sealed.clone() })?;
        overlay.put(Key::written_count(activity), &(number + 1))?;
    }
    overlay.put(Key::lock(activity, &record.lock), &index)?;
    overlay.put(Key::idempotency(activity, &record.key), &index)?;
    grow(overlay, &log, |head| {
        head.acts += 1;
        head.holders += u64::from(earlier.is_none());
    })?;
    if sealed.is_some() {
        take_slot(overlay, slot, link)?;
    } else if let Some(mut row) = overlay.row::<LinkRow>(&Key::link(slot))?
        && row.key.take().is_some()
    {
        // The client took its lock over: the server's key opens nothing any more.
        overlay.put(Key::link(slot), &row)?;
    }
    remember(overlay, activity, slot, index)
}

fn withdraw(
    overlay: &mut Overlay<'_>,
    definitions: &dyn Definitions,
    seq: u64,
    record: &WithdrawRecord,
) -> Result<(), ReadError> {
    let WithdrawRecord { activity, holder, .. } = record;
    let log = LogId::Activity(activity.clone());
    let Body::Withdraw(Withdraw { unlock, .. }) = decoded(&record.leaf)? else {
        return Err(ReadError("the leaf of a withdrawal is none".to_owned()));
    };
    let (last, ballot) = opened(overlay, activity, &unlock)?;
    let void = if let Said::Entry { .. } = ballot.said {
        contest::withdraw(overlay, seq, activity, last)?
    } else {
        tally::count(overlay, definitions, seq, activity, Some(&ballot), None)?;
        stand(overlay, &log, last, Standing::Withdrawn)?;
        ballot.revision
    };
    let act = ActRow {
        holder: *holder,
        slot: ballot.slot,
        revision: 0,
        standing: Standing::Withdrawn,
        server: ballot.server,
        at: Timestamp(record.at),
        seq,
        key: half_of_key(&record.key),
        request: record.request,
        said: Said::Withdrawal { unlock: *unlock.bytes() },
        answers: Vec::new(),
        salts: Vec::new(),
        written: None,
    };
    let index = leaves::act(overlay, &log, act, &record.leaf)?;
    overlay.put(Key::idempotency(activity, &record.key), &index)?;
    grow(overlay, &log, |head| head.void += void)?;
    remember(overlay, activity, ballot.slot, index)
}

pub(super) fn decoded(leaf: &[u8]) -> Result<Body, ReadError> {
    Leaf::decode(leaf).map(|leaf| leaf.body).map_err(|error| ReadError(error.to_string()))
}

/// The ballot whose lock a key opens. It is found by that lock alone, so that a replay finds it after an erasure too.
fn opened(
    overlay: &Overlay<'_>,
    activity: &ActivityId,
    unlock: &LockKey,
) -> Result<(u64, ActRow), ReadError> {
    let lock = commitment::lock(activity, unlock);
    let index: u64 = overlay.expect(&Key::lock(activity, lock.bytes()))?;
    let row: LeafRow = overlay.expect(&Key::leaf(&LogId::Activity(activity.clone()), index))?;
    Ok((index, row.act().ok_or_else(|| ReadError(format!("leaf {index} is no act")))?))
}

/// Says what became of an act.
pub(super) fn stand(
    overlay: &mut Overlay<'_>,
    log: &LogId,
    index: u64,
    standing: Standing,
) -> Result<(), ReadError> {
    let key = Key::leaf(log, index);
    let mut row: LeafRow = overlay.expect(&key)?;
    if let LeafRow::Act(act) = &mut row {
        act.standing = standing;
    }
    overlay.put(key, &row)
}

/// Takes a slot for a holder, and keeps whose it is, where that can still be told.
pub(super) fn take_slot(overlay: &mut Overlay<'_>, slot: u64, link: Option<&Link>) -> Result<(), ReadError> {
    let taken: u64 = overlay.row(&Key::people())?.unwrap_or(0);
    overlay.put(Key::people(), &taken.max(slot + 1))?;
    link.map_or(Ok(()), |link| overlay.put(Key::link(slot), &LinkRow::of(link)))
}

/// Adds an act to those its person knows of, unless the person was forgotten.
pub(super) fn remember(
    overlay: &mut Overlay<'_>,
    activity: &ActivityId,
    slot: u64,
    index: u64,
) -> Result<(), ReadError> {
    let Some(link) = overlay.row::<LinkRow>(&Key::link(slot))? else { return Ok(()) };
    for known_by in link.known_by() {
        let key = Key::person(activity, &known_by);
        let mut row: PersonRow = overlay.row(&key)?.unwrap_or_default();
        match row.holders.iter_mut().find(|known| known.slot == slot) {
            Some(known) => known.acts.push(index),
            None => row.holders.push(HolderRow { slot, acts: vec![index] }),
        }
        overlay.put(key, &row)?;
    }
    Ok(())
}

/// Changes what the head of a log counts.
pub(super) fn grow(
    overlay: &mut Overlay<'_>,
    log: &LogId,
    change: impl FnOnce(&mut LogRow),
) -> Result<(), ReadError> {
    let key = Key::log(log);
    let mut head: LogRow = overlay.expect(&key)?;
    change(&mut head);
    overlay.put(key, &head)
}

fn seal(overlay: &mut Overlay<'_>, seq: u64, record: &SealRecord) -> Result<(), ReadError> {
    let log = LogId::Activity(record.activity.clone());
    let index = leaves::text(overlay, &log, record.at, &record.leaf)?;
    let mut row: ActivityRow = overlay.expect(&Key::activity(&record.activity))?;
    leaves::text(overlay, &LogId::Registry(record.brand.clone()), record.at, &record.registry)?;
    row.sealed = Some(index + 1);
    overlay.put_activity(&record.activity, &row)?;
    // Those who watch learn that it is closed.
    let mut tally: TallyRow = overlay.expect(&Key::tally(&record.activity))?;
    tally.seq = seq;
    overlay.put(Key::tally(&record.activity), &tally)
}

fn opening(overlay: &mut Overlay<'_>, record: &OpeningRecord) -> Result<(), ReadError> {
    let log = LogId::Activity(record.activity.clone());
    let index = leaves::text(overlay, &log, record.at, &record.leaf)?;
    overlay.put_bytes(Key::document(&log, &record.file), Vec::new());
    let row = OpeningRow { rows: record.rows, file: record.file };
    overlay.put(Key::opening(&record.activity, index), &row)
}

fn tallied(overlay: &mut Overlay<'_>, record: &TallyRecord) -> Result<(), ReadError> {
    let log = LogId::Activity(record.activity.clone());
    let index = leaves::text(overlay, &log, record.at, &record.leaf)?;
    overlay.put_bytes(Key::document(&log, &record.text), Vec::new());
    let mut row: ActivityRow = overlay.expect(&Key::activity(&record.activity))?;
    row.tallied = Some((index, record.text));
    overlay.put_activity(&record.activity, &row)
}

fn erase(overlay: &mut Overlay<'_>, record: &EraseRecord) -> Result<(), ReadError> {
    let EraseRecord { activity, slot, .. } = record;
    overlay.put_bytes(Key::erased(*slot), Vec::new());
    let link_key = Key::link(*slot);
    // Replayed after the key was destroyed, there was never a link.
    let Some(link) = overlay.row::<LinkRow>(&link_key)? else { return Ok(()) };
    overlay.remove(link_key);
    for known_by in link.known_by() {
        let key = Key::person(activity, &known_by);
        let mut row: PersonRow = overlay.row(&key)?.unwrap_or_default();
        row.holders.retain(|other| other.slot != *slot);
        if row.holders.is_empty() {
            overlay.remove(key);
        } else {
            overlay.put(key, &row)?;
        }
    }
    Ok(())
}
