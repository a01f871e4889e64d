//! Side-by-side measurements, in one run, as ratios; results are written to `bench/results` and committed.
//!
//! Deliberately absent: limits that fail a build. A busy machine is no fault of the code.

mod console;
mod server;
mod widget;

mod draws;
mod flood;
mod lists;
mod proofs;
mod queue;
mod restart;

mod cores;
mod demo;
mod gauge;
mod load;
mod peer;
mod report;
mod wire;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures Fanfare beside a bare limit of the same kind.
#[derive(Debug, Parser)]
struct Cli {
    /// The server's binary
    #[arg(long, env = "FANFARE_BIN")]
    bin: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Reads and ballots a second, beside bare axum handlers that answer the same and parse the same JSON; what a ballot
    /// costs; what happens near and past the peak; how soon a large store is ready again
    Server {
        /// Seconds of each round
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Connections that vote
        #[arg(long, value_delimiter = ',', default_value = "1,64,256,1024")]
        connections: Vec<usize>,
        /// Ballots of the stores that are filled and started again, such as 1000000,5000000; 0 for none
        #[arg(long, value_delimiter = ',', default_value = "1000000")]
        stores: Vec<u64>,
    },
    /// What the console asks over a large store, exports of it, and its first screens on a slow phone
    Console {
        /// Ballots of the store
        #[arg(long, default_value_t = 1_000_000)]
        ballots: u64,
        /// Lines of the audit log, and as many cases in the queue: those of them that fit in five minutes each
        #[arg(long, default_value_t = 1_000_000)]
        entries: u64,
        /// Rounds in the browser; the median is reported
        #[arg(long, default_value_t = 5)]
        rounds: u32,
    },
    /// A draw over many entries, and verifying it whole, beside the bare hashing of the same leaves
    Draws {
        /// Entries
        #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
        entries: Vec<u64>,
    },
    /// Time until the question is visible, slow 4G and a four times slower CPU, beside a page with the text in it
    Widget {
        /// Rounds; the median is reported
        #[arg(long, default_value_t = 7)]
        rounds: u32,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.what {
        What::Console { ballots, entries, rounds } => console::run(&cli.bin, ballots, entries, rounds).await,
        What::Server { seconds, connections, stores } => {
            server::run(&cli.bin, seconds, &connections, &stores).await
        }
        What::Draws { entries } => draws::run(&entries),
        What::Widget { rounds } => widget::run(&cli.bin, rounds).await,
    }
}
