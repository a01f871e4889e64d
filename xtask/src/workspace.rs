//! Where are the sources, and where does cargo put what it builds?

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

use crate::process::{cargo, output};

/// The two folders every command starts from.
pub(crate) struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the environment or a configuration put it.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo, and moves to the root: relative paths mean the same from wherever the command was typed.
    pub(crate) fn find() -> Result<Self> {
        // Said by `cargo run`; clones that share a target folder run each other's program.
        let here = std::env::var_os("CARGO_MANIFEST_DIR").context("start this by `cargo xtask`")?;
        let root = Path::new(&here).parent().context("xtask lies in the workspace")?;
        let metadata =
            output(cargo(root).args(["metadata", "--no-deps", "--format-version", "1"]).arg("--offline"))?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
        let folder = |key: &str| {
            let value = metadata.get(key).and_then(serde_json::Value::as_str);
            value.map(PathBuf::from).with_context(|| format!("cargo metadata names no {key}"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// A command of cargo's, run at the root.
    pub(crate) fn cargo(&self) -> std::process::Command {
        cargo(&self.root)
    }
}
