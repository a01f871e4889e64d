//! How does an activity end, and what follows in a poll? The committer seals it; a thread of its own then makes opening files and the tally from what
//! can no longer change; the committer appends the leaves that name them. A halt in between loses nothing: a sealed
//! poll without a tally is taken up again at the next start, and its files come out the same.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use fanfare_shared::campaign::Openings;
use fanfare_shared::definition::Definition;
use fanfare_shared::ids::{ActivityId, Slug};
use fanfare_shared::log::commitment::{self, Salt};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Body, Leaf, Opening, RegistryBody, RegistryLeaf, Seal};
use fanfare_shared::log::merkle;
use fanfare_shared::log::opening::{
    AnswerCount, AnswerKind, Counts, OPENED_HOLDERS_MIN, OpeningFile, Row as OpeningFileRow, TallyText,
};
use fanfare_shared::log::origin::{Host, LogOrigin};

use super::Desk;
use super::draft::Draft;
use crate::store::documents::Documents;
use crate::store::record::{LogId, OpeningRecord, Record, SealRecord, TallyRecord};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActRow, ActivityRow, LeafRow, Standing};
use crate::store::{Definitions, ReadError, View};

/// Rows of an opening file: about one megabyte.
const FILE_ROWS: usize = 4096;

/// What follows a seal: the files are durable, their leaves are not there yet.
#[derive(Debug, Clone)]
pub(crate) struct Closing {
    pub(crate) activity: ActivityId,
    pub(crate) openings: Vec<Opening>,
    pub(crate) tally: Hash,
}

/// Appends the two seals of an activity: its own, and the registry's with the sealed root.
pub(super) fn seal(desk: &Desk, draft: &mut Draft<'_>, activity: &ActivityId) -> Result<(), ReadError> {
    let row: ActivityRow = draft.overlay.expect(&Key::activity(activity))?;
    if row.sealed.is_some() {
        return Ok(());
    }
    let (log, registry) = (LogId::Activity(activity.clone()), LogId::Registry(row.brand.clone()));
    let at = draft.leaf_time(&[&log, &registry])?;
    let head = draft.log(&log)?;
    let (acts, holders, void) = (head.acts, head.holders, head.void);
    let body = Body::Seal(match row.contest {
        None => Seal::Acts { acts, holders, void },
        Some(_) => Seal::Entries { entries: acts, holders, tickets: head.tickets, void },
    });
    let leaf = Leaf { activity: activity.clone(), at, body }.encode();
    let mut sealed = draft.tree(&log)?.clone();
    sealed.append(merkle::leaf_hash(&leaf));
    let origin = LogOrigin { host: desk.host.clone(), activity: activity.clone() };
    let body = RegistryBody::Seal { log: origin, rules: row.rules, size: sealed.size(), root: sealed.root() };
    let record = SealRecord {
        activity: activity.clone(),
        brand: row.brand,
        at: at.0,
        leaf,
        registry: RegistryLeaf { at, body }.encode(),
    };
    draft.append(Record::Seal(record), None)?;
    Ok(())
}

/// Appends the leaves that follow a seal, once.
pub(super) fn publish(draft: &mut Draft<'_>, closing: &Closing) -> Result<(), ReadError> {
    let Closing { activity, openings, tally } = closing;
    let row: ActivityRow = draft.overlay.expect(&Key::activity(activity))?;
    if row.tallied.is_some() {
        return Ok(());
    }
    let at = draft.leaf_time(&[&LogId::Activity(activity.clone())])?;
    let leaf = |body| Leaf { activity: activity.clone(), at, body }.encode();
    for Opening { rows, file } in openings.iter().copied() {
        let leaf = leaf(Body::Opening(Opening { rows, file }));
        let record = OpeningRecord { activity: activity.clone(), rows, file, at: at.0, leaf };
        draft.append(Record::Opening(record), None)?;
    }
    let leaf = leaf(Body::Tally(*tally));
    let record = TallyRecord { activity: activity.clone(), text: *tally, at: at.0, leaf };
    draft.append(Record::Tally(record), None)?;
    Ok(())
}

