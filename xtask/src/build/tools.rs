//! Which tools make the files small? They are packages of the JavaScript world; without them the build still
//! works, with larger files and a warning.

use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::program;
use crate::setup;
use crate::workspace::Workspace;

/// The tools there are.
pub(super) struct Tools {
    packages: Option<PathBuf>,
}

impl Tools {
    /// Installs them, or says what it means that they cannot be.
    pub(super) fn find(workspace: &Workspace) -> Self {
        let folder = workspace.root.join("xtask");
        let packages = || {
            setup::node(workspace)?;
            setup::packages(&folder)?;
            setup::packages(&workspace.root.join("widget/embed"))
        };
        match packages() {
            Ok(()) => Self { packages: Some(folder.join("node_modules")) },
            Err(error) => {
                println!("warning: the files for the browser are not made small: {error:#}");
                Self::none()
            }
        }
    }

    /// For builds that do without.
    pub(super) fn none() -> Self {
        Self { packages: None }
    }

    /// The minifier, if there is one.
    pub(super) fn esbuild(&self, folder: &Path) -> Option<Command> {
        self.command("esbuild", folder)
    }

    /// The WebAssembly optimiser, if there is one.
    pub(super) fn wasm_opt(&self, folder: &Path) -> Option<Command> {
        self.command("wasm-opt", folder)
    }

    fn command(&self, name: &str, folder: &Path) -> Option<Command> {
        let packages = self.packages.as_ref()?;
        Some(program(packages.join(".bin").join(name), folder))
    }
}

/// Runs one of them quietly: they speak only when something is wrong.
pub(super) fn run(command: &mut Command) -> Result<()> {
    crate::process::output(command).map(drop)
}
