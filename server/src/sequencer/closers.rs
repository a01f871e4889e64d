//! Who makes the files that follow a seal? A thread for each close, beside the one writer, which names them when they are
//! there.

use std::sync::Arc;

use fanfare_shared::ids::ActivityId;

use super::{Message, Sequencer, close};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::ActivityRow;
use crate::store::{Store, View};

impl<S: Store> Sequencer<S> {
    /// Takes up every close that a halt cut short.
    pub(super) fn close_what_is_sealed(&mut self, view: &dyn View) {
        for activity in self.published.activity_ids() {
            self.close_if_sealed(view, &activity);
        }
    }

    /// Starts the thread that makes a sealed activity's files, unless they are there or being made.
    pub(super) fn close_if_sealed(&mut self, view: &dyn View, activity: &ActivityId) {
        let row = match overlay::row::<ActivityRow>(view, &Key::activity(activity)) {
            Ok(row) => row,
            Err(error) => return self.fail(&error.to_string()),
        };
        let waits = |row: ActivityRow| row.contest.is_none() && row.sealed.is_some() && row.tallied.is_none();
        if !row.is_some_and(waits) {
            return;
        }
        let (view, outbox, stop) = (self.store.view(), self.outbox.clone(), Arc::clone(&self.stop));
        let (documents, host) = (Arc::clone(&self.desk.documents), self.desk.host.clone());
        let (activity, waiting) = (activity.clone(), self.telemetry.queue.clone());
        let work = move || match close::prepare(&*view, &documents, &host, &activity, &stop) {
            // Not taken only when the committer has ended; the next start takes it up again.
            Ok(Some(closing)) => {
                let message = Message::Publish(Box::new(closing));
                waiting.inc();
                drop(outbox.upgrade().map(|outbox| outbox.send(message)));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(activity.id = %activity, %error, "a sealed poll could not be opened")
            }
        };
        match std::thread::Builder::new().name("closer".to_owned()).spawn(work) {
            Ok(closer) => self.closers.push(closer),
            Err(error) => tracing::error!(%error, "no thread for a close; it is tried at the next start"),
        }
    }
}
