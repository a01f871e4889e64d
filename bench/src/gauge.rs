//! What has the server used so far? Its own figures, and what the system says of its process and its files. Two readings
//! make a cost.

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use crate::demo::Demo;
use crate::wire;

/// Bytes of a block as `stat` counts them.
const BLOCK: u64 = 512;
/// Ticks of the processor clock in a second, in what Linux tells programs.
const TICKS: f64 = 100.0;

/// One reading.
#[derive(Clone, Copy)]
pub(crate) struct Gauge {
    /// Time of all its threads on a processor, in user code and in the kernel.
    pub(crate) cpu: Duration,
    /// Memory in use, in bytes.
    pub(crate) rss: u64,
    /// The most it was.
    pub(crate) peak_rss: u64,
    /// Groups committed.
    pub(crate) commits: f64,
    /// Syncs of the journal.
    pub(crate) syncs: f64,
    /// Seconds they took.
    pub(crate) sync_seconds: f64,
    /// Bytes of frames in the journal; the zeros laid out before the next ones are none.
    pub(crate) journal: u64,
    /// Bytes of all blocks that its files take, with those zeros.
    pub(crate) disk: u64,
    /// The part of `disk` that is the journal's.
    pub(crate) journal_disk: u64,
}

impl Gauge {
    /// Reads everything.
    pub(crate) async fn read(server: &Demo) -> anyhow::Result<Self> {
        let (_, figures) = wire::get(server.metrics, "/metrics").await?;
        let figures = std::str::from_utf8(&figures)?;
        let figure = |name: &str| {
            let value = figures.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
            value.with_context(|| format!("the server does not tell {name}"))
        };
        let (rss, peak_rss) = memory(server.process)?;
        let journal = server.folder.join("data/journal");
        Ok(Self {
            cpu: cpu(server.process)?,
            rss,
            peak_rss,
            commits: figure("fanfare_commit_group_size_count ")?,
            syncs: figure("fanfare_journal_sync_seconds_count ")?,
            sync_seconds: figure("fanfare_journal_sync_seconds_sum ")?,
            journal: frames(&journal)?,
            disk: blocks(&server.folder)?,
            journal_disk: blocks(&journal)?,
        })
    }
}

/// What a number of answers, ballots above all, cost.
pub(crate) struct Cost {
    /// How many they were.
    pub(crate) answers: f64,
    /// The reading before them.
    pub(crate) before: Gauge,
    /// The one after.
    pub(crate) after: Gauge,
}

impl Cost {
    /// Microseconds on a processor for each.
    pub(crate) fn cpu_us(&self) -> f64 {
        (self.after.cpu - self.before.cpu).as_secs_f64() * 1e6 / self.answers
    }

    /// Answers of one commit.
    pub(crate) fn group(&self) -> f64 {
        self.answers / (self.after.commits - self.before.commits)
    }

    /// Syncs of the journal for each.
    pub(crate) fn syncs(&self) -> f64 {
        (self.after.syncs - self.before.syncs) / self.answers
    }

    /// Milliseconds that a sync took.
    pub(crate) fn sync_ms(&self) -> f64 {
        let syncs = self.after.syncs - self.before.syncs;
        (self.after.sync_seconds - self.before.sync_seconds) * 1e3 / syncs
    }

    /// Bytes of frames in the journal for each.
    pub(crate) fn journal(&self) -> f64 {
        self.after.journal.saturating_sub(self.before.journal) as f64 / self.answers
    }

    /// Bytes on disk for each: blocks of all files, but of the journal its frames, for its files come 64 MiB at a time.
    pub(crate) fn disk(&self) -> f64 {
        let used = |gauge: &Gauge| (gauge.disk - gauge.journal_disk + gauge.journal) as f64;
        (used(&self.after) - used(&self.before)) / self.answers
    }
}

/// `VmRSS` and `VmHWM`, in bytes.
pub(crate) fn memory(process: u32) -> anyhow::Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.map(|kib| kib * 1024).with_context(|| format!("the system does not tell {name}"))
    };
    Ok((line("VmRSS:")?, line("VmHWM:")?))
}

/// Time on a processor.
pub(crate) fn cpu(process: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in brackets, may hold anything; `utime` and `stime` are the 12th and 13th after it.
    let (_, rest) = stat.rsplit_once(')').context("no such process")?;
    let ticks: Vec<f64> =
        rest.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(Duration::from_secs_f64(ticks.iter().sum::<f64>() / TICKS))
}

/// Bytes of all blocks below a folder.
pub(crate) fn blocks(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in folder.read_dir()?.flatten() {
        // What goes away meanwhile counts as nothing.
        let Ok(metadata) = entry.metadata() else { continue };
        bytes += if metadata.is_dir() { blocks(&entry.path())? } else { metadata.blocks() * BLOCK };
    }
    Ok(bytes)
}

/// Bytes of the journal's segments before the zeros at their ends.
fn frames(journal: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    let mut piece = vec![0; 64 * 1024];
    for entry in journal.read_dir()?.flatten() {
        if entry.path().extension().is_none_or(|extension| extension != "seg") {
            continue;
        }
        let file = File::open(entry.path())?;
        let mut end = file.metadata()?.len();
        while end > 0 {
            let start = end.saturating_sub(piece.len() as u64);
            let piece = piece.get_mut(..usize::try_from(end - start)?).unwrap_or_default();
            file.read_exact_at(piece, start)?;
            if let Some(last) = piece.iter().rposition(|byte| *byte != 0) {
                bytes += start + last as u64 + 1;
                break;
            }
            end = start;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{cpu, frames, memory};

    #[test]
    fn a_segment_counts_up_to_its_last_frame() {
        let folder = tempfile::tempdir().unwrap();
        let mut segment = vec![0; 200_000];
        for (at, name) in [(70_000, "1.seg"), (10, "2.seg"), (199_999, "new-segment")] {
            segment.fill(0);
            *segment.get_mut(at).unwrap() = 1;
            std::fs::write(folder.path().join(name), &segment).unwrap();
        }
        assert_eq!(frames(folder.path()).unwrap(), 70_001 + 11);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_memory_and_time_of_a_process() {
        let (now, most) = memory(std::process::id()).unwrap();
        assert!(now > 0 && now <= most);
        let before = cpu(std::process::id()).unwrap();
        while cpu(std::process::id()).unwrap() == before {}
    }
}
