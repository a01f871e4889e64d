//! The same record in two encodings: the journal's, and the export's.

use super::line::{Base64, Count, Entry, Head, Hex, Log, Sealed, TeamChange, Written};
use fanfare_shared::log::hash::Hash;

use crate::store::record::contest::{EntryRecord, ResultRecord};
use crate::store::record::measure::MeasureRecord;
use crate::store::record::team::{self, Kept, TeamRecord};
use crate::store::record::written::WrittenRecord;
use crate::store::record::{
    self, AmendRecord, BallotRecord, CampaignRecord, EraseRecord, Installation, LogId, OpenRecord,
    OpeningRecord, Record, SealRecord, TallyRecord, WithdrawRecord,
};

impl From<Record> for Entry {
    fn from(record: Record) -> Self {
        match record {
            Record::Installation(Installation { base: host, key }) => {
                Self::Installation { host, key: Hex(key) }
            }
            Record::Campaign(CampaignRecord { id, brand, version, document, activities }) => {
                Self::Campaign { id, brand, version, document, activities }
            }
            Record::Open(open) => {
                let OpenRecord { id: activity, brand, campaign, name, definition, terms, .. } = *open;
                let OpenRecord { opens, closes, results, openings, at, leaf, registry, .. } = *open;
                Self::Open {
                    activity,
                    brand,
                    campaign,
                    name,
                    definition,
                    terms,
                    opens,
                    closes,
                    results,
                    openings,
                    at,
                    leaf: Base64(leaf),
                    registry: Base64(registry),
                }
            }
            Record::Amend(AmendRecord { activity, definition, terms, at, leaf }) => {
                Self::Amend { activity, definition, terms, at, leaf: Base64(leaf) }
            }
            Record::Ballot(ballot) => ballot_entry(*ballot, None),
            Record::Written(written) => {
                let WrittenRecord { ballot, commitments, sealed } = *written;
                let commitments = commitments.into_iter().map(|(place, hash)| (place, Hex(hash))).collect();
                ballot_entry(ballot, Some(Written { commitments, sealed: sealed.into() }))
            }
            Record::Withdraw(WithdrawRecord { activity, key, request, holder, at, leaf }) => Self::Withdraw {
                activity,
                key,
                request: Hex(request),
                holder: Hex(holder),
                at,
                leaf: Base64(leaf),
            },
            Record::Seal(SealRecord { activity, brand, at, leaf, registry }) => {
                Self::Seal { activity, brand, at, leaf: Base64(leaf), registry: Base64(registry) }
            }
            Record::Opening(OpeningRecord { activity, rows, file, at, leaf }) => {
                Self::Opening { activity, rows, file, at, leaf: Base64(leaf) }
            }
            Record::Tally(TallyRecord { activity, text, at, leaf }) => {
                Self::Tally { activity, text, at, leaf: Base64(leaf) }
            }
            Record::Erase(EraseRecord { activity, holder, slot }) => {
                Self::Erase { activity, holder: Hex(holder), slot }
            }
            Record::Entry(entry) => {
                let EntryRecord { activity, key, request, holder, server, at, leaf, sealed, form } = *entry;
                Self::Enter {
                    activity,
                    key,
                    request: Hex(request),
                    holder: Hex(holder),
                    server,
                    at,
                    leaf: Base64(leaf),
                    sealed: sealed.map(Sealed::from),
                    form: form.into(),
                }
            }
            Record::Result(result) => {
                let ResultRecord { activity, brand, signature, at, leaf, registry } = *result;
                let (leaf, registry) = (Base64(leaf), Base64(registry));
                Self::Result { activity, brand, signature, at, leaf, registry }
            }
            Record::Measure(MeasureRecord { campaign, day, counts }) => {
                let counts = counts.into_iter().map(|((by, value, what), n)| Count { by, value, what, n });
                Self::Measure { campaign, day, counts: counts.collect() }
            }
            Record::Team(team) => {
                let TeamRecord { line, changes, forgotten } = *team;
                Self::Team {
                    // Written by us as JSON, so it is text.
                    line: line.map(|line| String::from_utf8_lossy(&line).into_owned()),
                    changes: changes.into_iter().map(TeamChange::from).collect(),
                    forgotten,
                }
            }
        }
    }
}

fn ballot_entry(ballot: BallotRecord, written: Option<Written>) -> Entry {
    let BallotRecord { activity, key, request, holder, revision, lock, server, at, leaf, .. } = ballot;
    let BallotRecord { answers, salts, sealed, .. } = ballot;
    Entry::Ballot {
        activity,
        key,
        request: Hex(request),
        holder: Hex(holder),
        revision,
        lock: Hex(lock),
        server,
        at,
        leaf: Base64(leaf),
        answers,
        salts: salts.into_iter().map(Hex).collect(),
        sealed: sealed.map(Sealed::from),
        written,
    }
}

