//! How quickly does the console have its figures over a large store, what does an export of a million rows take, and when
//! is its first screen there on a slow phone?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Deserialize;

use crate::demo::{ACTS, Demo};
use crate::lists::{self, Asked, Asker, TIMES};
use crate::load::{self, Ask, Pace};
use crate::report::{self, say};
use crate::wire::{Connection, token_request};
use crate::{gauge, queue};

/// Connections that fill the store.
const VOTERS: usize = 256;

/// Figures that the console asks for: what they are called, the address, and the longest it should take.
const FIGURES: [(&str, &str, &str); 3] = [
    ("the reach of 28 days", "/api/v1/campaigns/aurora/measure", "< 200 ms"),
    ("the reach of 400 days", "/api/v1/campaigns/aurora/measure?from=1970-01-01", "< 200 ms"),
    ("the campaigns with their counts", "/api/v1/campaigns", "< 200 ms"),
];

/// What was asked of one thing: the words that say what it held, and the questions.
type Table = (String, Vec<Asked>);

/// One export.
struct Export {
    format: &'static str,
    time: Duration,
    /// Memory while nothing is exported, and the most since, in bytes.
    memory: (u64, u64),
}

/// Milliseconds until a screen can be used.
#[derive(Deserialize)]
struct Screens {
    sign_in: f64,
    sign_in_bytes: u64,
    campaigns: f64,
    campaigns_bytes: u64,
}

/// Measures and writes `bench/results/console.md`.
pub(crate) async fn run(bin: &Path, ballots: u64, entries: u64, rounds: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Demo::start(bin, folder.path()).await?;
    let connections = load::open(server.address, VOTERS).await?;
    let pace = Pace { rate: None, time: Duration::MAX, most: ballots };
    load::run(Ask::Act(ACTS), connections, pace).await?;
    say(&format!("{ballots} ballots"));
    lists::bring_other(&server).await?;
    let lines = lists::fill_audit(&server, entries).await?;
    say(&lines.words("lines of the audit log"));
    let cases = queue::fill(&server, entries).await?;
    say(&cases.words("cases in the queue"));

    let figures = figures(&server).await?;
    let mut exports = Vec::new();
    for format in ["csv", "json", "xlsx"] {
        exports.push(export(&server, &server.owner, format).await?);
    }
    let screens = screens(&server, rounds)?;
    let tables = [
        (format!("{ballots} ballots"), figures),
        (lines.words("lines of the audit log"), lists::audit(&server).await?),
        (cases.words("cases in the queue"), queue::measure(&server, &cases).await?),
        ("1000 campaigns and as many drafts, beside these".to_owned(), lists::campaigns(&server).await?),
    ];
    server.stop()?;
    written(ballots, rounds, &tables, &exports, &screens)
}

async fn figures(server: &Demo) -> anyhow::Result<Vec<Asked>> {
    let mut asker = Asker::open(server).await?;
    for (what, address, wanted) in FIGURES {
        asker.read(what, wanted, address).await?;
    }
    Ok(asker.asked)
}

async fn export(server: &Demo, owner: &str, format: &'static str) -> anyhow::Result<Export> {
    let address = format!("{}/export?format={format}", ACTS.trim_end_matches("/acts"));
    let before = gauge::memory(server.process)?.0;
    let began = Instant::now();
    let mut connection = Connection::open(server.address).await?;
    let request = token_request("GET", &address, owner, "");
    let reading = connection.drain(&request);
    tokio::pin!(reading);
    let mut most = before;
    loop {
        tokio::select! {
            status = &mut reading => {
                anyhow::ensure!(status? == 200, "{address} was refused");
                break;
            }
            () = tokio::time::sleep(Duration::from_millis(100)) => {
                most = most.max(gauge::memory(server.process)?.0);
            }
        }
    }
    say(&format!("{format} in {:.1?}", began.elapsed()));
    Ok(Export { format, time: began.elapsed(), memory: (before, most) })
}

fn screens(server: &Demo, rounds: u32) -> anyhow::Result<Screens> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("console.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(format!("http://{}", server.address))
        .arg(&server.owner_link)
        .arg(rounds.to_string())
        .stderr(Stdio::inherit())
        .output()
        .context("node is needed for this measurement")?;
    anyhow::ensure!(output.status.success(), "the browser's part failed");
    serde_json::from_slice(&output.stdout).context("the browser's part said nothing")
}

fn written(
    ballots: u64,
    rounds: u32,
    tables: &[Table],
    exports: &[Export],
    screens: &Screens,
) -> anyhow::Result<()> {
    let mut text = format!(
        "# The console over a large store\n\nOne run; {}. Each question is asked {TIMES} times over one connection, \
         with the owner's token.\n",
        report::machine()
    );
    for (about, asked) in tables {
        write!(text, "\n{about}:\n\n| asked over HTTP | p50 ms | p99 ms | asked |\n|---|---|---|---|\n")?;
        text.extend(asked.iter().map(Asked::row));
    }
    text.push_str(
        "\n| all answers as | s | rows/s | memory before, MB | most meanwhile, MB |\n|---|---|---|---|---|\n",
    );
    for Export { format, time, memory: (before, most) } in exports {
        let (seconds, mb) = (time.as_secs_f64(), |bytes: u64| bytes as f64 / 1e6);
        writeln!(
            text,
            "| {format} | {seconds:.1} | {:.0} | {:.0} | {:.0} |",
            ballots as f64 / seconds,
            mb(*before),
            mb(*most)
        )?;
    }
    write!(
        text,
        "\nChromium, fast 3G as its developer tools have it (562 ms, 1.44 Mbit/s) and a four times slower CPU, medians of \
         {rounds} rounds with nothing in the cache:\n\n| screen | ms | bytes over the wire | asked |\n|---|---|---|---|\n\
         | the page to sign in: first paint, with its fields | {:.0} | {} | < 1500 ms, ≤ 250,000 bytes |\n\
         | the list of campaigns, signed in | {:.0} | {} | ≤ 700,000 bytes |\n",
        screens.sign_in, screens.sign_in_bytes, screens.campaigns, screens.campaigns_bytes
    )?;
    report::write("console.md", &text)
}
