//! Is what was promised kept safe? The store's files, the room left for them, and the last backup.

use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::operate::Operate;
use leptos::prelude::*;

use super::Data;
use super::figures::one;
use crate::amount::{permille, size};
use crate::parts::chart::bars::{Stand, drawing};
use crate::parts::copy::Snippet;
use crate::time::distance;
use crate::words::{Words, words};

/// A backup older than this is warned of: a week.
const OLD: u64 = 7 * 24 * 3600;

/// How the backups stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backup {
    /// There never was one.
    Never,
    /// The last is too old.
    Old(Timestamp),
    /// The last is recent.
    Fresh(Timestamp),
}

fn backup(server: &Operate) -> Backup {
    match one(&server.figures, "fanfare_last_backup_timestamp_seconds") {
        None | Some(0) => Backup::Never,
        Some(at) if server.now.0.saturating_sub(at) > OLD => Backup::Old(Timestamp(at)),
        Some(at) => Backup::Fresh(Timestamp(at)),
    }
}

/// The command that makes a backup; the keys go to another place than the store.
const COMMAND: &str = "fanfare backup --data DATA --to BACKUP --keys-to KEYS";

/// The section.
#[component]
pub(super) fn Store(data: Data) -> impl IntoView {
    let words = words();
    let facts = move || {
        data.with(|server| {
            let bytes = |name: &str| one(&server.figures, name).map(|bytes| size(words, bytes));
            let facts = [("store.journal", "fanfare_journal_bytes"), ("store.state", "fanfare_state_bytes")];
            let fact = |(key, name)| {
                let value = bytes(name)?;
                Some(view! { <dt>{words.t(key).to_owned()}</dt><dd>{value}</dd> })
            };
            facts.map(fact).collect_view()
        })
    };
    let room = move || {
        data.with(|server| disk(words, server)).map(|disk| {
            let tone = if disk.low { "note bad" } else { "soft" };
            view! {
                <div class="disk" class:low=disk.low>
                    <p><strong>{words.t("store.disk")}</strong></p>
                    {drawing(disk.guard.min(disk.free), disk.free.max(disk.guard), Stand::Left)}
                    <p class=tone>{disk.text}</p>
                </div>
            }
        })
    };
    let standing = Memo::new(move |_| data.with(|server| Some(backup(server))));
    let last = move || {
        let now = crate::browser::now();
        let (tone, text) = match standing.get()? {
            Backup::Never => ("note warn", words.t("store.backup.never").to_owned()),
            Backup::Old(at) => {
                ("note warn", words.fill("store.backup.old", &[("when", &distance(words, at, now))]))
            }
            Backup::Fresh(at) => {
                ("", words.fill("store.backup.fresh", &[("when", &distance(words, at, now))]))
            }
        };
        let how =
            (!tone.is_empty()).then(|| view! { <Snippet text=COMMAND what=words.t("store.backup.copy") /> });
        Some(view! {
            <p class=tone>{text}</p>
            {how}
        })
    };
    view! {
        <section class="set">
            <div><h2>{words.t("store.title")}</h2><p class="soft">{words.t("store.text")}</p></div>
            <div class="part">
                {last}
                <dl class="facts">{facts}</dl>
                {room}
            </div>
        </section>
    }
}

/// The room on the disk: of what is free, how much is kept.
#[derive(Debug, PartialEq, Eq)]
struct Disk {
    free: u64,
    guard: u64,
    low: bool,
    text: String,
}

fn disk(words: Words, server: &Operate) -> Option<Disk> {
    let free = one(&server.figures, "fanfare_disk_free_bytes")?;
    let guard = one(&server.figures, "fanfare_disk_guard_bytes")?;
    let low = free < guard.saturating_mul(2);
    let key = if free < guard {
        "store.disk.full"
    } else if low {
        "store.disk.low"
    } else {
        "store.disk.text"
    };
    let share = permille(guard, free).min(1000).div_ceil(10).to_string();
    let values = [("free", size(words, free)), ("guard", size(words, guard)), ("share", share)];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(Disk { free, guard, low, text: words.fill(key, &values) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn server(figures: &[(&str, u64)]) -> Operate {
        let figures: Vec<String> = figures
            .iter()
            .map(|(name, value)| format!(r#"{{"name":"{name}","help":"","value":"{value}"}}"#))
            .collect();
        let json = format!(
            r#"{{"version":"1","started":0,"now":1000000,"url":"","host":"","key":"","notes":[],"figures":[{}],"logs":[],"settings":{{}}}}"#,
            figures.join(",")
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn a_backup_is_fresh_for_a_week() {
        let at = |at: u64| backup(&server(&[("fanfare_last_backup_timestamp_seconds", at)]));
        assert_eq!(backup(&server(&[])), Backup::Never);
        assert_eq!(at(1_000_000 - OLD), Backup::Fresh(Timestamp(1_000_000 - OLD)));
        assert_eq!(at(1_000_000 - OLD - 1), Backup::Old(Timestamp(1_000_000 - OLD - 1)));
    }

    #[test]
    fn a_disk_is_low_before_it_is_full() {
        let disk = |free| {
            let figures = [("fanfare_disk_free_bytes", free), ("fanfare_disk_guard_bytes", 100)];
            disk(Words::of(Lang::En), &server(&figures)).unwrap().low
        };
        assert!(disk(50) && disk(150) && !disk(200));
    }
}
