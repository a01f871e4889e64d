//! How does the one self-contained program come about? The widget, the console and the verifier are compiled for the
//! browser, made small, named by their content and compressed; then the server is compiled with the result inside.
//!
//! A cargo invocation for each, never one: `csr` and `ssr` features do not mix.

mod bundle;
mod scripts;
mod split;
mod started;
mod tools;
mod wasm;

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Instant;

use crate::process::run;
use crate::workspace::Workspace;

pub(crate) use bundle::{Manifest, compress};

/// What the build is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small files, a fast server: what is shipped and what the browser tests run.
    Release,
    /// A short wait: the same program, larger and slower.
    Dev,
}

impl Profile {
    /// The folder of the bundle. Release builds of the server look into `bundle` by themselves.
    fn bundle(self, workspace: &Workspace) -> PathBuf {
        workspace.target.join(match self {
            Self::Release => "bundle",
            Self::Dev => "bundle-dev",
        })
    }
}

/// Builds the bundle and the server; the path of the program.
pub(crate) fn everything(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    bundle(workspace, profile)?;
    server(workspace, profile)
}

/// Builds the files for the browser.
pub(crate) fn bundle(workspace: &Workspace, profile: Profile) -> Result<Manifest> {
    let start = Instant::now();
    let tools = match profile {
        Profile::Release => tools::Tools::find(workspace),
        Profile::Dev => tools::Tools::none(),
    };
    let widget = wasm::WIDGET.made(workspace, profile, &tools)?;
    let mut files = vec![widget.wasm, widget.glue];
    let console = wasm::CONSOLE.made(workspace, profile, &tools)?;
    files.extend(started::files(workspace, &tools, "console", console)?);
    let verifier = wasm::VERIFIER.made(workspace, profile, &tools)?;
    files.extend(started::files(workspace, &tools, "verifier", verifier)?);
    files.extend(scripts::files(workspace, &tools)?);
    let manifest = bundle::write(&profile.bundle(workspace), &files, profile)?;
    println!("{manifest}bundle ready in {:.1?}", start.elapsed());
    Ok(manifest)
}

/// Builds the server around the bundle.
pub(crate) fn server(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", "fanfare"]);
    let folder = match profile {
        Profile::Release => {
            cargo.arg("--release").env_remove("FANFARE_BUNDLE");
            "release"
        }
        Profile::Dev => {
            cargo.env("FANFARE_BUNDLE", profile.bundle(workspace));
            "debug"
        }
    };
    run(&mut cargo)?;
    let name = format!("fanfare{}", std::env::consts::EXE_SUFFIX);
    let binary = workspace.target.join(folder).join(name);
    let found = binary.is_file();
    found.then_some(()).context("cargo built no program")?;
    Ok(binary)
}
