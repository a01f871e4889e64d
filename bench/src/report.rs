//! Reports: what was measured, on what, as ratios, beside what is asked. Written to `bench/results`, and to the terminal.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::flood::{FLOOD, Pressed, TIMES};
use crate::proofs::{self, Step};
use crate::restart::Large;
use crate::server::{BALLOTS, Pair, Results, ratio};

/// A line for whoever waits.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Writes a report and shows it.
pub(crate) fn write(name: &str, text: &str) -> anyhow::Result<()> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("results");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(name), text)?;
    say(text);
    Ok(())
}

/// The machine, in one line.
pub(crate) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (cpuinfo, meminfo) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    let value = |text: &'_ str, name| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|rest| rest.trim_start_matches([':', '\t', ' ']).to_owned())
    };
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let model = value(&cpuinfo, "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = value(&meminfo, "MemTotal").and_then(|kib| kib.split(' ').next()?.parse::<u64>().ok());
    let gib = memory.unwrap_or_default() as f64 / f64::from(1 << 20);
    let linux = read("/proc/sys/kernel/osrelease");
    format!("{cpus} cores, {model}, {gib:.0} GiB, Linux {}; the clients run on the same cores", linux.trim())
}

/// The server's report.
pub(crate) fn server(results: &Results) -> anyhow::Result<()> {
    let Results { seconds, pairs, pressed, large, proofs } = results;
    let mut text = format!("# What the server does, and at what cost\n\nOne run; {}.\n", machine());
    beside(&mut text, pairs, *seconds)?;
    costs(&mut text, pairs)?;
    pressure(&mut text, pressed, *seconds * 2)?;
    stores(&mut text, large)?;
    proving(&mut text, proofs, pairs)?;
    write("server.md", &text)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn beside(text: &mut String, pairs: &[Pair], seconds: u64) -> std::fmt::Result {
    writeln!(
        text,
        "\n## Reads and ballots a second, beside bare handlers\n\n\
         The median of three rounds of {seconds} s, in turns with the limit. Each ballot is durable (fdatasync), in the \
         log and receipted under a signed checkpoint when it is answered; the bare axum handler parses the same JSON and \
         stores nothing. Reads are of the same bytes and headers.\n\n\
         | what | connections | bare handler /s | Fanfare /s | ratio | bare p99 ms | p50 ms | p99 ms | p99.9 ms | failed |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    )?;
    for Pair { what, connections, median, .. } in pairs {
        let (limit, ours) = median;
        writeln!(
            text,
            "| {what} | {connections} | {} | {} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
            limit.rate,
            ours.rate,
            ratio(median),
            ms(limit.waits.p99),
            ms(ours.waits.p50),
            ms(ours.waits.p99),
            ms(ours.waits.p999),
            ours.failures + limit.failures,
        )?;
    }
    Ok(())
}

fn costs(text: &mut String, pairs: &[Pair]) -> std::fmt::Result {
    text.push_str(
        "\n## What a ballot costs\n\n\
         Over all rounds of the table above. Disk is the growth of the blocks of all files, state and keys too; of the \
         journal its frames, because its files are laid out 64 MiB at a time. Syncs are the journal's; the state has one a \
         second besides, the keys one in 4,096 ballots. RSS is that after the rounds, its peak that since the start.\n\n\
         | connections | ballots a commit | syncs a ballot | a sync ms | journal B | on disk B | CPU µs | RSS MB | peak MB |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for Pair { connections, cost, .. } in pairs.iter().filter(|pair| pair.what == BALLOTS) {
        writeln!(
            text,
            "| {connections} | {:.1} | {:.3} | {:.2} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} |",
            cost.group(),
            cost.syncs(),
            cost.sync_ms(),
            cost.journal(),
            cost.disk(),
            cost.cpu_us(),
            mb(cost.after.rss),
            mb(cost.after.peak_rss),
        )?;
    }
    Ok(())
}

fn pressure(text: &mut String, pressed: &Pressed, seconds: u64) -> std::fmt::Result {
    let Pressed { shared_peak, steady, cores, peak, flood, recovered } = pressed;
    let cores = cores.map_or("Clients and server share the one core".to_owned(), |[server, clients]| {
        format!("From here on the server has cores of its own, {server}, and the clients {clients}")
    });
    writeln!(
        text,
        "\n## Near the peak and past it\n\n\
         The peak is {shared_peak:.0}/s: 256 connections that ask again as soon as they were answered. At 80 % of it, for \
         {seconds} s after one to warm up, requests come at a fixed rate whether the server keeps up or not, and a wait counts \
         from when the request was due. Limits are as shipped, but for those by address: all senders share one.\n\n\
         | | asked | measured |\n|---|---|---|\n\
         | ballots a second | {:.0} | {:.0} |\n\
         | p50, p99, p99.9 ms | p99 ≤ 50 | {:.1}, {:.1}, {:.1} |\n\n\
         {cores}, and the peak is {peak:.0}/s. Requests come at five times that, for {seconds} s, and at once at half. A wait \
         counts from when the request was sent, the client's own delay included, and less may be sent than asked: no \
         connection sends again before it was answered.\n\n\
         | | asked | measured |\n|---|---|---|\n\
         | sent a second, as a multiple of the peak | {:.0} ({TIMES:.1}) | {:.0} ({:.1}) |\n\
         | connections that waited for an answer when time was up | | {} of {FLOOD} |\n\
         | taken, of the peak | ≥ 80 % | {:.0} % ({:.0}/s) |\n\
         | processors the server had meanwhile | | {:.2} |\n\
         | p50, p99 ms of those taken | | {:.0}, {:.0} |",
        steady.asked,
        steady.taken,
        ms(steady.waits.p50),
        ms(steady.waits.p99),
        ms(steady.waits.p999),
        peak * TIMES,
        flood.sent,
        flood.sent / peak,
        flood.waiting,
        100.0 * flood.goodput / peak,
        flood.goodput,
        flood.cpus,
        ms(flood.waits.p50),
        ms(flood.waits.p99),
    )?;
    let refused: u64 = flood.refused.values().sum();
    let how: Vec<String> = flood.refused.iter().map(|(status, n)| format!("{status}: {n}")).collect();
    let [before, early, late, after] = flood.rss.map(mb);
    let recovered = recovered.map_or("not".to_owned(), |after| format!("{:.1} s", after.as_secs_f64()));
    writeln!(
        text,
        "| the rest was answered | 429, 503 | {refused} ({}) |\n\
         | p50, p99 ms of the rest | < 20 | {:.1}, {:.1} |\n\
         | RSS MB before; a fifth in, at the end; when it was over | flat | {before:.0}; {early:.0}, {late:.0}; {after:.0} |\n\
         | at half the peak: no refusal, and p99 at most that at 80 %, after | ≤ 5 s | {recovered} |",
        how.join(", "),
        ms(flood.refusals.p50),
        ms(flood.refusals.p99),
    )
}

fn stores(text: &mut String, large: &[Large]) -> std::fmt::Result {
    for Large { ballots, rate, disk_each, rss, peak_rss, stop, starts } in large {
        writeln!(
            text,
            "\n## A store of {ballots} ballots\n\n\
             Filled over HTTP from 256 connections, {rate:.0}/s. Disk is the growth of the blocks of all files, with the \
             room laid out in the journal. Ready is from the start of the process to its first answer; what it reads \
             may still be in the system's cache.\n\n\
             | | asked | measured | RSS MB then |\n|---|---|---|---|\n\
             | full: RSS; its peak | ≤ 400 MB | {:.0}; {:.0} MB | |\n\
             | on disk, a ballot | ≤ 2,500 B | {disk_each:.0} B | |\n\
             | told to stop, until it has ended | | {:.2} s | |",
            mb(*rss),
            mb(*peak_rss),
            stop.as_secs_f64(),
        )?;
        for start in starts {
            let (after, ready) = (start.after, start.ready.as_secs_f64());
            writeln!(
                text,
                "| ready after {after} | {} | {ready:.2} s | {:.0} |",
                start.asked,
                mb(start.rss)
            )?;
        }
    }
    Ok(())
}

fn proving(text: &mut String, proofs: &[Step], pairs: &[Pair]) -> std::fmt::Result {
    let busiest = pairs.iter().filter(|pair| pair.what == BALLOTS).max_by_key(|pair| pair.median.1.rate);
    let Some(Pair { connections, cost, .. }) = busiest else { return Ok(()) };
    let all = cost.cpu_us();
    writeln!(
        text,
        "\n## What proofs cost\n\n\
         What is done so that a ballot can be proven and for nothing else, on one core without a server, in groups of {} on \
         a log of a million: medians, as a share of the {all:.0} µs of CPU that a ballot took at {connections} connections. \
         The clients' verifying is not in it.\n\n\
         | step | µs a ballot | share |\n|---|---|---|",
        proofs::GROUP,
    )?;
    let sum = Step("all", proofs.iter().map(|Step(_, us)| us).sum());
    for Step(name, us) in proofs.iter().chain([&sum]) {
        writeln!(text, "| {name} | {us:.2} | {:.1} % |", 100.0 * us / all)?;
    }
    Ok(())
}
