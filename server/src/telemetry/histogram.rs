//! How are values spread? Whole numbers into fixed buckets, each observation two atomic additions.
//!
//! The library's own histogram takes a lock for each observation and adds floats; the writer and every request would
//! meet at it. Floats appear here only when the figures are written out.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::exemplar::Exemplar;
use prometheus_client::metrics::{MetricType, TypedMetric};

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000 * MICROSECOND;
const SECOND: u64 = 1_000 * MILLISECOND;

/// Upper bounds of durations, in nanoseconds: an `fdatasync` takes 0.2 to 4 ms on a good disk, a request from memory
/// some 100 µs; past 10 s nobody waits.
const DURATIONS: [u64; 15] = [
    100 * MICROSECOND,
    250 * MICROSECOND,
    500 * MICROSECOND,
    MILLISECOND,
    2 * MILLISECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    25 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    250 * MILLISECOND,
    500 * MILLISECOND,
    SECOND,
    2 * SECOND + 500 * MILLISECOND,
    10 * SECOND,
];

/// A distribution. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Histogram(Arc<Inner>);

struct Inner {
    bounds: &'static [u64],
    /// One for each bound, and one for what is above the last.
    buckets: Box<[AtomicU64]>,
    /// 2^64 nanoseconds are 584 years.
    sum: AtomicU64,
    /// How many of the observed unit make one of the shown one.
    unit: u64,
}

impl Histogram {
    /// Of durations, shown in seconds.
    #[must_use]
    pub fn durations() -> Self {
        Self::new(&DURATIONS, SECOND)
    }

    /// Of counts, with these bounds.
    #[must_use]
    pub fn counts(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1)
    }

    fn new(bounds: &'static [u64], unit: u64) -> Self {
        let buckets = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Inner { bounds, buckets, sum: AtomicU64::new(0), unit }))
    }

    /// Counts one value; a duration in nanoseconds.
    pub fn observe(&self, value: u64) {
        let bucket = self.0.bounds.partition_point(|bound| *bound < value);
        if let Some(bucket) = self.0.buckets.get(bucket) {
            bucket.fetch_add(1, Ordering::Relaxed);
            self.0.sum.fetch_add(value, Ordering::Relaxed);
        }
    }

    /// Counts the time since a moment.
    pub fn since(&self, started: Instant) {
        self.observe(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }

    /// Does something and counts how long it took.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        self.since(started);
        done
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let Inner { bounds, buckets, sum, unit } = &*self.0;
        let shown = |value: u64| value as f64 / *unit as f64;
        // The encoder wants each bucket alone, the last one open.
        let bounds = bounds.iter().map(|bound| shown(*bound)).chain([f64::INFINITY]);
        let counts = buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed));
        let buckets: Vec<(f64, u64)> = bounds.zip(counts).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let none: Option<&HashMap<usize, Exemplar<NoLabelSet, f64>>> = None;
        encoder.encode_histogram(shown(sum.load(Ordering::Relaxed)), count, &buckets, none)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.buckets.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Telemetry;

    #[test]
    fn each_value_is_counted_in_every_bucket_that_holds_it() {
        let telemetry = Telemetry::default();
        let sizes = Histogram::counts(&[1, 4]);
        telemetry.histogram("fanfare_boxes", "Boxes", sizes.clone());
        for size in [1, 2, 4, 5, 1000] {
            sizes.observe(size);
        }
        let figures = telemetry.render();
        for line in [
            "fanfare_boxes_bucket{le=\"1.0\"} 1",
            "fanfare_boxes_bucket{le=\"4.0\"} 3",
            "fanfare_boxes_bucket{le=\"+Inf\"} 5",
            "fanfare_boxes_count 5",
            "fanfare_boxes_sum 1012.0",
        ] {
            assert!(figures.lines().any(|it| it == line), "{line} is missing:\n{figures}");
        }
    }

    #[test]
    fn durations_are_shown_in_seconds() {
        let telemetry = Telemetry::default();
        let waits = Histogram::durations();
        telemetry.histogram("fanfare_waits_seconds", "Waits", waits.clone());
        waits.observe(250 * MILLISECOND);
        assert_eq!(waits.time(|| 7), 7);
        let figures = telemetry.render();
        assert!(figures.contains("fanfare_waits_seconds_bucket{le=\"0.25\"} 2\n"), "{figures}");
        assert!(figures.contains("fanfare_waits_seconds_sum 0.25"), "{figures}");
    }
}