impl From<Entry> for Record {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Installation { host: base, key } => Self::Installation(Installation { base, key: key.0 }),
            Entry::Campaign { id, brand, version, document, activities } => {
                Self::Campaign(CampaignRecord { id, brand, version, document, activities })
            }
            Entry::Open {
                activity: id,
                brand,
                campaign,
                name,
                definition,
                terms,
                opens,
                closes,
                results,
                openings,
                at,
                leaf: Base64(leaf),
                registry: Base64(registry),
            } => Self::Open(Box::new(OpenRecord {
                id,
                brand,
                campaign,
                name,
                definition,
                terms,
                opens,
                closes,
                results,
                openings,
                at,
                leaf,
                registry,
            })),
            Entry::Amend { activity, definition, terms, at, leaf } => {
                Self::Amend(AmendRecord { activity, definition, terms, at, leaf: leaf.0 })
            }
            Entry::Ballot {
                activity,
                key,
                request,
                holder,
                revision,
                lock,
                server,
                at,
                leaf: Base64(leaf),
                answers,
                salts,
                sealed,
                written,
            } => {
                let ballot = BallotRecord {
                    activity,
                    key,
                    request: request.0,
                    holder: holder.0,
                    revision,
                    lock: lock.0,
                    server,
                    at,
                    leaf,
                    answers,
                    salts: salts.into_iter().map(|salt| salt.0).collect(),
                    sealed: sealed.map(record::Sealed::from),
                };
                let Some(Written { commitments, sealed }) = written else {
                    return Self::Ballot(Box::new(ballot));
                };
                let commitments = commitments.into_iter().map(|(place, hash)| (place, hash.0)).collect();
                Self::Written(Box::new(WrittenRecord { ballot, commitments, sealed: sealed.into() }))
            }
            Entry::Withdraw { activity, key, request, holder, at, leaf } => Self::Withdraw(WithdrawRecord {
                activity,
                key,
                request: request.0,
                holder: holder.0,
                at,
                leaf: leaf.0,
            }),
            Entry::Seal { activity, brand, at, leaf, registry } => {
                Self::Seal(SealRecord { activity, brand, at, leaf: leaf.0, registry: registry.0 })
            }
            Entry::Opening { activity, rows, file, at, leaf } => {
                Self::Opening(OpeningRecord { activity, rows, file, at, leaf: leaf.0 })
            }
            Entry::Tally { activity, text, at, leaf } => {
                Self::Tally(TallyRecord { activity, text, at, leaf: leaf.0 })
            }
            Entry::Erase { activity, holder, slot } => {
                Self::Erase(EraseRecord { activity, holder: holder.0, slot })
            }
            Entry::Enter { activity, key, request, holder, server, at, leaf, sealed, form } => {
                Self::Entry(Box::new(EntryRecord {
                    activity,
                    key,
                    request: request.0,
                    holder: holder.0,
                    server,
                    at,
                    leaf: leaf.0,
                    sealed: sealed.map(record::Sealed::from),
                    form: form.into(),
                }))
            }
            Entry::Result { activity, brand, signature, at, leaf, registry } => {
                let (leaf, registry) = (leaf.0, registry.0);
                Self::Result(Box::new(ResultRecord { activity, brand, signature, at, leaf, registry }))
            }
            Entry::Measure { campaign, day, counts } => {
                let counts = counts.into_iter().map(|Count { by, value, what, n }| ((by, value, what), n));
                Self::Measure(MeasureRecord { campaign, day, counts: counts.collect() })
            }
            Entry::Team { line, changes, forgotten } => Self::Team(Box::new(TeamRecord {
                line: line.map(String::into_bytes),
                changes: changes.into_iter().map(team::TeamChange::from).collect(),
                forgotten,
            })),
        }
    }
}

impl From<record::Sealed> for Sealed {
    fn from(record::Sealed { slot, nonce, bytes }: record::Sealed) -> Self {
        Self { slot, nonce: Hex(nonce), bytes: Base64(bytes) }
    }
}

impl From<Sealed> for record::Sealed {
    fn from(Sealed { slot, nonce, bytes }: Sealed) -> Self {
        Self { slot, nonce: nonce.0, bytes: bytes.0 }
    }
}

impl From<team::TeamChange> for TeamChange {
    fn from(team::TeamChange { table, key, value }: team::TeamChange) -> Self {
        let (plain, sealed) = match value {
            Some(Kept::Plain(bytes)) => (Some(Base64(bytes)), None),
            Some(Kept::Sealed(sealed)) => (None, Some(sealed.into())),
            None => (None, None),
        };
        Self { table, key: Base64(key), plain, sealed }
    }
}

impl From<TeamChange> for team::TeamChange {
    fn from(TeamChange { table, key, plain, sealed }: TeamChange) -> Self {
        let sealed = sealed.map(|sealed| Kept::Sealed(sealed.into()));
        Self { table, key: key.0, value: sealed.or(plain.map(|plain| Kept::Plain(plain.0))) }
    }
}

impl From<record::Head> for Head {
    fn from(record::Head { log, size, root }: record::Head) -> Self {
        let log = match log {
            LogId::Activity(id) => Log::Activity(id),
            LogId::Registry(id) => Log::Registry(id),
        };
        Self { log, size, root: Hash::new(root) }
    }
}

impl From<Head> for record::Head {
    fn from(Head { log, size, root }: Head) -> Self {
        let log = match log {
            Log::Activity(id) => LogId::Activity(id),
            Log::Registry(id) => LogId::Registry(id),
        };
        Self { log, size, root: *root.bytes() }
    }
}
