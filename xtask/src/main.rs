//! The project's commands, `cargo xtask <command>`: everything a newcomer or CI types, set up from a bare Rust
//! toolchain. One file a command; what they share is in `workspace`, `process` and `setup`.
//!
//! Deliberately absent: shell scripts, and any step that only some machines could run unannounced: what is
//! missing is installed, or named with the command to type.
#![allow(clippy::print_stdout, reason = "a command-line tool talks to its user on stdout")]

mod bench;
mod build;
mod dev;
mod process;
mod run;
mod server;
mod setup;
mod test;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Fanfare's commands", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the bundle for the browser and the self-contained server, target/release/fanfare
    Build {
        /// Quick and unoptimised: target/debug/fanfare
        #[arg(long)]
        dev: bool,
    },
    /// Build, then serve the demo; Ctrl-C stops it
    Run {
        /// The port of the hosted page; the brand's page takes the next one [default: 8080, or the next free]
        #[arg(long)]
        port: Option<u16>,
    },
    /// Run every check, or only the steps named
    Test(test::Options),
    /// Rebuild and restart the demo at every change (with Trunk's live reload where Trunk is installed)
    Dev {
        /// The port of the hosted page [default: 8080, or the next free]
        #[arg(long)]
        port: Option<u16>,
    },
    /// Build, then measure: all benchmarks, or the one named
    Bench {
        /// The benchmark, and what it is to be told
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Build { dev } => {
            let profile = if dev { build::Profile::Dev } else { build::Profile::Release };
            let binary = build::everything(&workspace, profile)?;
            println!("\nBuilt {}", binary.display());
            Ok(())
        }
        Command::Run { port } => run::run(&workspace, port),
        Command::Test(options) => test::test(&workspace, &options),
        Command::Dev { port } => dev::dev(&workspace, port),
        Command::Bench { arguments } => bench::bench(&workspace, &arguments),
    }
}
