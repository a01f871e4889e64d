//! What do the records of a contest change? Tickets are numbered without a gap and never again; what is void stays in the
//! list (`docs/PROTOCOL.md`, 3).

use fanfare_shared::draw::rounds::time_of;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::leaf::{Beacon, BeaconKind, Body, ContestRules, Entry, KindRules, Rules};
use fanfare_shared::time::Timestamp;

use super::apply::{decoded, grow, remember, stand};
use super::key::{Key, half_of_key};
use super::leaves;
use super::overlay::Overlay;
use super::rows::{
    ActRow, ActivityRow, ContestRow, LeafRow, LinkRow, Said, Standing, TallyRow, Written, WrittenRow,
};
use crate::store::ReadError;
use crate::store::record::contest::{EntryRecord, ResultRecord, VoidRecord};
use crate::store::record::{Link, LogId, OpenRecord};

/// Seconds between seal and round: ten minutes for witnesses and seal codes, and as many to reach them.
const SEALED_BEFORE: u64 = 1_200;

/// What only a contest has, from its rules.
pub(super) fn row(record: &OpenRecord) -> Option<ContestRow> {
    let Rules { kind: KindRules::Contest(rules), .. } = record.rules()? else { return None };
    let ContestRules { beacon: Beacon { kind, round, .. }, reasons, per_holder_max, .. } = rules;
    let closes = Timestamp(record.closes);
    let seals = match kind {
        BeaconKind::Drand => closes.max(Timestamp(time_of(round).0.saturating_sub(SEALED_BEFORE)).minute()),
        BeaconKind::Demo => closes,
    };
    let reasons = reasons.into_iter().map(|reason| (reason.code, reason.tickets, reason.most)).collect();
    Some(ContestRow { seals, reasons, per_holder_max, drawn: None })
}

pub(super) fn entry(
    overlay: &mut Overlay<'_>,
    seq: u64,
    record: &EntryRecord,
    link: Option<&Link>,
) -> Result<(), ReadError> {
    let EntryRecord { activity, holder, server, sealed, form, .. } = record;
    let log = LogId::Activity(activity.clone());
    let Body::Entry(Entry { held, commit, first, count, reason }) = decoded(&record.leaf)? else {
        return Err(ReadError("the leaf of an entry is none".to_owned()));
    };
    let before: Option<u64> = overlay.row(&Key::lock(activity, held.lock.bytes()))?;
    let number: u64 = overlay.row(&Key::written_count(activity))?.unwrap_or(0);
    let act = ActRow {
        holder: *holder,
        slot: form.slot,
        revision: 1,
        standing: Standing::Counted,
        server: *server,
        at: Timestamp(record.at),
        seq,
        key: half_of_key(&record.key),
        request: record.request,
        said: Said::Entry { lock: *held.lock.bytes(), commit: *commit.bytes(), first, count, reason, before },
        answers: Vec::new(),
        salts: Vec::new(),
        written: Some(Written { number, commitments: Vec::new() }),
    };
    let index = leaves::act(overlay, &log, act, &record.leaf)?;
    overlay.put(Key::written(activity, number), &WrittenRow { index, sealed: form.clone() })?;
    overlay.put(Key::written_count(activity), &(number + 1))?;
    overlay.put(Key::lock(activity, held.lock.bytes()), &index)?;
    overlay.put(Key::idempotency(activity, &record.key), &index)?;
    grow(overlay, &log, |head| {
        head.acts += 1;
        head.holders += u64::from(before.is_none());
        head.tickets += count;
    })?;
    if sealed.is_some() {
        let taken: u64 = overlay.row(&Key::people())?.unwrap_or(0);
        overlay.put(Key::people(), &taken.max(form.slot + 1))?;
        if let Some(link) = link {
            overlay.put(Key::link(form.slot), &LinkRow::of(link))?;
        }
    }
    if before.is_none() {
        holders(overlay, seq, activity, *server, |n| n + 1)?;
    }
    remember(overlay, activity, form.slot, index)
}

/// Voids all leaves of the holder whose last entry leaf this is. Gives the tickets that became void.
pub(super) fn withdraw(
    overlay: &mut Overlay<'_>,
    seq: u64,
    activity: &ActivityId,
    last: u64,
) -> Result<u64, ReadError> {
    let log = LogId::Activity(activity.clone());
    let (mut void, mut next, mut live) = (0, Some(last), None);
    while let Some(index) = next {
        let (act, count, before) = entry_at(overlay, &log, index)?;
        if act.standing == Standing::Counted {
            void += count;
            live = Some(act.server);
            stand(overlay, &log, index, Standing::Withdrawn)?;
        }
        next = before;
    }
    if let Some(server) = live {
        holders(overlay, seq, activity, server, |n| n.saturating_sub(1))?;
    }
    Ok(void)
}

pub(super) fn void(overlay: &mut Overlay<'_>, seq: u64, record: &VoidRecord) -> Result<(), ReadError> {
    let VoidRecord { activity, target, at, leaf } = record;
    let log = LogId::Activity(activity.clone());
    leaves::text(overlay, &log, *at, leaf)?;
    let (act, count, _) = entry_at(overlay, &log, *target)?;
    stand(overlay, &log, *target, Standing::Excluded)?;
    grow(overlay, &log, |head| head.void += count)?;
    let Said::Entry { lock, .. } = act.said else { return Ok(()) };
    // Whoever has another leaf that counts is in the draw still.
    let mut next: Option<u64> = overlay.row(&Key::lock(activity, &lock))?;
    while let Some(index) = next {
        let (act, _, before) = entry_at(overlay, &log, index)?;
        if act.standing == Standing::Counted {
            return Ok(());
        }
        next = before;
    }
    holders(overlay, seq, activity, act.server, |n| n.saturating_sub(1))
}

pub(super) fn result(overlay: &mut Overlay<'_>, seq: u64, record: &ResultRecord) -> Result<(), ReadError> {
    let ResultRecord { activity, brand, signature, at, leaf, registry } = record;
    leaves::text(overlay, &LogId::Activity(activity.clone()), *at, leaf)?;
    leaves::text(overlay, &LogId::Registry(brand.clone()), *at, registry)?;
    let mut row: ActivityRow = overlay.expect(&Key::activity(activity))?;
    if let Some(contest) = &mut row.contest {
        contest.drawn = Some(signature.clone());
    }
    overlay.put_activity(activity, &row)?;
    let mut tally: TallyRow = overlay.expect(&Key::tally(activity))?;
    tally.seq = seq;
    overlay.put(Key::tally(activity), &tally)
}

/// An entry, its tickets, and its holder's leaf before it.
fn entry_at(overlay: &Overlay<'_>, log: &LogId, index: u64) -> Result<(ActRow, u64, Option<u64>), ReadError> {
    let row: LeafRow = overlay.expect(&Key::leaf(log, index))?;
    let none = || ReadError(format!("leaf {index} is no entry"));
    let act = row.act().ok_or_else(none)?;
    let Said::Entry { count, before, .. } = act.said else { return Err(none()) };
    Ok((act, count, before))
}

/// Changes how many take part.
fn holders(
    overlay: &mut Overlay<'_>,
    seq: u64,
    activity: &ActivityId,
    server: bool,
    change: impl Fn(u64) -> u64,
) -> Result<(), ReadError> {
    let mut tally: TallyRow = overlay.expect(&Key::tally(activity))?;
    tally.seq = seq;
    tally.ballots = change(tally.ballots);
    if server {
        tally.server = change(tally.server);
    }
    overlay.put(Key::tally(activity), &tally)
}
