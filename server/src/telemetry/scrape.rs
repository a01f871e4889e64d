//! What is read when somebody scrapes? Health, logs, files and the process, as they are at that moment.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::{Histogram, Labels, Telemetry};
use crate::engine::published::Published;
use crate::engine::{Health, LogId};
use crate::store::copy::backup::MARK;
use crate::store::space::Space;

/// Logs that are shown each by its own: those that grow first. The others are one sum, so that an installation with
/// thousands of activities stays cheap to watch.
const LOGS: usize = 100;

/// How a number behaves.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Gauge,
    Counter,
}

/// Numbers that are read at the scrape.
pub(super) struct Reading {
    kind: Kind,
    name: &'static str,
    help: &'static str,
    label: Option<&'static str>,
    read: Box<dyn Fn() -> Vec<(String, u64)> + Send + Sync>,
}

impl Reading {
    pub(super) fn alone(
        kind: Kind,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) -> Self {
        let read = move || read().into_iter().map(|value| (String::new(), value)).collect();
        Self { kind, name, help, label: None, read: Box::new(read) }
    }

    pub(super) fn labelled(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        read: impl Fn() -> Vec<(String, u64)> + Send + Sync + 'static,
    ) -> Self {
        Self { kind: Kind::Gauge, name, help, label: Some(label), read: Box::new(read) }
    }

    fn value(&self, encoder: &mut MetricEncoder<'_>, value: u64) -> fmt::Result {
        match self.kind {
            Kind::Gauge => encoder.encode_gauge(&i64::try_from(value).unwrap_or(i64::MAX)),
            Kind::Counter => encoder.encode_counter::<NoLabelSet, _, u64>(&value, None),
        }
    }
}

impl Collector for Reading {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let values = (self.read)();
        if values.is_empty() {
            return Ok(());
        }
        let kind = match self.kind {
            Kind::Gauge => MetricType::Gauge,
            Kind::Counter => MetricType::Counter,
        };
        let mut encoder = encoder.encode_descriptor(self.name, self.help, None, kind)?;
        for (of, value) in values {
            match self.label {
                Some(label) => {
                    let labels: Labels<1> = [(label, Cow::Owned(of))];
                    self.value(&mut encoder.encode_family(&labels)?, value)?;
                }
                None => self.value(&mut encoder, value)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What an engine publishes.
pub(crate) fn picture(telemetry: &Telemetry, published: &Arc<Published>, queue: usize) {
    let health = published.health();
    let ready = health.clone();
    telemetry.gauge(
        "fanfare_ready",
        "1 until the store has failed; a full disk shows in the figures of the disk",
        move || Some(u64::from(matches!(*ready.borrow(), Health::Ready { .. }))),
    );
    telemetry.gauge(
        "fanfare_start_notes",
        "Notes that this start left in the log for the operator",
        move || match &*health.borrow() {
            Health::Ready { notes } => Some(notes.len() as u64),
            Health::NotReady(_) => None,
        },
    );
    telemetry.gauge("fanfare_queue_limit", "Messages that may wait for the one writer", move || {
        Some(queue as u64)
    });
    let logs = Arc::clone(published);
    let help = "Leaves of an activity's log; `others` is the sum of those not shown by themselves";
    telemetry.gauges("fanfare_log_leaves", help, "activity", move || leaves(&logs));
}

fn leaves(published: &Published) -> Vec<(String, u64)> {
    let ids = published.activity_ids().into_iter();
    let mut logs: Vec<_> = ids
        .filter_map(|id| {
            let sealed = published.activity(&id)?.sealed;
            let size = published.newest(&LogId::Activity(id.clone()))?.size;
            Some((sealed, id, size))
        })
        .collect();
    logs.sort();
    let others = logs.split_off(logs.len().min(LOGS));
    let mut leaves: Vec<_> = logs.into_iter().map(|(_, id, size)| (id.to_string(), size)).collect();
    if !others.is_empty() {
        leaves.push(("others".to_owned(), others.into_iter().map(|(.., size)| size).sum()));
    }
    leaves
}

/// What an installation on disk adds: its files, the room for them, and whether its state had to be made again.
pub(crate) fn installation(
    telemetry: &Telemetry,
    data: &Path,
    space: Space,
    sync_time: Histogram,
    rebuilt: bool,
) {
    telemetry.histogram(
        "fanfare_journal_sync_seconds",
        "How long the journal's fdatasync took: the commit point of each group",
        sync_time,
    );
    telemetry.gauge(
        "fanfare_state_rebuilt",
        "1 if this start could not use the state and made it again from the journal",
        move || Some(u64::from(rebuilt)),
    );
    let mark = data.join(MARK);
    telemetry.gauge(
        "fanfare_last_backup_timestamp_seconds",
        "When `fanfare backup` copied this store last; nothing before the first time",
        move || std::fs::read_to_string(&mark).ok()?.trim().parse().ok(),
    );
    let folders = [
        ("fanfare_journal_bytes", "Size of the journal's files, with pre-allocated room", "journal"),
        ("fanfare_state_bytes", "Size of the state's files", "state"),
    ];
    for (name, help, folder) in folders {
        let folder = data.join(folder);
        telemetry.gauge(name, help, move || Some(bytes_under(&folder)));
    }
    let guarded = space.clone();
    telemetry.gauge("fanfare_disk_free_bytes", "Room left on the disk of the data folder", move || {
        Some(space.free_and_guard().ok()?.0)
    });
    telemetry.gauge(
        "fanfare_disk_guard_bytes",
        "Room that is kept free: with less, acts are refused",
        move || Some(guarded.free_and_guard().ok()?.1),
    );
}

/// Lengths of all files below a folder; what goes away meanwhile counts as nothing.
fn bytes_under(folder: &Path) -> u64 {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_under(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

/// The process, where the system shows it as files (Linux).
pub(super) fn process(telemetry: &Telemetry) {
    telemetry.gauge("process_resident_memory_bytes", "Memory in use", resident_bytes);
    telemetry.gauge("process_open_fds", "Open files and sockets", || {
        let files = std::fs::read_dir("/proc/self/fd").ok()?.count() as u64;
        // Looking opens one itself.
        Some(files.saturating_sub(1))
    });
    telemetry.gauges("fanfare_build_info", "1, with the program's version", "version", || {
        vec![(env!("CARGO_PKG_VERSION").to_owned(), 1)]
    });
}

/// The line `VmRSS:     12345 kB`, in KiB whatever it says.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_as_large_as_all_files_below_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("blobs")).unwrap();
        std::fs::write(folder.path().join("db"), [0; 300]).unwrap();
        std::fs::write(folder.path().join("blobs/1"), [0; 40]).unwrap();
        assert_eq!(bytes_under(folder.path()), 340);
        assert_eq!(bytes_under(&folder.path().join("missing")), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_knows_its_own_size() {
        assert!(resident_bytes().unwrap() > 1024 * 1024);
    }
}
