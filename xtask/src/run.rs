//! `cargo xtask run`: everything built, the demo served, until Ctrl-C.

use anyhow::Result;
use std::process::Command;

use crate::build::{self, Profile};
use crate::server;
use crate::workspace::Workspace;

/// Builds, then becomes the server: signals reach it directly, and its exit code is ours.
pub(crate) fn run(workspace: &Workspace, port: Option<u16>) -> Result<()> {
    let binary = build::everything(workspace, Profile::Release)?;
    let port = server::port(port)?;
    let data = server::demo_data(workspace, port);
    std::fs::create_dir_all(&data)?;
    println!("\nServing the demo; its data is in {}", data.display());
    println!("Ctrl-C stops it.\n");
    become_program(server::demo(&binary, workspace, &data, port))
}

#[cfg(unix)]
fn become_program(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<()> {
    // The console sends Ctrl-C to both; the server drains and ends, and so do we.
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1));
}
