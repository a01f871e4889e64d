//! What would the state be after this group? A view of the state with the group's changes on top.
//!
//! The sequencer decides each proposal against it, so the second act of a group sees the first; at the end its
//! changes are the group's one batch, each row once, with absolute values.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use fanfare_shared::ids::ActivityId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Key;
use super::rows::ActivityRow;
use crate::store::{ReadError, View};

/// Changed rows: the new value, or none for a row that is gone.
pub type Changes = BTreeMap<Key, Option<Vec<u8>>>;

/// The state with changes on top.
pub struct Overlay<'a> {
    view: &'a dyn View,
    changes: Changes,
    /// The rows of activities that were asked for: every act of a group asks for the same few.
    activities: RefCell<BTreeMap<ActivityId, Rc<ActivityRow>>>,
}

impl<'a> Overlay<'a> {
    /// Nothing changed yet.
    #[must_use]
    pub fn over(view: &'a dyn View) -> Self {
        Self { view, changes: Changes::new(), activities: RefCell::default() }
    }

    /// The changes.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        self.changes
    }

    /// The bytes of a row.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn bytes(&self, key: &Key) -> Result<Option<Vec<u8>>, ReadError> {
        match self.changes.get(key) {
            Some(changed) => Ok(changed.clone()),
            None => self.view.get(key),
        }
    }

    /// An activity, if there is one.
    ///
    /// # Errors
    /// The store could not be read, or the row not decoded.
    pub fn activity(&self, id: &ActivityId) -> Result<Option<Rc<ActivityRow>>, ReadError> {
        if let Some(row) = self.activities.borrow().get(id) {
            return Ok(Some(Rc::clone(row)));
        }
        let row = self.row::<ActivityRow>(&Key::activity(id))?.map(Rc::new);
        if let Some(row) = &row {
            self.activities.borrow_mut().insert(id.clone(), Rc::clone(row));
        }
        Ok(row)
    }

    /// Writes the row of an activity.
    ///
    /// # Errors
    /// None in practice: every row has an encoding.
    pub fn put_activity(&mut self, id: &ActivityId, row: &ActivityRow) -> Result<(), ReadError> {
        self.activities.get_mut().remove(id);
        self.put(Key::activity(id), row)
    }

    /// Whether a row is there.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn has(&self, key: &Key) -> Result<bool, ReadError> {
        self.bytes(key).map(|row| row.is_some())
    }

    /// A row.
    ///
    /// # Errors
    /// The store could not be read, or the row not decoded.
    pub fn row<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, ReadError> {
        self.bytes(key)?.map(|bytes| decode(key, &bytes)).transpose()
    }

    /// A row that must be there.
    ///
    /// # Errors
    /// It is not, or cannot be read.
    pub fn expect<T: DeserializeOwned>(&self, key: &Key) -> Result<T, ReadError> {
        self.row(key)?.ok_or_else(|| missing(key))
    }

    /// Writes a row.
    ///
    /// # Errors
    /// None in practice: every row has an encoding.
    pub fn put<T: Serialize>(&mut self, key: Key, row: &T) -> Result<(), ReadError> {
        let bytes = postcard::to_stdvec(row).map_err(|error| ReadError(error.to_string()))?;
        self.changes.insert(key, Some(bytes));
        Ok(())
    }

    /// Writes raw bytes.
    pub fn put_bytes(&mut self, key: Key, bytes: Vec<u8>) {
        self.changes.insert(key, Some(bytes));
    }

    /// Removes a row.
    pub fn remove(&mut self, key: Key) {
        self.changes.insert(key, None);
    }
}

/// A row of a view.
///
/// # Errors
/// The store could not be read, or the row not decoded.
pub fn row<T: DeserializeOwned>(view: &dyn View, key: &Key) -> Result<Option<T>, ReadError> {
    view.get(key)?.map(|bytes| decode(key, &bytes)).transpose()
}

/// A row of a view that must be there.
///
/// # Errors
/// It is not, or cannot be read.
pub fn expect<T: DeserializeOwned>(view: &dyn View, key: &Key) -> Result<T, ReadError> {
    row(view, key)?.ok_or_else(|| missing(key))
}

/// Decodes the bytes of a row.
///
/// # Errors
/// They are not of that shape.
pub fn decode<T: DeserializeOwned>(key: &Key, bytes: &[u8]) -> Result<T, ReadError> {
    postcard::from_bytes(bytes).map_err(|error| {
        ReadError(format!("a row of table `{}` is damaged: {error}", char::from(key.table())))
    })
}

fn missing(key: &Key) -> ReadError {
    ReadError(format!("a row of table `{}` is missing", char::from(key.table())))
}
