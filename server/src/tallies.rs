//! Tallies as they were written last: thousands who read or follow one result between two votes share its bytes.
//! Bounded by the activities.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fanfare_shared::ids::ActivityId;
use fanfare_shared::time::State;

use crate::engine::Engine;

/// What was written last, by activity.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<BTreeMap<ActivityId, Arc<Written>>>);

/// A tally, ready to be sent.
#[derive(Debug)]
pub struct Written {
    /// Number of the commit that changed it last.
    pub seq: u64,
    /// Changes with every commit that moves it.
    pub etag: String,
    /// The JSON.
    pub json: String,
    /// Where the activity stood.
    pub state: State,
}

impl Tallies {
    /// The tally of an activity as of now; none for an unknown one. Whether a reader may see it is not asked here.
    pub fn read(&self, engine: &Engine, activity: &ActivityId) -> Option<Arc<Written>> {
        let (seq, state) = engine.standing(activity)?;
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = written.get(activity)
            && (known.seq, known.state) == (seq, state)
        {
            return Some(Arc::clone(known));
        }
        let tally = engine.tally(activity)?;
        let fresh = Arc::new(Written {
            seq: tally.seq,
            state: tally.state,
            etag: format!("\"{}-{:?}\"", tally.seq, tally.state),
            json: serde_json::to_string(&tally).ok()?,
        });
        written.insert(activity.clone(), Arc::clone(&fresh));
        Some(fresh)
    }
}
