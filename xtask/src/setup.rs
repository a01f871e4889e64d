//! What must be on the machine, and how does it get there?
//!
//! Each function makes sure of one thing: it is silent when the thing is there, installs it where an ordinary
//! package client can, and otherwise fails with the command to type.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{output, program, run, succeeds};
use crate::workspace::Workspace;

/// Rust's standard library for a target.
pub(crate) fn target(workspace: &Workspace, name: &str) -> Result<()> {
    let root = &workspace.root;
    let sysroot = output(program("rustc", root).args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(name);
    if library.is_dir() {
        return Ok(());
    }
    run(program("rustup", root).args(["target", "add", name]))
        .with_context(|| format!("the Rust target {name} is needed: rustup target add {name}"))
}

/// A component of the toolchain, known by a cargo command: `fmt`, `clippy`.
pub(crate) fn component(workspace: &Workspace, command: &str, name: &str) -> Result<()> {
    if succeeds(workspace.cargo().args([command, "--version"])) {
        return Ok(());
    }
    run(program("rustup", &workspace.root).args(["component", "add", name]))
        .with_context(|| format!("{name} is needed: rustup component add {name}"))
}

/// cargo-fuzz, which builds fuzz targets and runs them.
pub(crate) fn fuzzer(workspace: &Workspace) -> Result<()> {
    if succeeds(workspace.cargo().args(["fuzz", "--version"])) {
        return Ok(());
    }
    run(workspace.cargo().args(["install", "--locked", "cargo-fuzz"]))
        .context("cargo-fuzz is needed, and a C++ compiler: cargo install --locked cargo-fuzz")
}

/// cargo-deny, which reads what others' packages say of themselves; false when it is not here and not to be built.
pub(crate) fn deny(workspace: &Workspace, build: bool) -> Result<bool> {
    if succeeds(workspace.cargo().args(["deny", "--version"])) {
        return Ok(true);
    }
    if build {
        run(workspace.cargo().args(["install", "--locked", "cargo-deny"]))
            .context("cargo-deny is needed: cargo install --locked cargo-deny")?;
    }
    Ok(build)
}

/// Node.js, which runs JavaScript and WebAssembly outside a browser.
pub(crate) fn node(workspace: &Workspace) -> Result<()> {
    if succeeds(program("node", &workspace.root).arg("--version")) {
        return Ok(());
    }
    bail!("Node.js 20 or newer is needed with its package client (on Debian: apt install nodejs npm)");
}

/// The packages a folder's package-lock.json names, installed exactly so.
///
/// A stamp in `node_modules` remembers the lock they were installed from.
pub(crate) fn packages(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(program("npm", folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
        .with_context(|| format!("its packages are needed: npm ci in {}", folder.display()))?;
    Ok(fs::write(stamp, lock)?)
}

/// Chromium: `$CHROMIUM`, or a usual place, or Debian's package where we may install it. `None` when Playwright
/// brought its own.
pub(crate) fn chromium(workspace: &Workspace) -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(Some(named.into()));
    }
    if let Some(found) = usual_chromium() {
        return Ok(Some(found));
    }
    let root = &workspace.root;
    if is_root(root) && succeeds(program("apt-get", root).arg("--version")) {
        let apt = || {
            let mut apt = program("apt-get", root);
            apt.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet");
            apt
        };
        run(apt().arg("update"))?;
        run(apt().args(["install", "--yes", "chromium", "fonts-liberation"]))?;
        if let Some(found) = usual_chromium() {
            return Ok(Some(found));
        }
    }
    let e2e = root.join("e2e");
    run(program("npx", &e2e).args(["playwright", "install", "chromium"])).context(
        "Chromium is needed for the browser tests: install it (on Debian: sudo apt install chromium) \
         or name it in the variable CHROMIUM",
    )?;
    Ok(None)
}

fn usual_chromium() -> Option<PathBuf> {
    let places = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    places.iter().map(PathBuf::from).find(|path| path.is_file())
}

fn is_root(folder: &Path) -> bool {
    output(program("id", folder).arg("-u")).is_ok_and(|id| id.trim() == "0")
}
