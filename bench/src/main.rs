//! Side-by-side measurements, in one run, as ratios; results are written to `bench/results` and committed.
//!
//! Deliberately absent: limits that fail a build. A busy machine is no fault of the code.

mod load;
mod peer;
mod report;
mod server;
mod widget;

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
    /// Reads and ballots a second, beside bare axum handlers that answer the same and parse the same JSON
    Server {
        /// Seconds of each round
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Connections that vote
        #[arg(long, value_delimiter = ',', default_value = "1,64,256,1024")]
        connections: Vec<usize>,
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
        What::Server { seconds, connections } => server::run(&cli.bin, seconds, &connections).await,
        What::Widget { rounds } => widget::run(&cli.bin, rounds).await,
    }
}
