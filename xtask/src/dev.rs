//! `cargo xtask dev`: the demo, rebuilt and restarted at every change.
//!
//! Builds here are quick and unoptimised. Where Trunk is installed it also serves a page that reloads itself,
//! with everything but that page taken from the server (`Trunk.toml`).

use anyhow::Result;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

use crate::build::{self, Profile};
use crate::process::{program, succeeds};
use crate::server;
use crate::workspace::Workspace;

/// What a change is looked for in.
const WATCHED: [&str; 5] = ["shared", "server", "widget", "style", "demo"];

/// Short enough to feel immediate, long enough to cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Watches until Ctrl-C, which the terminal sends to the server too.
pub(crate) fn dev(workspace: &Workspace, port: Option<u16>) -> Result<()> {
    let port = server::port(port)?;
    let data = server::demo_data(workspace, port);
    fs::create_dir_all(&data)?;
    let _trunk = Running(trunk(workspace, port)?);
    loop {
        // Seen before building: what is saved meanwhile is a change again.
        let seen = changes(&workspace.root);
        let built = build::everything(workspace, Profile::Dev);
        let _server = Running(match built {
            Ok(binary) => Some(server::demo(&binary, workspace, &data, port).spawn()?),
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

/// Trunk's live reload, where there is a Trunk.
fn trunk(workspace: &Workspace, port: u16) -> Result<Option<Child>> {
    let root = &workspace.root;
    if !succeeds(program("trunk", root).arg("--version")) {
        println!(
            "Trunk is not installed: reload the page yourself after a change, or\n  \
             cargo install --locked trunk@0.21.14"
        );
        return Ok(None);
    }
    let mut trunk: Command = program("trunk", root);
    trunk.arg("serve");
    trunk.arg(format!("--proxy-backend=http://127.0.0.1:{port}/"));
    Ok(Some(trunk.spawn()?))
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
