//! How does the server do? Figures for Prometheus, and an id for each request that a visitor can quote.
//!
//! Nothing here knows a person: labels are templates of routes, names of rules and public ids, never what somebody sent.
//! A tick on the road of a request is an atomic addition; whatever costs more is read when somebody scrapes.
//! Deliberately absent: pushing figures anywhere, and traces that leave the process.

mod histogram;
pub mod listener;
pub mod request_id;
pub mod requests;
mod scrape;

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use fanfare_shared::wire::operate::Figure;

use crate::engine::{Committed, SubmitError};

pub use histogram::Histogram;
pub(crate) use scrape::{installation, picture};

use requests::Requests;
use scrape::{Kind, Reading};

/// Names and values of `N` labels.
type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];

/// Upper bounds of the sizes of groups: powers of two, up to the most that one holds (`sequencer`).
const GROUP_SIZES: [u64; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// All figures of one server.
#[derive(Debug)]
pub struct Telemetry {
    pub(crate) writer: Writer,
    pub(crate) acts: Acts,
    pub(crate) requests: Requests,
    /// Open live streams.
    pub(crate) listeners: Gauge,
    registry: RwLock<Registry>,
}

/// What the one writer ticks. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    /// Messages of a group that was committed.
    pub(crate) group_size: Histogram,
    /// Messages that were sent and not taken up yet.
    pub(crate) queue: Gauge,
}

/// Acts by what became of them.
#[derive(Debug)]
pub(crate) struct Acts {
    accepted: Counter,
    repeated: Counter,
    refused: Counter,
    busy: Counter,
    not_committed: Counter,
    unknown: Counter,
}

impl Acts {
    fn new(family: &Family<Labels<1>, Counter>) -> Self {
        let counter = |outcome| family.get_or_create(&[("outcome", Cow::Borrowed(outcome))]).clone();
        Self {
            accepted: counter("accepted"),
            repeated: counter("repeated"),
            refused: counter("refused"),
            busy: counter("busy"),
            not_committed: counter("not-committed"),
            unknown: counter("unknown"),
        }
    }

    /// Counts an act that was answered.
    pub(crate) fn count(&self, outcome: &Result<Committed, SubmitError>) {
        let counter = match outcome {
            Ok(committed) if committed.replayed => &self.repeated,
            Ok(_) => &self.accepted,
            Err(SubmitError::Refused(_) | SubmitError::UnknownActivity) => &self.refused,
            Err(SubmitError::Busy) => &self.busy,
            Err(SubmitError::NotCommitted(_)) => &self.not_committed,
            Err(SubmitError::Unknown(_)) => &self.unknown,
        };
        counter.inc();
    }
}

/// One more, until it is dropped.
#[derive(Debug)]
pub(crate) struct Present(Gauge);

impl Present {
    pub(crate) fn at(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        let mut registry = Registry::default();
        let acts = Family::<Labels<1>, Counter>::default();
        registry.register("fanfare_acts", "Acts answered, by what became of them", acts.clone());
        let writer = Writer { group_size: Histogram::counts(&GROUP_SIZES), queue: Gauge::default() };
        registry.register(
            "fanfare_commit_group_size",
            "Messages in a group that was committed; its count is the commits",
            writer.group_size.clone(),
        );
        let (queue, listeners) = (writer.queue.clone(), Gauge::default());
        registry.register("fanfare_queue_depth", "Messages waiting for the one writer", queue);
        registry.register("fanfare_live_listeners", "Open live streams", listeners.clone());
        let requests = Requests::registered(&mut registry);
        let telemetry =
            Self { writer, acts: Acts::new(&acts), requests, listeners, registry: RwLock::new(registry) };
        scrape::process(&telemetry);
        telemetry
    }
}

