//! What was written? Free text is opened here alone, under the key of its holder, for whoever may read it: the holder, and
//! the brand's team. Where that key was destroyed nothing opens any more.

use std::collections::BTreeMap;

use fanfare_shared::ids::{ActivityId, Slug};
use fanfare_shared::time::Timestamp;

use super::{Engine, Inner, ReadError};
use crate::store::record::contest::{self, Form};
use crate::store::record::written::{Text, place};
use crate::store::record::{Bytes32, LogId};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActRow, LeafRow, Said, Standing, WrittenRow};

/// A text that somebody wrote in answer to a question.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenText {
    /// Number of its ballot among those of the activity with free text, from 0; the same for all texts of one ballot.
    pub number: u64,
    /// Index of the ballot's leaf.
    pub index: u64,
    /// The leaf's time.
    pub at: Timestamp,
    /// The question.
    pub question: Slug,
    /// What was written, in whatever language.
    pub text: String,
}

/// Never in a log line.
impl std::fmt::Debug for WrittenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WrittenText({}, {})", self.index, self.question)
    }
}

/// The answers of an act, as far as they can be told.
pub(super) struct Opened {
    /// One for each question in the definition's order; empty where none was given, or where it is forgotten.
    pub(super) answers: Vec<String>,
    /// Their salts.
    pub(super) salts: Vec<Bytes32>,
    /// Of an entry: salt and bytes of the identity it commits to.
    pub(super) identity: Option<(Bytes32, Vec<u8>)>,
    /// Whether nothing is forgotten: then they open the ballot's commitment.
    pub(super) whole: bool,
}

impl Engine {
    /// How many ballots of an activity ever had free text: more than before means that there is something new to read.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn written_count(&self, activity: &ActivityId) -> Result<u64, ReadError> {
        Ok(overlay::row(&*self.inner.view, &Key::written_count(activity))?.unwrap_or(0))
    }

    /// The free text of an activity that counts now, newest first: what was changed, taken back or erased since is left out.
    /// Gives the texts of `most` ballots at most, all with numbers below `before` (none: from the newest on). The number of
    /// the last one is the next `before`; nothing is the end.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn texts(
        &self,
        activity: &ActivityId,
        before: Option<u64>,
        most: usize,
    ) -> Result<Vec<WrittenText>, ReadError> {
        let count = self.written_count(activity)?;
        let (mut texts, mut ballots) = (Vec::new(), 0);
        for number in (0..before.map_or(count, |before| before.min(count))).rev() {
            if ballots == most {
                break;
            }
            let written = self.text(activity, number)?;
            ballots += usize::from(!written.is_empty());
            texts.extend(written);
        }
        Ok(texts)
    }

    /// The texts of one ballot, by its number; none where they were changed or taken back since, or are forgotten.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn text(&self, activity: &ActivityId, number: u64) -> Result<Vec<WrittenText>, ReadError> {
        let inner = &*self.inner;
        let Some(state) = self.activity(activity) else { return Ok(Vec::new()) };
        let written: Option<WrittenRow> = overlay::row(&*inner.view, &Key::written(activity, number))?;
        let Some(WrittenRow { index, .. }) = written else { return Ok(Vec::new()) };
        let log = LogId::Activity(activity.clone());
        let row: LeafRow = overlay::expect(&*inner.view, &Key::leaf(&log, index))?;
        let Some(act) = row.act().filter(|act| act.standing == Standing::Counted) else {
            return Ok(Vec::new());
        };
        let Opened { answers, whole, .. } = inner.opened(activity, &act)?;
        if !whole {
            return Ok(Vec::new());
        }
        let asked = state.definition.questions.iter().zip(answers).enumerate();
        let written = asked.filter(|(at, _)| act.commitment(*at).is_some());
        let written = written.map(|(_, (question, text))| WrittenText {
            number,
            index,
            at: act.at,
            question: question.id.clone(),
            text,
        });
        Ok(written.collect())
    }
}

/// What an entrant filled in.
pub struct Filled {
    /// The leaf's time.
    pub at: Timestamp,
    /// Encoded answers by question; none once the entrant was forgotten.
    pub answers: Option<BTreeMap<String, String>>,
}

impl Engine {
    /// What the entrant behind a leaf filled in; none where the leaf is no entry.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn filled(&self, activity: &ActivityId, index: u64) -> Result<Option<Filled>, ReadError> {
        let inner = &*self.inner;
        let Some(state) = self.activity(activity) else { return Ok(None) };
        let log = LogId::Activity(activity.clone());
        let row: LeafRow = overlay::expect(&*inner.view, &Key::leaf(&log, index))?;
        let Some(act) = row.act().filter(|act| matches!(act.said, Said::Entry { .. })) else {
            return Ok(None);
        };
        let Opened { answers, whole, .. } = inner.opened(activity, &act)?;
        let asked = state.definition.questions.iter().map(|question| question.id.to_string());
        let answers = whole.then(|| asked.zip(answers).filter(|(_, answer)| !answer.is_empty()).collect());
        Ok(Some(Filled { at: act.at, answers }))
    }
}

impl Inner {
    /// The answers of an act, its free text among them unless its holder was forgotten.
    pub(super) fn opened(&self, activity: &ActivityId, act: &ActRow) -> Result<Opened, ReadError> {
        let (mut answers, mut salts) = (act.answers.clone(), act.salts.clone());
        let Some(written) = &act.written else {
            return Ok(Opened { answers, salts, identity: None, whole: true });
        };
        let WrittenRow { sealed, .. } =
            overlay::expect(&*self.view, &Key::written(activity, written.number))?;
        if let Said::Entry { first, .. } = act.said {
            let place = contest::place(activity.as_str(), &act.holder, first);
            let plain = self.keys.people().unseal_bytes(&place, &sealed);
            let form: Option<Form> = plain.and_then(|plain| postcard::from_bytes(&plain).ok());
            let whole = form.is_some();
            let (answers, identity) =
                form.map(|form| (form.answers, Some((form.salt, form.identity)))).unwrap_or_default();
            return Ok(Opened { answers, salts, identity, whole });
        }
        let place = place(activity.as_str(), &act.holder, act.revision);
        let plain = self.keys.people().unseal_bytes(&place, &sealed);
        let texts: Option<Vec<Text>> = plain.and_then(|plain| postcard::from_bytes(&plain).ok());
        let whole = texts.is_some();
        for ((at, _), Text { text, salt }) in written.commitments.iter().zip(texts.unwrap_or_default()) {
            let at = usize::try_from(*at).unwrap_or(usize::MAX);
            if let (Some(answer), Some(salted)) = (answers.get_mut(at), salts.get_mut(at)) {
                (*answer, *salted) = (text, salt);
            }
        }
        Ok(Opened { answers, salts, identity: None, whole })
    }
}