/// Makes opening files and tally text of a sealed poll. Gives nothing when told to stop.
pub(super) fn prepare(
    view: &dyn View,
    documents: &Documents,
    host: &Host,
    activity: &ActivityId,
    stop: &AtomicBool,
) -> Result<Option<Closing>, ReadError> {
    let row: ActivityRow = overlay::expect(view, &Key::activity(activity))?;
    let definition = documents.definition(&row.definition)?;
    let mut counts = Recount::default();
    for ballot in highest(view, activity) {
        let (_, act, void) = ballot?;
        counts.add(&definition, &act, void);
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
    }
    let live = counts.ballots.client + counts.ballots.server;
    let mut openings = Vec::new();
    if row.openings == Openings::Close && live >= OPENED_HOLDERS_MIN {
        let mut file = OpeningFile::default();
        for ballot in highest(view, activity) {
            let (index, act, _) = ballot?;
            file.rows.extend(rows(activity, &definition, index, &act));
            if file.rows.len() >= FILE_ROWS {
                openings.push(keep(documents, &std::mem::take(&mut file))?);
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
        if !file.rows.is_empty() {
            openings.push(keep(documents, &file)?);
        }
    }
    let log = LogOrigin { host: host.clone(), activity: activity.clone() };
    let text = counts.text(log, &definition);
    let tally = documents.put(text.encode().as_bytes()).map_err(|error| ReadError(error.to_string()))?;
    Ok(Some(Closing { activity: activity.clone(), openings, tally }))
}

fn keep(documents: &Documents, file: &OpeningFile) -> Result<Opening, ReadError> {
    let hash = documents.put(file.encode().as_bytes()).map_err(|error| ReadError(error.to_string()))?;
    Ok(Opening { rows: file.rows.len() as u64, file: hash })
}

/// The highest ballot of each holder by leaf index, with whether it is void.
pub(crate) fn highest<'a>(
    view: &'a dyn View,
    activity: &ActivityId,
) -> impl Iterator<Item = Result<(u64, ActRow, bool), ReadError>> + 'a {
    let leaves = Key::leaves(&LogId::Activity(activity.clone()));
    view.scan(&leaves, &leaves).filter_map(|row| {
        let read = || {
            let (key, bytes) = row?;
            let row: LeafRow = overlay::decode(&key, &bytes)?;
            let index = key.last_number().unwrap_or_default();
            Ok(row.act().and_then(|act| match (act.revision, act.standing) {
                (0, _) | (_, Standing::Superseded) => None,
                (_, Standing::Counted) => Some((index, act, false)),
                (_, Standing::Withdrawn) => Some((index, act, true)),
            }))
        };
        read().transpose()
    })
}

/// The rows that open one ballot: those of its choices.
fn rows(activity: &ActivityId, definition: &Definition, index: u64, act: &ActRow) -> Vec<OpeningFileRow> {
    let salts = || act.salts.iter().map(|salt| Salt::new(*salt));
    let parts = definition.questions.iter().zip(&act.answers).zip(salts());
    let commitments: Vec<Hash> = parts
        .clone()
        .enumerate()
        .map(|(at, ((question, answer), salt))| match act.commitment(at) {
            Some(sealed) => Hash::new(*sealed),
            None => commitment::answer(activity, question.id.as_str(), &salt, answer.as_bytes()),
        })
        .collect();
    let choices =
        parts.enumerate().filter(|(_, ((question, _), _))| question.answers() == AnswerKind::Choice);
    let rows = choices.map(|(at, ((question, answer), salt))| OpeningFileRow {
        leaf: index,
        question: question.id.clone(),
        salt,
        answer: answer.as_bytes().to_vec(),
        others: commitments
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, commitment)| *commitment)
            .collect(),
    });
    rows.collect()
}

/// Counts by answer, as the tally text has them.
#[derive(Debug, Default)]
struct Recount {
    ballots: Counts,
    answers: BTreeMap<(usize, Vec<u8>), Counts>,
}

impl Recount {
    fn add(&mut self, definition: &Definition, act: &ActRow, void: bool) {
        let one = |counts: &mut Counts| match (void, act.server) {
            (true, _) => counts.void += 1,
            (false, true) => counts.server += 1,
            (false, false) => counts.client += 1,
        };
        one(&mut self.ballots);
        for (at, (question, answer)) in definition.questions.iter().zip(&act.answers).enumerate() {
            if question.answers() == AnswerKind::Text {
                continue;
            }
            one(self.answers.entry((at, answer.as_bytes().to_vec())).or_default());
        }
    }

    fn text(self, log: LogOrigin, definition: &Definition) -> TallyText {
        let question = |at: usize| -> Option<Slug> { Some(definition.questions.get(at)?.id.clone()) };
        let answers = self.answers.into_iter().filter_map(|((at, answer), counts)| {
            Some(AnswerCount { question: question(at)?, counts, answer })
        });
        TallyText { log, ballots: self.ballots, answers: answers.collect() }
    }
}