impl Telemetry {
    /// Shows a number that is read when somebody scrapes; none where it cannot be read. `name` begins with `fanfare_` and
    /// ends with its unit, `help` is one sentence without a full stop.
    pub fn gauge(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) {
        self.read(Reading::alone(Kind::Gauge, name, help, read));
    }

    /// Shows a number that only grows, read when somebody scrapes. `name` is without `_total`, which is added.
    pub fn counter(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        self.read(Reading::alone(Kind::Counter, name, help, move || Some(read())));
    }

    /// Shows one number for each value of a label. The values must be few and must not be a person's.
    pub fn gauges(
        &self,
        name: &'static str,
        help: &'static str,
        label: &'static str,
        read: impl Fn() -> Vec<(String, u64)> + Send + Sync + 'static,
    ) {
        self.read(Reading::labelled(name, help, label, read));
    }

    /// Shows a distribution that somebody else ticks.
    pub fn histogram(&self, name: &'static str, help: &'static str, histogram: Histogram) {
        self.registry.write().unwrap_or_else(PoisonError::into_inner).register(name, help, histogram);
    }

    fn read(&self, reading: Reading) {
        let mut registry = self.registry.write().unwrap_or_else(PoisonError::into_inner);
        registry.register_collector(Box::new(reading));
    }

    /// Every figure by itself, but for distributions: what a person can read.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let text = self.render();
        let (mut help, mut figures) = (String::new(), Vec::new());
        for line in text.lines() {
            if let Some(said) = line.strip_prefix("# HELP ") {
                help = said.split_once(' ').map_or("", |(_, help)| help).to_owned();
            }
            let Some((name, value)) = line.rsplit_once(' ').filter(|_| !line.starts_with('#')) else {
                continue;
            };
            let (name, labels) = name
                .split_once('{')
                .map_or((name, ""), |(name, labels)| (name, labels.strip_suffix('}').unwrap_or(labels)));
            if name.ends_with("_bucket") {
                continue;
            }
            let (name, labels) = (name.to_owned(), labels.to_owned());
            figures.push(Figure { name, labels, help: help.clone(), value: value.to_owned() });
        }
        figures
    }

    /// All figures as OpenMetrics text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut figures = String::new();
        let registry = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        // Writing into a string cannot fail.
        let _ = text::encode(&mut figures, &registry);
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn what_is_read_at_the_scrape_shows_its_newest_value_and_nothing_where_there_is_none() {
        let telemetry = Telemetry::default();
        let open = Arc::new(AtomicU64::new(2));
        let reader = Arc::clone(&open);
        telemetry.gauge("fanfare_doors", "Doors", move || Some(reader.load(Ordering::Relaxed)));
        telemetry.gauge("fanfare_windows", "Windows", || None);
        telemetry.counter("fanfare_knocks", "Knocks", || 3);
        telemetry.gauges("fanfare_rooms", "Rooms", "floor", || vec![("cellar".to_owned(), 4)]);
        open.store(5, Ordering::Relaxed);
        let figures = telemetry.render();
        for line in ["fanfare_doors 5", "fanfare_knocks_total 3", "fanfare_rooms{floor=\"cellar\"} 4"] {
            assert!(figures.lines().any(|it| it == line), "{line} is missing:\n{figures}");
        }
        assert!(!figures.contains("windows"), "{figures}");
        let rooms = telemetry.figures().into_iter().find(|it| it.name == "fanfare_rooms").unwrap();
        assert_eq!((rooms.labels.as_str(), rooms.value.as_str()), ("floor=\"cellar\"", "4"));
        assert_eq!(rooms.help, "Rooms");
        assert!(figures.ends_with("# EOF\n"));
    }

    #[test]
    fn whoever_leaves_is_no_longer_counted() {
        let telemetry = Telemetry::default();
        let present = Present::at(&telemetry.listeners);
        assert!(telemetry.render().contains("fanfare_live_listeners 1\n"));
        drop(present);
        assert!(telemetry.render().contains("fanfare_live_listeners 0\n"));
    }
}
