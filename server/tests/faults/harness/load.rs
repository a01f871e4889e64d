//! Many visitors at once, in the background, and the history they make.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::client::{Client, Outcome, Seen};
use super::{History, Server};

/// Longer than any server that works needs for a handful of acts.
const PATIENCE: Duration = Duration::from_secs(120);

/// Visitors at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    seen: Receiver<Seen>,
    clients: Vec<JoinHandle<()>>,
    history: History,
}

impl Load {
    /// Lets so many clients loose on a server, whether it runs yet or not.
    pub fn start(server: &Server, clients: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (report, seen) = mpsc::channel();
        let clients = (0..clients).map(|number| {
            let (base, stop, report) = (server.base(), Arc::clone(&stop), report.clone());
            std::thread::spawn(move || Client::new(number, base).run(&stop, &report))
        });
        let clients = clients.collect();
        Self { stop, clients, seen, history: History::default() }
    }

    /// Until so many more acts succeeded.
    pub fn successes(&mut self, wanted: u64) {
        assert!(self.until(wanted, || false), "{wanted} acts did not succeed within {PATIENCE:?}");
    }

    /// Until so many more acts succeeded (true), or `other` holds (false).
    pub fn until(&mut self, mut wanted: u64, mut other: impl FnMut() -> bool) -> bool {
        let since = Instant::now();
        while wanted > 0 {
            match self.next() {
                Some(Outcome::Success(_)) => wanted -= 1,
                Some(Outcome::Refused(_) | Outcome::Unknown) | None => {}
            }
            if wanted > 0 && (other() || since.elapsed() > PATIENCE) {
                return false;
            }
        }
        true
    }

    /// The outcome of the next attempt, kept in the history; none where none comes soon.
    pub fn next(&mut self) -> Option<Outcome> {
        match self.seen.recv_timeout(Duration::from_millis(20)) {
            Ok(seen) => self.history.add(seen),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("every client has stopped"),
        }
    }

    /// What was seen until now; the slowest answer is counted anew from here.
    pub fn history(&mut self) -> &mut History {
        while let Ok(seen) = self.seen.try_recv() {
            self.history.add(seen);
        }
        &mut self.history
    }

    /// From here on what is seen proves nothing.
    pub fn doubt(&mut self) {
        self.history.doubt();
    }

    /// Calls the clients back and gives all they saw.
    pub fn finish(mut self) -> History {
        self.stop.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.join().unwrap();
        }
        for seen in self.seen {
            self.history.add(seen);
        }
        self.history
    }
}
