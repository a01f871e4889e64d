//! Live results: commits wake every stream, a stream sends the newest tally of what it follows, a few times a second
//! at most. Nothing is queued for a slow reader: it gets the newest state when it is ready.

use std::sync::Arc;
use std::time::Duration;

use fanfare_shared::ids::ActivityId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use crate::app::{App, Reader};
use crate::tallies::Written;
use crate::telemetry::Present;

/// Between two looks of one stream: fast enough to feel live, slow enough that a burst is one event.
const PACE: Duration = Duration::from_millis(200);

/// An activity that a stream follows, and who reads it.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The activity.
    pub activity: ActivityId,
    /// Decides whether results show.
    pub reader: Reader,
}

/// Tallies newer than `last`, until the reader leaves or the server drains.
pub fn follow(app: App, followed: Vec<Followed>, last: u64) -> impl Stream<Item = Arc<Written>> {
    // Room for one round of events: a reader that does not read stops its own loop, nobody else's.
    let (sender, receiver) = mpsc::channel(fanfare_shared::limits::LIVE_ACTIVITIES);
    let present = Present::at(&app.engine.telemetry().listeners);
    tokio::spawn(async move {
        run(app, followed, last, sender).await;
        drop(present);
    });
    ReceiverStream::new(receiver)
}

async fn run(app: App, followed: Vec<Followed>, mut last: u64, sender: mpsc::Sender<Arc<Written>>) {
    let mut changes = app.engine.changes();
    let mut draining = app.draining.clone();
    loop {
        for tally in news(&app, &followed, last) {
            last = tally.seq;
            if sender.send(tally).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = changed(&mut changes, &followed) => {}
            () = sender.closed() => return,
            _ = draining.wait_for(|draining| *draining) => return,
        }
        tokio::time::sleep(PACE).await;
        changes = changes.resubscribe();
    }
}

/// Tallies newer than `last`, oldest first, so that the last id sent covers them all.
fn news(app: &App, followed: &[Followed], last: u64) -> Vec<Arc<Written>> {
    let mut news: Vec<_> = followed
        .iter()
        .filter_map(|followed| {
            let activity = app.engine.activity(&followed.activity)?;
            app.written_tally(&activity, followed.reader)
        })
        .filter(|tally| tally.seq > last)
        .collect();
    news.sort_by_key(|tally| tally.seq);
    news
}

/// Waits until something that is followed may have changed; a reader that fell behind looks at everything.
async fn changed(changes: &mut tokio::sync::broadcast::Receiver<ActivityId>, followed: &[Followed]) {
    loop {
        match changes.recv().await {
            Ok(id) if !followed.iter().any(|followed| followed.activity == id) => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            // The engine is gone: the stream ends by `draining`.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
