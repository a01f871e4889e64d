//! What do the records of a contest change? Tickets are numbered without a gap and never again; what is void stays in the
//! list (`docs/PROTOCOL.md`, 3).

use fanfare_shared::draw::rounds::seals;
use fanfare_shared::ids::ActivityId;
use fanfare_shared::log::leaf::{Beacon, Body, Entry, EntryReason, KindRules, Rules};
use fanfare_shared::time::Timestamp;

use super::apply::{decoded, grow, remember, stand, take_slot};
use super::key::{Key, half_of_key};
use super::leaves;
use super::overlay::Overlay;
use super::rows::{ActRow, ActivityRow, ContestRow, LeafRow, Said, Standing, TallyRow, Written, WrittenRow};
use crate::store::ReadError;
use crate::store::record::contest::{EntryRecord, ResultRecord};
use crate::store::record::{Link, LogId, OpenRecord};

/// What only a contest has, from its rules; none without an entry's reason, which every contest begins with.
pub(super) fn row(record: &OpenRecord) -> Option<ContestRow> {
    let Rules { kind: KindRules::Contest(rules), .. } = record.rules()? else { return None };
    let EntryReason { code, tickets, .. } = rules.reasons.into_iter().next()?;
    let Beacon { kind, round, .. } = rules.beacon;
    let seals = seals(kind, Timestamp(record.closes), round);
    Some(ContestRow { seals, reason: code, tickets, drawn: None })
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
        take_slot(overlay, form.slot, link)?;
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
