//! `cargo xtask dev`: the demo, rebuilt and restarted at every change.
//!
//! Builds here are quick and unoptimised. Where Trunk is installed it serves, in front of the server, a page with
//! the compiled widget that reloads itself (`Trunk.toml`); elsewhere the reader reloads.

use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, SystemTime};

use crate::build::{self, Profile};
use crate::process::{program, succeeds};
use crate::server;
use crate::workspace::Workspace;

/// What a change is looked for in.
const WATCHED: [&str; 7] = ["shared", "server", "widget", "console", "verifier", "style", "demo"];

/// Short enough to feel immediate, long enough to cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What Trunk.toml says of Trunk, and of the server behind it.
const TRUNK: &str = "http://127.0.0.1:8090";
const BEHIND_TRUNK: u16 = 8080;

/// Watches until Ctrl-C, which the terminal sends to the server too.
pub(crate) fn dev(workspace: &Workspace, port: Option<u16>) -> Result<()> {
    let trunk = succeeds(program("trunk", &workspace.root).arg("--version"));
    let port = server::port(if trunk { port.or(Some(BEHIND_TRUNK)) } else { port })?;
    if trunk && port != BEHIND_TRUNK {
        bail!("Trunk.toml expects the server on port {BEHIND_TRUNK}");
    }
    // An address is for ever in the logs of a folder: the demo behind Trunk has its own.
    let data = server::demo_data(workspace, if trunk { 8090 } else { port });
    fs::create_dir_all(&data)?;
    let _trunk = Running(if trunk { Some(serve_with_trunk(workspace)?) } else { None });
    if !trunk {
        println!("Reload the page after a change, or: cargo install --locked trunk@0.21.14");
    }
    loop {
        // Seen before building: what is saved meanwhile is a change again.
        let seen = changes(&workspace.root);
        let built = build::everything(workspace, Profile::Dev);
        let _server = Running(match built {
            Ok(binary) => {
                let mut demo = server::demo(&binary, workspace, &data, port);
                if trunk {
                    demo.arg(format!("--url={TRUNK}"));
                    println!("\nwidget, live  {TRUNK}/");
                }
                Some(demo.spawn()?)
            }
            Err(error) => {
                println!("{error:#}\nWaiting for a change…");
                None
            }
        });
        while changes(&workspace.root) == seen {
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// Trunk takes its tools from the PATH, in exactly the versions it expects, or downloads them: it needs only the
/// one that binds.
fn serve_with_trunk(workspace: &Workspace) -> Result<Child> {
    let mut trunk = program("trunk", &workspace.root);
    // The two compile at once; in one folder each would wait for the other.
    trunk.arg("serve").env("CARGO_TARGET_DIR", workspace.target.join("trunk-cargo"));
    Ok(trunk.spawn()?)
}

/// A program that ends with this value.
struct Running(Option<Child>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // The journal is made for this: what was acknowledged is there at the next start.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The time of the last change of every source.
fn changes(root: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut seen = BTreeMap::new();
    for folder in WATCHED {
        look(&root.join(folder), &mut seen);
    }
    seen
}

fn look(folder: &Path, seen: &mut BTreeMap<PathBuf, SystemTime>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            look(&path, seen);
        } else if let Ok(changed) = entry.metadata().and_then(|file| file.modified()) {
            seen.insert(path, changed);
        }
    }
}
